"""A change of the glossary in; what it would do to the questions that were asked, and the change itself, out.

The same for the chat and the command line. Nothing here is permitted or refused: whoever calls has seen to that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from content.glossary import Change, Entry, apply, home, write
from index.build.known_questions import read_known
from index.errors import NoGeneration
from index.evaluating.rehearsal import Asked, Difference, rehearse
from index.lexicon.lexicon import read_glossary

RECORDED = 300
"""Questions of the ledger that a change is tried on, the newest."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that could be made, and what it would do."""

    change: Change
    before: Entry | None
    after: Entry | None
    """None: the entry is taken out."""
    file: Path
    asked: int
    """How many questions it was tried on; 0 also where there is no index yet."""
    differences: tuple[Difference, ...]


def propose(content: Path, index: Path, change: Change, recorded: Sequence[Asked]) -> Proposal:
    """Try a change on recorded and known questions. Raises NotChanged, IndexFault, OSError."""
    text, before, after = apply(read_glossary(content), change)
    known = (Asked(question.question, question.history) for question in read_known(content)[0])
    questions = tuple(dict.fromkeys((*known, *recorded)))
    try:
        differences = rehearse(index, text, questions)
    except NoGeneration:
        questions, differences = (), ()
    return Proposal(change, before, after, home(content), len(questions), differences)


@dataclass(frozen=True, slots=True)
class Kept:
    """The glossary as it was before a change, to go back to."""

    file: Path
    data: bytes | None
    """None: there was no such file."""

    def restore(self) -> None:
        if self.data is None:
            self.file.unlink(missing_ok=True)
        else:
            write(self.file, self.data)


def put(content: Path, change: Change) -> Kept:
    """Make a change in the file; one that has no glossary of its own begins with the words that come with the program.

    Raises NotChanged, OSError.
    """
    file = home(content)
    kept = Kept(file, file.read_bytes() if file.is_file() else None)
    text, _, _ = apply(read_glossary(content), change)
    write(file, text.encode())
    return kept


def take(content: Path, change: Change, rebuild: Callable[[], T]) -> T:
    """Make a change and rebuild the index; where that fails, the glossary is as it was. Raises what `rebuild` does."""
    kept = put(content, change)
    try:
        return rebuild()
    except BaseException:
        kept.restore()
        raise
