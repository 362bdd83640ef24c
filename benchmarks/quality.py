"""How good the answers are, beside bm25s, in one run: one table of all sets, and a ratio of times.

`python -m benchmarks.quality [--shared FOLDER] [--data FOLDER] [--out FILE] [--only NAMES]`. Writes
docs/benchmarks/quality.json and .md, with `--only` nothing. "mean s@1 of the others": of the libraries without this
one; where a rule was chosen with one library in mind, that mean does not know of it. bm25s gets its own tokenizer
with its stemmer and stop words (jieba for Chinese), and the same passages: those of a collection as they are, those
of reports as citedesk cuts them. Judged questions are scored as a person sees them: an excerpt is right if it stands
in a source that answers and has the judged words. What is not beside the project (`../shared`) is left out, and
named.

The time is that of one question with all of it on, each question asked of a searcher that never saw it before, beside
rank-bm25 itself, our postings and bm25s over the same passages.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import bm25s
import jieba

from benchmarks.plain_bm25 import Plain, passages_of, times
from bot.words.table import Table, lines, show
from index.answering.answer import MAX_EXCERPT
from index.build.reindex import reindex
from index.evaluating.collection import Collection, Run, RunLine, read_collection
from index.evaluating.evaluation import DEPTH, MEASURES, ask_all, indexed, mean, measure
from index.evaluating.judged import (
    DOCS,
    LOOKED_AT,
    NEAR_TOPIC,
    OFF_TOPIC,
    QUESTIONS,
    Figures,
    JudgedQuestion,
    Refusals,
    ShownExcerpt,
    ShownReply,
    figures_of,
    read_questions,
    refusals_of,
    reply_of,
    score,
)
from index.lexicon.countries import borrow_dictionary
from index.lexicon.lexicon import read_glossary
from index.searcher import Searcher
from index.text.analyzer import Analyzer

ROOT = Path(__file__).parents[1]
CONTENT = ROOT / "content" / "reports"
NDCG, SUCCESS, SUCCESS3 = (MEASURES.index(name) for name in ("nDCG@10", "success@1", "success@3"))
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
    success3: tuple[float, float]
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
        len(collection.queries),
        len(collection.entries),
        (means[0][NDCG], means[1][NDCG]),
        (means[0][SUCCESS], means[1][SUCCESS]),
        (means[0][SUCCESS3], means[1][SUCCESS3]),
        task.bar,
    )


def plain_run(collection: Collection, chinese: bool) -> Run:
    plain = Plain([f"{entry.title} {entry.text}" for entry in collection.entries], chinese)
    return tuple(
        RunLine(topic.id, collection.entries[number].id, score)
        for topic in collection.queries
        for number, score in plain.search(topic.text, DEPTH)
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """A set of judged questions over a folder of reports, asked of both programs."""

    name: str
    kind: str
    """`library`: real reports that nobody tuned for; else `own` or `gold`."""
    figures: Figures
    refusals: dict[str, Refusals]
    """Kind of unanswerable question → refused, of asked."""
    plain: tuple[float, float]
    """bm25s's success@1 and success@3."""


def on_questions(name: str, kind: str, questions: Sequence[JudgedQuestion], index: Path) -> Judged:
    """Ask judged questions; bm25s sees the question alone, which is all that it can take."""
    searcher, (texts, sources) = Searcher.open(index), passages_of(index)
    english, chinese = Plain(texts, chinese=False), Plain(texts, chinese=True)
    outcomes, theirs = [], []
    for question in questions:
        answer = searcher.ask(question.question, history=question.history)
        outcomes.append(score(question, reply_of(answer)))
        if question.answers:
            plain = chinese if question.language == "zh" else english
            hits = plain.search(question.question, LOOKED_AT)
            shown = tuple(ShownExcerpt(texts[number][:MAX_EXCERPT], "", sources[number]) for number, _ in hits)
            theirs.append(score(question, ShownReply(shown)))
    known = figures_of(theirs)
    return Judged(name, kind, figures_of(outcomes), refusals_of(outcomes), (known.success1, known.success3))


def without_each(judged: Sequence[Judged]) -> dict[str, float]:
    """Library → mean success@1 of the other libraries: how far the mean leans on one of them."""
    libraries = {one.name: one.figures.success1 for one in judged if one.kind == "library"}
    total, count = sum(libraries.values()), len(libraries)
    return {name: (total - own) / (count - 1) for name, own in libraries.items()} if count > 1 else {}


