"""The words staff keep: the text of `glossary.csv` and a change in, its entries, and the text so changed, out.

One line an entry: `english,chinese,other_forms`, the other forms separated by `;`. An entry's forms all stand for each
other. Lines that a change does not touch stay as they are.
"""

from __future__ import annotations

import csv
import io
import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

NAME = "glossary.csv"
COLUMNS = ("english", "chinese", "other_forms")
LONGEST = 120
"""Characters of a form."""
_HAN = re.compile(r"[㐀-鿿]")


class GlossaryNotChanged(Exception):
    """A change that cannot be made, or that changes nothing: subject, what is the matter, what to do."""

    exit_code = 1

    def __init__(self, subject: str, what: str, remedy: str) -> None:
        super().__init__(f"{subject}: {what}: {remedy}")
        self.subject, self.what, self.remedy = subject, what, remedy


@dataclass(frozen=True, slots=True)
class Entry:
    """Forms that stand for each other; the first two may be empty."""

    english: str
    chinese: str
    others: tuple[str, ...] = ()

    @property
    def forms(self) -> tuple[str, ...]:
        return tuple(form for form in (self.english, self.chinese, *self.others) if form)

    def has(self, word: str) -> bool:
        """Whether one of the forms is this word, capitals and spaces aside."""
        return any(_same(form, word) for form in self.forms)


@dataclass(frozen=True, slots=True)
class Change:
    """Forms to be added to the entry of a word, or a word or some of its forms to be removed."""

    action: Literal["add", "remove"]
    word: str
    forms: tuple[str, ...] = ()


def change(action: Literal["add", "remove"], word: str, forms: Sequence[str] = ()) -> Change:
    """A change as a person wrote it, tidied. Raises NotChanged where it says nothing that can be done."""
    word, *tidy = (" ".join(_without_controls(form).split()) for form in (word, *forms))
    kept = tuple(dict.fromkeys(form for form in tidy if form))
    if not word:
        raise GlossaryNotChanged("glossary", "no word is named", "name one, such as foresight")
    if action == "add" and all(_same(form, word) for form in kept):
        raise GlossaryNotChanged(word, "no other word for it is given", "write one, such as foresight = 技术预见")
    for form in (word, *kept):
        if len(form) > LONGEST or ";" in form:
            raise GlossaryNotChanged(form[:40], "is no word", f"write at most {LONGEST} characters, without semicolons")
    return Change(action, word, kept)


def flaw(text: str) -> tuple[str, str] | None:
    """What is the matter with a text that is no glossary, and what to do; None for one that is, or is empty."""
    try:
        names, _ = _table(text)
        if text.strip() and not {"english", "chinese"} <= set(names):
            return _UNNAMED
        list(csv.reader(io.StringIO(text), strict=True))
    except csv.Error as error:
        # what else strict readers refuse is read all the same
        return None if "expected after" in str(error) else _BROKEN
    return None


_BROKEN = ("it is no CSV", "close the quotation mark that swallows the lines behind it, and save it as CSV")
_UNNAMED = ("its first line does not name the columns", f"write {','.join(COLUMNS)} there")


def entries(text: str) -> tuple[Entry, ...]:
    """All entries of a glossary, in its order. Raises NotChanged for a text that is none."""
    if found := flaw(text):
        raise GlossaryNotChanged(NAME, *found)
    names, body = _table(text)
    return tuple(_entry(_named(names, row)) for row in body if row)


def find(text: str, word: str) -> Entry | None:
    """The entry that is named by a word, else one that has it as another form."""
    found = entries(text)
    named = (entry for entry in found if _same(entry.english, word) or _same(entry.chinese, word))
    return next(named, None) or next((entry for entry in found if entry.has(word)), None)


def apply(text: str, wanted: Change) -> tuple[str, Entry | None, Entry | None]:
    """The text with a change made, and the entry before and after it. Raises NotChanged."""
    before = find(text, wanted.word)
    after = _added(before, wanted) if wanted.action == "add" else _removed(before, wanted)
    return _written(text, before, after), before, after


