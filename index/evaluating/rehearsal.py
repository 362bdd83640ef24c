"""A new glossary and questions in; the questions that it would answer differently out.

Only the lexicon of a generation depends on the glossary. So a rehearsal needs no reindex. It opens the live generation
through a folder of links, in which only the lexicon is replaced.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.answering.answer import Answer, Excerpt, NoAnswer
from index.lexicon.countries import borrow_dictionary
from index.lexicon.lexicon import save_lexicon
from index.searcher import Searcher
from index.store.corpus import Corpus
from index.store.generation import Generations
from index.text.analyzer import Analyzer


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and those before it in its conversation, oldest first."""

    question: str
    history: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """A question that would get another passage as its answer; None: refused."""

    asked: Asked
    before: Excerpt | None
    after: Excerpt | None


def rehearse(index: Path, glossary: str, questions: Sequence[Asked]) -> tuple[Difference, ...]:
    """Ask each question with the glossary as it is and as it would be.

    Raises NoGeneration, BrokenGeneration or OtherAnalyzer where the live generation does not open.
    """
    analyzer = Analyzer()
    live = Searcher(index, Generations(index).require_current(), analyzer=analyzer)
    differences = []
    with _with_glossary(index, live.generation, glossary, analyzer) as changed:
        for asked in dict.fromkeys(questions):
            before, after = (
                _first(searcher.ask(asked.question, history=asked.history)) for searcher in (live, changed)
            )
            if (before.passage if before else None) != (after.passage if after else None):
                differences.append(Difference(asked, before, after))
    return tuple(differences)


@contextmanager
def _with_glossary(index: Path, generation: str, glossary: str, analyzer: Analyzer) -> Iterator[Searcher]:
    """A searcher over a generation with another glossary."""
    with tempfile.TemporaryDirectory(prefix="citedesk-") as temporary:
        folder = Path(temporary)
        borrow_dictionary(index, folder, analyzer)
        (folder / generation).mkdir()
        source = Generations(index).path(generation)
        for path in source.iterdir():
            if path.suffix == ".json":  # copied, since one of them is written anew
                shutil.copy(path, folder / generation)
            else:
                (folder / generation / path.name).symlink_to(path.absolute())
        acronyms = {pair: None for record in Corpus(source).records() for pair in record.acronyms}
        save_lexicon(folder / generation, glossary, analyzer, acronyms)
        yield Searcher(folder, generation, analyzer=analyzer)


def _first(answer: Answer | NoAnswer) -> Excerpt | None:
    return answer.excerpts[0] if isinstance(answer, Answer) else None
