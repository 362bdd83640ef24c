"""The office's own answers: the text of `answers.md` in, its answers out; and a change in, the text so changed out.

An entry is a heading, the questions that it answers as a list, and the answer, in one language or two:

    ## How to apply

    - How do I apply for a workshop?
    - 怎么报名参加培训班？

    ### English

    Write to the office.

    ### 中文

    请联系办公室。

Why Markdown and not CSV, as the glossary is? An answer has paragraphs and links, and staff read it where it stands; in
a cell of a spreadsheet nobody does. Entries that a change does not touch stay as they are, letter by letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

NAME = "answers.md"
LONGEST = 2000
"""Characters of an answer: it has to fit into one message, with its heading."""
_HEADINGS = {"en": "English", "zh": "中文"}
_LANGUAGE_OF = {"english": "en", "en": "en", "中文": "zh", "chinese": "zh", "zh": "zh", "汉语": "zh", "简体中文": "zh"}
_ENTRY = re.compile(r"^##[ \t]+(?P<name>[^\n]*?)[ \t#]*$", re.MULTILINE)
_PART = re.compile(r"^###[ \t]+(?P<language>[^\n]*?)[ \t#]*$", re.MULTILINE)
_FORM = re.compile(r"^[-*+][ \t]+(?P<form>\S[^\n]*)$", re.MULTILINE)
_UNTIL = re.compile(
    r"^(?:until|有效期至|截至)[ \t]*[:：][ \t]*(?P<day>\d{4}-\d\d?-\d\d?)[ \t]*$", re.MULTILINE | re.IGNORECASE
)


class AnswersNotChanged(Exception):
    """A change that cannot be made: subject, what is the matter, what to do."""

    exit_code = 1

    def __init__(self, subject: str, what: str, remedy: str) -> None:
        super().__init__(f"{subject}: {what}: {remedy}")
        self.subject, self.what, self.remedy = subject, what, remedy


@dataclass(frozen=True, slots=True)
class OfficeAnswer:
    """What the office answers to some questions, in its own words."""

    name: str
    """Its heading: what staff call it."""
    questions: tuple[str, ...]
    """Ways of asking it, in any language."""
    texts: Mapping[str, str]
    """The answer by language: `en`, `zh`; at least one."""
    until: date | None = None
    """The last day on which it is given; None: for ever."""

    def text(self, language: str) -> tuple[str, str]:
        """The answer and its language: the one asked for where it is written, else the other."""
        chosen = language if language in self.texts else next(iter(self.texts))
        return self.texts[chosen], chosen

    def holds(self, today: date) -> bool:
        """Whether it is given on a day."""
        return self.until is None or today <= self.until


@dataclass(frozen=True, slots=True)
class Flaw:
    """An entry that is not used, and why."""

    name: str
    what: str
    remedy: str


def read_answers(text: str) -> tuple[tuple[OfficeAnswer, ...], tuple[Flaw, ...]]:
    """The answers of a file in its order, and the entries that are none."""
    found: list[OfficeAnswer] = []
    flaws: list[Flaw] = []
    for heading, end in _sections(_ENTRY, text):
        name = heading["name"].strip()
        entry = _entry(name, text[heading.end() : end])
        if isinstance(entry, Flaw):
            flaws.append(entry)
        elif any(_same(entry.name, other.name) for other in found):
            flaws.append(Flaw(name, "is there twice", "give one of the two another heading"))
        else:
            found.append(entry)
    return tuple(found), tuple(flaws)


class AnswersFile:
    """The answers of the file as it stands now: an edit counts at once, without a reindex."""

    def __init__(self, reports: Path, today: Callable[[], date] = date.today) -> None:
        """`reports`: the folder of reports, in which or beside which the file is."""
        self._reports = reports
        self._today = today
        self._read: tuple[object, tuple[OfficeAnswer, ...]] = (None, ())

    def current(self) -> tuple[OfficeAnswer, ...]:
        """The answers that hold today; the same object as long as nothing changed. None where there is no file."""
        file = find_file(self._reports)
        try:
            stat = file.stat() if file else None
            state = (file, stat and (stat.st_mtime_ns, stat.st_size), self._today())
            if state != self._read[0]:
                text = file.read_text(encoding="utf-8-sig", errors="replace") if file else ""
                self._read = state, tuple(answer for answer in read_answers(text)[0] if answer.holds(state[2]))
        except OSError:
            return self._read[1]  # it is being replaced, or may not be read: `check` says so
        return self._read[1]


def put(text: str, answer: OfficeAnswer) -> str:
    """The file with an answer added, or in the place of the one of its name. Raises NotChanged."""
    checked = _entry(answer.name, _body(answer))
    if isinstance(checked, Flaw):
        raise AnswersNotChanged(checked.name or NAME, checked.what, checked.remedy)
    if checked.questions != answer.questions or dict(checked.texts) != dict(answer.texts):
        raise AnswersNotChanged(answer.name, "begins a line with #", "write the line without it")
    new = f"## {answer.name}\n\n{_body(answer)}"
    for low, high in _places(text, answer.name):
        return text[:low] + new + ("\n" if text[high:] else "") + text[high:]
    return text.rstrip() + ("\n\n" if text.strip() else "") + new


def retire(text: str, name: str) -> str:
    """The file without the answer of a name. Raises NotChanged where there is none."""
    for low, high in _places(text, name):
        return (text[:low] + text[high:]).rstrip() + "\n" if (text[:low] + text[high:]).strip() else ""
    raise AnswersNotChanged(name, "is no answer of the office", "look at the list for its name")


def find_file(reports: Path) -> Path | None:
    """Where a folder of reports has its office's answers: in it, else beside it."""
    return next((folder / NAME for folder in (reports, reports.parent) if (folder / NAME).is_file()), None)


