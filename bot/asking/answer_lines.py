"""An answer in; the lines that a terminal shows of it, out. What a chat shows is in `answer_messages.py`."""

from __future__ import annotations

from collections.abc import Iterator

from bot.words import refusals
from bot.words.catalogue import Words, words
from bot.words.markup import visible
from bot.words.screen import ANSWERS, FAINT, MATCHES, TITLE, ScreenLine
from index.answering.answer import Answer, Citation, Excerpt, NoAnswer, OfficeReply

NAMES = {"en": "English", "zh": "中文"}
"""What languages call themselves."""


def reply_lines(
    given: Answer | NoAnswer, first: int = 0, count: int | None = None, *, contact: str = ""
) -> Iterator[ScreenLine]:
    """An answer's excerpts from the `first` (from 0), `count` of them; or why there is none.

    `contact`: how to reach the office, in the language of the question.
    """
    w = words(given.language)
    if given.ignored and not first:
        yield ScreenLine(visible(refusals.ignored(w, given.ignored)), style=FAINT)
        yield ScreenLine()
    if isinstance(given, NoAnswer):
        yield from _refusal_lines(w, given)
        if contact:
            yield ScreenLine(visible(refusals.contact(w, contact)))
        return
    if given.understood and not first:
        yield ScreenLine(visible(refusals.read_as(w, given.understood)), style=FAINT)
        yield ScreenLine()
    if given.unmet and not first:
        yield ScreenLine(visible(refusals.unmet(w, given.unmet)), style=FAINT)
        yield ScreenLine()
    if given.office and not first:
        yield from _office_lines(w, given.office, contact)
        if given.excerpts:
            yield ScreenLine()
            yield ScreenLine(visible(refusals.also_in_reports(w)), style=FAINT)
            yield ScreenLine()
    end = len(given.excerpts) if count is None else first + count
    for place, excerpt in enumerate(given.excerpts[first:end]):
        if place:
            yield ScreenLine()
        if excerpt.asked:
            yield ScreenLine(excerpt.asked, style=TITLE)
        yield from excerpt_lines(w, excerpt, given.language)
    if given.unanswered and not first:
        yield ScreenLine()
        yield ScreenLine(visible(refusals.unanswered(w, given.unanswered)), style=ANSWERS)


def _office_lines(words: Words, reply: OfficeReply, contact: str) -> Iterator[ScreenLine]:
    """The office's own answer, said to be such."""
    yield ScreenLine(visible(refusals.from_office(words)))
    for paragraph in reply.text.splitlines():
        yield ScreenLine(paragraph, indent=3) if paragraph else ScreenLine()
    if contact:
        yield ScreenLine(visible(refusals.reach_office(words, contact)), indent=3)


def excerpt_lines(words: Words, excerpt: Excerpt, language: str = "") -> Iterator[ScreenLine]:
    """The text with the answering sentence and the words of the question marked, and the citation below."""
    lead = f"{excerpt.rank}. "
    marks = ((excerpt.sentence, ANSWERS), *((match, MATCHES) for match in excerpt.matches))
    yield ScreenLine(excerpt.text, lead=lead, marks=marks)
    yield ScreenLine(
        citation_text(words, excerpt.citation) + editions(excerpt, language), indent=len(lead), style=FAINT
    )


def editions(excerpt: Excerpt, language: str) -> str:
    """The language of an excerpt that is in another than the question, and the other editions that say the same.

    A language is called by its own name, which is the same whatever language the reader has.
    """
    marks = [f"[{NAMES[excerpt.language]}]"] if excerpt.language != language and excerpt.language in NAMES else []
    marks += [f"⇄ {citation.title or citation.source}" for citation in excerpt.also]
    return "".join(f" {mark}" for mark in marks)


def citation_text(words: Words, citation: Citation) -> str:
    """Title and year, heading path, page, paragraph and file, on one line."""
    title = citation.title or citation.source
    opening, closing = words.rules.brackets
    parts = [f"{title}{opening}{citation.year}{closing}" if citation.year else title]
    section = citation.locator.section
    if section[:1] == (title,):  # most reports begin with their title as a heading: once is enough
        section = section[1:]
    if section:
        parts.append(" › ".join(section))
    page, printed = citation.locator.page, citation.printed_page
    if page is not None and printed is not None:
        parts.append(words.label("p. {printed} (page {page} of the file)", printed=printed, page=page))
    elif page is not None:
        parts.append(words.label("p. {page}", page=page))
    parts.append(words.label("¶ {number}", number=citation.locator.paragraph))
    if citation.ocr:
        parts.append(words.label("read by OCR"))
    parts.append(citation.source)
    return " · ".join(parts)


def _refusal_lines(words: Words, given: NoAnswer) -> Iterator[ScreenLine]:
    yield ScreenLine(visible(refusals.refused(words)), style=ANSWERS)
    if given.looked_for:
        for sentence in refusals.looked_for(words, given):
            yield ScreenLine(visible(sentence))
    if given.suggestions:
        yield ScreenLine(visible(refusals.nearest(words)))
        for suggestion in given.suggestions:
            yield ScreenLine(suggestion.text, lead="- ", indent=2)
