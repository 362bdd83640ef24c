"""Pieces, a file's name and what the file says of itself in; title, year and language out.

A year is taken only from where a report names its own year (front matter, title, "Annual Report 2012", the
file's name), never from any year that the text happens to mention.
"""

from __future__ import annotations

import re
import time
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
    r"(?:reports?|review|plan|outlook)|report|year\s?book|review|white\s+paper|handbook|bulletin|rapport|доклад"
    r"|отчет|отчёт"
)
_REPORT_ZH = "(?:年度|工作|发展|研究|季度|政府|评价|监测|調查|调查)*(?:报告|報告|年报|年報|白皮书|蓝皮书|年鉴|公报)"
_OF_REPORT = re.compile(
    rf"(?P<before>{_YEARS})(?:\s+\w+){{0,3}}?[\s-]*(?:{_REPORT})\b|\b(?:{_REPORT})s?(?:\s+(?:for|of|the|year"
    rf"|fiscal|in)){{0,3}}"
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
_DOI_YEAR = re.compile(rf"\b10\.\d{{4,9}}/[^\s/]{{0,60}}[.-](?P<year>{_YEAR})[.-]", re.IGNORECASE)
"""Many journals have the year in their DOI: 10.16418/j.issn.1000-3045.2017.03.011."""
_ISO_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_STAR = re.compile(r"(?<=\S)\s?[*＊]{1,3}$")
"""The mark of a footnote behind a title."""
_EDITION = re.compile(r"\.(?:en|zh|fr|ru|es|ar|de|pt)(?:[-_]\w{2,4})?$", re.IGNORECASE)
"""How the name of a file says in which language it is."""
MAX_TITLE = 200
_HEAD = 5
"""Pieces of the head of a letter."""
_NAMES_A_YEAR = 400
"""Characters of a text in which a report's year is looked for: a list of years takes time that grows with its cube."""
_LABELLED = re.compile(r"\s*([^:：]{2,100})[:：]\s*\S")
_NO_TITLE = re.compile(
    r"(?:microsoft|ms|google|libre\s?office|open\s?office|adobe|wps)\s+(?:word|powerpoint|excel|forms?|docs?"
    r"|office|writer|acrobat|\w+)\b"
    r"(?:\s*[-–—:].*)?|power\s?point presentation|presentation\s?\d*|\(?(?:untitled|anonymous|unknown|no title"
    r"|title)\)?(?:[\s-]*\d+)?"
    r"|document\s?\d*|slide\s?\d*|layout\s?\d*|blank(?: page)?|print(?:ing)?|template|view results"
    r"|(?:form )?responses?|submit|文档\s?\d*|幻灯片\s?\d*|无标题|未命名"
    r"|[^\s].*\.(?:docx?|pdf|txt|indd|rtf|dvi|tex|qxd|wps|pptx?|xlsx?|odt|html?|fm|p65|ps)|\W*|[\d\W]+",
    re.IGNORECASE,
)
"""What programs put where a title belongs."""
_PART = re.compile(
    r"(?:table of |list of )?contents|(?:list of )?(?:figures|tables|abbreviations|acronyms|boxes)|introduction"
    r"|foreword|preface|prologue"
    r"|abstract|(?:executive |summary )?summary|executive overview|acknowledge?ments?|background"
    r"|revision history|version history"
    r"|document (?:history|control)|change ?log|copyright(?: notice)?|legal notice|disclaimer|notice|imprint"
    r"|index|glossary|references"
    r"|bibliography|appendi(?:x|ces)(?: \w)?|annex(?:es)?(?: \w)?|conclusions?|overview|cover(?: page)?|about(?: us)?"
    r"|authors?|colophon|news|home(?: page)?|search|menu|navigation|welcome|page \d+"
    r"|sommaire|table des matières|avant-propos|préface|résumé|remerciements|annexes?|índice|introducción"
    r"|prólogo|resumen|inhalt\w*"
    r"|vorwort|einleitung|содержание|оглавление|введение|предисловие|приложение"
    r"|frequently asked(?: questions)?|faqs?|常见问题|热点问题|常見問題"
    r"|智库报告|智庫報告|研究报告|研究論文|研究论文|专题研究|本期专题|特稿|综述|专栏|问卷篇"
    r"|目\s*[录錄次]|前\s*言|序\s*言?|引\s*言|摘\s*要|导\s*[言论]|緒論|绪论|附\s*[录錄件]|致\s*谢|概\s*[述要]|封\s*面|版权(?:页|声明)?|参考文献",
    re.IGNORECASE,
)
"""Parts that every report has."""
_SHORT_TITLE = re.compile(rf"[^\W\d_][^\W_][^\W_]?|\d[^\W\d_]|[^\W\d_]&[^\W\d_]|[{HAN}]")
"""Two or three letters or figures, R&D, or one Han character."""
_SHORT_MARK = re.compile(
    r"(?:[vpx]\.?\d+|\d[a-e]|toc|ok|yes|n/?a|tbd|tba|new|top|faq|pdf|doc|www|nav|[ivx]+)", re.IGNORECASE
)
"""As short, but a version, a numeral, or what a page has on it."""
_GENERIC = frozenset(
    "draft final revised new the a an our version report questionnaire survey form forms document paper"
    " submission copy national official"
    " public internal confidential restricted for of and file scan rev v vol no".split()
)
"""Words that any report could have on it, and nothing else."""
_ADDRESS = re.compile(
    r"(?:doi\b|https?:|www\.|10\.\d{4,}/|is[bs]n\b|e-?mail\b|tel(?:ephone)?[.:]|fax\b|issn\b|\S+@\S+$)", re.IGNORECASE
)
_NAVIGATION = re.compile(
    r"\b(?:previous|prev|next|home|back|up|skip to|top)\b[^|»›>]{0,30}[|»›>].*|[|»›>]\s*(?:next|previous|home|up)\b",
    re.IGNORECASE,
)
_UNIT = re.compile(rf"[{HAN}]|[^\W_]+")
"""A word, or a Han character."""
_AUTHORS_ZH = re.compile(rf"(?:[{HAN}]{{2,5}}[\d¹²³⁴⁵,，.*]{{1,8}}){{2,}}(?:[{HAN}]{{2,5}})?")
"""Names with the figures of their institutes, and no blanks: 万劲波1谢光锋²林慧1**赵兰香1."""
FEW_WORDS = 2
"""Words of a title that any part of a report could have."""
HAN_FROM = "\u2e80"
MAX_AUTHORS = 120
"""Characters of a line that may be the names of authors."""
_GOES_ON = re.compile(r"[-–—―:：(（]")
"""What the second line of a title begins with."""
_INSTITUTION = re.compile(
    r"(?:the )?(?:[\w.'’&-]+ ){0,7}(?:university|institutes?|ministry|council|committee|academy|agency"
    r"|organi[sz]ation|cent(?:re|er)|commission"
    r"|department|office|parliament|foundation|association|society|bureau|secretariat|government|union|bank"
    r"|programme|authority|press)"
    r"(?:(?: of| for| on| and| the| de| du| des|,)+(?: [A-Z][\w'’-]*,?){1,6}){0,3}|UNESCO|OECD|UNDP|WHO|UNCTAD"
    r"|UNIDO|NASA|IAEA|ITU|FAO|ILO|WTO|EU"
    r"|united nations(?: [\w, -]+)?|house of \w+(?: [\w ]+ committee)?",
    re.IGNORECASE,
)
_INSTITUTION_ZH = re.compile(
    f"[{HAN}·（）()]{{2,30}}(?:研究院|研究所|研究中心|大学|学院|委员会|办公厅|办公室|科学院|工程院|协会|学会|公司|出版社|中心|部|局)"
)
_PUBLISHED = re.compile(
    r"(?:\bpublished\b|\bpublication(?: date)?\b|\breleased?(?: on| date)?\b|\bissued\b|\bprinted\b"
    r"|\bcopyright\b|©"
    r"|\bordered by [\w ]{3,30} to be printed\b|\bsubmitted\b|\bapproved\b|\badopted\b|\bpublié\w*|\bédité"
    r"|опубликован\w*|выпущен\w*)"
    rf"[^.;\n]{{0,60}}?(?P<after>{_YEAR})",
    re.IGNORECASE,
)
_IMPRINT = re.compile(r"(?:first )?published|printed|©|copyright|出版|印刷", re.IGNORECASE)
"""What an imprint on the last page begins with."""
_PUBLISHED_ZH = re.compile(
    rf"(?P<before>{_YEAR})\s*年[^。；]{{0,40}}?(?:发布|印发|公布|出版|通过|施行|编制|發布|出版)"
    rf"|(?:发布|印发|公布|出版|编制|發布)(?:日期|时间)?[：:\s]*(?P<after>{_YEAR})"
)
_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun"
    "|jul|aug|sept?|oct|nov|dec"
    "|janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|spring|summer|autumn"
    "|winter|fall"
    "|января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря|г"
)
_COVER_YEAR = re.compile(
    rf"(?:[A-Z][\w .-]{{2,30}},\s*)?(?:\d{{1,2}}(?:st|nd|rd|th"
    rf"|er)?\s+)?(?:(?:{_MONTHS})\.?,?\s*(?:\d{{1,2}}(?:st|nd|rd|th)?,?\s+)?)?(?P<year>{_YEAR})"
    rf"\s*(?:г\.?|年(?:\s*\d{{1,2}}\s*月(?:\s*\d{{1,2}}\s*日)?)?)?|(?P<iso>{_YEAR})-\d\d-\d\d",
    re.IGNORECASE,
)
"""A line of a cover that is a date: "2021", "July 2021", "Paris, 2021", 2021年6月."""
_ENDS_WITH_DATE = re.compile(
    rf"\b(?:{_MONTHS})\.?,?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+(?P<year>{_YEAR})(?: [/|] .{{0,60}})?$", re.IGNORECASE
)
"""How the head of a letter ends, or that of a gazette: "… Washington, D.C. 20240 SEP 16 2013"."""

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
    """Fill in what is empty: title, year, publisher and language, from the text and the file's name."""
    own = fold(metadata.title.replace("_", " ")) if " " not in metadata.title.strip() else fold(metadata.title)
    publisher = metadata.publisher
    if own and is_institution(own) and metadata.title:
        publisher, own = publisher or own, ""
    if not names_a_report(own):
        own = ""
    title = own or _fuller(opening_title(pieces), pieces)
    if not title:
        publisher = publisher or next((fold(p.text) for p in _opening(pieces) if is_institution(fold(p.text))), "")
        title = title_from_name(name)
        # "Governance Committee" in governance.md: it names more than the file's name does
        said = fold(metadata.title)
        title = said if _words(title) < _words(said) and is_institution(said) else title
    title = _STAR.sub("", title)
    year = metadata.year or year_of_report(title) or _closing_year(title)
    if year is None:
        year = year_of_report(re.sub("[_-]+", " ", PurePath(name).stem)) or year_of_name(name)
        year = year or _year_of_opening(pieces) or _year_of_cover(pieces) or _year_published(pieces)
        year = year or year_of_date(metadata.date)
    language = metadata.language or guess_language(piece.text for piece in pieces)
    return replace(metadata, title=_cut(title), year=year, publisher=publisher, language=language)


