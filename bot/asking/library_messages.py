"""Collections, reports, headings and passages in, the pages of `/library` out.

A page is one message that is edited in place. Button data holds short digests of ids and headings, not their
numbers in a list, so that a button under an old page never opens another report after a reindex.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from bot.asking.answer_messages import TITLE
from bot.telegram.callbacks import (
    Data,
    LibraryCollection,
    LibraryHeading,
    LibraryReport,
    LibrarySource,
    LibraryTop,
    ReportChange,
    UnderPassage,
    button,
)
from bot.words.catalogue import Words
from bot.words.markup import BUTTON_LIMIT, Button, Html, Message, Rows, escape, join, one_line

if TYPE_CHECKING:
    from index.searcher import DocumentInfo, Heading, StoredPassage

PAGE = 8
"""Buttons of a page."""


def digest(*parts: str) -> str:
    """Eleven characters that stand for a collection, a document or a heading in button data."""
    return urlsafe_b64encode(hashlib.blake2b("\0".join(parts).encode(), digest_size=8).digest()).decode()[:11]


def collections(words: Words, documents: Sequence[DocumentInfo], page: int) -> Message:
    """All collections; the reports themselves when there is but one collection."""
    names = sorted({document.collection for document in documents}, key=lambda name: (not name, name))
    if not documents:
        return Message(words.say("There are no reports yet."))
    head = words.count("<b>The library</b>: {n} report", "<b>The library</b>: {n} reports", len(documents))
    if len(names) == 1:
        return _reports(words, head, documents, LibraryTop, page, ())
    buttons = []
    for name in names:
        inside = sum(document.collection == name for document in documents)
        title = one_line(name, BUTTON_LIMIT - 8) or words.label("Other reports")
        buttons.append(button(f"{title} ({inside})", LibraryCollection(digest(name), 0)))
    return Message(head, _paged(words, buttons, LibraryTop, page))


def collection(words: Words, name: str, documents: Sequence[DocumentInfo], page: int) -> Message:
    """The reports of a collection."""
    head = Html(f"<b>{escape(one_line(name, TITLE) or words.label('Other reports'))}</b>")
    back = (button(words.label("‹ Library"), LibraryTop(0)),)
    return _reports(words, head, documents, partial(LibraryCollection, digest(name)), page, back)


def _reports(
    words: Words,
    head: Html,
    documents: Sequence[DocumentInfo],
    to: Callable[[int], Data],
    page: int,
    back: tuple[Button, ...],
) -> Message:
    ordered = sorted(documents, key=lambda document: (-(document.year or 0), document.title))
    buttons = [
        button(one_line(_titled(document), BUTTON_LIMIT), LibraryReport(digest(document.id), 0)) for document in ordered
    ]
    return Message(head, _paged(words, buttons, to, page) + ((back,) if back else ()))


def _titled(document: DocumentInfo) -> str:
    year = str(document.year or "")
    return f"{document.title} ({year})" if year and year not in document.title else document.title


def document(
    words: Words, info: DocumentInfo, outline: Sequence[Heading], page: int, *, alone: bool, may_change: bool = False
) -> Message:
    """A report and its headings. `alone`: there is but one collection, so back leads to the library.

    `may_change`: the reader may replace and remove it.
    """
    lines = [Html(f"<b>{escape(one_line(info.title, TITLE))}</b>")]
    about = [str(info.year)] if info.year else []
    about += [one_line(info.publisher, 80)] if info.publisher else []
    lines.append(join(" · ", (*about, words.count("{n} passage", "{n} passages", info.passages))))
    shown = {heading.section for heading in outline}
    buttons = [
        button(
            _heading(words, heading.section, shown, info.title),
            LibraryHeading(digest(info.id), digest(*heading.section), 0),
        )
        for heading in outline
    ]
    back = (
        button(words.label("‹ Library"), LibraryTop(0))
        if alone
        else button(words.label("‹ Back"), LibraryCollection(digest(info.collection), 0))
    )
    rows = _paged(words, buttons, partial(LibraryReport, digest(info.id)), page)
    last: Rows = ((back, button(words.label("Source"), LibrarySource(digest(info.id)))),)
    if may_change:
        replace_it = button(words.label("Replace …"), ReportChange(digest(info.id), "replace"))
        last += ((replace_it, button(words.label("Remove …"), ReportChange(digest(info.id), "remove"))),)
    return Message(join("\n", lines), (*rows, *last))


def _heading(words: Words, section: tuple[str, ...], shown: set[tuple[str, ...]], title: str) -> str:
    """A heading under the nearest one above it that has a button too, with those between them."""
    top = 1 if section[:1] == (title,) else 0
    if len(section) == top:
        return words.label("Beginning")
    above = max((n for n in range(top, len(section)) if section[:n] in shown), default=top)
    depth = sum(section[:n] in shown for n in range(top + 1, len(section)))
    return "· " * depth + one_line(" › ".join(section[above:]), BUTTON_LIMIT - 2 * depth)


def section(
    words: Words, info: DocumentInfo, path: tuple[str, ...], passages: Sequence[StoredPassage], page: int, number: int
) -> Message:
    """The passages under a heading; each opens by its first words. `number`: of the heading, from 0."""
    lines = [Html(f"<b>{escape(one_line(info.title, TITLE))}</b>")]
    below = path[1:] if path[:1] == (info.title,) else path
    if below:
        lines.append(join(" › ", (one_line(heading, TITLE) for heading in below)))
    buttons = [button(_opening(passage.text, path), UnderPassage(passage.id, "open")) for passage in passages]
    rows = _paged(words, buttons, partial(LibraryHeading, digest(info.id), digest(*path)), page)
    return Message(
        join("\n", lines), (*rows, (button(words.label("‹ Back"), LibraryReport(digest(info.id), number // PAGE)),))
    )


def _opening(text: str, path: tuple[str, ...]) -> str:
    """The first words of a passage, without the heading that it may open with."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    while len(lines) > 1 and lines[0] in path:
        lines.pop(0)
    return one_line(lines[0] if lines else "…", BUTTON_LIMIT)


def _paged(words: Words, buttons: Sequence[Button], to: Callable[[int], Data], page: int) -> Rows:
    """One page of buttons, one a row, and the way to the other pages."""
    pages = max(1, -(-len(buttons) // PAGE))
    page = min(max(page, 0), pages - 1)
    rows = tuple((button,) for button in buttons[page * PAGE : (page + 1) * PAGE])
    if pages == 1:
        return rows
    turn = []
    if page:
        turn.append(button(words.label("‹ Page {page}", page=page), to(page - 1)))
    if page + 1 < pages:
        turn.append(button(words.label("Page {page} of {pages} ›", page=page + 2, pages=pages), to(page + 1)))
    return (*rows, tuple(turn))


def gone(words: Words) -> str:
    """The library has changed under an old page."""
    return words.label("The reports have changed since. Please open /library again.")
