"""A web page in; the pieces of its main content and what it says of itself out.

Nothing is fetched and no entity is expanded: the page is parsed as it lies. Navigation, scripts, forms and
notices about cookies are left out; tables become rows that can be read aloud. What a person may miss is counted: text
beside the main part, pictures that nobody described, frames, fields, and what the page hides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import lxml.etree
import lxml.html

from content.documents import Metadata, Piece, PieceKind
from content.readers import metadata as known
from content.readers.encodings import decode
from content.readers.errors import Unreadable
from content.readers.html_account import counted, described, is_hidden
from content.readers.office import lacking
from content.readers.paragraphs import fold, raised, tidy
from content.readers.tables import Cell, laid_out, names, placed_row, tells
from content.readers.templates import without_templates

_DECLARED = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.\-]+)|<\?xml[^>]{0,80}?encoding\s*=\s*[\"']([A-Za-z0-9_.\-]+)",
    re.IGNORECASE,
)
FIRST_LINES = 40
"""Pieces among which a page prints its own title."""
_BETWEEN_PARTS = re.compile(r"\s*[_|｜»›·]\s*|\s+[-–—]+\s+|\s*[-–—]{2,}\s*")
"""What stands in a title between the page's name and the site's."""
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_DROPPED_TAGS = """
script style noscript template nav footer aside button select option input textarea iframe object embed
svg canvas audio video map dialog head menu rp rt datalist progress meter
"""
_BLOCK_TAGS = """
address article blockquote body center dd details div dl dt fieldset figcaption figure h1 h2 h3 h4 h5 h6
header hgroup hr html legend li main ol p pre section summary table tbody td tfoot th thead tr ul caption
"""
_DROPPED = frozenset(_DROPPED_TAGS.split())
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "dialog", "alertdialog", "complementary", "menu"})
_CHROME = re.compile(
    r"(?:^|[-_\s])(?:cookies?(?:[-_](?:banner|notice|consent|bar|law|policy|popup))?|gdpr|consent|breadcrumbs?|nav(?:bar|igation)?"
    r"|menu|sidebar|site-footer|footer|skip-link|share(?:-?buttons?)?|social(?:-(?:links|media|share))?|newsletter|popup|modal"
    r"|advert(?:isement)?s?|related(?:-(?:posts|articles|stories|content))?|subscribe|donat(?:e|ion)|photo-credits?|pagination|screen-reader-text|visually-hidden|sr-only)(?:$|[-_\s])",
    re.IGNORECASE,
)
_ODD = re.compile(r"[\W_]+")
_SECTION = re.compile(r"\b(?:section|level\d)\b")
_NESTING = re.compile(
    r"</?(?:div|section|article|main|center|table|tbody|thead|tr|td|th|[uod]l|li|dd|dt|blockquote|form|fieldset|p)\b[^<>]*>",
    re.IGNORECASE,
)
_INLINE = re.compile(r"</?(?:span|font|b|i|u|em|strong|a|small|big|code|sub|label|abbr|cite|q)\b[^<>]*>", re.IGNORECASE)
_MAX_DEPTH = 200
_TOO_DEEP = (lxml.etree.ErrorTypes.ERR_INTERNAL_ERROR, lxml.etree.ErrorTypes.ERR_RESOURCE_LIMIT)
"""What libxml2 says where it leaves out what is nested some two thousand deep."""
_FORM = 400
"""Characters below which what has fields is a form to be filled in."""


@dataclass(slots=True)
class _Flow:
    """Inline text of a block as it is collected."""

    parts: list[str] = field(default_factory=list)
    links: int = 0


def read(name: str, data: bytes, encoding: str | None = None) -> tuple[list[Piece], Metadata]:
    """Pieces and metadata of a web page. Raises `Unreadable`."""
    match = _DECLARED.search(data[:8192])
    declared = (match[1] or match[2]).decode("ascii") if match else None
    source = decode(name, data, encoding=encoding, declared=declared)
    front = Metadata()
    if source.lstrip()[:3] in ("---", "+++"):  # a page of Jekyll or Hugo
        from content.readers.markdown import metadata_of, split_front

        keys, source = split_front(name, source)
        front = metadata_of(keys)
    root = _parse(name, without_templates(source))
    body = root.find(".//body") if root.tag == "html" else root
    body = body if body is not None else root
    whole = list(_walk(body, "paragraph", 0))
    main = _content(body, whole)
    pieces = _without_repeats(main)
    own = {key: value for key, value in asdict(front).items() if value}
    counts = counted(body, lambda element: _left_out(element, str(element.tag)))
    counts["text_aside"] += _size(whole) - _size(main)
    metadata = replace(_metadata(root, pieces), **own, left_out=lacking(**counts))
    return pieces, known.complete(metadata, pieces, name)


def left_out_of(source: str) -> Counter[str]:
    """What is left out of a piece of HTML, by its code."""
    try:
        root = _parse("fragment", source)
    except Unreadable:
        return Counter()
    return counted(root, lambda element: _left_out(element, str(element.tag)))


def fragment(source: str) -> Iterator[Piece]:
    """The pieces of a piece of HTML (inside a Markdown file, say)."""
    yield from _walk(_parse("fragment", source), "paragraph", 0)


def _flat(text: str) -> str:
    """The page without its nesting: blocks become paragraphs, what marks words is left out."""
    return _INLINE.sub("", _NESTING.sub("<p>", text))


def _parse(name: str, text: str, *, flat: bool = False) -> Any:
    # huge: without it a page that is nested more than 256 deep loses what is deeper; the reader's memory has its limit
    parser = lxml.html.HTMLParser(no_network=True, huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = lxml.html.document_fromstring(_XML_DECLARATION.sub("", text), parser=parser)
    except (lxml.etree.LxmlError, ValueError, AssertionError) as error:
        raise Unreadable(name, "it has no text", "add the page with its text, or remove it") from error
    if any(fault.type in _TOO_DEEP for fault in parser.error_log):
        if not flat:
            return _parse(name, _flat(text), flat=True)
        raise Unreadable(name, "it is nested too deeply to be read", "save it as plain text and add that")
    return root


def _without_site(title: str, heading: str, printed: Sequence[str]) -> str:
    """The part of a title that the page itself prints as a line: the rest ("… | Ministry of Water") names the site."""
    parts = [part for part in _BETWEEN_PARTS.split(title) if part]
    if heading in parts:
        return heading
    own = [part for part in parts if part in printed and known.names_a_report(part) and not known.is_institution(part)]
    return max(own, key=len) if len(parts) > 1 and own else title


def _metadata(root: Any, pieces: Sequence[Piece]) -> Metadata:
    values: dict[str, str] = {}
    authors: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        key = (
            element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv") or ""
        )
        content = element.get("content")
        if content and content.strip():
            values.setdefault(key.strip().lower(), fold(content))
            authors.setdefault(key.strip().lower(), []).append(fold(content))
    heading = next((fold(h.text_content()) for h in root.iter("h1") if fold(h.text_content())), "")
    title = fold(next((t.text_content() for t in root.iter("title")), ""))
    canonical = next(
        (link.get("href", "") for link in root.iter("link") if (link.get("rel") or "").lower() == "canonical"),
        "",
    )
    dates = (
        "article:published_time",
        "datepublished",
        "dc.date",
        "dcterms.date",
        "dcterms.issued",
        "citation_publication_date",
        "date",
    )
    date = next((d for key in dates if (d := known.iso_date(values.get(key, "").replace("/", "-")))), "")
    if not date:
        times = (known.iso_date(t.get("datetime") or "") for t in root.iter("time"))
        date = next((d for d in times if d), "")
    publisher = next(
        (values[k] for k in ("dc.publisher", "dcterms.publisher", "citation_publisher", "og:site_name") if k in values),
        "",
    )
    shared = values.get("og:title") or values.get("dc.title") or values.get("citation_title") or ""
    # <title> carries the site's name too; the page's own heading, where <title> begins with it, does not
    own = heading if heading and title.startswith(heading) else title
    printed = [fold(piece.text) for piece in pieces[:FIRST_LINES]]
    return Metadata(
        title=_without_site(shared or own, heading, printed) or heading,
        date=date,
        publisher=publisher,
        language=known.primary_language(
            root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
        ),
        address=known.web_address(canonical) or known.web_address(values.get("og:url", "")),
        # `author` alone is not taken: as a rule it names a program or whoever keeps the site
        author="; ".join(authors.get("citation_author") or authors.get("dc.creator") or ()),
    )


def _content(body: Any, whole: list[Piece]) -> list[Piece]:
    """The pieces of the largest article or the main part that holds a good part of the page; else the whole."""
    size = _size(whole)
    for path in (".//article", ".//*[@itemprop='articleBody']", ".//main", ".//*[@role='main']"):
        parts = [list(_walk(part, "paragraph", 0)) for part in body.iterfind(path)]
        largest = max(parts, key=_size, default=[])
        if _size(largest) > max(200, size * 0.4):
            title = next((piece for piece in whole if piece.level == 1), None)
            return largest if title is None or any(p.level == 1 for p in largest) else [title, *largest]
    return whole


def _size(pieces: list[Piece]) -> int:
    return sum(len(piece.text) for piece in pieces)


def _without_repeats(pieces: list[Piece]) -> list[Piece]:
    return [piece for place, piece in enumerate(pieces) if not (place and piece == pieces[place - 1])]


def _walk(element: Any, kind: PieceKind, depth: int) -> Iterator[Piece]:
    """Depth first; inline text between blocks is gathered into paragraphs."""
    flow = _Flow()
    yield from _gather(element, kind, depth, flow, preformatted=False)
    yield from _flush(flow, kind)


def _gather(element: Any, kind: PieceKind, depth: int, flow: _Flow, *, preformatted: bool) -> Iterator[Piece]:
    if depth > _MAX_DEPTH:  # no page is built so; its text is read all the same, as one piece
        _add(flow, _plain(element), preformatted)
        return
    _add(flow, element.text, preformatted)
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if not tag or _left_out(child, tag):
            # only the text behind it counts
            pass
        elif tag == "img":
            if said := described(child):
                yield from _flush(flow, kind)
                yield Piece("note", said)
        elif tag in ("br", "hr"):
            flow.parts.append("\n")
        elif tag == "table":
            yield from _flush(flow, kind)
            yield from _table(child, depth + 1)
        elif re.fullmatch("h[1-6]", tag):
            yield from _flush(flow, kind)
            text = fold(_plain(child))
            if text:
                yield Piece("heading", text, int(tag[1]))
        elif tag in _BLOCKS:
            yield from _flush(flow, kind)
            inner: PieceKind = (
                "item"
                if tag in ("li", "dd", "dt")
                else "paragraph"
                if tag in ("p", "blockquote") and kind != "item"
                else kind
            )
            block = _Flow()
            yield from _gather(child, inner, depth + 1, block, preformatted=preformatted or tag == "pre")
            yield from _flush(block, inner)
        elif tag == "sup" and (figures := fold(_plain(child))) != raised(figures):
            if not _is_mark(child):
                flow.parts.append(raised(figures))
        else:
            if tag == "a":
                flow.links += len(_plain(child))
            # an empty element is a break between words for a reader (icons, spacers), but sup and sub are not
            yield from _gather(child, kind, depth + 1, flow, preformatted=preformatted)
        _add(flow, child.tail, preformatted)


def _is_mark(sup: Any) -> bool:
    """A note's mark: it leads to another place of the page."""
    links = [sup.getparent(), *sup.iter("a")]
    return any(link.tag == "a" and (link.get("href") or "").startswith("#") for link in links)


