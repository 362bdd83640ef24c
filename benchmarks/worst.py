"""A number of passages in; what the worst kinds of question cost, beside the median one, out.

    python -m benchmarks.worst [--passages 150000] [--index FOLDER] [--rounds N] [--json FILE]

A person can type 4,096 characters. Each kind below is one that once cost much, or that somebody would try in order to
hold up the others: repeated phrases and conditions, phrases of common words, nonsense, many exclusions, many short
names. None may cost more than `BAR` times the median question; the program ends with 1 where one does.

The library is made of the starter library's own sentences, with words of one put into another, so that a phrase of
common words stands in many passages and a name in few. Each kind is asked in several questions, so that nothing that is
remembered of one serves the next. Processor time, and of several rounds the least: what else goes on does not count.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks.measuring import Row, machine, print_table, write_json
from index.build.reindex import reindex
from index.searcher import Searcher
from index.store.corpus import Corpus
from index.store.generation import Generations

REPORTS = Path(__file__).parents[1] / "content" / "reports"
BAR = 10.0
LONGEST = 4096
"""Characters of a message."""
SEED = 11
IN_A_REPORT = 500
"""Passages of a report of the library that is made."""
COLUMNS = ["kind", "characters", "milliseconds", "to the median"]
FORMS = ("What is {}?", "{}", "How many {} are there?", "When was {} founded?", "Where is {} described?")
COMMON = ("of the", "in the", "and the", "to the", "for the", "on the", "of a", "by the", "with the", "from the")
Kind = Callable[[random.Random, list[str]], str]
"""Makes a question of a kind; the words of the library are at hand."""


def write_library(folder: Path, passages: int) -> None:
    """Reports of so many passages, of the starter library's sentences mixed."""
    drawn = random.Random(SEED)
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(REPORTS.rglob("*.md")))
    sentences = [one.strip() for one in re.split(r"(?<=[.!?。！？])\s+|\n+", text) if 30 < len(one.strip()) < 300]
    words = re.findall(r"[A-Za-z][A-Za-z\-]{2,}|[\u4e00-\u9fff]{2,4}", text)
    written = 0
    while written < passages:
        paragraphs = []
        for _ in range(min(IN_A_REPORT, passages - written)):
            paragraph = " ".join(drawn.sample(sentences, 4)).split(" ")
            for _ in range(8):
                paragraph[drawn.randrange(len(paragraph))] = drawn.choice(words)
            paragraphs.append(" ".join(paragraph))
        number = written // IN_A_REPORT
        head = f"---\ntitle: Report {number}\nyear: {1990 + number % 36}\nlanguage: en\n---\n# Report {number}\n\n"
        (folder / f"report-{number}.md").write_text(head + "\n\n".join(paragraphs) + "\n", encoding="utf-8")
        written += len(paragraphs)


def fill(pieces: Callable[[], str]) -> str:
    """As many pieces as fit into a message."""
    text = ""
    while len(text) + len(piece := pieces()) < LONGEST:
        text += piece + " "
    return text.strip()


def nonsense(drawn: random.Random, letters: str = "abcdefghijklmnopqrstuvwxyz") -> str:
    return "".join(drawn.choice(letters) for _ in range(drawn.randint(3, 10)))


def word(drawn: random.Random, words: list[str]) -> str:
    return drawn.choice(words)


