"""Twice as much to read takes at most about twice the work, whatever it is: a small file must not hold a reader.

Processor time is counted, in this process: nothing else that the machine does changes it much. What grows with the
square takes four times as long, and at these sizes seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise

import pytest

from content.documents import Metadata, Piece, assemble
from content.passages import split_passages
from content.readers import read_bytes
from content.readers.errors import Unreadable
from content.sentences import split_sentences
from index.text.analyzer import Analyzer

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
    "mails": "a@b.",
    "addresses": "https://a/",
    "parentheses": "(",
    "italics": "_a ",
    "links": "[a][",
    "entities": "&#1",
    "powers": "a^",
    "grouped digits": "1 000 ",
    "digits with signs": "1,",
    "Han": "第",
    "quoted": "“",
    "tables": "| a |\n",
    "rules": "-\n",
    "quotes of mails": "> ",
    "lists": "- ",
    "initials": "A.B. ",
    "imprints": "published ",
    "rights": "© 2019 ",
    "accents": "a\u0301",
    "attributes": '<a href="',
    "styles": "<style>",
    "phones": "+1 ",
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


@pytest.mark.parametrize(
    "unit",
    [
        *UNITS.values(),
        "THE ",
        "ABCs ",
        "000 ",
        "1 000 000x ",
        "m²",
        "S&T",
        "U.S.",
        "l'",
        "non-",
        "二〇",
        "百分之",
        "國際",
    ],
)
def test_analyzing_takes_twice_as_long_for_twice_as_much(unit: str) -> None:
    analyzer = Analyzer()
    analyzer.terms("The 科技 report of 國際 2019")  # what is loaded late is not counted

    def once(size: int) -> float:
        start = time.process_time()
        analyzer.terms(unit * (size // len(unit)) + "x")
        return time.process_time() - start

    is_linear(unit, once)


def test_front_matter_that_doubles_with_each_line_costs_nothing() -> None:
    """Each name stands for nine of the one before: 340 bytes that would be nine to the ninth values."""
    names = "abcdefghi"
    lines = ["a: &a [x,x,x,x,x,x,x,x,x]"]
    lines += [f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]" for before, name in pairwise(names)]
    front = "\n".join([*lines, "title: *i"])
    nested = "title: " + "{[" * 60 + "\n"
    for data in (f"---\n{front}\n---\nText.\n", f"---\n{nested}---\nText.\n", f"---\n{'? - ' * 60}\n---\nText.\n"):
        assert seconds("a.md", data.encode()) < 2
        with pytest.raises(Unreadable):
            read_bytes("a.md", data.encode())
