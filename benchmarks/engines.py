"""One engine, one job (build, or open and ask), one set of tokens in; figures as JSON out. `search.py` starts it.

Which questions are to be asked next is read from stdin, a line at a time, so that several engines can take turns.
"""

from __future__ import annotations

import gc
import json
import pickle
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil

TOP = 10
SECONDS = 20.0
"""What the questions to one engine may take; a slow one is asked fewer, but no fewer than 20."""

Hits = list[tuple[int, float]]
Ask = Callable[[list[str]], Hits]


def build_citedesk(corpus: list[list[str]], folder: Path) -> None:
    from index.scoring.bm25 import BM25

    bm25 = BM25(corpus)
    bm25.save(folder)
    (folder / "terms.json").write_text(json.dumps(bm25._numbers), encoding="utf-8")


def open_citedesk(folder: Path, passages: int) -> Ask:
    from index.scoring.bm25 import BM25

    # the bot finds terms in a string table; here all engines come with a dictionary of their own
    numbers = json.loads((folder / "terms.json").read_text(encoding="utf-8"))
    bm25 = BM25.open(folder, passages, numbers=numbers)
    return lambda question: bm25.search(question, TOP)


def build_rank_bm25(corpus: list[list[str]], folder: Path) -> None:
    from rank_bm25 import BM25Plus

    (folder / "rank_bm25.pickle").write_bytes(pickle.dumps(BM25Plus(corpus)))


def open_rank_bm25(folder: Path, passages: int) -> Ask:
    bm25 = pickle.loads((folder / "rank_bm25.pickle").read_bytes())
    numbers = range(passages)

    def ask(question: list[str]) -> Hits:
        best = bm25.get_top_n(question, numbers, TOP)
        return [(number, 0.0) for number in best]

    ask.scores = lambda question: bm25.get_scores(question)  # type: ignore[attr-defined]
    return ask


def build_bm25s(corpus: list[list[str]], folder: Path) -> None:
    import bm25s

    engine = bm25s.BM25(method="bm25+", k1=1.5, b=0.75, delta=1)
    engine.index(corpus, show_progress=False)
    engine.save(folder)


def open_bm25s(folder: Path, passages: int, *, backend: str = "numpy") -> Ask:
    import bm25s

    engine = bm25s.BM25.load(folder, mmap=backend == "numpy")
    engine.backend = backend
    if backend == "numba":
        engine.activate_numba_scorer()

    def ask(question: list[str]) -> Hits:
        found = engine.retrieve([question], k=TOP, show_progress=False, backend_selection=backend)
        return list(zip(found.documents[0].tolist(), found.scores[0].tolist(), strict=True))

    return ask


def build_tantivy(corpus: list[list[str]], folder: Path) -> None:
    import tantivy

    writer = tantivy.Index(_schema(), path=str(folder)).writer(heap_size=512_000_000, num_threads=1)
    for terms in corpus:
        writer.add_document(tantivy.Document(body=" ".join(terms)))
    writer.commit()
    writer.wait_merging_threads()


