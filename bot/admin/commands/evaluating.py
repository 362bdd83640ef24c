"""`citedesk evaluate`: a collection or a library with judgments in, figures, a run file and comparisons out."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.options import DONE, config_of, config_option, json_option, print_json

if TYPE_CHECKING:
    from bot.config import Config
    from bot.options import JsonObject
    from bot.words.table import Table
    from index.evaluating.collection import Collection, Run
    from index.evaluating.evaluation import Comparison, Scores
    from index.evaluating.judged import Figures, JudgedReply, PairedComparison
    from index.searcher import Searcher

LanguagePair = click.Choice(["en", "zh"])
A_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@config_option
@click.option(
    "--run",
    "run_file",
    type=A_FILE,
    metavar="FILE",
    help="Write what was found: a TREC run file; of a library the answers as ask --batch --json prints them.",
)
@click.option("--against", type=A_FILE, metavar="RUN", help="Compare with an earlier run, question by question.")
@click.option(
    "--keep",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Keep the index of a library in DIR, and only bring it up to date the next time.",
)
@click.option(
    "--qrels",
    type=A_FILE,
    metavar="FILE",
    help="Judgments, looked for as given and in FOLDER.  [default: qrels.tsv]",
)
@click.option("--target-lang", type=LanguagePair, help="Search passages in one language only.")
@click.option("--query-lang", type=LanguagePair, help="Ask queries in one language only.")
@click.option("--per-query", is_flag=True, help="Print the figures of every query, separated by tabs.")
@click.option(
    "--compare",
    nargs=2,
    type=A_FILE,
    metavar="RUN_A RUN_B",
    help="Compare two run files instead: how often RUN_B is better or worse, and whether that may be chance.",
)
@json_option
def evaluate(
    folder: Path,
    config_file: Path | None,
    run_file: Path | None,
    against: Path | None,
    keep: Path | None,
    qrels: Path | None,
    target_lang: str | None,
    query_lang: str | None,
    per_query: bool,
    compare: tuple[Path, Path] | None,
    as_json: bool,
) -> int:
    """Measure the answers to a library's questions, or the search on a collection.

    A library is a FOLDER with the reports in docs/ and questions.jsonl {"id", "question", "lang"?, "kind"?, "history"?,
    "answers": {FILE: [words that answer]}, "prefer"?, "sub"?}. The reports are indexed, the questions are asked, and
    the figures say what a person sees: right excerpts, right sentences, refusals.

    A collection is a FOLDER with corpus.jsonl {"id", "title"?, "text", "lang"?}, queries.jsonl {"id", "text", "lang"?}
    and qrels.tsv (query, passage and grade, separated by tabs). Passages are taken whole. The figures are those of
    trec_eval, over the queries that have a relevant passage in the language asked for.
    """
    from index.evaluating.judged import DOCS

    if (folder / DOCS).is_dir():
        if qrels or target_lang or query_lang or compare:
            raise click.UsageError(
                f"{folder} is a library: --qrels, --target-lang, --query-lang and --compare are for collections"
            )
        return _evaluate_library(folder, config_of(config_file), run_file, against, keep, per_query, as_json)
    if keep:
        raise click.UsageError(f"{folder} is no library: there is no docs/ in it, so --keep has nothing to keep")
    from index.evaluating.collection import read_collection, read_run, write_run
    from index.evaluating.evaluation import compare as compare_runs
    from index.evaluating.evaluation import measure

    if compare and (run_file or per_query or against):
        raise click.UsageError("--compare asks nothing: leave out --run, --against and --per-query")
    config = config_of(config_file)
    collection = read_collection(folder, qrels, target_language=target_lang or "", query_language=query_lang or "")
    if not collection.qrels and not run_file:
        raise click.UsageError(f"{folder} has no qrels.tsv: name the judgments with --qrels, or give --run FILE")
    if compare:
        rows = compare_runs(read_run(compare[0]), read_run(compare[1]), collection.qrels)
        _show(comparison_record(collection, compare, rows), comparison_table(collection, rows), as_json)
        return DONE
    run = _ask(collection, config)
    if run_file:
        write_run(run_file, run)
    if not collection.qrels:
        _show({"collection": collection.name, "queries": len(collection.queries), "run": str(run_file)}, None, as_json)
        return DONE
    if against:
        rows = compare_runs(read_run(against), run, collection.qrels)
        record = comparison_record(collection, (against, run_file), rows)
        _show(record, comparison_table(collection, rows), as_json)
        return DONE
    scores = measure(run, collection.qrels)
    if per_query and not as_json:
        _print_each(scores)
        return DONE
    _show(figures_record(collection, scores, per_query), figures_table(collection, scores), as_json)
    return DONE


def _ask(collection: Collection, config: Config) -> Run:
    """Index the collection in a folder of its own and ask it everything, with a bar on a terminal."""
    from bot.admin.commands.reindexing import progress_bar
    from index.evaluating.evaluation import ask_all, indexed
    from index.lexicon.lexicon import read_glossary

    with (
        progress_bar(sys.stderr) as progress,
        indexed(
            collection,
            glossary=read_glossary(config.content.path),
            dictionary=config.index,
            semantic=config.indexing.semantic,
            progress=progress,
        ) as searcher,
    ):
        return ask_all(searcher, collection, progress)


@dataclass(frozen=True, slots=True)
class LibraryRun:
    """A library, indexed and asked."""

    name: str
    reports: int
    passages: int
    outcomes: tuple[JudgedReply, ...]
    answers: tuple[JsonObject, ...]
    """As `ask --batch --json` prints them, in the order of the questions."""


def _evaluate_library(
    folder: Path,
    config: Config,
    run_file: Path | None,
    against: Path | None,
    keep: Path | None,
    per_query: bool,
    as_json: bool,
) -> int:
    from index.evaluating.collection import Malformed
    from index.evaluating.judged import compare, read_replies, score

    replies = read_replies(against) if against else {}
    run = ask_library(folder, config, keep)
    if run_file:
        lines = (json.dumps(answer, ensure_ascii=False) for answer in run.answers)
        run_file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    rows: tuple[PairedComparison, ...] = ()
    if against:
        missing = [outcome.question.id for outcome in run.outcomes if outcome.question.id not in replies]
        if missing:
            raise Malformed(str(against), f"has no answer to {missing[0]}", "compare runs of this library")
        rows = compare(
            [score(outcome.question, replies[outcome.question.id]) for outcome in run.outcomes], run.outcomes
        )
    if as_json:
        print_json(library_record(run, rows, per_query))
    elif per_query:
        sys.stdout.writelines("\t".join(row) + "\n" for row in _each_question(run.outcomes))
    else:
        from bot.words.table import show

        show(library_tables(run, rows), sys.stdout)
    return DONE


def ask_library(folder: Path, config: Config, keep: Path | None = None) -> LibraryRun:
    """Index a library's reports and ask its questions, with bars on a terminal. Raises Malformed, OSError."""
    from bot.admin.commands.reindexing import progress_bar
    from bot.question_batch import record
    from index.build.reindex import Progress
    from index.evaluating.judged import LOOKED_AT, read_library, reply_of, score

    questions = read_library(folder)
    with _index_of_library(folder, config, keep) as searcher, progress_bar(sys.stderr) as progress:
        outcomes, answers = [], []
        for number, question in enumerate(questions, 1):
            answer = searcher.ask(question.question, history=question.history, limit=LOOKED_AT)
            outcomes.append(score(question, reply_of(answer)))
            answers.append(record(answer, question.id))
            if progress:
                progress(Progress("asking", number, len(questions)))
        documents = searcher.documents()
        passages = sum(document.passages for document in documents)
        return LibraryRun(folder.resolve().name, len(documents), passages, tuple(outcomes), tuple(answers))


