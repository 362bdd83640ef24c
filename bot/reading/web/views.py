"""What the index and the ledger have in; what a template shows of it, and its JSON, out.

Text of reports and people becomes HTML in the templates, which escape it; the one exception is `marked`, which escapes
it piece by piece.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

from markupsafe import Markup, escape

from bot.asking.answer_lines import NAMES, citation_text, editions
from bot.asking.questions import Given
from bot.question_batch import citation_record
from bot.reading.citing import STYLE_NAMES, STYLES, Style, cite
from bot.reading.page_pictures import PagePicture
from bot.reading.permalinks import GonePassage
from bot.reading.web import page_words as texts
from bot.words import refusals
from bot.words.catalogue import Words, words
from bot.words.markup import clean, one_line
from index.answering.answer import Answer, Excerpt, NoAnswer, Slice
from index.searcher import Searcher
from index.store.corpus import DocumentInfo, Heading, StoredPassage

SNIPPET = 280
"""Characters that are shown of a passage in a list."""


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a list that leads somewhere."""

    to: str
    text: str
    about: str = ""
    language: str = ""
    """Of its text."""
    depth: int = 0
    """Of a heading, from 0."""
    here: bool = False


@dataclass(frozen=True, slots=True)
class Shelf:
    """A collection."""

    name: str
    reports: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A report."""

    id: str
    title: str
    language: str
    about: str
    address: str
    """Where the report itself is published; empty where that is not known."""
    first: str
    """Address of its first passage."""
    contents: tuple[Item, ...]
    asked: str
    found: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class PrintedParagraph:
    """A passage as it stands in its report."""

    id: str
    heading: str
    """The heading that begins above it; empty where it goes on under the same."""
    place: str
    text: str
    here: bool


@dataclass(frozen=True, slots=True)
class ReadingPage:
    """A passage in its report."""

    id: str
    title: str
    report: Item
    language: str
    citation: str
    contents: tuple[Item, ...]
    paragraphs: tuple[PrintedParagraph, ...]
    earlier: str
    later: str
    styles: tuple[CitationToCopy, ...]
    printed: str
    """Address of the picture of its page; empty where the report has no printed pages."""


@dataclass(frozen=True, slots=True)
class CitationToCopy:
    """A citation in one style."""

    name: str
    reference: str
    in_text: str


@dataclass(frozen=True, slots=True)
class PicturePage:
    """The picture of a printed page."""

    title: str
    language: str
    to_text: str
    image: str
    place: str
    marking: str
    before: Item | None
    after: Item | None


@dataclass(frozen=True, slots=True)
class ReadingNotice:
    """Something to know before reading."""

    text: str
    summary: str
    before: str


@dataclass(frozen=True, slots=True)
class CitedExcerpt:
    """An excerpt of an answer."""

    rank: int
    asked: str
    html: Markup
    language: str
    citation: str
    to: str


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question with its answer."""

    id: str
    question: str
    language: str
    said: tuple[Markup, ...]
    """What stands before the excerpts; of a refusal all that it says."""
    office: Markup | None
    excerpts: tuple[CitedExcerpt, ...]
    suggestions: tuple[Item, ...]
    after: tuple[Markup, ...]


def address_of(passage: str) -> str:
    """Where a passage is read, under the address of the pages."""
    return f"/p/{passage}"


def shelves(words: Words, documents: Sequence[DocumentInfo]) -> tuple[Shelf, ...]:
    """The reports by collection, those without one last, the newest first."""
    ordered = sorted(
        documents, key=lambda info: (not info.collection, info.collection, -(info.year or 0), info.title, info.source)
    )
    return tuple(
        Shelf(name or texts.other_reports(words), tuple(_report_item(words, info) for info in group))
        for name, group in groupby(ordered, key=lambda info: info.collection)
    )


def _report_item(words: Words, info: DocumentInfo) -> Item:
    about = [str(info.year)] if info.year else []
    about += [NAMES[info.language]] if info.language in NAMES else []
    about.append(texts.passages(words, info.passages))
    return Item(f"/d/{info.id}", clean(info.title or info.source), " · ".join(about), info.language)