def open_tantivy(folder: Path, passages: int, *, count: bool = True) -> Ask:
    import tantivy

    schema = _schema()
    searcher = tantivy.Index.open(str(folder)).searcher()

    def ask(question: list[str]) -> Hits:
        terms = [(tantivy.Occur.Should, tantivy.Query.term_query(schema, "body", term)) for term in question]
        found = searcher.search(tantivy.Query.boolean_query(terms), TOP, count=count)
        return [(address.doc, score) for score, address in found.hits]

    return ask


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("body", stored=False, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def build_fts5(corpus: list[list[str]], folder: Path) -> None:
    with sqlite3.connect(folder / "fts5.sqlite") as connection:
        connection.execute("CREATE VIRTUAL TABLE passages USING fts5(body, content='')")
        connection.executemany(
            "INSERT INTO passages (rowid, body) VALUES (?, ?)",
            ((number, " ".join(terms)) for number, terms in enumerate(corpus)),
        )
        connection.execute("INSERT INTO passages (passages) VALUES ('optimize')")


def open_fts5(folder: Path, passages: int) -> Ask:
    connection = sqlite3.connect(folder / "fts5.sqlite")
    asked = "SELECT rowid, -rank FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT ?"

    def ask(question: list[str]) -> Hits:
        return connection.execute(asked, (" OR ".join(question), TOP)).fetchall()

    return ask


BUILD = {
    "citedesk": build_citedesk,
    "rank-bm25": build_rank_bm25,
    "bm25s numpy": build_bm25s,
    "bm25s numba": build_bm25s,
    "tantivy": build_tantivy,
    "tantivy, not counting": build_tantivy,
    "SQLite FTS5": build_fts5,
}
OPEN: dict[str, Callable[[Path, int], Ask]] = {
    "citedesk": open_citedesk,
    "rank-bm25": open_rank_bm25,
    "bm25s numpy": open_bm25s,
    "bm25s numba": lambda folder, passages: open_bm25s(folder, passages, backend="numba"),
    "tantivy": open_tantivy,
    "tantivy, not counting": lambda folder, passages: open_tantivy(folder, passages, count=False),
    "SQLite FTS5": open_fts5,
}


def build(engine: str, tokens: Path, folder: Path) -> dict[str, Any]:
    """Build an index of the tokens: seconds, and bytes on disk."""
    terms, ends = np.load(tokens / "terms.npy"), np.load(tokens / "ends.npy")
    words = [f"t{number}" for number in range(int(terms.max()) + 1)]
    named = list(map(words.__getitem__, terms.tolist()))
    corpus = [named[low:high] for low, high in zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True)]
    del named
    gc.collect()
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as elsewhere:  # what an engine imports is not what its building costs
        BUILD[engine](corpus[:10], Path(elsewhere))
    started = time.perf_counter()
    BUILD[engine](corpus, folder)
    seconds = time.perf_counter() - started
    return {"build": seconds, "megabytes on disk": sum(one.stat().st_size for one in folder.rglob("*")) / 1e6}


def ask(engine: str, tokens: Path, folder: Path) -> dict[str, Any]:
    """Open an index and ask it: seconds to open it and answer once, megabytes, and the best scores of ten questions.

    Prints the first as soon as it is known. For every line of stdin, the numbers of a first and a last question, prints
    a line of the milliseconds that these took, as far as there was time for them.
    """
    passages = len(np.load(tokens / "ends.npy"))
    questions = [[f"t{number}" for number in one] for one in json.loads((tokens / "questions.json").read_text())]
    process = psutil.Process()
    before = process.memory_info().rss
    started = time.perf_counter()
    asked = OPEN[engine](folder, passages)
    asked(questions[0])
    opened = time.perf_counter() - started
    for question in questions[:20]:
        asked(question)
    print(json.dumps(opened), flush=True)
    count, spent = 0, 0.0
    for line in sys.stdin:
        first, last = json.loads(line)
        taken: list[float] = []
        for question in questions[first:last]:
            if count >= 20 and spent > SECONDS:
                break
            started = time.perf_counter()
            asked(question)
            seconds = time.perf_counter() - started
            taken.append(seconds * 1000)
            count, spent = count + 1, spent + seconds
        print(json.dumps(taken), flush=True)
    scores = getattr(asked, "scores", None)
    best = [
        np.sort(scores(question))[::-1][:TOP].tolist() if scores else [score for _, score in asked(question)]
        for question in questions[:10]
    ]
    return {"open": opened, "megabytes": (process.memory_info().rss - before) / 1e6, "best": best}


if __name__ == "__main__":
    job, name, source, target = sys.argv[1:]
    done = (build if job == "build" else ask)(name, Path(source), Path(target))
    print(json.dumps(done))