def _add(flow: _Flow, text: str | None, preformatted: bool) -> None:
    if text:
        flow.parts.append(text if preformatted else re.sub(r"\s+", " ", text))


def _flush(flow: _Flow, kind: PieceKind) -> Iterator[Piece]:
    raw = "".join(flow.parts)
    links = flow.links
    flow.parts.clear()
    flow.links = 0
    # a blank line (<br><br>) is a paragraph's end
    for part in re.split(r"\n[^\S\n]*\n\s*", raw):
        text = tidy(part)
        # a short line that is nothing but links is a menu
        if text and not (links >= len(text) * 0.9 and len(text) < 40 and kind == "item"):
            yield Piece(kind, text)


def _left_out(element: Any, tag: str) -> bool:
    if (
        (tag in _DROPPED and not _is_footer_of_text(element, tag))
        or is_hidden(element)
        or (element.get("role") or "").lower() in _ROLES
    ):
        return True
    if tag in ("main", "article", "body", "html"):
        return False
    if tag == "form":
        return _is_filled_in(element)
    label = f"{element.get('class') or ''} {'' if _named_after_heading(element, tag) else element.get('id') or ''}"
    return bool(_CHROME.search(label)) and len(_plain(element)) < 5_000


def _is_footer_of_text(element: Any, tag: str) -> bool:
    """The foot of an article or a quotation (who wrote it, where it is from), and not that of the site."""
    if tag != "footer" or not any(
        iterancestor.tag in ("article", "blockquote", "section") for iterancestor in element.iterancestors()
    ):
        return False
    links = sum(len(fold(_plain(link))) for link in element.iter("a"))
    return links * 2 < len(fold(_plain(element)))


