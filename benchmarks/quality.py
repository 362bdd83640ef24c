"""How good the answers are, beside bm25s, in one run: two tables, a ratio of times, and docs/benchmarks/quality.json.

`python -m benchmarks.quality [--shared FOLDER] [--data FOLDER] [--out FILE]`. bm25s gets its own tokenizer with its
stemmer and stop words (jieba for Chinese), and the same passages: those of a collection as they are, those of reports
as citedesk cuts them. Judged questions are scored as a person sees them: an excerpt is right if it stands in a source
that answers and has the judged words. What is not beside the project (`../shared`) is left out, and named.

The time is that of one question with all of it on, each question asked of a searcher that never saw it before, beside
rank-bm25 itself, our postings and bm25s over the same passages.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bm25s
import jieba

from benchmarks.plain_bm25 import Plain, passages_of, times
from bot.words.table import Table, lines, show
from index.answering.answer import Answer
from index.build.known_questions import is_right
from index.build.reindex import reindex
from index.evaluating.collection import Collection, Found, Run, read_collection
from index.evaluating.evaluation import DEPTH, MEASURES, ask_all, indexed, mean, measure
from index.lexicon.countries import borrow_dictionary
from index.lexicon.lexicon import read_glossary
from index.searcher import Searcher
from index.text.analyzer import Analyzer

ROOT = Path(__file__).parents[1]
CONTENT = ROOT / "content" / "reports"
NDCG, SUCCESS = MEASURES.index("nDCG@10"), MEASURES.index("success@1")
BEHIND = 0.005
"""nDCG@10 that we may be below bm25s within one language."""


@dataclass(frozen=True, slots=True)
class Task:
    """A collection with one choice of judgments and language of the passages."""

    folder: str
    way: str
    """Language of the queries → language of the passages."""
    target: str = ""
    qrels: str = "qrels.tsv"
    bar: float = 0.0
    """success@1 that is asked for."""


TASKS = (
    Task("cranfield", "en → en"),
    Task("xquad", "en → en", "en"),
    Task("xquad", "zh → zh", "zh"),
    Task("xquad", "zh → en", "en", "qrels_cross.tsv", 0.80),
    Task("xquad", "en → zh", "zh", "qrels_cross.tsv", 0.78),
    Task("gov_work_reports", "en → en", "en", bar=0.60),
    Task("gov_work_reports", "zh → zh", "zh"),
    Task("gov_work_reports", "zh → en", "en", "qrels_cross.tsv", 0.48),
    Task("gov_work_reports", "en → zh", "zh", "qrels_cross.tsv"),
    Task("unesco_profiles", "en → en", bar=0.62),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Both programs on one collection."""

    name: str
    way: str
    queries: int
    passages: int
    ndcg: tuple[float, float]
    """Ours, bm25s's."""
    success: tuple[float, float]
    bar: float

    @property
    def verdict(self) -> str:
        same = self.way in ("en → en", "zh → zh")
        if same and self.ndcg[0] < self.ndcg[1] - BEHIND:
            return "behind bm25s"
        return "below its bar" if self.success[0] < self.bar else ""


def on_collection(task: Task, folder: Path, data: Path) -> Outcome:
    """Ask a collection of both programs."""
    collection = read_collection(folder, Path(task.qrels), target_language=task.target)
    with indexed(collection, glossary=read_glossary(CONTENT), dictionary=data) as searcher:
        ours = ask_all(searcher, collection)
    theirs = plain_run(collection, chinese=task.target == "zh")
    means = [mean(measure(run, collection.qrels)) for run in (ours, theirs)]
    return Outcome(
        task.folder,
        task.way,
        len(collection.topics),
        len(collection.entries),
        (means[0][NDCG], means[1][NDCG]),
        (means[0][SUCCESS], means[1][SUCCESS]),
        task.bar,
    )