@contextmanager
def _index_of_library(folder: Path, config: Config, keep: Path | None) -> Iterator[Searcher]:
    from bot.admin.commands.reindexing import progress_bar
    from index.build.reindex import reindex
    from index.evaluating.judged import DOCS
    from index.lexicon.countries import borrow_dictionary
    from index.searcher import Searcher
    from index.text.analyzer import Analyzer

    with tempfile.TemporaryDirectory(prefix="citedesk-") as temporary:
        index = keep or Path(temporary)
        index.mkdir(parents=True, exist_ok=True)
        borrow_dictionary(config.index, index, Analyzer())
        with progress_bar(sys.stderr) as progress:
            report = reindex(
                folder / DOCS, index, limits=config.limits(), progress=progress, semantic=config.indexing.semantic
            )
        for skipped in report.skipped:
            click.echo(f"{skipped.source} is not in it: {skipped.reason}: {skipped.remedy}", err=True)
        yield Searcher.open(index)


def library_record(run: LibraryRun, rows: Sequence[PairedComparison], per_query: bool) -> dict[str, object]:
    """The JSON object of a library's figures."""
    from index.evaluating.judged import by_kind, figures_of, refusals_of

    record: dict[str, object] = {
        "library": run.name,
        "reports": run.reports,
        "passages": run.passages,
        "figures": _named(figures_of(run.outcomes)),
        "refused": {topic: [found.refused, found.asked] for topic, found in refusals_of(run.outcomes).items()},
        "kinds": {kind: _named(figures) for kind, figures in by_kind(run.outcomes).items()},
    }
    if rows:
        record["against"] = {
            row.measure: {
                "before": round(row.before, 4),
                "after": round(row.after, 4),
                "wins": list(row.wins),
                "losses": list(row.losses),
                "p": round(row.p, 4),
            }
            for row in rows
        }
    if per_query:
        record["per_query"] = {outcome.question.id: _outcome_record(outcome) for outcome in run.outcomes}
    return record