def _is_filled_in(form: Any) -> bool:
    """A form for a reader to fill in, and not one that a program of the server has put around the whole page."""
    fields = [field for field in form.iter("input", "select", "textarea") if field.get("type") != "hidden"]
    unread = sum(len(fold(_plain(part))) for part in form.iter("select", "textarea", "script", "style"))
    return bool(fields) and form.find(".//h1") is None and len(fold(_plain(form))) - unread < _FORM


def _named_after_heading(element: Any, tag: str) -> bool:
    """Its id only repeats a heading, as converters have it: "related-work" is a chapter there, and no box of links."""
    section = tag == "section" or _SECTION.search(element.get("class") or "")
    heading = next(iter(element), None) if section else element
    if heading is None or not re.fullmatch("h[1-6]", str(heading.tag)):
        return False
    name = re.sub(r"-\d+$", "", (element.get("id") or "").lower())
    return _ODD.sub("", _plain(heading).lower()).endswith(_ODD.sub("", name))


def _plain(element: Any) -> str:
    return str(element.text_content())


def _table(table: Any, depth: int) -> Iterator[Piece]:
    """Rows as text; a table that only lays out a page gives its blocks instead."""
    rows = [row for row in table.iter("tr") if _owner(row) is table]
    cells = [[cell for cell in row if cell.tag in ("td", "th")] for row in rows]
    columns = max((len(row) for row in cells), default=0)
    lays_out = any(cell.find(".//table") is not None or cell.find(".//h1") is not None for row in cells for cell in row)
    long = any(len(fold(_plain(cell))) > 600 for row in cells for cell in row)
    if columns <= 1 or lays_out or long:
        for row in cells:
            for cell in row:
                yield from _walk(cell, "paragraph", depth)
        return
    caption = table.find("caption")
    if caption is not None and fold(_plain(caption)):
        yield Piece("paragraph", fold(_plain(caption)))
    placed = laid_out([[_cell(cell) for cell in row] for row in cells])
    heads = _heads(cells)
    # a title over all columns names none of them
    naming = [row for row in placed[:heads] if len({place.text for place in row} - {""}) > 1]
    header = names(naming) if heads < len(cells) else []
    told = bool(header) and tells(header, placed[heads:])
    for number, row in enumerate(placed):
        if number < heads and told and row in naming:
            continue
        text = placed_row(header if number >= heads else [], row)
        if text:
            yield Piece("row", text)


def _heads(cells: list[list[Any]]) -> int:
    """How many rows at the top name the columns: a second one only where the first has cells over several."""
    heads = 0
    for row in cells:
        wide = heads and any(_span(cell, "colspan") + _span(cell, "rowspan") > 2 for cell in cells[heads - 1])
        head = row and (all(cell.tag == "th" for cell in row) or row[0].getparent().getparent().tag == "thead")
        if not head or (heads and not wide):
            break
        heads += 1
    return heads


def _cell(cell: Any) -> Cell:
    text = fold(" ".join(piece.text for piece in _walk(cell, "paragraph", 0)))
    return Cell(text, _span(cell, "colspan"), _span(cell, "rowspan"))


def _span(cell: Any, name: str) -> int:
    value = (cell.get(name) or "").strip()
    return int(value) if value.isdecimal() and len(value) < 5 else 1


def _owner(row: Any) -> Any:
    parent = row.getparent()
    while parent is not None and parent.tag != "table":
        parent = parent.getparent()
    return parent