def everything_table(outcomes: Sequence[Outcome], judged: Sequence[Judged]) -> Table:
    """All sets of questions and all collections, a line each."""
    names = (
        *("", "n", "s@1", "bm25s", "s@3", "bm25s", "sentence@1", "coverage@10", "false refusals", "own language"),
        *("near-topic", "off-topic", "mean s@1 of the others", "nDCG@10", "bm25s", ""),
    )
    others = without_each(judged)
    rows = [
        (
            one.name,
            str(one.figures.questions),
            *_three(one.figures.success1, one.plain[0], one.figures.success3, one.plain[1], one.figures.sentence1),
            *_three(one.figures.coverage, one.figures.false_refusals, one.figures.own_language),
            *(str(one.refusals.get(topic, "")) for topic in (NEAR_TOPIC, OFF_TOPIC)),
            f"{others[one.name]:.3f}" if one.name in others else "",
            *("", "", ""),
        )
        for one in judged
    ]
    libraries = [one.figures for one in judged if one.kind == "library"]
    if libraries:
        means = [
            sum(getattr(one, name) for one in libraries) / len(libraries)
            for name in ("success1", "success3", "sentence1", "false_refusals", "own_language")
        ]
        first, third, sentence, refused, own = _three(*means)
        empty = ("",) * 6
        rows.append(("libraries, mean", str(len(libraries)), first, "", third, "", sentence, "", refused, own, *empty))
    rows += [
        (
            f"{one.name}, {one.way}",
            str(one.queries),
            *_three(one.success[0], one.success[1], one.success3[0], one.success3[1]),
            *("",) * 7,
            *(f"{value:.4f}" for value in one.ndcg),
            one.verdict,
        )
        for one in outcomes
    ]
    return Table("Judged questions over reports, and public collections", names, tuple(rows), frozenset(range(1, 15)))


def _three(*values: float) -> tuple[str, ...]:
    return tuple(f"{value:.3f}" for value in values)


ALONE, IN_TURN = "each program asked alone", "all programs asked in turn"


def times_table(found: dict[str, float], passages: int, how: str) -> Table:
    ours = next(iter(found.values()))
    rows = tuple((name, f"{value:.2f}", f"{ours / value:.1f}") for name, value in found.items())
    title = f"One English question over {passages} passages, {how}"
    return Table(title, ("", "ms", "citedesk takes so many times as long"), rows, frozenset({1, 2}))


def sets_of(shared: Path) -> Iterator[tuple[str, str, Path, Path]]:
    """Name, kind, file of questions and folder of reports of every set that is there."""
    ours = ROOT / "tests" / "questions"
    folder = shared / "libraries"
    libraries = sorted(one for one in folder.iterdir() if one.is_dir()) if folder.is_dir() else []
    for name, kind, questions, reports in (
        ("our own, starter library", "own", ours / "starter.jsonl", CONTENT),
        ("our own, five reports", "own", ours / "reports.jsonl", shared / "reports"),
        ("our own, awkward files", "own", ours / "documents.jsonl", shared / "documents"),
        ("unseen, five reports", "own", ours / "reports-unseen.jsonl", shared / "reports"),
        ("unseen, awkward files", "own", ours / "documents-unseen.jsonl", shared / "documents"),
        ("gold, five reports", "gold", shared / "gold" / "questions.jsonl", shared / "reports"),
        *((one.name, "library", one / QUESTIONS, one / DOCS) for one in libraries),
    ):
        if questions.is_file() and reports.is_dir():
            yield name, kind, questions, reports
        else:
            print(f"left out, not beside the project: {name}")


def main() -> None:
    parser = argparse.ArgumentParser(description="The answers' quality and time beside bm25s.")
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="collections and judged questions")
    parser.add_argument("--data", type=Path, default=ROOT / "data" / "index", help="an index folder with a dictionary")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks" / "quality.json")
    parser.add_argument("--only", default="", help="names of libraries and collections, separated by commas")
    options = parser.parse_args()
    jieba.setLogLevel(logging.WARNING)
    only = set(filter(None, options.only.split(",")))

    judged, alone, in_turn, passages = [], {}, {}, 0
    with tempfile.TemporaryDirectory(prefix="citedesk-") as temporary:
        indexes: dict[Path, Path] = {}
        for name, kind, file, reports in sets_of(options.shared):
            if only and name not in only:
                continue
            if reports not in indexes:
                indexes[reports] = Path(temporary) / str(len(indexes))
                indexes[reports].mkdir()
                borrow_dictionary(options.data, indexes[reports], Analyzer())
                for skipped in reindex(reports, indexes[reports]).skipped:
                    print(f"{name}: {skipped.source} was skipped: {skipped.reason}", file=sys.stderr)
            questions = read_questions(file)
            judged.append(on_questions(name, kind, questions, indexes[reports]))
            if kind == "gold":
                english = [one.question for one in questions if one.language == "en" and not one.history]
                alone, in_turn = (times(english, indexes[reports], in_turn=way) for way in (False, True))
                passages = len(passages_of(indexes[reports])[0])

    outcomes = []
    for task in TASKS:
        folder = options.shared / "collections" / task.folder
        if only and task.folder not in only:
            continue
        if folder.is_dir():
            outcomes.append(on_collection(task, folder, options.data))
        else:
            print(f"left out, not beside the project: {task.folder}, {task.way}")
    tables = [everything_table(outcomes, judged)]
    if alone:
        tables += [times_table(alone, passages, ALONE), times_table(in_turn, passages, IN_TURN)]
    show(tables, sys.stdout)
    if not only:
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
                "kind": one.kind,
                "answerable": one.figures.questions,
                "success1": round(one.figures.success1, 4),
                "success1_bm25s": round(one.plain[0], 4),
                "success3": round(one.figures.success3, 4),
                "success3_bm25s": round(one.plain[1], 4),
                "sentence1": round(one.figures.sentence1, 4),
                "coverage10": round(one.figures.coverage, 4),
                "false_refusals": round(one.figures.false_refusals, 4),
                "own_language": round(one.figures.own_language, 4),
                "refused": {topic: str(found) for topic, found in one.refusals.items()},
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