def _named(figures: Figures) -> dict[str, float]:
    return {
        "questions": figures.questions,
        "success@1": round(figures.success1, 4),
        "success@3": round(figures.success3, 4),
        "sentence@1": round(figures.sentence1, 4),
        "false_refusals": round(figures.false_refusals, 4),
        "coverage@10": round(figures.coverage, 4),
        "own_language": round(figures.own_language, 4),
    }


def _outcome_record(outcome: JudgedReply) -> dict[str, object]:
    return {
        "kind": outcome.question.kind,
        "rank": outcome.rank,
        "sentence": outcome.sentence,
        "refused": outcome.refused,
        "own_language": outcome.own_language,
        "source": outcome.source,
    }


def library_tables(run: LibraryRun, rows: Sequence[PairedComparison]) -> tuple[Table, ...]:
    from bot.words.table import Table
    from index.evaluating.judged import by_kind, figures_of, refusals_of

    every = {"all": figures_of(run.outcomes)} | by_kind(run.outcomes)
    refused = ", ".join(f"{topic} {found}" for topic, found in refusals_of(run.outcomes).items())
    title = f"{run.name}: {run.reports} reports, {run.passages} passages, {len(run.outcomes)} questions"
    columns = ("", "n", "success@1", "success@3", "sentence@1", "false refusals", "own language")
    cells = tuple((kind, *figure_cells(figures)) for kind, figures in every.items())
    tables = [Table(title + (f"; refused: {refused}" if refused else ""), columns, cells, frozenset(range(1, 7)))]
    if rows:
        tables.append(
            Table(
                "Against the earlier run",
                ("", "before", "after", "wins", "losses", "p", "won", "lost"),
                tuple(
                    (
                        row.measure,
                        f"{row.before:.3f}",
                        f"{row.after:.3f}",
                        str(len(row.wins)),
                        str(len(row.losses)),
                        f"{row.p:.3f}",
                        " ".join(row.wins),
                        " ".join(row.losses),
                    )
                    for row in rows
                ),
                frozenset(range(1, 6)),
            )
        )
    return tuple(tables)


