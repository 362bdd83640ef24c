"""Reports in; how many links to their paragraphs live on after each kind of edit, and how many mislead, out.

    python -m benchmarks.permalinks [--reports FOLDER] [--paragraphs 500] [--json FILE]

Every kind of edit is done to the whole library, and it is indexed again: paragraphs moved within their report, files
renamed, lines wrapped otherwise, words spelled otherwise, a figure changed in each, a sentence put in; and a tenth of
the paragraphs taken away. Where a link must lead is known, since each paragraph is edited by the program. The program
ends with 1 where fewer than .95 are found again, or any leads elsewhere.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measuring import Row, machine, print_table, write_json
from bot.reading.permalinks import Permalinks
from bot.schema import open_database
from index.build.reindex import reindex
from index.searcher import Searcher
from index.store.generation import Generations

REPORTS = Path(__file__).parents[1] / "content" / "reports"
BAR = 0.95
SEED = 11
SHORTEST = 60
"""Characters of a paragraph that is looked at."""
COLUMNS = ["edit", "paragraphs", "exact", "found again", "said to be gone", "elsewhere"]
_BRITISH = (("ization", "isation"), ("izing", "ising"), ("ized", "ised"), ("or ", "our "), ("的", "之"))


Edit = Callable[[list[str], random.Random], list[str]]
"""The paragraphs of a file to what becomes of them, in order; an empty one is gone."""


def moved(paragraphs: list[str], drawn: random.Random) -> list[str]:
    """The halves of each report change places."""
    return paragraphs


def wrapped(paragraphs: list[str], drawn: random.Random) -> list[str]:
    """Lines end elsewhere."""
    return [re.sub(r"(?<=[a-z,]) (?=[a-z])", lambda match: drawn.choice((" ", " ", "\n")), text) for text in paragraphs]


def spelled(paragraphs: list[str], drawn: random.Random) -> list[str]:
    """Words are spelled otherwise."""

    def spell(text: str) -> str:
        for one, other in _BRITISH:
            text = text.replace(one, other, 3)
        return text

    return [spell(text) for text in paragraphs]


def recounted(paragraphs: list[str], drawn: random.Random) -> list[str]:
    """One figure of each paragraph changes."""
    return [re.sub(r"\d+", lambda match: str(int(match[0]) + 8), text, count=1) for text in paragraphs]


def longer(paragraphs: list[str], drawn: random.Random) -> list[str]:
    """A sentence more."""
    return [f"{text} This was reviewed by the editors in spring." for text in paragraphs]


def same(paragraphs: list[str], drawn: random.Random) -> list[str]:
    """The paragraphs as they are."""
    return paragraphs


def fewer(paragraphs: list[str], drawn: random.Random) -> list[str]:
    """A tenth of them is taken away."""
    return ["" if drawn.random() < 0.1 else text for text in paragraphs]


EDITS: tuple[tuple[str, Edit, bool, bool], ...] = (
    ("moved", moved, False, True),
    ("file renamed", same, True, False),
    ("wrapped otherwise", wrapped, False, False),
    ("spelled otherwise", spelled, False, False),
    ("a figure changed", recounted, False, False),
    ("a sentence more", longer, False, False),
    ("a tenth taken away", fewer, False, False),
    ("renamed and spelled otherwise", spelled, True, True),
)
"""Name, edit, whether files get other names, whether paragraphs change places."""


def plain(text: str) -> str:
    """What two paragraphs share that differ in white space alone."""
    return "".join(text.split())


def says_most_of(wanted: str, shown: str) -> bool:
    """Whether a passage has more than half of a paragraph: one that grew may now go over two passages."""
    runs = {wanted[start : start + 20] for start in range(max(1, len(wanted) - 19))}
    return sum(run in shown for run in runs) > len(runs) / 2


def paragraphs_of(file: Path) -> tuple[str, list[str]]:
    """The front matter of a Markdown file, and its blocks."""
    text = file.read_text(encoding="utf-8")
    front, text = (
        (text[: text.index("\n---", 3) + 4], text[text.index("\n---", 3) + 4 :])
        if text.startswith("---")
        else ("", text)
    )
    return front, [block for block in re.split(r"\n\s*\n", text.strip()) if block.strip()]


def is_prose(block: str) -> bool:
    """Whether a block is a paragraph that can be edited."""
    return block[:1] not in "#|-*>0123456789`" and len(block) >= SHORTEST


def measure(reports: Path, folder: Path, count: int) -> list[Row]:
    """A row an edit."""
    rows: list[Row] = []
    for number, (name, edit, renamed, shuffled) in enumerate(EDITS):
        drawn = random.Random(SEED + number)
        home = folder / str(number)
        library, index = home / "reports", home / "index"
        library.mkdir(parents=True)
        became: dict[str, str] = {}
        after: dict[str, str] = {}
        for file in sorted(reports.rglob("*.md")):
            front, blocks = paragraphs_of(file)
            (library / file.name).write_text(f"{front}\n\n" + "\n\n".join(blocks), encoding="utf-8")
            prose = [block for block in blocks if is_prose(block)]
            edited = dict(zip(prose, edit(prose, drawn), strict=True))
            became |= {plain(old): plain(new) for old, new in edited.items()}
            changed = [edited.get(block, block) for block in blocks]
            if shuffled:
                changed = changed[:1] + changed[len(changed) // 2 :] + changed[1 : len(changed) // 2]
            target = f"report-{len(after)}.md" if renamed else file.name
            after[target] = f"{front}\n\n" + "\n\n".join(block for block in changed if block)
        reindex(library, index)
        before = Searcher.open(index)
        links: dict[str, str] = {}
        for info in before.documents():
            for heading in before.outline(info.id):
                for passage in before.passages_under(info.id, heading.section):
                    # where a passage holds several paragraphs, its link must lead to most of it: the longest of them
                    own = [plain(block) for block in re.split(r"\n\s*\n", passage.body) if plain(block) in became]
                    if own and 2 * len(max(own, key=len)) > len(plain(passage.body)):
                        links[passage.id] = became[max(own, key=len)]
        database = open_database(home / "bot.sqlite")
        permalinks = Permalinks(database, index, lambda: datetime.now(UTC))
        permalinks.catch_up()
        for file in library.glob("*.md"):
            file.unlink()
        for target, text in after.items():
            (library / target).write_text(text, encoding="utf-8")
        reindex(library, index, force=True)
        permalinks.catch_up()
        now = Searcher(index, Generations(index).require_current())
        counts = {"exact": 0, "found": 0, "gone": 0, "elsewhere": 0, "rightly": 0}
        for link, wanted in sorted(links.items())[:count]:
            live = now.passage(link)
            successor = database.read_now(lambda connection, link=link: _successor(connection, link))  # type: ignore[misc]
            shown = live or (now.passage(successor) if successor else None)
            if shown is None:
                counts["gone"] += 1
                counts["rightly"] += not wanted
            elif wanted and says_most_of(wanted, plain(shown.text)):
                counts["exact" if live else "found"] += 1
            else:
                counts["elsewhere"] += 1
                print(f"{name}: {link} leads to {shown.text[:200]!r}, wanted {wanted[:200]!r}", file=sys.stderr)
        database.close()
        total = min(count, len(links))
        rows.append(
            {
                "edit": name,
                "paragraphs": total,
                "exact": counts["exact"],
                "found again": counts["found"],
                "said to be gone": f"{counts['gone']} ({counts['rightly']} rightly)",
                "elsewhere": counts["elsewhere"],
                "right": counts["exact"] + counts["found"] + counts["rightly"],
            }
        )
    return rows


def _successor(connection: object, passage: str) -> str | None:
    row = connection.execute("SELECT successor FROM gone_passages WHERE id = ?", (passage,)).fetchone()  # type: ignore[attr-defined]
    return row[0] if row else None


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Links to paragraphs after edits")
    parser.add_argument("--reports", type=Path, default=REPORTS)
    parser.add_argument("--paragraphs", type=int, default=500)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    on = machine()
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(options.reports, Path(folder), options.paragraphs)
    print_table(rows, COLUMNS)
    share = sum(row["right"] for row in rows) / sum(row["paragraphs"] for row in rows)
    elsewhere = sum(row["elsewhere"] for row in rows)
    print(f"\nright: {share:.3f} (at least {BAR}); elsewhere: {elsewhere} (0)")
    if options.json:
        write_json(options.json, {"machine": on, "rows": rows, "right": share, "elsewhere": elsewhere})
    return int(share < BAR or elsewhere > 0)


if __name__ == "__main__":
    sys.exit(main())
