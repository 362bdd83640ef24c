"""What sort of text a passage is: its text and headings in, one of `KINDS` out.

A ranking by words finds a list of references, a table of contents or a printed question as readily as what a report
says, and often sooner, since they repeat its words. The sort is told by form alone: by headings that lists of their
kind have, and by what most of their lines look like.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from content.sentences import split_sentences

Kind = Literal["prose", "heading", "contents", "references", "people", "question", "notice", "about itself"]
KINDS: tuple[Kind, ...] = ("prose", "heading", "contents", "references", "people", "question", "notice", "about itself")
"""prose: what a report says. heading: headings alone. contents: a table of contents or a list of links. references: a
list of works cited. people: a list of contributors. question: what is asked, without its answer. notice: something is
paused, closed or to come. about itself: what a report says about its own making."""

_NUMBERED = r"^[\s\d.、．()（）一二三四五六七八九十第章节節]*"
_REFERENCES = re.compile(
    rf"{_NUMBERED}(?:references?(?: and notes)?|bibliography|works cited|literature(?: cited)?|sources|"
    rf"notes and references|"
    r"参考文献|參考文獻|引用文献|主要参考文献|注释|註釋|文献)\s*[:：]?\s*$",
    re.IGNORECASE,
)
_CONTENTS = re.compile(
    rf"{_NUMBERED}(?:table of contents|contents|list of (?:tables|figures|abbreviations)|目\s*录|目\s*錄|"
    rf"目\s*次)\s*$",
    re.IGNORECASE,
)
_PEOPLE = re.compile(
    rf"{_NUMBERED}(?:(?:list of )?(?:contributors?|contributing authors|authors|participants|reviewers|witnesses|"
    rf"signatories)|"
    r"(?:about the )?authors?|author contributions|acknowledge?ments?|作者简介|作者簡介|作者信息|"
    r"参会人员(?:名单)?|编委会|致谢|致謝)\s*$",
    re.IGNORECASE,
)
_CITED = re.compile(
    r"^\s*(?:[\[［]\d{1,3}[\]］]|\d{1,3}[.)]?\s+(?=[A-Z\u4e00-\u9fff]).{0,200}?(?:19|20)\d\d)|"
    r"[\[［](?:J|M|N|D|R|C|S|P|EB/OL|J/OL|R/OL|Z|A)[\]］]|\bet al\b.{0,80}\(?(?:19|20)\d\d|\bdoi\s*[.:]|\bDOI\s*:|"
    r"\b(?:Vol|vol)\.\s*\d+|\bpp\.\s*\d+|\bAvailable (?:at|from)\b|\b\d{1,3}\s*\(\d{1,2}\)\s*:\s*\d+",
)
_PAGE_AT_END = re.compile(r"(?:\.{3,}|…{2,}|·{3,}|\s|\|)\s*\d{1,3}\s*$")
_LINK = re.compile(r"^\s*(?:[-*•>]\s*)?(?:\[[^\]]+\]\([^)]+\)|https?://\S+|>|首页|Home)\s*$")
_NOTICE = re.compile(
    r"\b(?:on|currently|temporar(?:y|ily)|until) (?:\w+ )?(?:paused?|hold|suspended|closed|hiatus|further notice)\b|"
    r"\b(?:is|are|has been|have been|will be) (?:currently |temporarily |now )?(?:paused|suspended|closed|"
    r"cancelled|postponed|"
    r"hibernating|discontinued)\b|\bcoming soon\b|\bto be announced\b|\bwatch this space\b|"
    r"暂停|暫停|停办|停辦|延期|推迟|推遲|敬请期待|敬請期待|另行通知|即将公布|已截止",
    re.IGNORECASE,
)
_ABOUT_ITSELF = re.compile(
    r"^\s*(?:this|the present) (?:digest|summary|document|translation|edition|file|page|overview|reading guide|"
    r"version) "
    r"(?:\w+ )?(?:retells|summari[sz]es|reproduces|contains|was (?:made|written|prepared|translated)|is (?:a|an|the) "
    r"(?:digest|summary|translation|shortened|abridged|unofficial))|"
    r"^\s*(?:本|这份|這份|此)(?:摘要|摘編|摘编|译文|譯文|文档|文檔|概要|简编|簡編|节录|節錄|页面|頁面)"
    r"(?:[^。；]{0,20}?(?:根据|根據|转述|轉述|重述|复述|概述|摘自|译自|譯自)|是|由|系)",
    re.IGNORECASE,
)
_ASKS = re.compile(r"[?？][\"'”’)\]）】》」』]*$")
_MOST = 0.6
_SHORT_NOTICE = 350


def kind_of(text: str, section: Sequence[str], body: int) -> Kind:
    """Tell what sort of text a passage is.

    `section`: the headings above it; `body`: characters of headings that it opens with.
    """
    said = text[body:].strip()
    if not said:
        return "heading"
    if _ABOUT_ITSELF.search(said):
        return "about itself"
    heading = section[-1] if section else ""
    lines = [line for line in said.split("\n") if line.strip()]
    if _REFERENCES.search(heading) or _share(_CITED, lines) >= _MOST or _are_notes(lines):
        return "references"
    if _CONTENTS.search(heading) or (
        len(lines) >= 4 and _share(_PAGE_AT_END, lines) >= _MOST and not _are_cells(lines)
    ):
        return "contents"
    if len(lines) >= 3 and _share(_LINK, lines) >= _MOST:
        return "contents"
    if _PEOPLE.search(heading):
        return "people"
    sentences = [said[start:end] for start, end in split_sentences(said)]
    if all(_ASKS.search(sentence) for sentence in sentences):
        return "question"
    if len(said) < _SHORT_NOTICE and _NOTICE.search(text):
        return "notice"
    return "prose"


_NOTE = re.compile(r"\s*(\d{1,3})\s+(?=[^\d\s.,%])")
_NOTE_LENGTH = 220
_NOTES = 3


def _are_notes(lines: Sequence[str]) -> bool:
    """Whether the lines are the notes of a page: each opens with the number after that of the one before."""
    numbers = [int(match[1]) if (match := _NOTE.match(line)) else -1 for line in lines]
    following = sum(number == before + 1 for before, number in pairwise(numbers) if before >= 0)
    short = sum(map(len, lines)) <= _NOTE_LENGTH * len(lines)
    return short and following + 1 >= max(_NOTES, _MOST * len(lines))


_OPENS_ASKING = re.compile(
    r"^[\W\d]*(?:who|what|when|where|why|how|which|can|may|do|does|is|are|should|must)\b|^[\W\d]*(?:谁|誰|什么是|"
    r"什麼是|如何|怎么|怎麼|怎样|为什么|為什麼|哪)",
    re.IGNORECASE,
)


def heading_asks(heading: str) -> bool:
    """Whether a heading asks what stands below it: "Who leads the academy", with a question mark or without."""
    return asks(heading) or _OPENS_ASKING.search(heading) is not None


def asks(sentence: str) -> bool:
    """Whether a sentence is a question."""
    return bool(_ASKS.search(sentence))


def _share(pattern: re.Pattern[str], lines: Sequence[str]) -> float:
    """The share of the lines in which a pattern is found, by their length."""
    whole = sum(map(len, lines))
    return sum(len(line) for line in lines if pattern.search(line)) / max(whole, 1)


def _are_cells(lines: Sequence[str]) -> bool:
    """Whether most lines are rows of a table, which may end in a number as a table of contents does."""
    return sum(" | " in line for line in lines) * 2 > len(lines)