def figure_cells(figures: Figures) -> tuple[str, ...]:
    """Number of questions, success@1, success@3, sentence@1, false refusals, replies in the reader's language."""
    shares = (figures.success1, figures.success3, figures.sentence1, figures.false_refusals, figures.own_language)
    return str(figures.questions), *(f"{share:.3f}" for share in shares)


def _each_question(outcomes: Sequence[JudgedReply]) -> Iterator[tuple[str, ...]]:
    """A line of names and a line a question."""
    yield "question", "kind", "rank", "sentence", "refused", "own_language", "source"
    for outcome in outcomes:
        own = "" if outcome.own_language is None else str(int(outcome.own_language))
        found = (str(outcome.rank), str(int(outcome.sentence)), str(int(outcome.refused)), own, outcome.source)
        yield outcome.question.id, outcome.question.kind, *found


def figures_record(collection: Collection, scores: tuple[Scores, ...], per_query: bool) -> dict[str, object]:
    """The JSON object of a collection's figures."""
    from index.evaluating.evaluation import MEASURES, mean

    def named(values: tuple[float, ...]) -> dict[str, float]:
        return {name: round(value, 4) for name, value in zip(MEASURES, values, strict=True)}

    record: dict[str, object] = {
        "collection": collection.name,
        "passages": len(collection.entries),
        "queries": len(scores),
        "figures": named(mean(scores)),
    }
    if per_query:
        record["per_query"] = {one.query: named(one.values) for one in scores}
    return record


def figures_table(collection: Collection, scores: tuple[Scores, ...]) -> Table:
    from bot.words.table import Table
    from index.evaluating.evaluation import MEASURES, mean

    title = f"{collection.name}: {len(scores)} queries, {len(collection.entries)} passages"
    rows = tuple((name, f"{value:.4f}") for name, value in zip(MEASURES, mean(scores), strict=True))
    return Table(title, ("", ""), rows, frozenset({1}))


def comparison_record(
    collection: Collection, runs: tuple[Path, Path | None], rows: tuple[Comparison, ...]
) -> dict[str, object]:
    """The JSON object of a comparison."""
    return {
        "collection": collection.name,
        "queries": len(collection.queries),
        "runs": [str(run) if run else "this run" for run in runs],
        "measures": {
            row.measure: {
                "a": round(row.first, 4),
                "b": round(row.second, 4),
                "wins": row.wins,
                "losses": row.losses,
                "ties": row.ties,
                "p": round(row.p, 4),
            }
            for row in rows
        },
    }


def comparison_table(collection: Collection, rows: tuple[Comparison, ...]) -> Table:
    from bot.words.table import Table

    return Table(
        f"{collection.name}: {len(collection.queries)} queries; wins are B's",
        ("", "A", "B", "B - A", "wins", "losses", "ties", "p"),
        tuple(
            (
                row.measure,
                f"{row.first:.4f}",
                f"{row.second:.4f}",
                f"{row.second - row.first:+.4f}",
                str(row.wins),
                str(row.losses),
                str(row.ties),
                f"{row.p:.4f}",
            )
            for row in rows
        ),
        frozenset(range(1, 8)),
    )


def _print_each(scores: tuple[Scores, ...]) -> None:
    """Tab-separated, with a line of names and the mean as the last line."""
    from index.evaluating.evaluation import MEASURES, mean

    rows: list[tuple[str, ...]] = [("query", *MEASURES)]
    every = [*((one.query, one.values) for one in scores), ("all", mean(scores))]
    rows += [(name, *(f"{value:.4f}" for value in values)) for name, values in every]
    sys.stdout.writelines("\t".join(row) + "\n" for row in rows)


def _show(record: Mapping[str, object], table: Table | None, as_json: bool) -> None:
    if as_json:
        print_json(record)
    elif table is not None:
        from bot.words.table import show

        show((table,), sys.stdout)
