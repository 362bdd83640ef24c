"""What staff decide in; the office's own answers, with the change made and written to the audit table, out.

A change counts at once and needs no reindex: the file is read again when it has changed (`content.answers`).
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.base.search import Search
from bot.people.people import People, Role
from content.answers import AnswersNotChanged, OfficeAnswer, home, put, read_answers, retire

RECORDED = 200
"""The newest questions on which a change is tried out."""


@dataclass(frozen=True, slots=True)
class OfficeChange:
    """An answer to be put (in the place of the one of its name), or one to be retired."""

    action: Literal["put", "retire"]
    answer: OfficeAnswer
    """Of an answer to be retired only the name counts."""


@dataclass(frozen=True, slots=True)
class OfficeProposal:
    """A change that is tried out, and not yet made."""

    change: OfficeChange
    before: OfficeAnswer | None
    """The answer of this name as it is now."""
    caught: tuple[str, ...]
    """Of the questions that were asked lately, those that it would be given to first."""
    tried: int
    """How many questions were tried."""


class Office:
    """The office's answers, looked at and changed by staff."""

    def __init__(self, people: People, search: Search, reports: Path) -> None:
        """`reports`: the folder of reports, in which or beside which the file is."""
        self._people = people
        self._search = search
        self._reports = reports
        self._changing = asyncio.Lock()

    async def answers(self, actor: int) -> tuple[OfficeAnswer, ...]:
        """All answers, also those whose day is over. Raises `NotAllowed`, `OSError`."""
        await self._people.check(actor, Role.STAFF, "answers")
        return read_answers(await asyncio.to_thread(self._text))[0]

    async def try_change(self, actor: int, change: OfficeChange, questions: Sequence[str]) -> OfficeProposal:
        """What a change would do. Raises `NotAllowed`, `AnswersNotChanged`, `OSError`, `NoIndexYet`, `IndexFault`."""
        await self._people.check(actor, Role.STAFF, "answers")
        text = await asyncio.to_thread(self._text)
        _changed(text, change)  # what cannot be made is said now
        before = next((answer for answer in read_answers(text)[0] if _same(answer.name, change.answer.name)), None)
        tried = before if change.action == "retire" and before else change.answer
        fits = await self._search.look(lambda searcher: searcher.caught(questions, (tried,)))
        caught = tuple(question for question, fit in zip(questions, fits, strict=True) if fit is not None)
        return OfficeProposal(change, before, caught, len(questions))

    async def make(self, actor: int, change: OfficeChange) -> None:
        """Make a change. Raises `NotAllowed`, `AnswersNotChanged`, `OSError`."""
        await self._people.authorize(actor, Role.STAFF, f"answers {change.action}", change.answer.name)
        async with self._changing:
            await asyncio.to_thread(self._write, change)

    def _text(self) -> str:
        file = home(self._reports)
        return file.read_text(encoding="utf-8-sig", errors="replace") if file.is_file() else ""

    def _write(self, change: OfficeChange) -> None:
        """The whole file beside the old one, then in its place: whoever reads it meets one of the two."""
        text, file = _changed(self._text(), change), home(self._reports)
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=".answers-", suffix=".tmp")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as new:
                new.write(text)
                new.flush()
                os.fsync(new.fileno())
            mode = file.stat().st_mode & 0o777 if file.exists() else 0o644
            Path(name).chmod(mode)
            Path(name).replace(file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def _changed(text: str, change: OfficeChange) -> str:
    return retire(text, change.answer.name) if change.action == "retire" else put(text, change.answer)


def read_typed(text: str) -> OfficeChange | None:
    """A change as staff type it behind `/answers`; None where it is none. Raises NotChanged.

    `add NAME`, then a line `? question` for each way of asking, then the answer; `en:` or `zh:` begins a language.
    `remove NAME` retires one.
    """
    first, _, rest = text.strip().partition("\n")
    action, _, name = first.strip().partition(" ")
    name = " ".join(name.split())
    if action.casefold() in ("remove", "retire", "删除", "停用"):
        return OfficeChange("retire", OfficeAnswer(name, (), {}))
    if action.casefold() not in ("add", "edit", "添加", "修改"):
        return None
    questions: list[str] = []
    written: dict[str, list[str]] = {}
    language = ""
    for line in rest.splitlines():
        stripped = line.strip()
        if not written and stripped[:1] in ("?", "？"):
            questions.append(stripped[1:].strip())
            continue
        head, colon, tail = stripped.replace("：", ":", 1).partition(":")
        if colon and head.strip().casefold() in _LANGUAGES:
            language = _LANGUAGES[head.strip().casefold()]
            written.setdefault(language, []).append(tail.strip())
        elif stripped or written:
            language = language or ("zh" if any("㐀" <= c <= "鿿" for c in stripped) else "en")
            written.setdefault(language, []).append(line.rstrip())
    texts = {tag: "\n".join(lines).strip() for tag, lines in written.items()}
    answer = OfficeAnswer(
        name, tuple(dict.fromkeys(filter(None, questions))), {tag: one for tag, one in texts.items() if one}
    )
    if not name:
        raise AnswersNotChanged("answers", "it has no name", "write one behind add, such as /answers add Fees")
    put("", answer)
    return OfficeChange("put", answer)


_LANGUAGES = {"en": "en", "english": "en", "zh": "zh", "中文": "zh", "chinese": "zh"}


def _same(name: str, other: str) -> bool:
    return " ".join(name.split()).casefold() == " ".join(other.split()).casefold()
