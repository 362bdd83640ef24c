"""A citation in; its text in the styles that writers use, out: APA 7, GB/T 7714—2015, BibTeX and RIS.

What a report does not say is left out by the rule of the style: APA writes n.d. for a year, GB/T 7714 [S.l.] and
[s.n.] (in Chinese 出版地不详, 出版者不详) for place and publisher of what is printed, and leaves both out of what is
online. Nothing is guessed. Where a report names no author, the institution that publishes it is the author.

Why is a title left as it is printed, where APA wants it in small letters? Nobody can tell by rule which of its words
are names. Why does the paragraph stand apart from the reference? No style has a place for it in a reference; APA has
one in the text, BibTeX and RIS in a note.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from index.answering.answer import Citation

Style = Literal["apa", "gbt7714", "bibtex", "ris"]
STYLES: tuple[Style, ...] = get_args(Style)
STYLE_NAMES: Mapping[Style, str] = {"apa": "APA", "gbt7714": "GB/T 7714", "bibtex": "BibTeX", "ris": "RIS"}
"""What the styles call themselves, in every language."""
FIRST_STYLES: Mapping[str, Style] = {"zh": "gbt7714"}
"""The style that a reader of a language gets until they choose one; all others get APA."""
MOST_IN_APA, MOST_IN_GBT = 20, 3
"""Authors that a reference names; of more, APA names the last one, too."""
MOST_OF_HEADING = 60
"""Characters of a heading that stands for a page; APA shortens long ones."""

_HAN = re.compile("[\u3400-\u9fff]")
_ACRONYM = re.compile(r"\s*[(（]([A-Z][A-Z&-]{1,11})[)）]$")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
} | {sign: f"\\{sign}" for sign in "&%$#_"}
"""How TeX writes its own signs. Braces have names, since BibTeX counts them also behind a backslash."""


@dataclass(frozen=True, slots=True)
class AuthorName:
    """Whoever wrote or published a report: a person of two names, or a name that stays as it is."""

    family: str
    """All of the name of an institution, and of a person whose names are not told apart."""
    given: str = ""


def read_authors(text: str) -> tuple[AuthorName, ...]:
    """`Doe, Jane; {Ministry of Water, Energy}; 张三`: semicolons part names, a comma parts a person's family name.

    Nothing else tells a person from an institution, so a name without a comma stays as it is. Braces keep a comma in
    the name of an institution, as in BibTeX.
    """
    names: list[AuthorName] = []
    for part in re.split(r"[;；]", _line(text)):
        name = part.strip()
        family, comma, given = name.partition(",")
        if name.startswith("{") and name.endswith("}"):
            name = name[1:-1].strip()
        elif comma and family.strip() and given.strip():
            names.append(AuthorName(family.strip(), given.strip()))
            continue
        if name:
            names.append(AuthorName(name))
    return tuple(names)


@dataclass(frozen=True, slots=True)
class CitedText:
    """A citation in a style, each part to be copied by itself."""

    reference: str
    """For the list of references, or for the program that keeps one."""
    in_text: str = ""
    """For the text, with page and paragraph; empty in a style that has them in the reference."""

    def __str__(self) -> str:
        return "\n".join(filter(None, (self.reference, self.in_text)))


def cite(citation: Citation, style: Style, today: date) -> CitedText:
    """A citation as the style has it. `today`: the day on which an address was looked at, which GB/T and RIS want."""
    return _WRITERS[style](_facts(citation), today)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known of a report and a place in it, each on one line; whatever is not known is empty."""

    id: str
    authors: tuple[AuthorName, ...]
    title: str
    year: str
    publisher: str
    place: str
    address: str
    page: str
    """As it is printed, where that is known, else the file's."""
    paragraph: str
    heading: str
    """The innermost heading above it."""
    language: str

    @property
    def chinese(self) -> bool:
        return self.language == "zh" or bool(not self.language and _HAN.search(self.title))


def _facts(citation: Citation) -> _Facts:
    printed = citation.locator.page if citation.printed_page is None else citation.printed_page
    publisher, title = _line(citation.publisher), _line(citation.title or citation.document)
    authors = read_authors(citation.author) or ((AuthorName(publisher),) if publisher else ())
    section = [heading for heading in map(_line, citation.locator.section) if heading and heading != title]
    return _Facts(
        id=citation.document,
        authors=authors,
        title=title,
        year=str(citation.year or ""),
        publisher=publisher,
        place=_line(citation.place),
        address=_line(citation.address),
        page=str(printed or ""),
        paragraph=str(citation.locator.paragraph or ""),
        heading=section[-1] if section else "",
        language=citation.language,
    )


