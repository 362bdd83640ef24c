"""A workbook (.xlsx) in; its rows, each value with the name of its column and as the sheet shows it, out.

A sheet is a heading, what stands alone in a row is a paragraph, and each row below a row of names is "name: value; …".
Hidden sheets, rows and columns, comments, and formulas without a stored value are left out and counted. 0.123 in a cell
that shows per cent is "12.3%" (ECMA-376 part 1, 18.8.31).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, NamedTuple

from content.documents import Metadata, Piece
from content.readers import metadata as known
from content.readers.charts import drawn_in
from content.readers.office import alone, alternative, lacking, properties
from content.readers.package import Package, damaged
from content.readers.paragraphs import fold
from content.readers.tables import MAX_SPAN, table_row

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_NO_NAME = re.compile(r"(?:sheet|tabelle|feuil|hoja|лист|工作表|シート)\s?\d*", re.IGNORECASE)
"""What programs call a new sheet."""
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|[_*].|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]', re.DOTALL)
"""Parts of a number format that are shown as they are, take room, or say how the rest is shown."""
_DATE_LETTERS = re.compile(r"[ymdhs]", re.IGNORECASE)
# Formats that a workbook need not say (ECMA-376 part 1, 18.8.30)
_KNOWN_FORMATS = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    14: "yyyy-mm-dd",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm",
    19: "h:mm:ss",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy-mm-dd h:mm",
    37: "#,##0",
    38: "#,##0",
    39: "#,##0.00",
    40: "#,##0.00",
    45: "mm:ss",
    46: "h:mm:ss",
    47: "mm:ss",
    49: "@",
}
_MAX_COLUMNS = 16_384
_FORMATTING = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|\d{1,3}|[A-Z])')
"""How headers and footers are set, and the number, day or file that they show (ECMA-376 part 1, 18.3.1.46)."""


class _Styles(NamedTuple):
    """How values are shown."""

    formats: Sequence[str]
    """By the number of a cell's style."""
    from_1904: bool
    """Days are counted from 1904 (workbooks of the Macintosh)."""


class _Row(NamedTuple):
    """A row that is not empty."""

    number: int
    cells: dict[int, str]
    """Column → what it shows."""
    figures: frozenset[int]
    """Columns that hold a number or a date."""
    covered: dict[int, str]
    """What a cell says that is merged with the ones to the right of it, in each of their columns."""


def read(name: str, data: bytes) -> tuple[list[Piece], Metadata]:
    """Pieces and metadata of an .xlsx file. Raises `Unreadable`."""
    package = Package(name, data)
    part = package.main("xl/workbook.xml")
    root = package.needed(part)
    relations = package.relations(part)
    texts = _texts(
        package, next((relation.target for relation in relations.values() if relation.type == "sharedStrings"), "")
    )
    styles = _styles(
        package, root, next((relation.target for relation in relations.values() if relation.type == "styles"), "")
    )
    pieces: list[Piece] = []
    lost = hidden = 0
    counts: Counter[str] = Counter()
    margins: list[list[str]] = []
    sheets = root.findall(f"{_S}sheets/{_S}sheet")
    for sheet in sheets:
        target = relations.get(sheet.get(f"{_R}id", ""))
        if target is None or target.type not in ("worksheet", "chartsheet"):
            continue
        if sheet.get("state", "visible") != "visible":
            hidden += 1
            continue
        content = package.xml(target.target)
        if content is None:
            lost += 1
            continue
        own = [*_sheet(content, texts, styles, counts), *_drawings(package, target.target, counts)]
        margins.append([_FORMATTING.sub(" ", one.text or "") for one in content.iterfind(f"{_S}headerFooter/*")])
        title = fold(sheet.get("name", ""))
        if own and title and not _NO_NAME.fullmatch(title):
            pieces.append(Piece("heading", title, 1))
        pieces += own
    if not pieces and lost:
        raise damaged(name, "none of its sheets can be unpacked or understood")
    metadata = properties(package)
    # the name of a sheet ("2019", "Data") does not say what the workbook is
    title = metadata.title or _title(pieces) or known.title_from_name(name)
    left_out = lacking(parts_damaged=lost, of=len(sheets), sheets_hidden=hidden, **counts)
    metadata = known.complete(replace(metadata, title=title, left_out=left_out), pieces, name)
    return [*alone(margins, [metadata.title, *(piece.text for piece in pieces)]), *pieces], metadata