def plain_run(collection: Collection, chinese: bool) -> Run:
    plain = Plain([f"{entry.title} {entry.text}" for entry in collection.entries], chinese)
    return tuple(
        Found(topic.id, collection.entries[number].id, score)
        for topic in collection.topics
        for number, score in plain.search(topic.text, DEPTH)
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """A set of judged questions over a folder of reports, asked of both programs; shares of the questions."""

    name: str
    answerable: int
    success1: tuple[float, float]
    success3: tuple[float, float]
    sentence1: float
    false_refusals: float
    coverage: float
    """Share of the sources that answer which are among the first ten, where there are several."""
    refused: dict[str, str]
    """Kind of unanswerable question → "refused of asked"."""


def on_questions(name: str, questions: Sequence[dict[str, Any]], index: Path) -> Judged:
    """Ask judged questions; bm25s sees the question alone, which is all that it can take."""
    searcher, (texts, sources) = Searcher.open(index), passages_of(index)
    english, chinese = Plain(texts, chinese=False), Plain(texts, chinese=True)
    ours, theirs, sentences, refusals, coverages = [], [], [], [], []
    refused: dict[str, list[bool]] = {}
    for question in questions:
        answer = searcher.ask(question["question"], history=tuple(question.get("history", ())))
        spans = question["answers"]
        if not spans:
            refused.setdefault(question.get("sub", "refused"), []).append(not isinstance(answer, Answer))
            continue
        excerpts = answer.excerpts if isinstance(answer, Answer) else ()
        ours.append(first(is_right(excerpt, spans) for excerpt in excerpts))
        best = excerpts[0] if excerpts else None
        sentences.append(best is not None and has(best.text[slice(*best.sentence)], best.citation.source, spans))
        refusals.append(not excerpts)
        if len(spans) > 1:
            found = {Path(one.citation.source).name for one in excerpts if is_right(one, spans)}
            coverages.append(len(found) / len(spans))
        plain = chinese if question["lang"] == "zh" else english
        hits = plain.search(question["question"], 10)
        theirs.append(first(has(texts[number], sources[number], spans) for number, _ in hits))
    return Judged(
        name,
        len(ours),
        (share(ours, 1), share(theirs, 1)),
        (share(ours, 3), share(theirs, 3)),
        sum(sentences) / len(sentences),
        sum(refusals) / len(refusals),
        sum(coverages) / len(coverages) if coverages else 1.0,
        {kind: f"{sum(marks)}/{len(marks)}" for kind, marks in sorted(refused.items())},
    )


def has(text: str, source: str, spans: dict[str, list[str]]) -> bool:
    """Whether a text from a source has one of its judged spans, white space aside."""
    folded = " ".join(text.split())
    return any(" ".join(span.split()) in folded for span in spans.get(Path(source).name, ()))


def first(marks: Iterable[bool]) -> int:
    """Rank of the first right one, from 1; 0: none."""
    return next((rank for rank, right in enumerate(marks, 1) if right), 0)


def share(ranks: Sequence[int], k: int) -> float:
    return sum(1 <= rank <= k for rank in ranks) / len(ranks)


def collections_table(outcomes: Sequence[Outcome]) -> Table:
    rows = tuple(
        (
            one.name,
            one.way,
            str(one.queries),
            *(f"{value:.4f}" for value in (*one.ndcg, one.ndcg[0] - one.ndcg[1])),
            *(f"{value:.3f}" for value in one.success),
            one.verdict,
        )
        for one in outcomes
    )
    names = ("collection", "", "queries", "nDCG@10", "bm25s", "difference", "success@1", "bm25s", "")
    return Table("Public collections", names, rows, frozenset(range(2, 8)))


def questions_table(judged: Sequence[Judged]) -> Table:
    rows = tuple(
        (
            one.name,
            str(one.answerable),
            *(f"{value:.3f}" for value in figures_of(one)),
            ", ".join(f"{kind} {count}" for kind, count in one.refused.items()),
        )
        for one in judged
    )
    names = ("questions", "n", "s@1", "bm25s", "s@3", "bm25s", "sentence@1", "coverage@10", "false refusals", "refused")
    return Table("Judged questions", names, rows, frozenset(range(1, 9)))


def figures_of(one: Judged) -> tuple[float, ...]:
    return (*one.success1, *one.success3, one.sentence1, one.coverage, one.false_refusals)


ALONE, IN_TURN = "each program asked alone", "all programs asked in turn"


def times_table(found: dict[str, float], passages: int, how: str) -> Table:
    ours = next(iter(found.values()))
    rows = tuple((name, f"{value:.2f}", f"{ours / value:.1f}") for name, value in found.items())
    title = f"One English question over {passages} passages, {how}"
    return Table(title, ("", "ms", "citedesk takes so many times as long"), rows, frozenset({1, 2}))


def sets_of(shared: Path) -> Iterator[tuple[str, Path, Path]]:
    """Name, file of questions and folder of reports of every set that is there."""
    ours = ROOT / "tests" / "questions"
    for name, questions, reports in (
        ("our own, starter library", ours / "starter.jsonl", CONTENT),
        ("our own, five reports", ours / "reports.jsonl", shared / "reports"),
        ("our own, awkward files", ours / "documents.jsonl", shared / "documents"),
        ("unseen, five reports", ours / "reports-unseen.jsonl", shared / "reports"),
        ("unseen, awkward files", ours / "documents-unseen.jsonl", shared / "documents"),
        ("gold, five reports", shared / "gold" / "questions.jsonl", shared / "reports"),
    ):
        if questions.is_file() and reports.is_dir():
            yield name, questions, reports
        else:
            print(f"left out, not beside the project: {name}")


def main() -> None:
    parser = argparse.ArgumentParser(description="The answers' quality and time beside bm25s.")
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="collections and judged questions")
    parser.add_argument("--data", type=Path, default=ROOT / "data" / "index", help="an index folder with a dictionary")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks" / "quality.json")
    options = parser.parse_args()
    jieba.setLogLevel(logging.WARNING)

    outcomes = []
    for task in TASKS:
        folder = options.shared / "collections" / task.folder
        if folder.is_dir():
            outcomes.append(on_collection(task, folder, options.data))
        else:
            print(f"left out, not beside the project: {task.folder}, {task.way}")
    tables = [collections_table(outcomes)]
    show(tables, sys.stdout)
    print()

    judged, alone, in_turn, passages = [], {}, {}, 0
    with tempfile.TemporaryDirectory(prefix="citedesk-") as temporary:
        indexes: dict[Path, Path] = {}
        for name, file, reports in sets_of(options.shared):
            if reports not in indexes:
                indexes[reports] = Path(temporary) / str(len(indexes))
                indexes[reports].mkdir()
                borrow_dictionary(options.data, indexes[reports], Analyzer())
                reindex(reports, indexes[reports])
            questions = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
            judged.append(on_questions(name, questions, indexes[reports]))
            english = [one["question"] for one in questions if one["lang"] == "en" and not one.get("history")]
            alone, in_turn = (times(english, indexes[reports], in_turn=way) for way in (False, True))
            passages = len(passages_of(indexes[reports])[0])
    tables += [questions_table(judged), times_table(alone, passages, ALONE), times_table(in_turn, passages, IN_TURN)]
    show(tables[1:], sys.stdout)
    keep(options.out, tables, record(outcomes, judged, alone, in_turn, passages))