def _fuller(title: str, pieces: Sequence[Piece]) -> str:
    """A title of a word or two as the head of the pages has it: "Gazette / 6 August 2020 / Proposed Rules"."""
    if title and len(_UNIT.findall(title)) <= FEW_WORDS:
        for piece in pieces[:1]:
            head = fold(piece.text)
            if piece.kind == "note" and title in head and len(head) <= MAX_TITLE and names_a_report(head):
                return head
    return title


def _words(text: str) -> frozenset[str]:
    return frozenset(_UNIT.findall(text.casefold()))


def names_a_report(title: str, *, short: bool = False) -> bool:
    """Whether a title can be a report's: no program's word, no label of a form, no part that every report has.

    `short`: somebody wrote it as a heading, so that two or three letters name something, too (Tin, AI, 5G).
    """
    text = fold(title).strip(" .…")
    return (
        (
            sum(1 + (character >= "\u2e80") for character in text) > 3
            or (short and bool(_SHORT_TITLE.fullmatch(text)) and not _SHORT_MARK.fullmatch(text))
        )
        and not _NO_TITLE.fullmatch(text)
        and not _PART.fullmatch(text)
        and not _GENERIC.issuperset(re.findall(r"[^\W\d_]+", text.lower()))
        and text.count("|") < 2
        and not _ADDRESS.match(text)
        and not _NAVIGATION.search(text)
        and not text.endswith((":", "：", ":*", "：*", ": *"))
        and not (text.endswith("*") and len(_UNIT.findall(text)) < 5)
        and not (len(text) <= MAX_AUTHORS and _AUTHORS_ZH.fullmatch(text.replace(" ", "")))
        and not text.startswith("*")
        and not re.match(r"\d{1,3}\.?\s*\*", text)
        and "\ufffd" not in text
        and sum(character.isalpha() for character in text) > 0.3 * len(text.replace(" ", ""))
    )


