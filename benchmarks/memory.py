"""A number of questions in; how much memory a bot holds over the starter library, after 50 of them and all, out.

    python -m benchmarks.memory [--questions 5000] [--reindexes 3] [--json FILE]

A bot runs for months. What it holds after many different questions may be at most `BAR` times what it held after a few;
so may what it holds after building the index again in its own process. The program ends with 1 where it is more.

The questions go where a bot's go: through `Search` into the searcher, and into the ledger with their answers. Each is
another one, of words of the reports. What counts is what the process holds (resident, without pages of files).
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import shutil
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.measuring import Row, machine, print_table, write_json
from bot.asking.questions import Questions
from bot.base.search import Search
from bot.people.people import People
from bot.schema import open_database
from index.build.reindex import reindex
from index.searcher import LiveSearcher

REPORTS = Path(__file__).parents[1] / "content" / "reports"
BAR = 1.3
FEW = 50
SEED = 5
FORMS = ("What is {}?", "{}", "How many {} are there?", "Who founded {}?", "关于 {} 报告说了什么？", '"{}"')
COLUMNS = ["after", "megabytes", "to the first"]


def held() -> float:
    """Megabytes that this process holds for itself."""
    text = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"RssAnon:\s+(\d+)", text)[1]) / 1024  # type: ignore[index]


def make_questions(count: int) -> list[str]:
    """Different questions of one to five words of the reports."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(REPORTS.rglob("*.md")))
    words = re.findall(r"[A-Za-z][A-Za-z\-]{2,}|[\u4e00-\u9fff]{2,4}", text)
    drawn, questions = random.Random(SEED), dict[str, None]()
    while len(questions) < count:
        first = drawn.randrange(len(words) - 5)
        questions[drawn.choice(FORMS).format(" ".join(words[first : first + drawn.randint(1, 5)]))] = None
    return list(questions)


async def measure(folder: Path, count: int, reindexes: int) -> list[Row]:
    """Ask, and look at what is held after a few, in between, at the end, and after reindexes."""
    library, index = folder / "reports", folder / "index"
    shutil.copytree(REPORTS, library)
    reindex(library, index)
    database = open_database(folder / "bot.sqlite")
    people = People(database, lambda: datetime.now(UTC), [], [])
    ledger = Questions(database, people, lambda: datetime.now(UTC), timedelta(minutes=10), timedelta(days=90))
    search = Search(LiveSearcher(index, verify=True))
    rows: list[Row] = []

    def note(after: str) -> None:
        megabytes = held()
        first = rows[0]["megabytes"] if rows else megabytes
        rows.append({"after": after, "megabytes": megabytes, "to the first": megabytes / first})

    for number, question in enumerate(make_questions(count), 1):
        asker = number % 200
        answer = await search.ask(question, await ledger.history(asker, asker, datetime.now(UTC)), asker)
        await ledger.record(asker, asker, number, datetime.now(UTC), answer)
        if number in (FEW, count // 4, count // 2, count):
            note(f"{number:,} questions")
    for number in range(reindexes):
        (library / "new.md").write_text(f"# New\n\nThis is report number {number} of a lake.\n", encoding="utf-8")
        await asyncio.to_thread(reindex, library, index, full=True)
        await search.ask(f"Which lake is number {number}?", ())
    if reindexes:
        note(f"{reindexes} reindexes")
    search.close()
    database.close()
    return rows


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--questions", type=int, default=5_000)
    arguments.add_argument("--reindexes", type=int, default=3)
    arguments.add_argument("--json", type=Path, help="where the figures are written, too")
    options = arguments.parse_args()
    before = machine()
    with tempfile.TemporaryDirectory(prefix="citedesk-") as folder:
        rows = asyncio.run(measure(Path(folder), options.questions, options.reindexes))
    print_table(rows, COLUMNS)
    if options.json:
        write_json(options.json, {"machine": before, "rows": rows})
    if max(row["to the first"] for row in rows) > BAR:
        sys.exit(f"over {BAR:g} times what was held after {FEW} questions")


if __name__ == "__main__":
    main()
