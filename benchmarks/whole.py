"""Reports and numbers of passages in; what a question takes whole, beside the bare engines in the same run, out.

    python -m benchmarks.whole --library FOLDER [--index FOLDER] [--sizes 1000,10000,100000] [--json FILE]

`Searcher.ask` is what people wait for: the question understood, its passages found and ordered, refused or cut into
excerpts. `Searcher.rank` is the finding and ordering alone. "raw top ten" is BM25 on our postings, without concepts,
sentences and refusals, as the bare engines beside it have it: bm25s and tantivy, each with the same terms.

The library is indexed once (in `--index`, and only brought up to date the next time); the smaller sizes are its first
reports, copied. Debian's documentation packages serve (apt-get download python3-doc linux-doc postgresql-doc …). A
question is some words that stand side by side in a passage, in a form in which people ask. All are asked in turn.

Why processor time? Each of them answers in one thread, and does not wait for anything: what else goes on on the machine
is left out of it.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import bm25s
import numpy as np
import tantivy

from benchmarks.measuring import Row, machine, print_table, write_json
from index.build.reindex import reindex
from index.build.writer import Base, IndexWriter, Weights
from index.lexicon.countries import borrow_dictionary
from index.lexicon.dictionary import Dictionary
from index.lexicon.lexicon import read_glossary, save_lexicon
from index.scoring.bm25 import BM25
from index.searcher import Searcher
from index.store.corpus import Corpus
from index.store.generation import Generations
from index.store.tables import SortedTable, StringTable
from index.text.analyzer import Analyzer

FORMS = (
    "How do I {}?",
    "What is {}?",
    "Which option sets {}?",
    "{}",
    "Why does {} fail?",
    "How many {} are there?",
    "When was {} added?",
    "Where is {} described?",
)
SHORTEST, LONGEST = 2, 6
SEED = 7
TOP = 10
COLUMNS = ["passages", "what", "p50", "p95", "p50 to tantivy", "p95 to tantivy"]


def part(index: Path, library: Path, passages: int, folder: Path) -> int:
    """Make an index of the first reports, as many as have so many passages; how many passages it has."""
    analyzer, source = Analyzer(), Generations(index)
    home = source.path(source.require_current())
    corpus = Corpus(home)
    every = corpus.records()
    records = [record for record in every if record.numbers.stop <= passages] or every[:1]
    borrow_dictionary(index, folder, analyzer)
    generations = Generations(folder)
    unfinished = generations.begin()
    base = Base(corpus, SortedTable(home, "terms"), StringTable(home, "surfaces"))
    countries = Dictionary.open(folder, analyzer).countries
    with closing(IndexWriter(analyzer, Weights(), countries, base, unfinished)) as writer:
        writer.copy(records)
        writer.write(unfinished)
        save_lexicon(unfinished, read_glossary(library), analyzer, writer.acronyms)
        manifest = generations.finish(
            unfinished,
            analyzer=analyzer.fingerprint,
            content="",
            inputs="",
            documents=writer.documents,
            passages=writer.passages,
            skipped=[],
        )
    generations.go_live(manifest.id)
    return writer.passages


def questions_from(corpus: Corpus, count: int) -> list[str]:
    """Questions about what stands in English passages."""
    drawn, found = random.Random(SEED), list[str]()
    for _ in range(100 * count):
        number = drawn.randrange(len(corpus))
        words = re.findall(r"[A-Za-z][A-Za-z\-]{2,}", corpus.texts[number])
        if corpus.language(number) != "en" or len(words) <= LONGEST:
            continue
        low = drawn.randrange(len(words) - LONGEST)
        found.append(drawn.choice(FORMS).format(" ".join(words[low : low + drawn.randint(SHORTEST, LONGEST)])))
        if len(found) == count:
            break
    return found


def engines(index: Path) -> dict[str, Callable[[str], object]]:
    """What is asked, by name."""
    analyzer, searcher = Analyzer(), Searcher.open(index)
    searcher.warm()
    generations = Generations(index)
    home = generations.path(generations.require_current())
    corpus, table = Corpus(home), SortedTable(home, "terms")
    names, forward = table.run(range(len(table))), corpus.forward
    terms = [list(map(names.__getitem__, forward.terms[forward.of(number)].tolist())) for number in range(len(corpus))]
    postings, plain = BM25(terms), bm25s.BM25()
    plain.index(terms, show_progress=False)
    builder = tantivy.SchemaBuilder()
    schema = builder.add_text_field("body", tokenizer_name="whitespace", index_option="freq").build()
    bare = tantivy.Index(schema)
    writer = bare.writer(heap_size=256_000_000, num_threads=1)
    for own in terms:
        writer.add_document(tantivy.Document(body=" ".join(own)))
    writer.commit()
    writer.wait_merging_threads()
    bare.reload()
    opened = bare.searcher()

    def with_tantivy(question: str) -> object:
        wanted = [
            (tantivy.Occur.Should, tantivy.Query.term_query(schema, "body", term)) for term in analyzer.terms(question)
        ]
        return opened.search(tantivy.Query.boolean_query(wanted), TOP).hits

    def with_bm25s(question: str) -> object:
        return plain.retrieve([analyzer.terms(question)], k=min(TOP, len(corpus)), show_progress=False)

    return {
        "Searcher.ask": lambda question: searcher.ask(question, limit=3),
        "Searcher.rank": lambda question: searcher.rank(searcher.parse(question), TOP),
        "raw top ten": lambda question: postings.search(analyzer.terms(question), TOP),
        "tantivy": with_tantivy,
        "bm25s": with_bm25s,
    }


def measure(index: Path, passages: int, count: int) -> list[Row]:
    """What each takes at one size, asked in turn."""
    generations = Generations(index)
    asked = questions_from(Corpus(generations.path(generations.require_current())), count)
    programs, taken = engines(index), dict[str, list[float]]()
    for question in asked:
        for name, ask in programs.items():
            started = time.thread_time()
            ask(question)
            taken.setdefault(name, []).append((time.thread_time() - started) * 1000)
    bare = np.percentile(taken["tantivy"], [50, 95])
    rows: list[Row] = []
    for name, times in taken.items():
        p50, p95 = np.percentile(times, [50, 95]).tolist()
        to_bare = {"p50 to tantivy": p50 / bare[0], "p95 to tantivy": p95 / bare[1]}
        rows.append({"passages": passages, "what": name, "p50": p50, "p95": p95, **to_bare})
    return rows


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--library", type=Path, required=True, help="a folder of reports")
    arguments.add_argument("--index", type=Path, help="where its index is kept")
    arguments.add_argument("--sizes", default="1000,10000,100000")
    arguments.add_argument("--questions", type=int, default=300)
    arguments.add_argument("--json", type=Path, default=Path("docs/benchmarks/whole.json"))
    options = arguments.parse_args()
    before, rows = machine(), list[Row]()
    with tempfile.TemporaryDirectory(prefix="citedesk-") as temporary:
        index = options.index or Path(temporary) / "whole"
        index.mkdir(parents=True, exist_ok=True)
        everything = reindex(options.library, index).passages
        for size in sorted({min(size, everything) for size in map(int, options.sizes.split(","))}):
            folder = Path(temporary) / str(size)
            folder.mkdir()
            rows += measure(folder, part(index, options.library, size, folder), options.questions)
    print_table(rows, COLUMNS)
    write_json(options.json, {"machine": before, "load after": machine()["load"], "rows": rows})


if __name__ == "__main__":
    main()