def is_institution(text: str) -> bool:
    """Whether a line says nothing but who publishes: several reports would share it as their title."""
    if len(text) > 90 or re.search(r"\d", text) or _TITLE_WORD.search(text):
        return False
    return bool(_INSTITUTION_ZH.fullmatch(text) or _INSTITUTION.fullmatch(text))


def opening_title(pieces: Sequence[Piece]) -> str:
    """The title on the first lines, or "": the first heading, with the cover lines that belong to it."""
    opening = _opening(pieces)
    labels = Counter(label[1] for piece in pieces if len(piece.text) < 500 and (label := _LABELLED.match(piece.text)))
    first_level = next((piece.level for piece in opening if piece.kind == "heading" and piece.page is None), 6)
    headings = [
        place
        for place, piece in enumerate(opening)
        # what lies below "Frequently asked questions" is one of them
        if piece.kind == "heading"
        and piece.level <= first_level
        and _may_be_title(piece.text, short=piece.page is None and piece.level == 1)
        and not _is_of_sheets(piece.text, labels)
    ]
    named = [position for position in headings if not is_institution(fold(opening[position].text))]
    if len(named) < len(headings):
        # an institution's name as the largest line, and under it, smaller, what it publishes
        lead = headings[0]
        cover = _with_cover(fold(opening[lead].text), opening[lead + 1 : lead + 4])
        if cover != fold(opening[lead].text):
            return cover
    headings = named
    if headings:
        first = headings[0]
        top = min(opening[position].level for position in headings)
        largest = [position for position in headings if opening[position].page in (None, opening[first].page)]
        if opening[first].page is not None and min(opening[position].level for position in largest) == top:
            # on a printed cover the largest line is the title, whatever stands above it
            first = next(position for position in largest if opening[position].level == top)
        elif opening[first].level > top + 1:
            first = next(position for position in headings if opening[position].level == top)
        title = fold(opening[first].text)
        if first + 1 < len(opening) and 0 <= opening[first + 1].level - opening[first].level <= 1:
            after = fold(opening[first + 1].text)
            if _GOES_ON.match(after) and len(title) + len(after) < MAX_TITLE:
                title = f"{_STAR.sub('', title)}{'' if after[0] >= HAN_FROM or title[-1] >= HAN_FROM else ' '}{after}"
        return title if _TITLE_WORD.search(title) else _with_cover(title, opening[first + 1 : first + 4])
    if any(piece.kind == "heading" and _NO_TITLE.fullmatch(fold(piece.text)) for piece in opening):
        return ""  # what a program calls a form stands over its labels
    # a title is repeated in running heads; a line that looks like any other, and is on many sheets, is a label
    labels.update(line for piece in pieces if piece.page is not None for line in {fold(piece.text)} if len(line) < 100)
    if any(_PART.fullmatch(fold(piece.text)) for piece in opening[:3]):
        return ""  # the file begins with what every report has, and no title before it
    lines = [
        line
        for piece in opening
        if piece.kind not in ("row", "note")
        for line in piece.text.split("\n")
        if not _DATE_STAMP.search(line) and not _DATE_LINE.fullmatch(line.strip()) and not ends_whole(line)
    ]
    lines = [
        line
        for line in lines
        if _may_be_title(line)
        and not is_institution(fold(line))
        and not _is_of_sheets(line, labels)
        and labels[fold(line)] < 3
    ]
    reports = [fold(line) for line in lines if len(line) <= MAX_TITLE and _OF_REPORT.search(line)]
    return reports[0] if reports else fold(lines[0]) if lines and looks_like_heading(lines[0]) else ""


