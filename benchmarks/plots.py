"""What `search.py` and the others wrote in; docs/benchmarks.md with its pictures out.

python -m benchmarks.plots
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.search import COLUMNS
from benchmarks.whole import COLUMNS as WHOLE

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "benchmarks"
PICTURES = (
    ("p50", "milliseconds, half of the questions take less"),
    ("p95", "milliseconds, 95 of 100 questions take less"),
    ("build", "seconds to build from tokens"),
    ("megabytes", "megabytes of memory while answering"),
)


def draw(rows: list[dict[str, Any]], what: str, label: str) -> Path:
    """One log-log picture with a line for each engine."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 4.5), layout="constrained")
    for engine in dict.fromkeys(row["engine"] for row in rows):
        own = [row for row in rows if row["engine"] == engine]
        ours = engine.startswith("citedesk")
        axes.loglog(
            [row["passages"] for row in own],
            [row[what] for row in own],
            marker="o",
            label=engine,
            linewidth=2.5 if ours else 1.2,
            linestyle="-" if ours else "--",
        )
    axes.set_xlabel("passages")
    axes.set_ylabel(label)
    axes.grid(visible=True, which="both", alpha=0.2)
    axes.legend(fontsize=8)
    path = FOLDER / f"search-{what}.png"
    figure.savefig(path, dpi=110, metadata={"Software": None})
    plt.close(figure)
    return path


def table(rows: list[dict[str, Any]], columns: list[str]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(_shown(row.get(column)) for column in columns) + " |" for row in rows]
    return "\n".join(lines)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3g}" if value < 1000 else f"{value:,.0f}"
    return "–" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def section(name: str, title: str, about: str, columns: list[str]) -> str:
    """What one benchmark wrote, empty where it did not run."""
    path = FOLDER / f"{name}.json"
    if not path.exists():
        return ""
    figures = json.loads(path.read_text(encoding="utf-8"))
    on = figures["machine"]
    where = (
        f"{on['processor']}, {on['cores']} cores, Python {on['python']}, load {on['load'][0]} as it ended, {on['when']}"
    )
    parts = [f"## {title}", about, table(figures["rows"], columns)]
    if figures.get("chinese"):
        parts += [
            "Chinese reports alone, each with one segmenter and with the other; `rjieba` is what the extra `fast` has.",
            table(figures["chinese"], columns),
        ]
    if name == "search":
        parts += [f"![{label}](benchmarks/{draw(figures['rows'], what, label).name})" for what, label in PICTURES]
    if "stages" in figures:
        parts.append(table(figures["stages"], ["stage", "share"]))
    return "\n\n".join([*parts, f"Measured on: {where}."]) + "\n"


def main() -> None:
    parts = [
        "# Benchmarks\n\nMade by `make bench` and `python -m benchmarks.plots`. Compare figures within a table only:"
        " all of it was measured in one run, on one machine, which may have been busy.\n",
        section(
            "whole",
            "A question, whole",
            "What people wait for, on real text (Debian's documentation packages), beside the bare engines in the"
            " same run; milliseconds of a processor. `Searcher.ask` is everything: the question understood, its"
            " passages found and ordered, refused or cut into excerpts. `Searcher.rank` finds and orders. The raw top"
            " ten is BM25 on our postings alone, as the engines below it have it, each with the same terms.",
            WHOLE,
        ),
        section(
            "search",
            "The raw top ten",
            "No question of a person ends here (see above). The ten best passages, on the same tokens and"
            " questions (4 to 9 terms; lengths and frequencies fitted on the judged collections). Milliseconds a"
            " question, seconds to build from tokens and to open and answer once, megabytes of memory; the least"
            " of three rounds, in which the engines were asked in turn, for every figure but building. What an"
            " engine imports is not counted as building.",
            [column for column in COLUMNS if column != "questions"],
        ),
        section(
            "reindex",
            "Reindex",
            "From files; a fifth of them Chinese.",
            ["what", "seconds", "times faster", "read", "passages", "megabytes"],
        ),
        section(
            "answer", "Answer", "The whole of `ask`, one process.", ["what", "questions a second", "p50 ms", "p95 ms"]
        ),
        section(
            "web",
            "Pages",
            "Visitors who ask at once on the web page, three questions each, over the starter library; they share the"
            " two cores with the server. Beside it the same questions asked of the index at once, without pages."
            " Lost also counts what a page shows of another visitor.",
            ["asked", "questions", "seconds", "a second", "p50 ms", "p95 ms", "lost"],
        ),
        section(
            "permalinks",
            "Links to paragraphs",
            "After each kind of edit of the whole library. Elsewhere is what leads to a look-alike.",
            ["edit", "paragraphs", "exact", "found again", "said to be gone", "elsewhere"],
        ),
        section(
            "page_pictures",
            "Pictures of printed pages",
            "300 paragraphs, drawn by lot from every PDF that the readers read in the shared libraries and documents,"
            " as many from each. Right: PDFium has the letters of the paragraph under the marks, no more and no fewer."
            " Times are those of a picture that nobody has seen yet; kept: of one that was drawn before. Of 1,755"
            " paragraphs (up to 120 of each file) 1,697 are marked, and none wrongly.",
            ["file", "paragraphs", "marked", "right", "p50 ms", "p95 ms", "kept p95 ms"],
        ),
        section(
            "kills",
            "Kills",
            "`citedesk reindex`, killed at random instants while a searcher answers.",
            ["kills", "finished", "questions", "unanswered", "damaged", "clean"],
        ),
    ]
    (ROOT / "docs" / "benchmarks.md").write_text("\n".join(filter(None, parts)), encoding="utf-8")


if __name__ == "__main__":
    main()
