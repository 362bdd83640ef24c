"""A number of visitors in; how long their questions on the web page take when all ask at once, and what was lost, out.

    python -m benchmarks.web [--visitors 200] [--questions 3] [--json FILE]

Everything is real but the network: the starter library, the ledger on disk, a server on loopback, a browser's requests
(the form is loaded, sent, and the page with the answer is loaded). Beside it, in the same run, the same questions asked
of the index at once, without pages. Each visitor's page must show that visitor's questions and no other's. The program
ends with 1 where a question is lost or a page shows what another visitor asked.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import httpx
import numpy as np

from benchmarks.measuring import Row, machine, print_table, write_json
from bot.base.search import Search
from bot.config import load
from bot.web_app import serving
from index.build.reindex import reindex
from index.searcher import LiveSearcher

REPORTS = Path(__file__).parents[1] / "content" / "reports"
QUESTIONS = (
    "How many people work at CASTED?",
    "一带一路智库网络是谁发起的？",
    "Who leads the centre?",
    "Where is CISTRAT located?",
    "培训班有多少学员？",
)
COLUMNS = ["asked", "questions", "seconds", "a second", "p50 ms", "p95 ms", "lost"]


def row(name: str, took: list[float], seconds: float, lost: int) -> Row:
    """A line of the table."""
    return {
        "asked": name,
        "questions": len(took),
        "seconds": round(seconds, 2),
        "a second": round(len(took) / seconds, 1),
        "p50 ms": round(1000 * float(np.percentile(took, 50)), 1),
        "p95 ms": round(1000 * float(np.percentile(took, 95)), 1),
        "lost": lost,
    }


async def visit(base: str, number: int, count: int, took: list[float]) -> int:
    """One visitor's questions; how many of them the page lacks, or has of others."""
    limits = httpx.Limits(max_connections=1)
    async with httpx.AsyncClient(
        base_url=base, timeout=120, limits=limits, follow_redirects=True, verify=False
    ) as browser:
        # so many visitors of one machine are many addresses behind a proxy
        browser.headers["X-Forwarded-For"] = f"10.0.{number // 250}.{number % 250}"
        page = await browser.get("/ask")
        token = re.search(r'name="token" value="([^"]+)"', page.text)[1]  # type: ignore[index]
        asked = [f"{QUESTIONS[(number + turn) % len(QUESTIONS)]} v{number}x{turn}" for turn in range(count)]
        for question in asked:
            began = time.perf_counter()
            page = await browser.post("/ask", data={"question": question, "token": token})
            took.append(time.perf_counter() - began)
        own = set(re.findall(r"\bv\d+x\d+\b", page.text))
        return len(own ^ {question.rpartition(" ")[2] for question in asked})


async def measure(folder: Path, visitors: int, count: int) -> list[Row]:
    """The pages, and the index alone."""
    shutil.copytree(REPORTS, folder / "reports")
    reindex(folder / "reports", folder / "data" / "index")
    (folder / "config.toml").write_text(
        '[content]\npath = "reports"\n[data]\npath = "data"\n[pages]\nasking = "public"\nlisten = "127.0.0.1:0"\n',
        encoding="utf-8",
    )
    config = load(folder / "config.toml", {})
    rows: list[Row] = []
    async with serving(replace(config)) as base:
        took: list[float] = []
        await visit(base, 0, 1, [])  # the first question loads what others need not wait for
        began = time.perf_counter()
        wrong = await asyncio.gather(*(visit(base, number, count, took) for number in range(1, visitors + 1)))
        rows.append(row("on the page", took, time.perf_counter() - began, sum(wrong)))
    search = Search(LiveSearcher(config.index))
    took = []

    async def alone(number: int) -> None:
        for turn in range(count):
            start = time.perf_counter()
            await search.ask(f"{QUESTIONS[(number + turn) % len(QUESTIONS)]} v{number}x{turn}", (), number)
            took.append(time.perf_counter() - start)

    began = time.perf_counter()
    await asyncio.gather(*(alone(number) for number in range(visitors)))
    rows.append(row("of the index alone", took, time.perf_counter() - began, 0))
    search.close()
    return rows


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Many visitors at once")
    parser.add_argument("--visitors", type=int, default=200)
    parser.add_argument("--questions", type=int, default=3)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    before = machine()
    with tempfile.TemporaryDirectory() as folder:
        rows = asyncio.run(measure(Path(folder), options.visitors, options.questions))
    print_table(rows, COLUMNS)
    lost = sum(one["lost"] for one in rows)
    print(f"\nlost or shown to another: {lost} (0)")
    if options.json:
        write_json(options.json, {"machine": before, "rows": rows})
    return int(lost > 0)


if __name__ == "__main__":
    sys.exit(main())
