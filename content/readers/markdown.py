"""A Markdown file in; its pieces and front matter out. The text is as a reader sees it: no marks, no tags."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from content.documents import Metadata, Piece, PieceKind
from content.readers import metadata as known
from content.readers.encodings import decode
from content.readers.errors import Unreadable
from content.readers.headings import CONTENTS, is_contents_line, nest_numbered, numbering
from content.readers.office import alternative, lacking
from content.readers.paragraphs import fold, join_lines, mend, raised, tidy, vocabulary
from content.readers.tables import table_row
from content.readers.templates import without_templates

_FRONT = re.compile(r"\A\s*---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_OPENERS = (("<!--", "-->"), ("<?", "?>"), ("<![CDATA[", "]]>"), ("<!", ">"))
"""What begins a piece of HTML that is no tag, and what ends it."""
_APART = "\u2060"
"""A character that nobody sees (`seen` takes it out again)."""
_BREAK = re.compile(r"<br\b", re.IGNORECASE)
_HIGH = re.compile(r"<(/?)sup\b", re.IGNORECASE)
_HAS_MORE = re.compile(
    r"<(?:img|i?frame|object|embed|video|audio|canvas|svg|input|select|textarea|ruby|aside)\b", re.IGNORECASE
)
"""Tags of what is more than text."""
_SAYS = 24
"""Characters from which what is said of a picture says more than its name."""
_TOML = re.compile(r"\A\s*\+\+\+[ \t]*\n(.*?)\n\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL)
"""Front matter as Hugo has it."""
_ATTRIBUTES = re.compile(r"\s*\{(?:[#.][^{}]*|-)\}$")
"""What Pandoc lets stand behind a heading: {#name .class}, {-}."""
_NOTE = re.compile(r"^ {0,3}\[\^([^\[\]\s]+)\]:[ \t]*", re.MULTILINE)
_LINK = "\u2063"
"""Stands before an item that is nothing but a short link, until it is known whether there are more (nobody sees it)."""
_MENU = 3
"""Such items in a row that make a menu."""
_MAX_LINK = 40
"""Characters of a link that may be one of a menu; the titles of reports are longer (`html.py` has the same)."""
_MAX_FRONT = 20_000
_MAX_NESTED = 50
"""Brackets that front matter may open in each other, or marks of items on one line. PyYAML's time grows with the square
of them."""


def read(name: str, data: bytes, encoding: str | None = None) -> tuple[list[Piece], Metadata]:
    """Pieces and metadata of a Markdown file (CommonMark with tables). Raises `Unreadable`."""
    text = decode(name, data, encoding=encoding)
    front, body = split_front(name, text)
    plain = _with_notes(_without_open_ends(without_templates(body)))
    tokens = MarkdownIt("commonmark").enable("table").parse(plain)
    pieces = _settle(_without_menus(_pieces(tokens)))
    mended = nest_numbered(mend(pieces, vocabulary(piece.text for piece in pieces)))
    metadata = replace(metadata_of(front), left_out=lacking(**_left_out(tokens)))
    return mended, known.complete(metadata, mended, name)


def _left_out(tokens: Sequence[Token]) -> Counter[str]:
    """Pictures that nobody described, and what is left out of the HTML in a text."""
    inline = [one for token in tokens for one in token.children or ()]
    counts = Counter({"pictures_unread": sum(one.type == "image" and len(one.content) <= _SAYS for one in inline)})
    pieces = [one.content for one in (*tokens, *inline) if one.type in ("html_block", "html_inline")]
    markup = "".join(piece for piece in pieces if _HAS_MORE.search(piece))
    if markup:
        from content.readers.html import left_out_of

        counts += left_out_of(markup)
    return counts


def _without_open_ends(body: str) -> str:
    """The text with every `<!--` that nothing ends made plain text: each would be sought an end for to the very end."""
    for opener, closer in _OPENERS:
        last = body.rfind(closer) + 1
        if opener in body[last:]:
            body = body[:last] + body[last:].replace(opener, opener[0] + _APART + opener[1:])
    return body


def _with_notes(body: str) -> str:
    """Footnotes ([^1]) as paragraphs where they stand; CommonMark takes some for the targets of links."""
    labels = set(_NOTE.findall(body))
    if not labels:
        return body
    return re.sub(r"\[\^([^\[\]\s]+)\]", lambda mark: "" if mark[1] in labels else mark[0], _NOTE.sub("\n", body))


def _without_menus(pieces: Iterable[Piece]) -> list[Piece]:
    """Without runs of short items that are nothing but links: the ways through a site. One or two are kept."""
    kept: list[Piece] = []
    for is_link, group in groupby(pieces, lambda piece: piece.text.startswith(_LINK)):
        run = [replace(piece, text=piece.text.removeprefix(_LINK)) if is_link else piece for piece in group]
        if not is_link or len(run) < _MENU:
            kept += run
    return kept


def _settle(pieces: Sequence[Piece]) -> list[Piece]:
    """Headings as converters leave them, put right where it is safe.

    What follows a list of contents is not part of it, so headings below it are raised until one stands as
    high as it does. A heading ("2.1 ...") that was there before is a running head: numbers are unique.
    """
    settled: list[Piece] = []
    seen: set[str] = set()
    contents = raised = 0
    for piece in pieces:
        if piece.kind == "heading":
            title = fold(piece.text)
            if CONTENTS.fullmatch(title):
                contents, raised = piece.level, 0
            elif contents and piece.level <= contents:
                contents = raised = 0
            elif contents:
                raised = raised or piece.level - contents
                piece = replace(piece, level=max(contents, piece.level - raised))
            if numbering(title).startswith("dotted") and title in seen:
                continue
            seen.add(title)
        settled.append(piece)
    return settled


def split_front(name: str, text: str) -> tuple[dict[str, Any], str]:
    """The front matter at the head of a text, with its keys in lower case, and the rest. Raises `Unreadable`."""
    if found := _TOML.match(text[:_MAX_FRONT]):
        try:
            front = tomllib.loads(found[1])
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise Unreadable(name, "its front matter is not valid TOML", "correct it, or take it out") from error
        return {str(key).lower(): value for key, value in front.items()}, text[found.end() :]
    found = _FRONT.match(text[:_MAX_FRONT])
    if not found:
        return {}, text
    import yaml

    if _depth(found[1]) > _MAX_NESTED:
        raise Unreadable(name, "its front matter is nested too deeply", "write it as lines of the form key: value")
    try:
        # aliases could unfold to gigabytes, and no front matter needs them
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(found[1], Loader=yaml.SafeLoader)):
            raise Unreadable(name, "its front matter has an alias (*name)", "write the value out")
        front = yaml.safe_load(found[1])
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        where = getattr(error, "problem_mark", None)
        line = f" near line {where.line + 2}" if where else ""
        raise Unreadable(
            name,
            f"its front matter is not valid YAML{line}",
            'correct it, for example put quotes around a value with ": "',
        ) from error
    if front is None:
        return {}, text[found.end() :]
    if not isinstance(front, dict):
        # a text between two rules, not front matter
        return {}, text
    return {str(key).strip().lower(): value for key, value in front.items()}, text[found.end() :]


