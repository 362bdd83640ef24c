"""When to refuse: false refusals against refused questions that the reports do not answer, for a row of thresholds.

`python -m benchmarks.refusing [--shared FOLDER] [--out FILE]`. Each judged question is asked twice: as it is, and with
all passages hidden that have a judged span, which makes a question about something near that the reports do not answer
(some are still answered by another passage, so the share that is refused never reaches one). Written are, for each
threshold, the share of answerable questions that are refused, of near-topic and off-topic ones, and of hidden ones.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.answering.ranking import Evidence
from index.answering.refusal import RefusalRules, refuse
from index.build.reindex import reindex
from index.question.parse import Query
from index.searcher import Searcher

ROOT = Path(__file__).parents[1]
LEFT_ASIDE = ("intl", "zh-papers")
"""Libraries that confirm; no threshold is chosen on them."""
THRESHOLDS = (0.0, 0.2, 0.3, 0.36, 0.38, 0.4, 0.42, 0.45, 0.5, 0.6, 0.8)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and what was found for it."""

    kind: str
    """answerable, near-topic, off-topic or hidden."""
    query: Query
    evidence: Evidence


def main() -> None:
    """Print the curve, and write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks" / "refusing.json")
    options = parser.parse_args()
    folders = [folder for folder in sorted((options.shared / "libraries").glob("*/")) if folder.name not in LEFT_ASIDE]
    if not folders:
        sys.exit(f"{options.shared}: no libraries: give their folder with --shared")
    refused: dict[float, dict[str, list[bool]]] = {each: defaultdict(list) for each in THRESHOLDS}
    for folder in folders:
        with tempfile.TemporaryDirectory(prefix="citedesk-") as temporary:
            reindex(folder / "docs", Path(temporary))
            searcher = Searcher.open(Path(temporary))
            for asked in ask_all(searcher, folder / "questions.jsonl"):
                for threshold, found in refused.items():
                    rules = RefusalRules(too_little=threshold)
                    refusal = refuse(asked.query, asked.evidence, searcher._corpus, rules)
                    found[asked.kind].append(refusal is not None)
        print(folder.name, "asked", file=sys.stderr)
    kinds = ("answerable", "near-topic", "off-topic", "hidden")
    rows = [
        {"threshold": threshold} | {kind: round(float(np.mean(found[kind])), 3) for kind in kinds if found[kind]}
        for threshold, found in refused.items()
    ]
    for row in rows:
        print("  ".join(f"{name} {share:.3f}" for name, share in row.items()))
    options.out.write_text(json.dumps({"rows": rows}, indent=1) + "\n", encoding="utf-8")


def ask_all(searcher: Searcher, questions: Path) -> Iterator[Asked]:
    """Each question as it is, and the answerable ones once more without the passages that answer them."""
    corpus = searcher._corpus
    sources = [Path(corpus.citation(number).source).name for number in range(len(corpus))]
    folded = [(source, " ".join(corpus.texts[number].split())) for number, source in enumerate(sources)]
    for line in questions.read_text(encoding="utf-8").splitlines():
        judged: dict[str, Any] = json.loads(line)
        query = searcher.parse(judged["question"], judged.get("history") or ())
        near = "off-topic" if judged.get("sub") == "off-topic" else "near-topic"
        yield Asked("answerable" if judged["answers"] else near, query, searcher.rank(query, 10))
        if judged["answers"]:
            spans = {source: [" ".join(span.split()) for span in own] for source, own in judged["answers"].items()}
            shown = [not any(span in text for span in spans.get(source, ())) for source, text in folded]
            yield Asked("hidden", query, searcher.rank(query, 10, np.array(shown)))


if __name__ == "__main__":
    main()