def home(reports: Path) -> Path:
    """Where the office's answers are written: where they are, else in the folder of reports."""
    return find_file(reports) or reports / NAME


def tidy(text: str) -> str:
    """A text as it can stand in the file: NFC, without control characters, ends of lines and blank lines trimmed."""
    kept = "".join(c for c in unicodedata.normalize("NFC", text) if c == "\n" or unicodedata.category(c)[0] != "C")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in kept.splitlines())).strip()


def _sections(pattern: re.Pattern[str], text: str) -> list[tuple[re.Match[str], int]]:
    """The headings that a pattern finds, each with the end of what stands below it."""
    matches = list(pattern.finditer(text))
    ends = [match.start() for match in matches[1:]]
    return list(zip(matches, [*ends, len(text)] if matches else [], strict=True))


def _places(text: str, name: str) -> list[tuple[int, int]]:
    """Start and end of the entries of a name, heading included."""
    return [(match.start(), end) for match, end in _sections(_ENTRY, text) if _same(match["name"], name)]


def _entry(name: str, body: str) -> OfficeAnswer | Flaw:
    parts = _sections(_PART, body)
    head = body[: parts[0][0].start()] if parts else body
    until = None
    if day := _UNTIL.search(head):
        try:
            until = date(*map(int, day["day"].split("-")))
        except ValueError:
            return Flaw(name, f"{day['day']} is no day", "write it as 2027-06-30")
    questions = tuple(dict.fromkeys(tidy(match["form"]) for match in _FORM.finditer(head)))
    texts: dict[str, str] = {}
    for part, end in parts:
        language = _LANGUAGE_OF.get(part["language"].strip().lower())
        if language is None:
            return Flaw(name, f"{part['language'].strip()} is no language", "write ### English or ### 中文")
        if written := tidy(body[part.end() : end]):
            texts[language] = written
    if not name:
        return Flaw(NAME, "an entry has no name", "write one after ##")
    if not questions:
        return Flaw(name, "has no question", "write the questions that it answers as a list: - How do I apply?")
    if not texts:
        return Flaw(name, "has no answer", "write it below ### English or ### 中文")
    longest = max(map(len, texts.values()))
    if longest > LONGEST:
        return Flaw(name, f"has {longest} characters", f"write at most {LONGEST}")
    return OfficeAnswer(name, questions, texts, until)


def _body(answer: OfficeAnswer) -> str:
    forms = "".join(f"- {form}\n" for form in answer.questions)
    until = f"until: {answer.until.isoformat()}\n\n" if answer.until else ""
    parts = [f"### {_HEADINGS[language]}\n\n{text}\n" for language, text in _ordered(answer.texts)]
    return f"{until}{forms}\n" + "\n".join(parts)


def _ordered(texts: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    return [(language, texts[language]) for language in _HEADINGS if language in texts]


def _same(name: str, other: str) -> bool:
    return " ".join(name.split()).casefold() == " ".join(other.split()).casefold()