def _title(pieces: Sequence[Piece]) -> str:
    """What stands alone over the first table, where it is short."""
    first = next((piece for piece in pieces if piece.kind != "heading"), None)
    return first.text if first and first.kind == "paragraph" and len(first.text) <= 120 else ""


def _texts(package: Package, part: str) -> list[str]:
    """The texts that cells refer to by number."""
    root = package.xml(part) if part else None
    return [_rich(one) for one in root.iterchildren(f"{_S}si")] if root is not None else []


def _rich(element: Any) -> str:
    """A text with marks; signs of how it is read aloud (furigana) are left out."""
    runs = (run for run in element.iter(f"{_S}t") if run.getparent().tag != f"{_S}rPh")
    return fold("".join(run.text or "" for run in runs))


def _styles(package: Package, workbook: Any, part: str) -> _Styles:
    settings = workbook.find(f"{_S}workbookPr")
    from_1904 = settings is not None and settings.get("date1904") in ("1", "true")
    root = package.xml(part) if part else None
    if root is None:
        return _Styles((), from_1904)
    own = {one.get("numFmtId", ""): one.get("formatCode", "") for one in root.iter(f"{_S}numFmt")}
    used = [one.get("numFmtId", "0") for one in root.iterfind(f"{_S}cellXfs/{_S}xf")]
    return _Styles([own.get(one) or _KNOWN_FORMATS.get(_integer(one), "") for one in used], from_1904)


def _sheet(root: Any, texts: Sequence[str], styles: _Styles, counts: Counter[str]) -> Iterator[Piece]:
    hidden = _hidden_columns(root)
    rows: list[_Row] = []
    unseen: set[int] = set()
    for element in root.iterfind(f"{_S}sheetData/{_S}row"):
        row = _row(element, texts, styles)
        counts["errors_shown"] += sum(cell.get("t") == "e" for cell in element.iterchildren(f"{_S}c"))
        counts["formulas_unread"] += sum(map(_lacks_value, element.iterchildren(f"{_S}c")))
        if row is None:
            continue
        if element.get("hidden") in ("1", "true"):
            counts["rows_hidden"] += 1
            continue
        gone = hidden & row.cells.keys()
        unseen |= gone
        if gone:
            cells = {column: text for column, text in row.cells.items() if column not in gone}
            row = row._replace(cells=cells, figures=row.figures - gone)
        if row.cells:
            rows.append(row)
    counts["columns_hidden"] += len(unseen)
    _spread(root, rows)
    for block in _blocks(rows):
        yield from _table(block)


def _hidden_columns(root: Any) -> frozenset[int]:
    hidden: set[int] = set()
    for column in root.iterfind(f"{_S}cols/{_S}col"):
        if column.get("hidden") in ("1", "true"):
            first, last = _integer(column.get("min", "0")), _integer(column.get("max", "0"))
            hidden.update(range(max(1, first), min(last, _MAX_COLUMNS) + 1))
    return frozenset(hidden)


def _lacks_value(cell: Any) -> bool:
    """A formula whose value the file does not store, as programs write it that do not calculate."""
    return cell.find(f"{_S}f") is not None and not (cell.findtext(f"{_S}v") or cell.findtext(f"{_S}is/{_S}t"))


def _row(element: Any, texts: Sequence[str], styles: _Styles) -> _Row | None:
    cells: dict[int, str] = {}
    figures: set[int] = set()
    column = 0
    for cell in element.iterchildren(f"{_S}c"):
        match = _PLACE.fullmatch(cell.get("r", ""))
        column = _column(match[1]) if match else column + 1
        text, is_figure = _value(cell, texts, styles)
        if text:
            cells[column] = text
            if is_figure:
                figures.add(column)
    return _Row(_integer(element.get("r", "0")), cells, frozenset(figures), {}) if cells else None


def _value(cell: Any, texts: Sequence[str], styles: _Styles) -> tuple[str, bool]:
    """What a cell shows, and whether that is a number or a date."""
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        inline = cell.find(f"{_S}is")
        return (_rich(inline) if inline is not None else ""), False
    raw = cell.findtext(f"{_S}v") or ""
    if kind == "s":
        number = _integer(raw, -1)
        return (texts[number] if 0 <= number < len(texts) else ""), False
    if kind == "b":
        return ("TRUE" if raw.strip() == "1" else "FALSE") if raw else "", False
    if kind != "n":  # the text of a formula, a date as text; an error (#N/A) is no text
        return "" if kind == "e" else fold(raw), kind == "d"
    style = _integer(cell.get("s", "0"))
    return shown(raw.strip(), styles.formats[style] if style < len(styles.formats) else "", styles.from_1904), bool(raw)