def _depth(front: str) -> int:
    """How many brackets are open at once at most, or items begun on one line."""
    depth = most = 0
    for character in front:
        if character in "[{":
            depth += 1
            most = max(most, depth)
        elif character in "]}":
            depth = max(0, depth - 1)
    return max([most, *(line.count("- ") + line.count("? ") for line in front.split("\n"))])


def metadata_of(front: dict[str, Any]) -> Metadata:
    """What front matter says of its report."""

    def value(*keys: str) -> str:
        for key in keys:
            if front.get(key) is not None and not isinstance(front[key], dict | list):
                return str(front[key]).strip()
        return ""

    def names(*keys: str) -> str:
        for key in keys:
            if isinstance(front.get(key), list):
                return "; ".join(str(name).strip() for name in front[key] if isinstance(name, str))
        return value(*keys)

    year = re.match(r"\d{4}$", value("year"))
    return Metadata(
        title=value("title"),
        year=int(year.group()) if year else None,
        date=value("date"),
        publisher=value("publisher"),
        language=known.primary_language(value("language", "lang")),
        collection=value("collection"),
        address=next((a for key in ("address", "url", "source") if (a := known.web_address(value(key)))), ""),
        author=names("author", "authors"),
        place=value("place"),
    )


def _pieces(tokens: Sequence[Token]) -> Iterator[Piece]:
    words = vocabulary(token.content for token in tokens if token.type == "inline")
    lists: list[int | None] = []
    """What number the next item of each list has that is open; None: of a list without numbers."""
    number = ""
    """That of an item which has just begun; it belongs to the first paragraph, if the item begins with one."""
    row: list[str] = []
    header: list[str] = []
    heading = 0
    in_head = cell_open = False
    for token in tokens:
        kind = token.type
        if kind in ("list_item_close", "heading_open", "table_open", "code_block", "fence", "html_block"):
            number = ""
        if kind == "heading_open":
            heading = int(token.tag[1:])
        elif kind == "heading_close":
            heading = 0
        elif kind in ("ordered_list_open", "bullet_list_open"):
            lists.append(int(token.attrs.get("start", 1)) if kind == "ordered_list_open" else None)
        elif kind in ("ordered_list_close", "bullet_list_close"):
            lists.pop()
        elif kind == "list_item_open":
            next_one = lists[-1]
            number = "" if next_one is None else f"{next_one}{token.markup} "
            lists[-1] = None if next_one is None else next_one + 1
        elif kind in ("thead_open", "thead_close"):
            in_head = kind == "thead_open"
            header = [] if in_head else header
        elif kind == "tr_open":
            row = []
        elif kind in ("th_open", "td_open"):
            cell_open = True
        elif kind in ("th_close", "td_close"):
            cell_open = False
        elif kind == "tr_close":
            if in_head:
                header = row
            elif any(row):
                yield Piece("row", table_row(header, row))
        elif kind == "tbody_close":
            header = []
        elif kind == "table_close" and header:
            yield Piece("row", table_row([], header))
        elif kind == "inline":
            text = _text(token.children or [])
            if cell_open:
                row.append(" ".join(text.split()))
            elif heading:
                yield Piece("heading", _ATTRIBUTES.sub("", " ".join(text.split())), heading)
            else:
                link = _LINK if lists and len(text) < _MAX_LINK and _is_link(token.children or []) else ""
                yield from _paragraph(link + number + text, "item" if lists else "paragraph", words)
                number = ""
        elif kind in ("code_block", "fence") and token.content.strip():
            yield Piece("paragraph", token.content.strip("\n"))
        elif kind == "html_block":
            yield from _html(token.content)