def home(content: Path) -> Path:
    """Where the glossary of a folder of reports is kept: in it or beside it; in it, where there is none yet."""
    for folder in (content, content.parent):
        if (folder / NAME).is_file():
            return folder / NAME
    return content / NAME


def write(file: Path, data: bytes) -> None:
    """Replace the file in one step. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if file.exists():
            temporary.chmod(file.stat().st_mode & 0o777)
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)


def _added(before: Entry | None, wanted: Change) -> Entry:
    entry = before or Entry("", "")
    for form in (wanted.word, *wanted.forms):
        if entry.has(form):
            continue
        if _HAN.search(form) and not entry.chinese:
            entry = replace(entry, chinese=form)
        elif not _HAN.search(form) and not entry.english:
            entry = replace(entry, english=form)
        else:
            entry = replace(entry, others=(*entry.others, form))
    if entry == before:
        raise GlossaryNotChanged(wanted.word, "the glossary has all of this already", "nothing needs to be done")
    return entry


def _removed(before: Entry | None, wanted: Change) -> Entry | None:
    """The entry without the forms named; None where nothing is left of it, or the word that names it is taken out."""
    if before is None:
        raise GlossaryNotChanged(
            wanted.word, "the glossary has no such word", "look for it with /dict or citedesk dict list"
        )
    if not wanted.forms and (_same(before.english, wanted.word) or _same(before.chinese, wanted.word)):
        return None
    gone = wanted.forms or (wanted.word,)
    for form in gone:
        if not before.has(form):
            raise GlossaryNotChanged(
                form, f"is no form of {before.forms[0]}", f"its forms are: {'; '.join(before.forms)}"
            )

    def kept(form: str) -> bool:
        return not any(_same(form, one) for one in gone)

    entry = Entry(
        before.english if kept(before.english) else "",
        before.chinese if kept(before.chinese) else "",
        tuple(filter(kept, before.others)),
    )
    return entry if len(entry.forms) > 1 else None


def _written(text: str, before: Entry | None, after: Entry | None) -> str:
    """The text with the line of one entry replaced, taken out, or put in where the alphabet has it."""
    names, body = _table(text)
    if not set(COLUMNS) <= set(names):
        raise GlossaryNotChanged(NAME, *_UNNAMED)
    number = next(
        (n for n, row in enumerate(body) if before is not None and _entry(_named(names, row)) == before), None
    )
    if after is None:
        assert number is not None
        del body[number]
    else:
        values = dict(zip(COLUMNS, (after.english, after.chinese, ";".join(after.others)), strict=True))
        old = _named(names, body[number]) if number is not None else {}
        row = [values.get(name, old.get(name, "")) for name in names]
        if number is not None:
            body[number] = row
        else:
            body.insert(_place(body, row), row)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([names, *body])
    return out.getvalue()


def _table(text: str) -> tuple[list[str], list[list[str]]]:
    """The names of the columns and the lines below; an empty text has the names alone."""
    names, *body = list(csv.reader(io.StringIO(text))) or [list(COLUMNS)]
    return [name.strip() for name in names], body


def _place(body: list[list[str]], row: list[str]) -> int:
    """Where a new line goes: by the alphabet where the file keeps to it, else at the end."""
    keys = [one[0].casefold() if one else "" for one in body]
    if keys != sorted(keys):
        return len(body)
    return sum(key <= row[0].casefold() for key in keys)


def _named(names: list[str], row: list[str]) -> dict[str, str]:
    return dict(zip(names, row, strict=False))


def _entry(row: dict[str, str]) -> Entry:
    others = (row.get("other_forms") or "").split(";")
    return Entry(
        (row.get("english") or "").strip(),
        (row.get("chinese") or "").strip(),
        tuple(form.strip() for form in others if form.strip()),
    )


def _same(one: str, other: str) -> bool:
    return bool(one) and _folded(one) == _folded(other)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _without_controls(text: str) -> str:
    return "".join(" " if unicodedata.category(one).startswith("C") else one for one in text)
