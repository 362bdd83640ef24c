"""A synthetic library in; what a reindex of it costs, in full, of one changed file, of nothing, out; and in Chinese,
with the extra `fast` and without.

    python -m benchmarks.reindex [--passages N] [--chinese N] [--json FILE]

Reports of about 50 passages, words drawn like text from letters; Chinese ones from jieba's dictionary, as often as it
counted them. Each reindex is a process of its own, as `citedesk reindex` is; its greatest memory is that of the
greatest of its processes. Without the extra means what `pip install citedesk` gives: jieba instead of rjieba, and
everything else as it is. The program is compiled first, as pip does when it installs; a checkout is not, and what only
reading processes import would be compiled by each of them.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from importlib.resources import files
from pathlib import Path

import numpy as np

from benchmarks.measuring import Row, machine, print_table, write_json
from benchmarks.synthetic import make_tokens

PER_REPORT = 50
CHANGES = 5
"""Files that are changed, one after another, from the first to nearly the last: the median counts."""
HAN = "研究所的政策科技发展中国技术创新管理国际合作培训报告年度计划项目经济社会教育人才"


def make_library(folder: Path, passages: int, chinese: float = 0.2) -> int:
    """Write reports that come to about so many passages; how many reports."""
    tokens = make_tokens(passages)
    random = np.random.default_rng(5)
    letters = np.array(list("etaoinshrdlu"))
    words = ["".join(random.choice(letters, int(random.integers(3, 10)))) for _ in range(tokens.vocabulary)]
    ends = np.cumsum(tokens.lengths)
    paragraphs = [" ".join(words[term] for term in part[:70]) for part in np.split(tokens.terms, ends[:-1])]
    reports = 0
    for low in range(0, len(paragraphs), PER_REPORT):
        body = []
        han = random.random() < chinese
        for number, paragraph in enumerate(paragraphs[low : low + PER_REPORT]):
            if number % 10 == 0:
                body.append(f"## {paragraph.split()[0].title()} {number // 10 + 1}")
            text = "".join(random.choice(list(HAN), 300)) + "。" if han else paragraph.capitalize() + "."
            body.append(text)
        path = folder / f"{reports // 500:03}" / f"report-{reports:06}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"# Report {reports}\n\n" + "\n\n".join(body) + "\n", encoding="utf-8")
        reports += 1
    return reports


def make_chinese_library(folder: Path, passages: int) -> None:
    """Write Chinese reports that come to about so many passages."""
    words, counts = [], []
    for line in (files("jieba") / "dict.txt").read_text(encoding="utf-8").splitlines():
        word, count, *_ = line.split()
        words.append(word)
        counts.append(int(count))
    heaped = np.cumsum(counts) / sum(counts)
    random = np.random.default_rng(6)

    def clause() -> str:
        drawn = np.searchsorted(heaped, random.random(int(random.integers(3, 9))))
        return "".join(words[number] for number in drawn)

    def paragraph() -> str:
        text = ""
        while len(text) < 320:
            text += "，".join(clause() for _ in range(int(random.integers(2, 5)))) + "。"
        return text

    for report in range(0, passages, PER_REPORT):
        body = [f"# {clause()}{report}"]
        for number in range(PER_REPORT):
            body += [f"## {clause()}"] * (number % 10 == 0) + [paragraph()]
        (folder / f"report-{report:06}.md").write_text("\n\n".join(body) + "\n", encoding="utf-8")


REINDEX = """
import gc, json, sys, time
from pathlib import Path
from index.builder import reindex
report = reindex(Path(sys.argv[1]), Path(sys.argv[2]), full=sys.argv[3] == "full")
print(json.dumps([report.seconds, report.passages, len(report.added) + len(report.changed)]))
gc.freeze()  # as the command does when it ends
"""


def reindex(reports: Path, index: Path, how: str = "", environment: dict[str, str] | None = None) -> dict[str, float]:
    """Reindex in a process of its own; seconds, passages, files that were read, MB at most."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", REINDEX, str(reports), str(index), how],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[1],
        env={**os.environ, **(environment or {})},
    )
    seconds = time.perf_counter() - started
    inside, passages, read = json.loads(done.stdout)
    after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return {
        "seconds": seconds,
        "inside": inside,
        "passages": passages,
        "read": read,
        "megabytes": max(before, after) / 1024,
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--passages", type=int, default=100_000)
    arguments.add_argument("--chinese", type=int, default=5_000, metavar="N", help="passages in Chinese; 0: none")
    arguments.add_argument("--json", type=Path, default=Path("docs/benchmarks/reindex.json"))
    arguments.add_argument("--folder", type=Path, help="keep the library and the index here")
    options = arguments.parse_args()
    for room in ("content", "index"):
        compileall.compile_dir(Path(__file__).parents[1] / room, quiet=1)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        library, index = folder / "reports", folder / "index"
        if not library.is_dir():
            library.mkdir(parents=True)
            make_library(library, options.passages)
        rows: list[Row] = []
        warm = folder / "warm"  # the dictionary is analysed once in a life, not at every reindex
        warm.mkdir(exist_ok=True)
        (warm / "one.md").write_text("# One\n\nA sentence.\n", encoding="utf-8")
        reindex(warm, index)
        rows.append({"what": "everything", **reindex(library, index, "full")})
        reports = sorted(library.rglob("*.md"))
        one, nothing = [], []
        for changed in reports[:: -(-len(reports) // CHANGES)]:
            text = changed.read_text(encoding="utf-8")
            changed.write_text(f"{text}\n\nChanged {time.time()}.\n", encoding="utf-8")
            one.append({"what": "one file changed", **reindex(library, index)})
            nothing.append({"what": "nothing changed", **reindex(library, index)})
        rows += [median(one), median(nothing)]
        chinese = compare_chinese(folder, options.chinese) if options.chinese else []
    for compared in (rows, chinese):
        for row in compared:
            row["times faster"] = compared[0]["seconds"] / row["seconds"]
    print_table(rows + chinese, ["what", "seconds", "inside", "times faster", "read", "passages", "megabytes"])
    write_json(options.json, {"machine": machine(), "rows": rows, "chinese": chinese})


def compare_chinese(folder: Path, passages: int) -> list[Row]:
    """A full reindex of Chinese reports without and with the extra `fast`, in turns; the median of three each."""
    library, index = folder / "chinese", folder / "chinese-index"
    if not library.is_dir():
        library.mkdir()
        make_chinese_library(library, passages)
    ways: dict[str, dict[str, str]] = {"Chinese, jieba": {"CITEDESK_SEGMENTER": "jieba"}, "Chinese, rjieba": {}}
    found: dict[str, list[Row]] = {what: [] for what in ways}
    reindex(folder / "warm", index)
    for environment in ways.values():
        reindex(library, index, "full", environment)  # jieba keeps its dictionary in a form that loads faster
    for _ in range(3):
        for what, environment in ways.items():
            found[what].append({"what": what, **reindex(library, index, "full", environment)})
    return list(map(median, found.values()))


def median(rows: list[Row]) -> Row:
    """The row that took longer than half of the others."""
    return sorted(rows, key=lambda row: row["seconds"])[len(rows) // 2]


if __name__ == "__main__":
    main()
