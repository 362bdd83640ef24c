"""A library and questions in; how many questions a second one process answers, and what each stage takes, out.

python -m benchmarks.answer [--library FOLDER] [--questions FILE] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from benchmarks.measuring import machine, print_table, write_json
from index import searcher
from index.answering import answer, ranking
from index.answering.ranking import Ranking
from index.build.reindex import reindex
from index.scoring.concepts import ConceptScorer
from index.searcher import Searcher

ROOT = Path(__file__).parents[1]
STAGES: list[tuple[str, Any, str]] = [
    ("understanding the question", searcher, "parse"),
    ("scoring its concepts", ConceptScorer, "score_all"),
    ("the best passages", Ranking, "_first"),
    ("their sentences", ranking, "best_sentences"),
    ("choosing", ranking, "select"),
    ("refusing or not", answer, "refuse"),
    ("excerpts and citations", answer, "_excerpt"),
]


def stage(spent: Counter[str], name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, its seconds added up."""

    def timed(*arguments: Any, **options: Any) -> Any:
        started = time.perf_counter()
        try:
            return function(*arguments, **options)
        finally:
            spent[name] += time.perf_counter() - started  # type: ignore[assignment]

    return timed


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--library", type=Path, default=ROOT / "content" / "reports")
    arguments.add_argument("--questions", type=Path, default=ROOT / "tests" / "questions" / "starter.jsonl")
    arguments.add_argument("--json", type=Path, default=Path("docs/benchmarks/answer.json"))
    options = arguments.parse_args()
    asked = [json.loads(line) for line in options.questions.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        report = reindex(options.library, Path(folder))
        started = time.perf_counter()
        opened = Searcher.open(Path(folder))
        opening = time.perf_counter() - started
        taken: dict[str, list[float]] = {"each for the first time": [], "asked before": []}
        for times in taken.values():
            for one in asked:
                started = time.perf_counter()
                opened.ask(one["question"], history=one.get("history") or ())
                times.append((time.perf_counter() - started) * 1000)
        spent: Counter[str] = Counter()
        with mock.patch.multiple(searcher, parse=stage(spent, STAGES[0][0], searcher.parse)):
            patches = [
                mock.patch.object(owner, name, stage(spent, what, getattr(owner, name)))
                for what, owner, name in STAGES[1:]
            ]
            for patch in patches:
                patch.start()
            started = time.perf_counter()
            for one in asked:
                opened.ask(one["question"], history=one.get("history") or ())
            total = time.perf_counter() - started
            mock.patch.stopall()
    rows = [
        {
            "what": what,
            "questions a second": 1000 / float(np.mean(times)),
            "p50 ms": float(np.percentile(times, 50)),
            "p95 ms": float(np.percentile(times, 95)),
        }
        for what, times in taken.items()
    ]
    spent["the rest"] = total - sum(spent.values())  # type: ignore[assignment]
    stages = [{"stage": what, "share": seconds / total} for what, seconds in spent.items()]
    print(f"{report.documents} reports, {report.passages} passages, {len(asked)} questions; opened in {opening:.2f} s")
    print_table(rows, ["what", "questions a second", "p50 ms", "p95 ms"])
    print_table(stages, ["stage", "share"])
    figures = {"machine": machine(), "passages": report.passages, "open": opening, "rows": rows, "stages": stages}
    write_json(options.json, figures)


if __name__ == "__main__":
    main()