def _line(text: str) -> str:
    """A value on one line: no field of any style has more."""
    return " ".join(_CONTROLS.sub(" ", text).split())


# APA 7: Publication Manual, 7th edition, 10.4 (reports), 8.13 (parts of a source), 9.11 and 9.24 (group authors)


def _apa(facts: _Facts, today: date) -> CitedText:
    names = [_apa_name(author) for author in facts.authors]
    named = _apa_list(names)
    year = facts.year or "n.d."
    publisher = _ACRONYM.sub("", facts.publisher)
    parts = [_ended(named), f"({year}).", _ended(facts.title)] if named else [_ended(facts.title), f"({year})."]
    if publisher and [publisher] != names:  # who is author and publisher is named once
        parts.append(_ended(publisher))
    parts.append(facts.address)
    reference = " ".join(part for part in parts if part)
    pin = [f"p. {facts.page}"] if facts.page else []
    if not facts.page and facts.heading:
        pin.append(f"“{_shortened(facts.heading)}” section")
    if facts.paragraph:
        pin.append(f"para. {facts.paragraph}")
    return CitedText(reference, f"({', '.join([_apa_in_text(facts), year, *pin])})")


def _apa_name(author: AuthorName) -> str:
    if not author.given:
        return _ACRONYM.sub("", author.family)
    if _HAN.search(author.family + author.given):
        return author.family + author.given
    return f"{author.family}, {_initials(author.given, '. ', '.')}"


def _initials(given: str, between: str, end: str) -> str:
    """`Jean-Paul Maria` → `J.-P. M.`"""
    words = [word for word in given.replace(".", " ").split() if word[0].isalpha()]
    letters = [
        f"{end}-".join(part[0].upper() for part in re.split("[-‐‑]", word) if part and part[0].isalpha())
        for word in words
    ]
    return between.join(letters) + end if letters else given


def _apa_list(names: Sequence[str]) -> str:
    if len(names) > MOST_IN_APA:
        return ", ".join(names[: MOST_IN_APA - 1]) + f", . . . {names[-1]}"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])}, & {names[-1]}"


def _apa_in_text(facts: _Facts) -> str:
    """What stands in brackets in the text: family names; an institution with its short form; else the title."""
    if not facts.authors:
        return facts.title
    names = []
    for author in facts.authors:
        acronym = None if author.given else _ACRONYM.search(author.family)
        whole = author.family + (author.given if _HAN.search(author.given) else "")
        names.append(f"{_ACRONYM.sub('', whole)} [{acronym[1]}]" if acronym else whole)
    if len(names) > 2:
        return f"{names[0]} et al."
    return " & ".join(names)


def _shortened(heading: str) -> str:
    return heading if len(heading) <= MOST_OF_HEADING else heading[: MOST_OF_HEADING - 1].rstrip() + "…"


def _ended(text: str) -> str:
    """With a full stop, unless it ends in something that ends a sentence."""
    return text if not text or text[-1] in ".?!。？！…" else f"{text}."


# GB/T 7714—2015: 4.1 and 4.6 (what a reference has), 8.1 (authors), 8.4 (place, publisher, year, pages)


def _gbt(facts: _Facts, today: date) -> CitedText:
    online = bool(facts.address)
    names = [_gbt_name(author) for author in facts.authors[:MOST_IN_GBT]]
    if len(facts.authors) > MOST_IN_GBT:
        names.append("等" if facts.chinese else "et al")
    unknown_place, unknown_publisher = ("[出版地不详]", "[出版者不详]") if facts.chinese else ("[S.l.]", "[s.n.]")
    place, publisher = facts.place, facts.publisher
    if not online:  # of an electronic resource both may be left out
        place, publisher = place or unknown_place, publisher or unknown_publisher
    comma, colon, stop = (",", ":", ".") if facts.chinese else (", ", ": ", ". ")
    imprint = comma.join(filter(None, (colon.join(filter(None, (place, publisher))), facts.year)))
    if facts.page:
        imprint = colon.join(filter(None, (imprint, facts.page)))
    if online:
        imprint += f"[{today.isoformat()}]"
    parts = [comma.join(names).rstrip("."), f"{facts.title}[{'R/OL' if online else 'R'}]", imprint, facts.address]
    reference = stop.join(part for part in parts if part) + "."
    return CitedText(reference, _gbt_pin(facts))


