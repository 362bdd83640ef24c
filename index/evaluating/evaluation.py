"""A collection in, a run (what this program finds) out; a run and judgments in, the measures of the field out.

The passages of a collection are taken whole, with their titles as headings. They are searched as reports are: with the
same analyzer, lexicon and ranking. Refusing and the folding of excerpts are left out, since a run is a ranking.

Why another b? It says how much a passage's length counts against it (Robertson & Zaragoza 2009). We cut reports into
passages of about one length, and the long ones are no wordier than the short ones: .4 is best. Abstracts are taken
whole, their authors decided on the length, and long ones repeat themselves: Okapi's .75 is best (Cranfield, nDCG@10:
.42 against .41). The mean length tells the two apart; see `weights_for`. k1 = 1.5 would gain another .004 there, but
loses questions between languages.

The measures are those of trec_eval, through ir-measures (the extra `evaluate`), which is imported only when needed.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from content.documents import Document, Locator, Metadata
from content.passages import ID_LENGTH
from content.passages import Passage as Cut
from index.build.reindex import Progress
from index.build.writer import IndexWriter, Weights
from index.evaluating.collection import Collection, CollectionPassage, Malformed, Qrels, Run, RunLine, language_of
from index.lexicon.countries import borrow_dictionary
from index.lexicon.dictionary import Dictionary
from index.lexicon.lexicon import save_lexicon
from index.scoring.postings import Floats
from index.searcher import Searcher
from index.store.generation import Generations
from index.text.analyzer import Analyzer

DEPTH = 100
"""Passages of a query that a run holds."""
MEASURES = ("success@1", "success@3", "success@10", "MRR@10", "nDCG@10", "recall@100")
SEED = 20070
"""Seed of the randomisation test, so that the same two runs give the same p."""
SHUFFLES = 10_000
SHORT_TERMS, LONG_TERMS = 50.0, 80.0
SHORT_B, LONG_B = 0.4, 0.75
LONGEST = 60_000
"""Characters of a passage; a longer one is cut, and its parts count as one passage."""


@dataclass(frozen=True, slots=True)
class Scores:
    """What a run is worth for one query."""

    query: str
    values: tuple[float, ...]
    """One for each of `MEASURES`."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs by one measure over the same queries."""

    measure: str
    first: float
    """Mean of the first run."""
    second: float
    wins: int
    """Queries for which the second run is better."""
    losses: int
    ties: int
    p: float
    """Two-sided, of a paired randomisation test."""


class NoMeasures(Exception):
    """The package that computes the measures is not installed."""

    exit_code = 2

    def __init__(self) -> None:
        super().__init__("evaluate: the package ir-measures is missing: pip install 'citedesk[evaluate]'")


def weights_for(mean_terms: float) -> Weights:
    """Weights for passages of this mean length in terms: b rises from .4 at 50 terms to .75 at 80."""
    share = min(max((mean_terms - SHORT_TERMS) / (LONG_TERMS - SHORT_TERMS), 0.0), 1.0)
    return replace(Weights(), b=SHORT_B + share * (LONG_B - SHORT_B))


