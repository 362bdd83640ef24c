"""Pieces, a file's name and what the file says of itself in; title, year and language out.

A year is taken only from where a report names its own year (front matter, title, "Annual Report 2012", the
file's name), never from any year that the text happens to mention.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import PurePath
from urllib.parse import urlsplit

from content.documents import Metadata, Piece
from content.readers.headings import CONTENTS, looks_like_heading, numbering
from content.readers.paragraphs import HAN, ends_whole, fold

_YEAR = r"(?<!\d)(?:19|20)\d\d(?!\d)"
_YEARS = rf"{_YEAR}(?:\s*(?:,|and|&|to|[-–—/]|至|和|、)\s*{_YEAR})*"
_REPORT = (
    r"(?:annual|biannual|biennial|yearly|quarterly|monthly|progress|activity|work|status|country|final)\s+(?:\w+\s+)?"
    r"(?:reports?|review|plan|outlook)|report|year\s?book|review|white\s+paper|handbook|bulletin|rapport|доклад|отчет|отчёт"
)
_REPORT_ZH = "(?:年度|工作|发展|研究|季度|政府|评价|监测|調查|调查)*(?:报告|報告|年报|年報|白皮书|蓝皮书|年鉴|公报)"
_OF_REPORT = re.compile(
    rf"(?P<before>{_YEARS})(?:\s+\w+){{0,3}}?[\s-]*(?:{_REPORT})\b|\b(?:{_REPORT})s?(?:\s+(?:for|of|the|year|fiscal|in)){{0,3}}"
    rf"[\s,:(-]*(?P<after>{_YEARS})|(?P<zh>{_YEARS})\s*年?[度第一二三四季{HAN}]{{0,12}}?{_REPORT_ZH}",
    re.IGNORECASE,
)
_TITLE_WORD = re.compile(
    rf"\b(?:{_REPORT}|introduction|overview|profile|strategy|policy)\b|{_REPORT_ZH}|简介|介绍", re.IGNORECASE
)
_DATE_STAMP = re.compile(r"\d{1,2}:\d{2}|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE)
_DATE_LINE = re.compile(
    r"(?:\w+ )?\d{1,2}(?:er|st|nd|rd|th)?[ ,./-]+\w+[ ,./-]+\d{2,4}|\w+ \d{1,2}, \d{4}|\d{4} ?年.*[月日]"
)
_ISO_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
MAX_TITLE = 200

# A handful of the commonest words; enough to tell languages apart that share an alphabet.
_STOP_WORDS = """
en the of and to in is for that with on as by are was were this which from
fr le la les des et de du une est dans pour que qui sur par au aux avec sont
es el la los las de y en que del una por con para es se un como más al
de der die das und ist von den mit für auf des eine dem nicht zu im werden
pt o os as de e que do da em um uma para com não dos das no na por
it il la di e che per una sono con del della dei gli nel alla le non si
"""


def complete(metadata: Metadata, pieces: Sequence[Piece], name: str) -> Metadata:
    """Fill in what is empty: title, year and language, from the text and the file's name."""
    title = metadata.title or opening_title(pieces) or title_from_name(name)
    year = metadata.year or year_of_report(title) or _closing_year(title)
    if year is None:
        year = year_of_report(re.sub("[_-]+", " ", PurePath(name).stem)) or _year_of_opening(pieces)
        year = year or year_of_date(metadata.date)
    language = metadata.language or guess_language(piece.text for piece in pieces)
    return replace(metadata, title=_cut(title), year=year, language=language)


def opening_title(pieces: Sequence[Piece]) -> str:
    """The title on the first lines, or "": the first heading, with the cover lines that belong to it."""
    opening = _opening(pieces)
    headings = [place for place, piece in enumerate(opening) if piece.kind == "heading" and _may_be_title(piece.text)]
    if headings:
        first = headings[0]
        top = min(opening[place].level for place in headings)
        if opening[first].level > top + 1:
            first = next(place for place in headings if opening[place].level == top)
        title = fold(opening[first].text)
        return title if _TITLE_WORD.search(title) else _with_cover(title, opening[first + 1 : first + 4])
    lines = [
        line
        for piece in opening
        if piece.kind != "row"
        for line in piece.text.split("\n")
        if not _DATE_STAMP.search(line) and not _DATE_LINE.fullmatch(line.strip()) and not ends_whole(line)
    ]
    named = [fold(line) for line in lines if len(line) <= MAX_TITLE and _OF_REPORT.search(line)]
    return named[0] if named else fold(lines[0]) if lines and looks_like_heading(lines[0]) else ""


