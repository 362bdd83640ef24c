"""`citedesk evaluate`: a folder of passages, queries and judgments in, figures, a run file and comparisons out."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.options import DONE, config_of, config_option, json_option, print_json

if TYPE_CHECKING:
    from bot.words.table import Table
    from index.evaluating.collection import Collection, Run
    from index.evaluating.evaluation import Comparison, Scores

Language = click.Choice(["en", "zh"])
A_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@config_option
@click.option("--run", "run_file", type=A_FILE, metavar="FILE", help="Write what was found as a TREC run file.")
@click.option(
    "--qrels",
    type=A_FILE,
    metavar="FILE",
    help="Judgments, looked for as given and in FOLDER.  [default: qrels.tsv]",
)
@click.option("--target-lang", type=Language, help="Search passages in one language only.")
@click.option("--query-lang", type=Language, help="Ask queries in one language only.")
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
    qrels: Path | None,
    target_lang: str | None,
    query_lang: str | None,
    per_query: bool,
    compare: tuple[Path, Path] | None,
    as_json: bool,
) -> int:
    """Measure the search on a collection with judgments.

    FOLDER holds corpus.jsonl {"id", "title"?, "text", "lang"?}, queries.jsonl {"id", "text", "lang"?} and qrels.tsv
    (query, passage and grade, separated by tabs). Passages are taken whole. The figures are those of trec_eval, over
    the queries that have a relevant passage in the language asked for.
    """
    from index.evaluating.collection import read_collection, read_run, write_run
    from index.evaluating.evaluation import compare as compare_runs
    from index.evaluating.evaluation import measure

    if compare and (run_file or per_query):
        raise click.UsageError("--compare asks nothing: leave out --run and --per-query")
    config = config_of(config_file)
    collection = read_collection(folder, qrels, target_language=target_lang or "", query_language=query_lang or "")
    if not collection.qrels and not run_file:
        raise click.UsageError(f"{folder} has no qrels.tsv: name the judgments with --qrels, or give --run FILE")
    if compare:
        rows = compare_runs(read_run(compare[0]), read_run(compare[1]), collection.qrels)
        _show(comparison_record(collection, compare, rows), comparison_table(collection, rows), as_json)
        return DONE
    run = _ask(collection, config.content.path, config.index)
    if run_file:
        write_run(run_file, run)
    if not collection.qrels:
        _show({"collection": collection.name, "queries": len(collection.topics), "run": str(run_file)}, None, as_json)
        return DONE
    scores = measure(run, collection.qrels)
    if per_query and not as_json:
        _print_each(scores)
        return DONE
    _show(figures_record(collection, scores, per_query), figures_table(collection, scores), as_json)
    return DONE


def _ask(collection: Collection, content: Path, index: Path) -> Run:
    """Index the collection in a folder of its own and ask it everything, with a bar on a terminal."""
    from bot.admin.commands.reindexing import progress_bar
    from index.evaluating.evaluation import ask_all, indexed
    from index.lexicon.lexicon import read_glossary

    with progress_bar(sys.stderr) as progress:
        glossary = read_glossary(content)
        with indexed(collection, glossary=glossary, dictionary=index, progress=progress) as searcher:
            return ask_all(searcher, collection, progress)


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
    collection: Collection, runs: tuple[Path, Path], rows: tuple[Comparison, ...]
) -> dict[str, object]:
    """The JSON object of a comparison."""
    return {
        "collection": collection.name,
        "queries": len(collection.topics),
        "runs": [str(run) for run in runs],
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
        f"{collection.name}: {len(collection.topics)} queries; wins are B's",
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
