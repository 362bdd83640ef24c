"""An answer and one of its excerpts in; the buttons that act on that excerpt, out.

`1 · ‹2› · 3` says which excerpt the buttons below are about, and one press chooses another; docs/decisions/reading.md
tells why not a message for each. Only reports with printed pages have a button for them; others have their file there.
"""

from __future__ import annotations

from bot.telegram.callbacks import UnderAnswer, UnderPassage, button
from bot.words.catalogue import Words
from bot.words.markup import Button, Rows
from index.answering.answer import Answer, Citation

ABOUT_EXCERPT = frozenset({"pick", "ctx", "src", "page", "cite", "menu", "doc"})
"""What the buttons of these rows do (`UnderAnswer.what`)."""


def excerpt_rows(
    words: Words, id_: str, answer: Answer, rank: int, *, of: int | None = None, menu: bool = False, page: str = ""
) -> Rows:
    """The rows for the excerpt of a rank. `of`: how many there are to choose from; `menu`: what else can be done.

    `page`: where the excerpt is read in a browser; empty where that is nowhere.
    """
    rows: list[tuple[Button, ...]] = []
    if of is not None and of > 1:
        numbers = range(1, of + 1)
        rows.append(tuple(button(f"‹{n}›" if n == rank else str(n), UnderAnswer(id_, "pick", n)) for n in numbers))
    has_pages = printed(answer.excerpts[rank - 1].citation)
    source = button(words.label("Source"), UnderAnswer(id_, "src", rank))
    if menu:
        back = button("‹", UnderAnswer(id_, "pick", rank))
        word = button(words.label("Word file"), UnderAnswer(id_, "doc", rank))
        web = (Button(words.label("In a browser"), url=page),) if page else ()
        rows.append((source, *web, word, back) if has_pages else (*web, word, back))
        return tuple(rows)
    rows.append(
        (
            button(words.label("In context"), UnderAnswer(id_, "ctx", rank)),
            button(words.label("Page"), UnderAnswer(id_, "page", rank)) if has_pages else source,
            button(words.label("Cite"), UnderAnswer(id_, "cite", rank)),
            button("⋯", UnderAnswer(id_, "menu", rank)),
        )
    )
    return tuple(rows)


def passage_row(words: Words, id_: str, cited: Citation) -> tuple[Button, ...]:
    """The buttons of a passage that was opened by itself."""
    page = (button(words.label("Page"), UnderPassage(id_, "page")),) if printed(cited) else ()
    return (
        button(words.label("In context"), UnderPassage(id_, "ctx")),
        *page,
        button(words.label("Cite"), UnderPassage(id_, "cite")),
        button(words.label("Source"), UnderPassage(id_, "src")),
    )


def printed(cited: Citation) -> bool:
    """Whether a report has printed pages that can be shown."""
    return cited.source.lower().endswith(".pdf")


def with_excerpt_rows(rows: Rows, words: Words, answer: Answer, pressed: UnderAnswer, page: str = "") -> Rows:
    """The buttons under an answer, about the excerpt of the pressed button from now on; the others stay as they are.

    `page`: where that excerpt is read in a browser.
    """
    rank = pressed.number or 1
    numbers = [
        data.number
        for row in rows
        for each in row
        if (data := UnderAnswer.parse(each.data)) is not None and data.what == "pick" and each.text != "‹"
    ]
    menu = pressed.what == "menu"
    own = excerpt_rows(words, pressed.answer, answer, rank, of=len(numbers) or None, menu=menu, page=page)
    others = tuple(row for row in rows if not all(_is_about_excerpt(each) for each in row))
    return (*own, *others)


def _is_about_excerpt(shown: Button) -> bool:
    data = UnderAnswer.parse(shown.data)
    return bool(shown.url) or (data is not None and data.what in ABOUT_EXCERPT)