def _may_be_title(heading: str, *, short: bool = False) -> bool:
    listed = numbering(heading) or CONTENTS.fullmatch(fold(heading))
    return not listed and names_a_report(heading, short=short)


def _is_of_sheets(heading: str, labels: Counter[str]) -> bool:
    """A label that opens many sheets ("Country: Angola") names none of them all."""
    label = _LABELLED.match(heading)
    return label is not None and labels[label[1]] > 2


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
    return fold(re.sub(r"[_\-\s]+", " ", _EDITION.sub("", PurePath(name).stem)))


def year_of_name(name: str) -> int | None:
    """The last year that a file's name has between other characters than digits, else None."""
    years = [year for year in map(int, re.findall(_YEAR, PurePath(name).stem)) if year <= _last_year()]
    return years[-1] if years else None


def _last_year() -> int:
    """Reports are of this year or, dated ahead, the next one; "Science Power 2050" is not of its year."""
    return time.gmtime().tm_year + 1


def _year_of_cover(pieces: Sequence[Piece]) -> int | None:
    """The year of a line of the first page that is a date and nothing else."""
    cover = [piece for piece in pieces[:25] if piece.page in (None, pieces[0].page) and piece.kind != "row"]
    for piece in cover:
        for line in piece.text.split("\n"):
            if len(line) <= 60 and (found := _COVER_YEAR.fullmatch(fold(line).strip(" .()"))):
                return int(found["year"] or found["iso"])
    for piece in cover[:_HEAD]:
        for line in piece.text.split("\n"):
            if len(line) <= 120 and (found := _ENDS_WITH_DATE.search(fold(line))):
                return int(found["year"])
    return None