KINDS: dict[str, Kind] = {
    "a phrase, 320 times": lambda drawn, words: " ".join([f'"{word(drawn, words)} of the"'] * 320)[:LONGEST],
    "many phrases of common words": lambda drawn, words: fill(lambda: f'"{drawn.choice(COMMON)} {word(drawn, words)}"'),
    "phrases of stop words": lambda drawn, words: fill(lambda: f'"{drawn.choice(COMMON)}"'),
    "filters, repeated": lambda drawn, words: fill(
        lambda: drawn.choice((f"year:{drawn.randint(1990, 2025)}", f"report:{word(drawn, words)}", "lang:en"))
    ),
    "many exclusions": lambda drawn, words: "technology " + fill(lambda: f"-{word(drawn, words)}")[:4000],
    "many excluded phrases": lambda drawn, words: (
        "technology " + fill(lambda: f'-"{drawn.choice(COMMON)} {word(drawn, words)}"')[:4000]
    ),
    "4,096 characters of nonsense": lambda drawn, words: fill(lambda: nonsense(drawn)),
    "4,096 characters of Chinese nonsense": lambda drawn, words: fill(
        lambda: "".join(chr(drawn.randrange(0x4E00, 0x9FA5)) for _ in range(20))
    ),
    "many short names": lambda drawn, words: fill(lambda: "".join(drawn.choices("ABCDEFGHIJKLMNOPRSTUVW", k=3))),
    "4,096 characters of the library's words": lambda drawn, words: fill(lambda: word(drawn, words)),
    "4,096 characters of one word": lambda drawn, words: (word(drawn, words) + " ") * (LONGEST // 12),
    "many numbers": lambda drawn, words: fill(lambda: str(drawn.randrange(10**6))),
    "many questions": lambda drawn, words: fill(lambda: f"How many {word(drawn, words)} are there?"),
    "a long letter": lambda drawn, words: fill(lambda: " ".join(drawn.choices(words, k=12)) + "."),
}


def usual_questions(drawn: random.Random, corpus: Corpus, count: int) -> list[str]:
    """Questions of two to six words that stand side by side in a passage."""
    questions: list[str] = []
    while len(questions) < count:
        words = re.findall(r"[A-Za-z][A-Za-z\-]{2,}", corpus.texts[drawn.randrange(len(corpus))])
        if len(words) > 6:
            first = drawn.randrange(len(words) - 6)
            questions.append(drawn.choice(FORMS).format(" ".join(words[first : first + drawn.randint(2, 6)])))
    return questions


def cost(searcher: Searcher, question: str, rounds: int) -> float:
    """Milliseconds of processor time: the least of some rounds, in each of which the question is another to a cache."""
    least = float("inf")
    for turn in range(rounds):
        started = time.thread_time()
        searcher.ask(question + " " * turn, limit=3)
        least = min(least, (time.thread_time() - started) * 1000)
    return least


def measure(index: Path, rounds: int) -> list[Row]:
    """The median question, and the dearest one of each kind."""
    searcher = Searcher.open(index)
    searcher.warm()
    generations = Generations(index)
    corpus = Corpus(generations.path(generations.require_current()))
    middle = median(cost(searcher, question, 1) for question in usual_questions(random.Random(SEED), corpus, 100))
    words = sorted(set(re.findall(r"[A-Za-z][A-Za-z\-]{2,}", " ".join(corpus.texts[number] for number in range(200)))))
    rows: list[Row] = [{"kind": "the median question", "milliseconds": middle, "to the median": 1.0}]
    drawn = random.Random(SEED)
    for kind, make in KINDS.items():
        questions = [make(drawn, words) for _ in range(3)]
        dearest = max(cost(searcher, question, rounds) for question in questions)
        length = max(map(len, questions))
        rows.append({"kind": kind, "characters": length, "milliseconds": dearest, "to the median": dearest / middle})
    return rows


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--passages", type=int, default=150_000)
    arguments.add_argument("--index", type=Path, help="where the library's index is kept, and taken from the next time")
    arguments.add_argument("--rounds", type=int, default=1)
    arguments.add_argument("--json", type=Path, help="where the figures are written, too")
    options = arguments.parse_args()
    before = machine()
    with tempfile.TemporaryDirectory(prefix="citedesk-") as temporary:
        index = options.index or Path(temporary) / "index"
        if Generations(index).current() is None:
            library = Path(temporary) / "reports"
            library.mkdir()
            write_library(library, options.passages)
            index.mkdir(parents=True, exist_ok=True)
            reindex(library, index)
        rows = measure(index, options.rounds)
    print_table(rows, COLUMNS)
    if options.json:
        write_json(options.json, {"machine": before, "passages": options.passages, "rows": rows})
    above = [row["kind"] for row in rows if row["to the median"] > BAR]
    if above:
        sys.exit(f"over {BAR:g} times the median: {', '.join(above)}")


if __name__ == "__main__":
    main()
