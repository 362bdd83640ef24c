"""Pictures of printed pages: how many paragraphs are marked, whether the marks are right, and how long a picture takes.

`python -m benchmarks.page_pictures [--shared FOLDER] [--paragraphs N] [--out FILE]`. From every PDF that the readers
read, in libraries, documents and reports, paragraphs are drawn by lot, as many from each. Right is a mark under whose
rectangles PDFium has the letters of the paragraph, no more and no fewer, in whatever order its file has them; the row
of a table also without the names of columns, which are printed once. What is read back is read here, without the
product's code: a letter lies under a rectangle where the middle of its box does. Times are those of a picture that
nobody has seen yet, drawn by the worker process, and of one that is kept.
"""

from __future__ import annotations

import argparse
import ctypes
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from benchmarks.measuring import Row, machine, print_table, write_json
from bot.reading.page_drawing import page_marks
from bot.reading.page_letters import Box, letters_of
from bot.reading.page_marks import among
from bot.reading.page_pictures import NoPicture, PagePictures, PageWorker
from content.documents import assemble
from content.passages import split_passages
from content.readers import Unreadable, read_file

ROOT = Path(__file__).parents[1]
PARAGRAPHS = 300
NAMED = re.compile(r"(?:^|; )[^;:]{1,60}: ")
COLUMNS = ("file", "paragraphs", "marked", "right", "p50 ms", "p95 ms", "kept p95 ms")


def main() -> None:
    """Print the table, and write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--paragraphs", type=int, default=PARAGRAPHS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks" / "page_pictures.json")
    options = parser.parse_args()
    documents = dict(read_all(options.shared))
    if not documents:
        sys.exit(f"{options.shared}: no PDF that can be read: give the folder with --shared")
    rows: list[Row] = []
    worker = PageWorker(seconds=20, memory_bytes=1 << 30)
    for file, chosen in by_lot(documents, options.paragraphs, random.Random(options.seed)).items():
        rows.append({"file": file.name, **measure(worker, file, documents[file], chosen)})
    worker.close()
    total: Row = {"file": "all"} | {name: sum(row[name] for row in rows) for name in COLUMNS[1:4]}
    for name in COLUMNS[4:]:
        total[name] = float(
            np.percentile([each for row in rows for each in row[f"all {name}"]], 50 if "50" in name else 95)
        )
    rows = [{name: row[name] for name in COLUMNS} for row in (*rows, total)]
    print_table(rows, COLUMNS)
    write_json(options.out, {"machine": machine(), "seed": options.seed, "rows": rows})


def read_all(shared: Path) -> list[tuple[Path, list[tuple[str, int]]]]:
    """Every PDF that can be read, with the text and page of each paragraph in reading order."""
    found: list[tuple[Path, list[tuple[str, int]]]] = []
    for folder in (*sorted((shared / "libraries").glob("*/docs")), shared / "documents", shared / "reports"):
        for file in sorted(folder.glob("*.pdf")):
            try:
                pieces, metadata = read_file(file)
            except Unreadable:
                continue
            passages = split_passages(assemble(file.stem, file.name, pieces, metadata))
            found.append((file, [(one.text, one.locator.page or 1) for one in passages]))
    return found


def by_lot(
    documents: Mapping[Path, Sequence[tuple[str, int]]], wanted: int, lot: random.Random
) -> dict[Path, list[int]]:
    """So many paragraphs, as many from each file as it has, by their numbers."""
    order = {file: lot.sample(range(len(texts)), len(texts)) for file, texts in documents.items()}
    chosen: dict[Path, list[int]] = {file: [] for file in documents}
    while sum(map(len, chosen.values())) < wanted and any(order.values()):
        for file, numbers in order.items():
            if numbers and sum(map(len, chosen.values())) < wanted:
                chosen[file].append(numbers.pop())
    return chosen


def measure(worker: PageWorker, file: Path, texts: Sequence[tuple[str, int]], chosen: Sequence[int]) -> Row:
    """What becomes of some paragraphs of a file. `worker`: as in a bot, one for all."""
    marked = right = 0
    fresh: list[float] = []
    kept: list[float] = []
    document = pypdfium2.PdfDocument(file.read_bytes())
    document.init_forms()
    with tempfile.TemporaryDirectory(prefix="citedesk-") as folder:
        pictures = PagePictures(Path(folder), worker.draw)
        for number in chosen:
            text, page = texts[number]
            printed = among([each for each, _ in texts], number)
            for times in (fresh, kept):
                start = time.perf_counter()
                try:
                    picture = pictures.picture(file, page, printed)
                except NoPicture as refused:
                    sys.exit(f"{file}: page {page}: {refused}")
                times.append(1000 * (time.perf_counter() - start))
            marks = page_marks(document, page, printed)
            assert tuple(marks) == picture.marked
            if marks:
                marked += 1
                right += are_right(document, marks, text)
    document.close()
    return {
        "paragraphs": len(chosen),
        "marked": marked,
        "right": right,
        "all p50 ms": fresh,
        "all p95 ms": fresh,
        "all kept p95 ms": kept,
        "p50 ms": float(np.percentile(fresh, 50)),
        "p95 ms": float(np.percentile(fresh, 95)),
        "kept p95 ms": float(np.percentile(kept, 95)),
    }


def are_right(document: Any, marks: Mapping[int, Sequence[Box]], text: str) -> bool:
    """Whether PDFium has the letters of a text under its rectangles, and no others."""
    under: Counter[str] = Counter()
    for number, boxes in marks.items():
        page = document[number - 1]
        left, bottom = page.get_bbox()[:2]
        under += letters_under(page, [(a + left, b + bottom, c + left, d + bottom) for a, b, c, d in boxes])
    expected: Counter[str] = Counter()
    repeated: list[Counter[str]] = []
    for block in text.split("\n\n"):
        letters, plain = letters_of(block), letters_of(NAMED.sub("; ", block))
        expected.update(plain)
        repeated.append(Counter(letters) - Counter(plain))
    for names in repeated:
        if names <= under - expected:
            expected += names
    return under == expected


def letters_under(page: Any, boxes: Sequence[Box]) -> Counter[str]:
    """The letters whose boxes have their middle under a rectangle."""
    textpage = page.get_textpage()
    found: Counter[str] = Counter()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    loose = pdfium.FS_RECTF()
    high = ""
    for index in range(textpage.count_chars()):
        code = pdfium.FPDFText_GetUnicode(textpage.raw, index)
        if 0xD800 <= code < 0xDC00:
            high = chr(code)
            continue
        character = (high + chr(code)).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        high = ""
        if pdfium.FPDFText_GetLooseCharBox(textpage.raw, index, loose) and loose.right > loose.left:
            x, y = (loose.left + loose.right) / 2, (loose.top + loose.bottom) / 2
        elif pdfium.FPDFText_GetCharBox(textpage.raw, index, left, right, bottom, top):
            x, y = (left.value + right.value) / 2, (bottom.value + top.value) / 2
        else:
            continue
        if any(a <= x <= c and b <= y <= d for a, b, c, d in boxes):
            found.update(letters_of(character))
    textpage.close()
    return found


if __name__ == "__main__":
    main()
