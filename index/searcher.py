"""A generation as it is asked: a question in, an `Answer` or `NoAnswer` out.

A `Searcher` is an immutable snapshot of one generation, safe to share between threads. `LiveSearcher` hands out the
one that is live, and opens the next when somebody, also another process, has swapped generations.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.answering.answer import Answer, NoAnswer, compose
from index.answering.conditions import find_allowed
from index.answering.conversation import Attempt, Conversation, join_answers
from index.answering.ranking import Evidence, Ranking, Rules, prefer
from index.answering.refusal import refuse
from index.answering.selection import Hit
from index.errors import BrokenGeneration, IndexFault, OtherAnalyzer, TooLong
from index.lexicon.dictionary import Dictionary
from index.lexicon.lexicon import Lexicon
from index.question.followup import Leaning, leaning
from index.question.letters import read_message
from index.question.parse import Query, parse
from index.scoring.bm25 import BM25
from index.scoring.topk import Mask
from index.store.corpus import DOCUMENT, Corpus, DocumentInfo, Heading, PassageViews, StoredPassage
from index.store.generation import Generations
from index.store.tables import SortedTable
from index.text.analyzer import Analyzer
from index.text.languages import speaks
from index.time_limit import check_time

if TYPE_CHECKING:
    from content.answers import OfficeAnswer
    from index.answering.curated import Curated, Fit
    from index.answering.explain import Explanation
    from index.answering.successors import Gone
    from index.scoring.semantic import SecondLook

__all__ = ["DocumentInfo", "Heading", "LiveSearcher", "Searcher", "StoredPassage"]

log = logging.getLogger(__name__)

JUDGED = 10
"""Passages by which a question is answered or refused, however few of them are shown."""

BESIDE = 64
"""Passages that are looked at for two words side by side."""
WARMING = ("What do the reports say about this?", "這些報告說了什麼？")
"""Questions that need whatever any question may: two languages, and Traditional characters."""
SAYS_HOW_COMMON = 100
"""Passages from which on the share of them that has a word says how common it is."""
SPOKEN = 0.02
"""Share of the postings from which a language is worth being translated into: names on a cover are not a report."""


class Searcher:
    """One generation, open."""

    def __init__(self, index: Path, generation: str, *, analyzer: Analyzer | None = None, rules: Rules | None = None):
        """Open a generation. Raises BrokenGeneration, or OtherAnalyzer where its terms are not this program's."""
        self.generation = generation
        self._analyzer = analyzer or Analyzer()
        self._generations = generations = Generations(index)
        manifest = generations.manifest(generation)
        if manifest.analyzer != self._analyzer.fingerprint:
            raise OtherAnalyzer(
                f"generation {generation}",
                "was built by a program that reads text differently",
                "run citedesk reindex",
            )
        folder = generations.path(generation)
        try:
            self._corpus = Corpus(folder)
            self._terms = terms = SortedTable(folder, "terms")
            self._bm25 = BM25.open(folder, len(self._corpus))
            dictionary = Dictionary.open(index, self._analyzer)
            self._lexicon = Lexicon(
                folder,
                terms,
                dictionary,
                chinese=self._bm25.share_of(terms.between("㐀", "ꀀ")) > SPOKEN,
                english=self._bm25.share_of(terms.between("a", "{")) > SPOKEN,
                stem=self._analyzer.stem,
                beside=self._stand_beside,
            )
        except (OSError, ValueError) as error:
            raise BrokenGeneration(
                f"generation {generation}", f"cannot be opened ({error})", "run citedesk reindex"
            ) from error
        self._office: tuple[Sequence[OfficeAnswer], Curated] | None = None
        self._views = PassageViews(self._corpus)
        self._ranking = Ranking(self._corpus, self._views, terms, self._bm25, rules)
        self._second_look = _second_look(folder)

    @classmethod
    def open(cls, index: Path) -> Searcher:
        """The live generation of an index folder. Raises NoGeneration, BrokenGeneration or OtherAnalyzer."""
        return cls(index, Generations(index).require_current())

    def ask(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        limit: int = 10,
        office: Sequence[OfficeAnswer] = (),
    ) -> Answer | NoAnswer:
        """Answer a question with at most `limit` excerpts; `history`: the questions before it, oldest first.

        `office`: the office's own answers. One that fits comes before the excerpts, or in the place of a refusal.
        Raises BrokenGeneration where what is read for it is damaged.
        """
        message = read_message(question)
        with self._naming_damage():
            answers = []
            for number, asked in enumerate(message.questions):
                earlier = (*history, message.told, *message.questions[:number])
                query, evidence, _ = self._understand(asked, earlier, limit)
                order = partial(self._reordered, query) if self._second_look else None
                answer = compose(query, evidence, self._corpus, self._views, self.generation, limit, order)
                if isinstance(answer, NoAnswer) and query.other_language and not self._speaks(query.other_language):
                    answer = replace(answer, languages=self._lexicon.languages)
                if office:
                    answer = self._curated(office).beside(self._parse(asked, "") if query.follows else query, answer)
                answers.append(answer)
        return join_answers(question, message.questions, answers, limit)

    def caught(self, questions: Sequence[str], office: Sequence[OfficeAnswer]) -> tuple[Fit | None, ...]:
        """Which of the office's answers would be given first to each of some questions."""
        curated = self._curated(office)
        return tuple(curated.comes_first(self._parse(question, "")) for question in questions)

    def _curated(self, office: Sequence[OfficeAnswer]) -> Curated:
        """The office's answers with their questions read, which is done once for each state of them."""
        kept = self._office
        if kept is None or kept[0] is not office:
            from index.answering.curated import Curated

            passages = max(SAYS_HOW_COMMON, len(self._corpus))
            read = partial(self._parse, earlier="")
            kept = office, Curated(office, read, lambda term: self._frequency_of(term) / passages)
            self._office = kept
        return kept[1]

    def warm(self) -> None:
        """Load what the first questions would otherwise wait for: jieba's dictionary alone takes a second."""
        for question in WARMING:
            self.ask(question)

    def parse(self, question: str, history: Sequence[str] = ()) -> Query:
        """How a question is understood; `history`: the questions before it, oldest first."""
        return self._understand(question, history, JUDGED).query if history else self._parse(question, "")

    def _parse(self, question: str, earlier: str) -> Query:
        """A question alone, or joined with `earlier` where that is no empty text."""
        check_time()
        return parse(question, self._analyzer, self._lexicon, earlier, self._frequency_of)

    def _understand(self, question: str, history: Sequence[str], limit: int) -> Attempt:
        """A question alone, or joined with one before it where the reports answer only that."""

        def attempt(question: str, earlier: str) -> Attempt:
            query = self._parse(question, earlier)
            evidence = self.rank(query, max(limit, JUDGED))
            return Attempt(query, evidence, refuse(query, evidence, self._corpus))

        def lean(question: str) -> Leaning:
            return leaning(question, self._analyzer, self._lexicon.kind_of)

        return Conversation(history, attempt, lean).understand(question)

    def _frequency_of(self, term: str) -> int:
        """In how many passages a term stands."""
        number = self._terms.find(term)
        return self._bm25.document_frequency(number) if number >= 0 else 0

    def rank(self, query: Query, limit: int, shown: Mask | None = None) -> Evidence:
        """The best passages for a query; `shown` (bool, passages) hides others, to see what is said without them."""
        allowed = find_allowed(query.filters, self._corpus, self._terms, self._bm25, self._analyzer)
        mask, preferred = allowed.mask, allowed.preferred
        if shown is not None:
            mask = shown if mask is None else mask & shown
            preferred = None if preferred is None else preferred & shown
        evidence = self._ranking.rank(query, limit, mask)
        if preferred is not None:
            evidence = prefer(evidence, self._ranking.rank(query, limit, preferred), limit)
        if allowed.unmet or allowed.ignored:
            return replace(evidence, unmet=allowed.unmet, ignored=allowed.ignored)
        return evidence

    def look_again(self, query: Query, hits: Sequence[Hit]) -> Sequence[Hit]:
        """The best passages for a query, the first of them ordered by a second look where the generation has one."""
        several_years = sum(concept.kind == "year" for concept in query.concepts) > 1  # these come in order of time
        if self._second_look is None or several_years:
            return hits
        asked = query.understood or query.question
        return self._second_look.order(asked, hits, lambda hit: hit.number, lambda hit: hit.score)

    def _reordered(self, query: Query) -> Sequence[Hit]:
        """As many hits as a second look takes, in its order."""
        from index.scoring.semantic import LOOKED_AT

        return self.look_again(query, self.rank(query, LOOKED_AT).hits)

    def explain(self, question: str, *, history: Sequence[str] = (), limit: int = 10) -> Explanation:
        """Why `ask` answers as it does, given the same."""
        from index.answering.explain import explain

        with self._naming_damage():
            message = read_message(question)
            query, evidence, refusal = self._understand(message.questions[0], (*history, message.told), limit)
            shown = replace(evidence, hits=evidence.hits[:limit])
            return explain(query, shown, refusal, self._corpus, self._terms, self._bm25, self.generation)

    def _speaks(self, language: str) -> bool:
        """Whether any report is in a language other than English and Chinese."""
        between = self._terms.between
        postings = max(int(self._bm25.starts[-1]), 1)
        return speaks(
            language,
            lambda first, last: self._bm25.share_of(between(first, last)),
            lambda word: self._frequency_of(self._analyzer.stem(word)) / postings,
        )

    def _stand_beside(self, first: str, second: str) -> bool:
        """Whether two terms stand side by side in a passage, one of the first that have both."""
        numbers = self._terms.find(first), self._terms.find(second)
        if min(numbers) < 0:
            return False
        having_first, having_second = (self._bm25.postings(number)[0] for number in numbers)
        having_both = np.intersect1d(having_first, having_second, assume_unique=True)[:BESIDE]
        forward = self._corpus.forward
        for passage in having_both.tolist():
            terms = forward.terms[forward.of(passage)]
            if bool(((terms[:-1] == numbers[0]) & (terms[1:] == numbers[1])).any()):
                return True
        return False

    @contextmanager
    def _naming_damage(self) -> Iterator[None]:
        """To open a generation is not to read it all: what fails later may be the files' fault, not the program's."""
        try:
            yield
        except TooLong:
            raise
        except Exception:
            self._generations.verify(self.generation)
            raise

    def document_of(self, number: int) -> DocumentInfo:
        """The report of the passage with a number."""
        return self._corpus.record(int(self._corpus.places[number][DOCUMENT])).info

    def passage(self, passage: str) -> StoredPassage | None:
        """A passage by its id, None where this generation has none such."""
        number = self._corpus.number(passage)
        return None if number is None else self._corpus.passage(number)

    def context(self, passage: str, before: int = 1, after: int = 1) -> tuple[StoredPassage, ...]:
        """A passage with its neighbours in the document, in reading order; empty where there is none such."""
        number = self._corpus.number(passage)
        if number is None:
            return ()
        return tuple(map(self._corpus.passage, self._corpus.neighbours(number, before, after)))

    def documents(self) -> tuple[DocumentInfo, ...]:
        """All reports, by source."""
        return self._corpus.infos

    def document(self, document: str) -> DocumentInfo | None:
        """A report by its id, None where there is none such."""
        number = self._corpus.by_document.get(document)
        return None if number is None else self._corpus.record(number).info

    def outline(self, document: str) -> tuple[Heading, ...]:
        """The sections of a report that have passages, in reading order; empty where there is no such report."""
        number = self._corpus.by_document.get(document)
        if number is None:
            return ()
        runs = self._corpus.outline(number)
        return tuple(Heading(self._corpus.section(section), self._corpus.id(first), n) for section, first, n in runs)

    def look_in(self, document: str, words: str, limit: int = 20) -> tuple[StoredPassage, ...]:
        """The passages of one report that say most of some words, best first; empty where there is no such report."""
        number = self._corpus.by_document.get(document)
        if number is None or not words.strip():
            return ()
        shown = np.zeros(len(self._corpus), bool)
        numbers = self._corpus.record(number).numbers
        shown[numbers.start : numbers.stop] = True
        with self._naming_damage():
            hits = self.rank(self._parse(words, ""), limit, shown).hits
        return tuple(self._corpus.passage(hit.number) for hit in hits if hit.number in numbers)

    def passages_under(self, document: str, section: tuple[str, ...]) -> tuple[StoredPassage, ...]:
        """The passages of a report whose heading path is `section`, in reading order."""
        number = self._corpus.by_document.get(document)
        if number is None:
            return ()
        runs = self._corpus.outline(number)
        return tuple(
            self._corpus.passage(passage)
            for path, first, count in runs
            if self._corpus.section(path) == section
            for passage in range(first, first + count)
        )