def _is_link(tokens: Sequence[Token]) -> bool:
    """Whether inline tokens are one link and nothing beside it."""
    plain = [token for token in tokens if token.type != "text" or token.content.strip()]
    closed = next((place for place, token in enumerate(plain) if token.type == "link_close"), -1)
    return bool(plain) and plain[0].type == "link_open" and closed == len(plain) - 1


def _paragraph(text: str, kind: PieceKind, words: Collection[str]) -> Iterator[Piece]:
    """A paragraph; lines of a table of contents become short items of their own."""
    lines = text.split("\v")
    if sum(map(is_contents_line, lines)) * 2 > len(lines) > 1:
        for line in lines:
            yield Piece("item", tidy(line))
        return
    # a soft break is no more than a space, a hard one is meant
    parts = [(part, place == 0) for line in lines for place, part in enumerate(line.split("\n"))]
    yield Piece(kind, tidy(join_lines(parts, words)))


def _text(tokens: Sequence[Token]) -> str:
    """Inline tokens as text: \\v for a soft break, \\n for a hard one."""
    parts: list[str] = []
    high = False
    for token in tokens:
        if token.type == "html_inline" and (tag := _HIGH.match(token.content)):
            high = not tag[1]
        elif token.type in ("text", "code_inline"):
            parts.append(raised(token.content) if high else token.content)
        elif token.type == "image" and len(token.content) > _SAYS:
            parts.append(alternative(token.content))
        elif token.type == "softbreak":
            parts.append("\v")
        elif token.type == "hardbreak" or (token.type == "html_inline" and _BREAK.match(token.content)):
            parts.append("\n")
    return "".join(parts)


def _html(source: str) -> Iterator[Piece]:
    """A block of HTML inside Markdown (tables, most often)."""
    from content.readers.html import fragment

    try:
        yield from fragment(source)
    except Unreadable:  # tags and comments without any text
        return