def _may_be_title(heading: str) -> bool:
    return not numbering(heading) and not CONTENTS.fullmatch(fold(heading))


def _opening(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces before the text proper begins."""
    opening: list[Piece] = []
    for piece in pieces[:20]:
        if len(piece.text) > 250:
            break
        opening.append(piece)
    return opening or [piece for piece in pieces[:1] if piece.kind == "heading"]


def _with_cover(title: str, following: Sequence[Piece]) -> str:
    """An institute's name as the largest line, "2021" and "Annual Report" under it: together the title."""
    cover = []
    for piece in following:
        text = fold(piece.text)
        if piece.kind == "heading" or len(text) > 40 or not (re.fullmatch(_YEARS, text) or _TITLE_WORD.search(text)):
            break
        cover.append(text)
    return " ".join([title, *cover]) if any(_TITLE_WORD.search(text) for text in cover) else title


def _cut(title: str) -> str:
    title = fold(title)
    return title if len(title) <= MAX_TITLE else title[: MAX_TITLE - 1].rsplit(" ", 1)[0] + "…"


def title_from_name(name: str) -> str:
    """A file's name as words."""
    return fold(re.sub(r"[_\-\s]+", " ", PurePath(name).stem))


def year_of_report(text: str) -> int | None:
    """The last year in "Annual Report 2012", "2021 and 2022 Biannual Report", 2018年报告; else None."""
    found = _OF_REPORT.search(fold(text))
    if not found:
        return None
    years = re.findall(_YEAR, found["before"] or found["after"] or found["zh"])
    return int(years[-1])


def _closing_year(title: str) -> int | None:
    """The year a title ends with ("UNESCO Courier, July 1948"), else None."""
    found = re.search(rf"{_YEAR}[)\]年]?$", fold(title))
    return int(found.group()[:4]) if found else None


def _year_of_opening(pieces: Sequence[Piece]) -> int | None:
    for piece in pieces[:12]:
        if len(piece.text) <= MAX_TITLE and (year := year_of_report(piece.text)):
            return year
    return None


def year_of_date(date: str) -> int | None:
    """The year a date begins with ("2023-05-01", "2023"), else None."""
    found = re.match(r"\s*((?:19|20)\d\d)(?!\d)", date)
    return int(found[1]) if found else None


def iso_date(text: str) -> str:
    """The date part of an ISO 8601 date or time, or ""."""
    found = _ISO_DATE.match(text.strip())
    return found.group() if found and 1800 <= int(found.group()[:4]) <= 2200 else ""


def web_address(text: str) -> str:
    """The address if it is one of the web, else ""."""
    text = text.strip()
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return text if parts.scheme in ("http", "https") and parts.netloc and not re.search(r"\s", text) else ""


def primary_language(tag: str) -> str:
    """`zh-Hans-CN` → `zh`; "" when it is no language tag."""
    found = re.match(r"([A-Za-z]{2,3})(?:[-_].*)?$", tag.strip())
    return found[1].lower() if found and tag.strip().lower() not in ("und", "x-none") else ""


def guess_language(texts: Iterable[str]) -> str:
    """`zh`, `ja`, `ko`, `ru`, `ar`, `en`, `fr`, ... by script and commonest words; "" when unknown."""
    sample = ""
    for text in texts:
        sample += text + "\n"
        if len(sample) > 50_000:
            break
    kana = len(re.findall("[\u3041-\u30ff]", sample))
    han = len("".join(re.findall(f"[{HAN}]+", sample)))
    if not kana and han > len(sample) * 0.2:  # letters need not be counted: they are no more than that
        return "zh"
    letters = sum(map(str.isalpha, sample)) or 1
    if kana > letters * 0.1:
        return "ja"
    if han > letters * 0.2:
        return "zh"
    for language, script in (("ko", "\uac00-\ud7a3"), ("ru", "\u0400-\u04ff"), ("ar", "\u0600-\u06ff")):
        if len(re.findall(f"[{script}]", sample)) > letters * 0.3:
            return language
    words = re.findall(r"[^\W\d_]+", sample.lower())
    counts = Counter(words)
    stops = [line.split() for line in _STOP_WORDS.strip().split("\n")]
    votes = {language: sum(counts[word] for word in common) for language, *common in stops}
    best = max(votes, key=lambda language: votes[language])
    if votes[best] >= max(2, len(words) * 0.03):
        return best
    return "en" if words and sample.isascii() else ""