def shown(raw: str, code: str, from_1904: bool = False) -> str:
    """A number as its format shows it: ("0.123", "0.0%") → "12.3%". Dates are ISO dates, whatever their format."""
    try:
        number = Decimal(raw)
    except InvalidOperation:
        return fold(raw)
    if not number.is_finite() or abs(number.adjusted()) > 300:
        return raw
    sections = _sections(code)
    section = sections[1] if number < 0 and len(sections) > 1 and sections[1] else sections[0]
    if number == 0 and len(sections) > 2:
        section = sections[2]
    bare = _LITERAL.sub("", section)
    if _DATE_LETTERS.search(bare) and "0" not in bare and "#" not in bare:
        return _date(number, bare.lower(), from_1904) or _plain(number)
    match = re.search(r"[0#?][0#?,. ]*(?:E[+-][0#?]+)?", bare)
    if not match and section.strip() and "general" not in bare.lower() and "@" not in bare:
        return fold("".join(_around(section)))  # words alone, or nothing
    if not match or "E" in match.group() or "/" in bare:
        return _plain(number)
    full = match.group().rstrip()
    pattern = full.rstrip(",")  # each comma behind the figures hides three of them
    percent = "%" in bare
    decimals = len(re.sub("[^0#?]", "", pattern.partition(".")[2]))
    scaled = number.scaleb(2) if percent else number
    thousands = pattern.partition(".")[0]
    scaled = scaled.scaleb(-3 * (len(full) - len(pattern)))
    negative = scaled < 0 and not (len(sections) > 1 and section is sections[1])
    optional = len(pattern.partition(".")[2]) - len(pattern.partition(".")[2].rstrip("#"))
    text = _rounded(abs(scaled), decimals, optional, grouped="," in thousands)
    before, after = _around(section)
    return fold(f"{'-' if negative and text.strip('0.,') else ''}{before}{text}{after}")


def _sections(code: str) -> list[str]:
    """The parts of a format for numbers above, below and at zero."""
    sections, quoted, escaped = [""], False, False
    for character in code:
        if character == ";" and not quoted and not escaped:
            sections.append("")
            continue
        escaped = character == "\\" and not escaped
        quoted ^= character == '"' and not escaped
        sections[-1] += character
    return sections


def _around(section: str) -> tuple[str, str]:
    """What is shown before and after the figures: signs of currencies, units, the sign for per cent, brackets."""
    sides = ["", ""]
    position = side = 0
    while position < len(section):
        literal = _LITERAL.match(section, position)
        if literal:
            sides[side] += literal[1] or literal[2] or literal[3] or ""
            position = literal.end()
            continue
        character = section[position]
        if character in "0#?":
            side = 1
        elif character not in ",.@" and not (character in "Gg" and section[position:].lower().startswith("general")):
            sides[side] += character
        position += 1
    return sides[0], sides[1]


def _rounded(number: Decimal, decimals: int, optional: int, *, grouped: bool) -> str:
    if decimals > 30 or number.adjusted() > 25:
        return _plain(number)
    rounded = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{rounded:,.{decimals}f}" if grouped else f"{rounded:.{decimals}f}"
    whole, point, rest = text.partition(".")
    while optional and rest.endswith("0"):
        rest, optional = rest[:-1], optional - 1
    return whole + (point + rest if rest else "")


def _plain(number: Decimal) -> str:
    """A number in no format: at most the 15 figures that are stored rightly (0.1 + 0.2 is 0.3)."""
    text = f"{float(number):.15g}"
    if "e" in text and abs(number.adjusted()) < 21:
        text = f"{Decimal(text):f}"
    return text


def _date(number: Decimal, code: str, from_1904: bool) -> str:
    """A day and time that a number counts, or ""."""
    if not 0 <= number < 2_958_466:
        return ""
    # 1900 is counted as a leap year, for ever (ECMA-376 part 1, 18.17.4.1)
    start = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30 if number >= 61 else 31)  # noqa: DTZ001
    try:
        moment = start + timedelta(seconds=round(float(number) * 86_400))
    except OverflowError:
        return ""
    has_time = "h" in code or "s" in code
    if "y" not in code and "d" not in code:
        return f"{moment:%H:%M:%S}" if "s" in code else f"{moment:%H:%M}" if has_time else f"{moment:%Y-%m}"
    if "d" not in code:
        return f"{moment:%Y-%m}" if "m" in code else f"{moment:%Y}"
    return f"{moment:%Y-%m-%d %H:%M}" if has_time else f"{moment:%Y-%m-%d}"


