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
from test_readers_office import opendocument

from content.documents import Metadata, Piece, assemble
from content.passages import split_passages
from content.readers import read_bytes
from content.readers.errors import Unreadable
from content.sentences import split_sentences
from index.question.answer_type import answer_type_of, counted
from index.question.filters import take_filters
from index.question.followup import asks_anew
from index.question.letters import read_message
from index.question.parse import language_of
from index.text import addresses, quantities
from index.text.acronyms import find_pairs
from index.text.analyzer import Analyzer
from index.text.languages import other_language

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


def nested_notes(depth: int) -> bytes:
    note, end = "<text:p>a<text:note><text:note-body>", "</text:note-body></text:note></text:p>"
    return opendocument(note * depth + "<text:p>x</text:p>" + end * depth)


def repeated_cells(depth: int) -> bytes:
    cell = '<table:table><table:table-row><table:table-cell table:number-columns-repeated="20">'
    end = "</table:table-cell></table:table-row></table:table>"
    return opendocument(cell * depth + "<text:p>x</text:p>" + end * depth)


def names_of_names(depth: int) -> bytes:
    """A table whose first column's name is a table, whose first column's name is a table, and so on."""
    inside = "<text:p>x</text:p>"
    for _ in range(depth):
        cells = "".join(f"<table:table-cell><text:p>{number}</text:p></table:table-cell>" for number in range(4))
        inside = (
            "<table:table><table:table-header-rows><table:table-row><table:table-cell"
            f' table:number-columns-spanned="3">{inside}</table:table-cell><table:table-cell><text:p>b</text:p>'
            "</table:table-cell></table:table-row></table:table-header-rows>"
            f"<table:table-row>{cells}</table:table-row></table:table>"
        )
    return opendocument(inside)


@pytest.mark.parametrize("made", [nested_notes, repeated_cells, names_of_names])
def test_what_lies_in_each_other_is_told_once(made: Callable[[int], bytes]) -> None:
    """Each of them said twice, four or twenty times what lay in it: a few hundred bytes gave megabytes."""

    def told(depth: int) -> int:
        return sum(len(piece.text) for piece in read_bytes("a.odt", made(depth))[0])

    assert told(12) - told(8) < 4 * 400


@pytest.mark.parametrize(
    "unit",
    [*UNITS.values(), "who? ", "what is a ", "and what about ", "from 2019 to ", "不是", "哪年", "year:2", "“a” "],
)
def test_understanding_a_question_takes_twice_as_long_for_twice_as_much(unit: str) -> None:
    """Without the limit that a question has: an earlier one, a letter and a title come here, too."""
    analyzer = Analyzer()
    analyzer.terms("The 科技 report of 國際 2019")

    def once(size: int) -> float:
        text = unit * (size // len(unit)) + "x"
        start = time.process_time()
        read_message(text)
        take_filters(text, analyzer)
        answer_type_of(text)
        counted(text)
        language_of(text)
        asks_anew(text)
        other_language(text)
        find_pairs(text)
        list(quantities.find(text))
        list(addresses.addresses(text))
        addresses.asked(text)
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
