"""Twice as much to read takes at most about twice the work, whatever it is: a small file must not hold a reader.

Processor time is counted, in this process: nothing else that the machine does changes it much. What grows with the
square takes four times as long, and at these sizes seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from content.documents import Metadata, Piece, assemble
from content.passages import split_passages
from content.readers import read_bytes
from content.readers.errors import Unreadable
from content.sentences import split_sentences

SIZE = 8_000
"""Characters; twice that is less than front matter may have. What is tried from every place on takes half a second."""
UNITS = {
    "brackets": "[",
    "marks of notes": "[^",
    "notes": "[^1]",
    "pictures": "![](",
    "tags": "<a ",
    "boxes": "<div>",
    "comments": "<!--",
    "instructions": "<?",
    "sections of data": "<![CDATA[",
    "raised": "<sup>",
    "blanks": " ",
    "wide blanks": "\u3000",
    "tabs": "\t",
    "line ends": "\n",
    "pages": "\f",
    "capitals": "ABCDE ",
    "one word": "A",
    "dots": ".",
    "dots apart": ". ",
    "ellipses": "…",
    "leaders": "_",
    "stars": "**a ",
    "backticks": "`a``",
    "bars": "|",
    "hyphens": "a-",
    "hyphens at line ends": "a-\n",
    "empty boxes": "□",
    "bullets": "● ",
    "numbers": "1.",
    "years": "2012 and ",
    "reports": "annual report ",
    "quotes": '"a ',
    "templates": "{% a ",
    "expressions": "{{ a ",
    "braces": "{",
    "rows": "<tr><td>",
    "Chinese numbers": "第一",
    "lines of contents": "a.....1\n",
}


def seconds(name: str, data: bytes) -> float:
    start = time.process_time()
    with suppress(Unreadable):
        read_bytes(name, data)
    return time.process_time() - start


def is_linear(work: object, measure: Callable[[int], float]) -> None:
    """The best of three: the machine, or a collection of garbage, may come in between."""
    for _ in range(3):
        once, twice = measure(SIZE), measure(2 * SIZE)
        if twice < 3 * once + 0.25:
            return
    raise AssertionError(f"{work}: {once:.2f} s, and {twice:.2f} s for twice as much")


@pytest.mark.parametrize("frame", ["# T\n\na {} b.\n", "{}", "a{}.txt", "<p>a {}</p>.html", "---\na: {}\n---\nText"])
@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS)
def test_reading_takes_twice_as_long_for_twice_as_much(unit: str, frame: str) -> None:
    frame, _, ending = frame.rpartition(".") if frame.endswith((".txt", ".html")) else (frame, "", "md")
    name = f"a.{ending}"
    read_bytes(name, b"A title\n\nText.")  # what is imported late is not counted

    def data(size: int) -> bytes:
        return frame.replace("{}", unit * (size // len(unit))).encode()

    is_linear((unit, frame), lambda size: seconds(name, data(size)))


@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS)
def test_cutting_takes_twice_as_long_for_twice_as_much(unit: str) -> None:
    def once(size: int) -> float:
        text = unit * (size // len(unit))
        start = time.process_time()
        split_sentences(text + "x")
        split_passages(assemble("a", "a.md", [Piece("paragraph", f"a {text} b")], Metadata(title="T")))
        return time.process_time() - start

    is_linear(unit, once)