def _spread(root: Any, rows: Sequence[_Row]) -> None:
    """Note what merged cells say of the columns that they cover in their own rows: they may name them all."""
    at = {row.number: row for row in rows}
    for merged in root.iterfind(f"{_S}mergeCells/{_S}mergeCell"):
        first, _, last = merged.get("ref", "").partition(":")
        begin, end = _PLACE.fullmatch(first), _PLACE.fullmatch(last)
        if not begin or not end or (row := at.get(int(begin[2]))) is None:
            continue
        left, right = _column(begin[1]), _column(end[1])
        if text := row.cells.get(left):
            for column in range(left + 1, min(right, left + MAX_SPAN) + 1):
                row.covered[column] = text


def _blocks(rows: Sequence[_Row]) -> Iterator[list[_Row]]:
    """Rows without an empty row between them."""
    block: list[_Row] = []
    for row in rows:
        if block and row.number > block[-1].number + 1:
            yield block
            block = []
        block.append(row)
    if block:
        yield block


def _table(rows: Sequence[_Row]) -> Iterator[Piece]:
    """Titles first, then the rows with the names of their columns, where a row names them."""
    start = 0
    while start < len(rows) and len(rows[start].cells) == 1:
        yield Piece("paragraph", next(iter(rows[start].cells.values())))
        start += 1
    heads = _heads(rows[start:])
    names: dict[int, str] = {}
    for row in rows[start : start + heads]:
        for column, text in (row.covered | row.cells).items():
            above = names.get(column)
            names[column] = text if above in (None, text) else f"{above} {text}"
    for row in rows[start + heads :]:
        yield Piece("row", _line(names, row.cells))
    if start + heads == len(rows):  # names of nothing
        for row in rows[start:]:
            yield Piece("row", _line({}, row.cells))


def _heads(rows: Sequence[_Row]) -> int:
    """How many rows at the top name the columns: the first, where it has no figures but years; two where names of the
    first stand over several columns."""
    if len(rows) < 2:
        return 0
    first = rows[0]
    texts = list(first.cells.values())
    if len(texts) < 2 or any(not _may_name(first, column) for column in first.cells):
        return 0
    if first.covered:
        second = rows[1]
        return 2 if len(rows) > 2 and all(_may_name(second, column) for column in second.cells) else 0
    # a list of pairs without figures ("Kenya", "Nairobi") has no names
    tells = len(texts) > 2 or any(row.figures for row in rows[1:])
    return int(tells and len(set(texts)) == len(texts))


def _may_name(row: _Row, column: int) -> bool:
    text = row.cells[column]
    return len(text) <= 100 and (column not in row.figures or bool(re.fullmatch(r"(?:19|20)\d\d(?:-\d\d)?", text)))


def _line(names: Mapping[int, str], cells: Mapping[int, str]) -> str:
    values = {column: cells[column] for column in sorted(cells)}
    if not any(column in names for column in values):
        return table_row([], list(values.values()))
    return "; ".join(
        f"{names[column]}: {value}" if names.get(column, value) != value else value for column, value in values.items()
    )


def _drawings(package: Package, part: str, counts: Counter[str]) -> Iterator[Piece]:
    """Text boxes, charts, diagrams, and what is said of them and of pictures for those who cannot see them."""
    for relation in package.relations(part).values():
        root = package.xml(relation.target) if relation.type in ("drawing", "comments") else None
        if root is None:
            counts["objects_unread"] += relation.type in ("oleObject", "package", "control")
            continue
        counts["comments_unread"] += sum(1 for _ in root.iter(f"{_S}comment"))
        for paragraph in root.iter(f"{_A}p"):
            yield Piece("paragraph", fold("".join(run.text or "" for run in paragraph.iter(f"{_A}t"))))
        for piece, draws in drawn_in(root, package.relations(relation.target), package):
            counts["charts_drawn"] += draws
            yield piece
        for described in root.iter(f"{_XDR}cNvPr"):
            said = alternative(described.get("descr") or "")
            counts["pictures_unread"] += not said and described.getparent().tag == f"{_XDR}nvPicPr"
            if said:
                yield Piece("paragraph", said)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _integer(text: str, default: int = 0) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else default