def _gbt_name(author: AuthorName) -> str:
    """`Doe, Jane Maria` → `DOE J M`; what is written in Chinese, and an institution, as it is."""
    if not author.given:
        return author.family
    if _HAN.search(author.family + author.given):
        return author.family + author.given
    return f"{author.family.upper()} {_initials(re.sub('[-‐‑]', ' ', author.given), ' ', '')}"


def _gbt_pin(facts: _Facts) -> str:
    """Where it stands: the paragraph has no place in the reference."""
    if facts.chinese:
        where = [f"第{facts.page}页" if facts.page else "", f"第{facts.paragraph}段" if facts.paragraph else ""]
        return f"（{'，'.join(filter(None, where))}）" if any(where) else ""
    where = [f"p. {facts.page}" if facts.page else "", f"para. {facts.paragraph}" if facts.paragraph else ""]
    return f"({', '.join(filter(None, where))})" if any(where) else ""


# BibTeX: a technical report needs an institution, which is its author where there is no other; `misc` needs nothing


def _bibtex(facts: _Facts, today: date) -> CitedText:
    fields = {
        "author": " and ".join(map(_bibtex_name, facts.authors)),
        "title": f"{{{_tex(facts.title)}}}",
        "institution": _tex(facts.publisher),
        "address": _tex(facts.place),
        "year": facts.year,
        "pages": facts.page,
        "url": re.sub(r"[{}\\\s%]", _percent, facts.address),
        "note": f"para. {facts.paragraph}" if facts.paragraph else "",
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return CitedText(f"@{'techreport' if facts.publisher else 'misc'}{{{bibtex_key(facts.id)},\n{lines}}}")


def _bibtex_name(author: AuthorName) -> str:
    if author.given:
        return f"{_tex(author.family)}, {_tex(author.given)}"
    return f"{{{_tex(author.family)}}}"


def bibtex_key(document: str) -> str:
    """A report's id with the characters that every BibTeX takes; one that loses some gets a digest, to stay unique."""
    plain = re.sub(r"[^A-Za-z0-9.:+-]+", "-", document).strip("-.")
    if plain == document:
        return plain
    return f"{plain or 'report'}-{hashlib.blake2b(document.encode('utf-8', 'replace'), digest_size=3).hexdigest()}"


def _tex(text: str) -> str:
    return "".join(_TEX.get(character, character) for character in text)


def _percent(match: re.Match[str]) -> str:
    """A sign that would end a field, or begin a comment, as addresses write it; what is written so stays."""
    following = match.string[match.end() : match.end() + 2]
    if match[0] == "%" and re.fullmatch("[0-9A-Fa-f]{2}", following):
        return "%"
    return f"%{ord(match[0]):02X}"


# RIS: https://en.wikipedia.org/wiki/RIS_(file_format); one value a line, so there is nothing to escape


def _ris(facts: _Facts, today: date) -> CitedText:
    authors = [", ".join(filter(None, (author.family, author.given))) for author in facts.authors]
    lines = [
        ("TY", "RPRT"),
        *(("AU", author) for author in authors),
        ("TI", facts.title),
        ("PY", facts.year),
        ("PB", facts.publisher),
        ("CY", facts.place),
        ("SP", facts.page),
        ("UR", facts.address),
        ("Y2", today.strftime("%Y/%m/%d") if facts.address else ""),
        ("LA", facts.language),
        ("N1", f"para. {facts.paragraph}" if facts.paragraph else ""),
        ("ID", bibtex_key(facts.id)),
    ]
    return CitedText("\n".join([*(f"{tag}  - {value}" for tag, value in lines if value), "ER  - "]))


_WRITERS: Mapping[Style, Callable[[_Facts, date], CitedText]] = {
    "apa": _apa,
    "gbt7714": _gbt,
    "bibtex": _bibtex,
    "ris": _ris,
}