def report_page(
    words: Words, info: DocumentInfo, outline: Sequence[Heading], asked: str, found: Sequence[StoredPassage]
) -> ReportPage:
    """A report with its contents, and what was found in it."""
    about = [clean(info.publisher)] if info.publisher else []
    about += [str(info.year)] if info.year else []
    about.append(texts.passages(words, info.passages))
    return ReportPage(
        id=info.id,
        title=clean(info.title or info.source),
        language=info.language,
        about=" · ".join(about),
        address=info.address if info.address.startswith(("http://", "https://")) else "",
        first=address_of(outline[0].first) if outline else "",
        contents=_contents(words, info, outline, ""),
        asked=asked,
        found=tuple(
            Item(
                address_of(passage.id),
                one_line(passage.text, SNIPPET),
                citation_text(words, passage.citation),
                passage.language,
            )
            for passage in found
        ),
    )


def _contents(words: Words, info: DocumentInfo, outline: Sequence[Heading], here: str) -> tuple[Item, ...]:
    """The headings of a report; one without passages of its own is not in the outline, but those under it name it."""
    items: list[Item] = []
    above: tuple[str, ...] = ()
    for heading in outline:
        path = heading.section[1:] if heading.section[:1] == (info.title,) else heading.section
        if not path:
            items.append(Item(address_of(heading.first), texts.beginning(words), here=heading.first == here))
        for depth, name in enumerate(path):
            if above[: depth + 1] != path[: depth + 1]:
                last = depth + 1 == len(path)
                items.append(
                    Item(
                        address_of(heading.first),
                        clean(name),
                        language=info.language,
                        depth=min(depth, 4),
                        here=last and heading.first == here,
                    )
                )
        above = path
    return tuple(items)


def reading_page(
    words: Words, searcher: Searcher, passage: StoredPassage, before: int, after: int, today: date
) -> ReadingPage:
    """A passage among those around it. `today`: the day that a citation names as the day of looking."""
    around = searcher.context(passage.id, before + 1, after + 1)
    place = next(number for number, one in enumerate(around) if one.id == passage.id)
    low, high = max(0, place - before), place + after + 1
    earlier = address_of(around[low - 1].id) if low else ""
    later = address_of(around[high].id) if high < len(around) else ""
    info = searcher.document(passage.document)
    assert info is not None, "a passage stands in a report"
    outline = searcher.outline(passage.document)
    own = passage.citation.locator.section
    here = next((heading.first for heading in outline if heading.section == own), "")
    paragraphs: list[PrintedParagraph] = []
    section: tuple[str, ...] | None = None
    for one in around[low:high]:
        locator = one.citation.locator
        heading = locator.section[-1] if locator.section and locator.section != section else ""
        section = locator.section
        where = texts.paragraph(words, locator.paragraph)
        if locator.page is not None:
            where += f" · {texts.printed_page(words, locator.page)}"
        text = clean(one.body)
        paragraphs.append(PrintedParagraph(one.id, clean(heading), where, text, one.id == passage.id))
    title = clean(info.title or info.source)
    return ReadingPage(
        id=passage.id,
        title=title,
        report=Item(f"/d/{info.id}", title, str(info.year or "")),
        language=passage.language,
        citation=citation_text(words, passage.citation),
        contents=_contents(words, info, outline, here),
        paragraphs=tuple(paragraphs),
        earlier=earlier,
        later=later,
        styles=tuple(_to_copy(passage, style, today) for style in STYLES),
        printed=f"{address_of(passage.id)}/page" if passage.citation.source.lower().endswith(".pdf") else "",
    )


def _to_copy(passage: StoredPassage, style: Style, today: date) -> CitationToCopy:
    text = cite(passage.citation, style, today)
    return CitationToCopy(STYLE_NAMES[style], text.reference, text.in_text)


def picture_page(words: Words, passage: StoredPassage, picture: PagePicture) -> PicturePage:
    """The picture of a page, the one of a passage or another of its report."""
    number, base = picture.page, f"{address_of(passage.id)}/page"
    return PicturePage(
        title=clean(passage.citation.title or passage.citation.source),
        language=passage.language,
        to_text=f"{address_of(passage.id)}#here",
        image=f"{base}.png?n={number}",
        place=texts.page_of(words, number, picture.pages),
        marking=texts.marking(
            words,
            home=number == passage.citation.locator.page,
            marked=number in picture.marked,
            after=number + 1 in picture.marked,
            before=number - 1 in picture.marked,
        ),
        before=Item(f"{base}?n={number - 1}", texts.turn_back(words, number - 1)) if number > 1 else None,
        after=Item(f"{base}?n={number + 1}", texts.turn_on(words, number + 1)) if number < picture.pages else None,
    )


def gone(words: Words, passage: GonePassage) -> ReadingNotice:
    """A passage that is gone."""
    return ReadingNotice(texts.gone_since(words, passage.gone_at), citation_text(words, passage.citation), passage.text)