def gone_between(index: Path, older: str, newer: str) -> tuple[list[Gone], Callable[[str], bool]]:
    """The passages that a newer generation lacks, each with what it became; and whether that generation has an id.

    Both need no analyzer, so one that an earlier version of the program built can be looked at, too. Raises
    `BrokenGeneration` where one of them is gone or cannot be read.
    """
    from index.answering.successors import gone_passages

    generations = Generations(index)
    try:
        before, now = (Corpus(generations.path(generation)) for generation in (older, newer))
        return list(gone_passages(before, now)), lambda passage: now.number(passage) is not None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BrokenGeneration(f"generation {older}", f"cannot be read ({error})", "run citedesk reindex") from error


def _second_look(folder: Path) -> SecondLook | None:
    """What orders the first passages anew; imported only where a generation has vectors."""
    if not (folder / "semantic.model").exists():
        return None
    from index.scoring.semantic import open_second_look

    return open_second_look(folder)


class LiveSearcher:
    """The searcher of the live generation, whoever built it. Safe to share between threads."""

    def __init__(
        self,
        index: Path,
        *,
        verify: bool = False,
        damaged: Callable[[BrokenGeneration], None] = lambda fault: None,
    ) -> None:
        """`verify`: compare the files of what was opened with their checksums, in a thread of its own.

        To read a whole generation takes seconds where it is large: for a bot that runs for weeks, not for one question.
        `damaged` hears once of each generation that is found damaged, in whichever thread that is found.
        """
        self._generations = Generations(index)
        self._verify = verify
        self._hear_of_damage = damaged
        self._lock = threading.Lock()
        self._searcher: Searcher | None = None
        self._chosen_for: str | None = None
        """The live generation when the searcher was chosen."""
        self._damaged: set[str] = set()
        self._told: set[str] = set()
        """Damaged generations that were told of."""
        self._analyzer = Analyzer()

    def get(self) -> Searcher:
        """The live searcher. Costs one small read unless the generation changed.

        Where the live generation cannot be opened, the last one that could goes on answering, at start the newest that
        is older; where there is none, raises NoGeneration, BrokenGeneration or OtherAnalyzer.
        """
        current, searcher = self._generations.current(), self._searcher
        if searcher is not None and (current is None or current == self._chosen_for):
            return searcher
        with self._lock:
            if self._searcher is None or self._chosen_for != current:
                self._searcher = self._choose(current)
                self._chosen_for = current
            return self._searcher

    def _choose(self, current: str | None) -> Searcher:
        """The live generation, else the one that answered until now, else the newest older one that opens."""
        try:
            return self._open(current or self._generations.require_current())
        except IndexFault as fault:
            before = self._searcher
            if before is None or before.generation in self._damaged:
                before = self.older(current)
            if isinstance(fault, BrokenGeneration) and current is not None:
                self._note_damage(current, fault)
            if before is None:
                raise
            log.exception("%s; generation %s answers", fault, before.generation)
            return before

    def older(self, current: str | None) -> Searcher | None:
        """The newest generation that opens and is older than this one; None where there is none."""
        infos = self._generations.list()
        live = next((info for info in infos if info.id == current), None)
        for info in infos:
            if live is None or info.created < live.created:
                try:
                    return self._open(info.id)
                except IndexFault:
                    continue
        return None

    def _open(self, generation: str) -> Searcher:
        if generation in self._damaged:
            raise BrokenGeneration(f"generation {generation}", "is damaged", "run citedesk reindex")
        searcher = Searcher(self._generations.folder, generation, analyzer=self._analyzer)
        if self._verify:
            threading.Thread(target=self._check, args=(generation,), name="verify", daemon=True).start()
        return searcher

    def put_aside(self, generation: str, fault: BrokenGeneration) -> bool:
        """A generation failed while it answered: the newest older one answers from now on. False: there is none."""
        with self._lock:
            known = generation in self._damaged
            self._damaged.add(generation)
            searcher = self._searcher
            if searcher is not None and searcher.generation == generation:
                before = self.older(generation)
                if before is not None:
                    log.error("%s; generation %s answers", fault, before.generation)
                    self._searcher = before
                elif not known:
                    log.error("%s; there is no older one, so it goes on answering", fault)
            replaced = self._searcher is not None and self._searcher.generation != generation
        self._note_damage(generation, fault)
        return replaced

    def _note_damage(self, generation: str, fault: BrokenGeneration) -> None:
        if generation not in self._told:
            self._told.add(generation)
            self._hear_of_damage(fault)

    def _check(self, generation: str) -> None:
        """Put a generation aside whose files are not what was written."""
        try:
            self._generations.verify(generation)
        except BrokenGeneration as fault:
            self.put_aside(generation, fault)
        except OSError:
            log.info("generation %s could not be compared with its checksums", generation, exc_info=True)