@contextmanager
def indexed(
    collection: Collection,
    *,
    glossary: str = "",
    dictionary: Path | None = None,
    weights: Weights | None = None,
    semantic: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> Iterator[Searcher]:
    """A searcher over the passages of a collection, in a folder that is removed afterwards.

    `dictionary`: an index folder whose analysed dictionary is used, if it has one, since analysing it takes seconds;
    `weights`: used instead of those for the passages' length; `semantic`: with a second look, where it is installed.
    """
    tell = progress or (lambda _: None)
    analyzer = Analyzer()
    with tempfile.TemporaryDirectory(prefix="citedesk-") as temporary:
        folder = Path(temporary)
        if dictionary is not None:
            borrow_dictionary(dictionary, folder, analyzer)
        writer = IndexWriter(analyzer, weights or Weights(), Dictionary.open(folder, analyzer).countries)
        for number, entry in enumerate(collection.entries):
            _add(writer, entry)
            if number % 100 == 0:
                tell(Progress("reading", number, len(collection.entries)))
        if weights is None:
            writer.weigh(weights_for(writer.mean_terms))
        tell(Progress("reading", len(collection.entries), len(collection.entries)))
        generations = Generations(folder)
        unfinished = generations.begin()
        writer.write(unfinished)
        if semantic:
            _add_vectors(unfinished, tell)
        save_lexicon(unfinished, glossary, analyzer, writer.acronyms)
        manifest = generations.finish(
            unfinished,
            analyzer=analyzer.fingerprint,
            content="",
            inputs="",
            documents=writer.documents,
            passages=writer.passages,
            skipped=[],
        )
        yield Searcher(folder, manifest.id, analyzer=analyzer)


def _add_vectors(folder: Path, tell: Callable[[Progress], None]) -> None:
    from index.scoring.semantic import load_encoder, model, write_vectors

    encoder = load_encoder() if model() else None
    if encoder is not None:
        write_vectors(folder, encoder, model(), tell=lambda done, total: tell(Progress("encoding", done, total)))


def ask_all(searcher: Searcher, collection: Collection, progress: Callable[[Progress], None] | None = None) -> Run:
    """Ask every query: its best `DEPTH` passages, best first."""
    lines: list[RunLine] = []
    for number, topic in enumerate(collection.queries, 1):
        lines.extend(RunLine(topic.id, passage, score) for passage, score in find(searcher, topic.text))
        if progress:
            progress(Progress("asking", number, len(collection.queries)))
    return tuple(lines)


def find(searcher: Searcher, question: str) -> Iterator[tuple[str, float]]:
    """The best `DEPTH` passages of a collection for a question, each once, with scores."""
    yielded: set[str] = set()
    query = searcher.parse(question)
    evidence = searcher.rank(query, DEPTH)
    for hit in searcher.look_again(query, evidence.hits):
        # a person sees one of two editions; both were found
        for number in (hit.number, evidence.twins.get(hit.number, hit.number)):
            id_ = searcher.document_of(number).id
            if id_ not in yielded:
                yielded.add(id_)
                yield id_, hit.score


def measure(run: Run, qrels: Qrels) -> tuple[Scores, ...]:
    """The figures of every judged query, in the order of the judgments; a query that the run lacks has 0.

    Raises NoMeasures.
    """
    try:
        import ir_measures
        from ir_measures import RR, R, Success, nDCG
    except ImportError:
        raise NoMeasures from None
    measures = (Success @ 1, Success @ 3, Success @ 10, RR @ 10, nDCG @ 10, R @ 100)
    judged = [
        ir_measures.Qrel(query, passage, grade) for query, grades in qrels.items() for passage, grade in grades.items()
    ]
    ranked: dict[str, int] = defaultdict(int)
    scored = []
    for line in run:  # by rank, since equal scores would be put in another order
        ranked[line.query] += 1
        scored.append(ir_measures.ScoredDoc(line.query, line.passage, -float(ranked[line.query])))
    values: dict[str, dict[object, float]] = {query: {} for query in qrels}
    for metric in ir_measures.iter_calc(measures, judged, scored):
        values[metric.query_id][metric.measure] = float(metric.value)
    return tuple(Scores(query, tuple(own.get(measure, 0.0) for measure in measures)) for query, own in values.items())


def mean(scores_of_queries: Sequence[Scores]) -> tuple[float, ...]:
    """The mean of each measure over the queries."""
    columns = zip(*(scores.values for scores in scores_of_queries), strict=True)
    return tuple(sum(column) / len(scores_of_queries) for column in columns)


def compare(first: Run, second: Run, qrels: Qrels) -> tuple[Comparison, ...]:
    """Two runs, query by query, for every measure. Raises NoMeasures, and Malformed for runs of other queries."""
    for name, run in (("first", first), ("second", second)):
        if not {line.query for line in run} & set(qrels):
            raise Malformed(f"{name} run", "has none of the judged queries", "compare runs of this collection")
    columns = [zip(*(scores.values for scores in measure(run, qrels)), strict=True) for run in (first, second)]
    return tuple(_compare(name, *map(np.array, values)) for name, *values in zip(MEASURES, *columns, strict=True))


def _compare(name: str, first: Floats, second: Floats) -> Comparison:
    difference = second - first
    wins, losses = int(np.sum(difference > 0)), int(np.sum(difference < 0))
    return Comparison(
        name,
        float(first.mean()),
        float(second.mean()),
        wins,
        losses,
        len(difference) - wins - losses,
        randomisation_test(difference.tolist()),
    )


def randomisation_test(differences: Sequence[float]) -> float:
    """The two-sided p of a paired randomisation test (Fisher's; Smucker, Allan & Carterette, CIKM 2007).

    If the two runs were the same, each difference could as well have the other sign: p is the share of `SHUFFLES`
    drawings of signs whose mean is at least as far from 0, the one that was seen included.
    """
    changed = np.array([difference for difference in differences if difference], dtype=float)
    if not len(changed):
        return 1.0
    random = np.random.default_rng(SEED)
    measured, extreme = abs(changed.sum()), 0
    for _ in range(SHUFFLES // 1000):
        signs = random.integers(0, 2, (1000, len(changed)), dtype=np.int8) * 2.0 - 1.0
        extreme += int(np.count_nonzero(np.abs(signs @ changed) >= measured - 1e-9))
    return (extreme + 1) / (SHUFFLES + 1)


def _add(writer: IndexWriter, entry: CollectionPassage) -> None:
    """Take a passage as a document of its own."""
    language = (entry.language or language_of(entry.text)).partition("-")[0].lower()
    section = (entry.title,) if entry.title else ()
    cuts = [(start, min(start + LONGEST, len(entry.text))) for start in range(0, max(len(entry.text), 1), LONGEST)]
    passages = [
        Cut(
            f"{writer.passages + number:0{ID_LENGTH}x}", entry.text[start:end], start, end, Locator(section, None, 1), 0
        )
        for number, (start, end) in enumerate(cuts)
    ]
    # A blank title, or the id would stand for it, and ids such as `report2021-07` have words of their own.
    metadata = Metadata(title=" ", language=language)
    writer.add(Document(entry.id, entry.id, entry.text, (), metadata), "", passages)