def asked_question(given: Given, contact: str) -> AskedQuestion:
    """A question and its answer, worded as in the chat. `contact`: how to reach the office."""
    answer = given.answer
    w = words(answer.language)
    said = [refusals.ignored(w, answer.ignored)] if answer.ignored else []
    if isinstance(answer, NoAnswer):
        said += [refusals.refused(w)]
        said += refusals.looked_for(w, answer) if answer.looked_for else []
        said += [refusals.nearest(w)] if answer.suggestions else []
        suggestions = tuple(Item(address_of(one.passage), clean(one.text)) for one in answer.suggestions)
        after = _html([refusals.contact(w, contact)]) if contact else ()
        return AskedQuestion(
            given.id, clean(answer.question), answer.language, _html(said), None, (), suggestions, after
        )
    said += [refusals.read_as(w, answer.understood)] if answer.understood else []
    said += [refusals.unmet(w, answer.unmet)] if answer.unmet else []
    office = _office(w, answer, contact) if answer.office is not None else None
    after = _html([refusals.unanswered(w, answer.unanswered)]) if answer.unanswered else ()
    excerpts = tuple(_excerpt(w, excerpt, answer.language) for excerpt in answer.excerpts)
    return AskedQuestion(given.id, clean(answer.question), answer.language, _html(said), office, excerpts, (), after)


def _html(parts: Sequence[str]) -> tuple[Markup, ...]:
    """Html of the catalogue, whose values are escaped, as the templates take it."""
    return tuple(map(Markup, parts))


def _office(words: Words, answer: Answer, contact: str) -> Markup:
    assert answer.office is not None
    lines = [Markup(refusals.from_office(words))]  # noqa: S704 - escaped by the catalogue
    lines += [escape(clean(line)) for line in answer.office.text.splitlines()]
    if contact:
        lines.append(Markup(refusals.reach_office(words, contact)))  # noqa: S704 - escaped by the catalogue
    return Markup("\n").join(lines)


def _excerpt(words: Words, excerpt: Excerpt, language: str) -> CitedExcerpt:
    return CitedExcerpt(
        excerpt.rank,
        clean(excerpt.asked),
        marked(excerpt.text, excerpt.sentence, excerpt.matches),
        excerpt.language,
        citation_text(words, excerpt.citation) + editions(excerpt, language),
        address_of(excerpt.passage),
    )


def marked(text: str, sentence: Slice, matches: Sequence[Slice]) -> Markup:
    """A text as HTML, with the sentence that answers in bold and the words of the question marked."""
    start, end = sentence
    return Markup("{}<strong>{}</strong>{}").format(
        _with_marks(text, 0, start, matches),
        _with_marks(text, start, end, matches),
        _with_marks(text, end, len(text), matches),
    )


def _with_marks(text: str, low: int, high: int, matches: Sequence[Slice]) -> Markup:
    """The text between two places, with the words marked that stand there."""
    inside = {max(low, min(edge, high)) for match in matches for edge in match}
    parts: list[Markup] = []
    for start, end in pairwise(sorted({low, high} | inside)):
        piece = escape(clean(text[start:end]))
        met = any(first <= start and end <= last for first, last in matches)
        parts.append(Markup("<mark>{}</mark>").format(piece) if met else piece)
    return Markup("").join(parts)


# The same as JSON


def document_record(info: DocumentInfo) -> dict[str, object]:
    """A report of the list."""
    return {
        "document": info.id,
        "title": info.title,
        "year": info.year,
        "language": info.language,
        "collection": info.collection,
        "publisher": info.publisher,
        "source": info.source,
        "address": info.address,
        "passages": info.passages,
    }


def report_record(info: DocumentInfo, outline: Sequence[Heading]) -> dict[str, object]:
    """A report with its contents."""
    sections = [
        {"section": list(heading.section), "first": heading.first, "passages": heading.passages} for heading in outline
    ]
    return document_record(info) | {"sections": sections}


def passage_record(
    passage: StoredPassage, around: Sequence[StoredPassage], changed: GonePassage | None
) -> dict[str, object]:
    """A passage; `changed`: the one that the link was made for."""
    record: dict[str, object] = {
        "passage": passage.id,
        "text": passage.text,
        "language": passage.language,
        "citation": citation_record(passage.citation),
        "around": [{"passage": one.id, "text": one.text} for one in around if one.id != passage.id],
    }
    if changed is not None:
        record["changed_from"] = {"passage": changed.id, "text": changed.text, "since": changed.gone_at.isoformat()}
    return record