def keep(out: Path, tables: Sequence[Table], figures: dict[str, object]) -> None:
    """Write the figures as JSON and, beside them, the tables as a page."""
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    drawn = "\n\n".join("\n".join(lines(table)) for table in tables)
    page = f"# Quality\n\nWritten by `python -m benchmarks.quality`.\n\n```text\n{drawn}\n```\n"
    out.with_suffix(".md").write_text(page, encoding="utf-8")


def record(
    outcomes: Sequence[Outcome],
    judged: Sequence[Judged],
    taken: dict[str, float],
    in_turn: dict[str, float],
    passages: int,
) -> dict[str, object]:
    """All figures, as they are kept."""
    return {
        "versions": {"bm25s": bm25s.__version__, "python": sys.version.split()[0]},
        "collections": [
            {
                "collection": one.name,
                "way": one.way,
                "queries": one.queries,
                "passages": one.passages,
                "ndcg10": round(one.ndcg[0], 4),
                "ndcg10_bm25s": round(one.ndcg[1], 4),
                "success1": round(one.success[0], 4),
                "success1_bm25s": round(one.success[1], 4),
                "verdict": one.verdict,
            }
            for one in outcomes
        ],
        "questions": [
            {
                "questions": one.name,
                "answerable": one.answerable,
                "success1": round(one.success1[0], 4),
                "success1_bm25s": round(one.success1[1], 4),
                "success3": round(one.success3[0], 4),
                "success3_bm25s": round(one.success3[1], 4),
                "sentence1": round(one.sentence1, 4),
                "coverage10": round(one.coverage, 4),
                "false_refusals": round(one.false_refusals, 4),
                "refused": one.refused,
            }
            for one in judged
        ],
        "time": {
            "passages": passages,
            "milliseconds": {name: round(value, 3) for name, value in taken.items()},
            "milliseconds, asked in turn": {name: round(value, 3) for name, value in in_turn.items()},
            "times_as_long": {
                name: round(next(iter(taken.values())) / value, 2) for name, value in list(taken.items())[1:]
            },
        },
    }


if __name__ == "__main__":
    main()