def _year_published(pieces: Sequence[Piece]) -> int | None:
    """The year that stands behind "published", "©" and their like, on the first pages or the last ones."""
    tail = [piece for piece in pieces[-12:] if _IMPRINT.match(fold(piece.text))]
    for piece in pieces[: 2 * _HEAD]:
        if len(piece.text) < 300 and (found := _DOI_YEAR.search(piece.text)):
            return int(found["year"])
    for piece in [*(piece for piece in pieces[:40] if piece.kind != "row"), *tail]:
        text = fold(piece.text[:2_000])
        # prose tells of whatever was published or issued; an imprint is short, or begins with it
        begins = len(text) > 120
        text = text[:80] if begins else text
        found = _PUBLISHED.match(text) if begins else _PUBLISHED.search(text)
        if found and (found[0].startswith("©") or found[0].lower().startswith("copyright")):
            return max(map(int, re.findall(_YEAR, text[found.start() : found.end() + 20])))  # © 2013-2019
        if found:
            return int(found["after"])
        if found := _PUBLISHED_ZH.match(text) if begins else _PUBLISHED_ZH.search(text):
            return int(found["before"] or found["after"])
    return None


def year_of_report(text: str) -> int | None:
    """The last year in "Annual Report 2012", "2021 and 2022 Biannual Report", 2018年报告; else None."""
    match = _OF_REPORT.search(fold(text)[:_NAMES_A_YEAR])
    if not match:
        return None
    years = re.findall(_YEAR, match["before"] or match["after"] or match["zh"])
    return int(years[-1])


def _closing_year(title: str) -> int | None:
    """The year a title ends with ("UNESCO Courier, July 1948"), else None."""
    match = re.search(rf"{_YEAR}[)\]年]?$", fold(title))
    return int(match.group()[:4]) if match and int(match.group()[:4]) <= _last_year() else None


def _year_of_opening(pieces: Sequence[Piece]) -> int | None:
    for piece in pieces[:12]:
        # a sentence tells of whatever report
        if len(piece.text) <= MAX_TITLE and not ends_whole(piece.text) and (year := year_of_report(piece.text)):
            return year
    return None


def year_of_date(date: str) -> int | None:
    """The year a date begins with ("2023-05-01", "2023"), else None."""
    match = re.match(r"\s*((?:19|20)\d\d)(?!\d)", date)
    return int(match[1]) if match else None


def iso_date(text: str) -> str:
    """The date part of an ISO 8601 date or time, or ""."""
    match = _ISO_DATE.match(text.strip())
    return match.group() if match and 1800 <= int(match.group()[:4]) <= 2200 else ""


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
    match = re.match(r"([A-Za-z]{2,3})(?:[-_].*)?$", tag.strip())
    return match[1].lower() if match and tag.strip().lower() not in ("und", "x-none") else ""


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
    # letters alone number the columns of tables: a, e and o are no Portuguese there
    votes = {
        language: sum(min(counts[word], len(words) // 20 + 1) for word in common if len(word) > 1)
        for language, *common in stops
    }
    marks = sum(character > "\x7f" for character in sample) > 0.004 * letters
    best = max(votes, key=lambda language: votes[language] if marks or language == "en" else votes[language] / 3)
    different = sum(
        counts[word] > 0 for language, *common in stops if language == best for word in common if len(word) > 1
    )
    if votes[best] >= max(2, len(words) * 0.03) and (best == "en" or different >= 3):
        return best
    return "en" if words and not marks else ""
