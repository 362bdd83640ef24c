"""The passages of a generation: numbers, ids, places, neighbours, sections."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from shelf import Shelf

from content.documents import Locator, Metadata, Piece, assemble
from content.passages import split_passages
from index.build.writer import IndexWriter, Weights
from index.lexicon.dictionary import Dictionary
from index.store.corpus import CAPITAL, NUMBER, TIME, Corpus
from index.store.tables import SortedTable, StringTable
from index.text.analyzer import Analyzer

LONG = " ".join(f"Station {n} is on the north bank and is read twice a year." for n in range(4, 10))
LAKE = f"""---
title: Lakes of the North
year: 2021
language: en
collection: Surveys
publisher: Institute of Limnology
authors: ["Doe, Jane", 张三]
place: Geneva
---
# Lakes

## Depth

The lake was 40 metres deep in March 2021. {LONG}

{LONG}

## Width

It is 2 kilometres wide.

## Depth

The second lake is 7 metres deep.
"""


@pytest.fixture(scope="module")
def shelf(make_shelf: Callable[..., Shelf]) -> Shelf:
    return make_shelf(lakes=LAKE, river="The river is long.")


@pytest.fixture(scope="module")
def countries(dictionary_home: Path, analyzer: Analyzer) -> StringTable:
    return Dictionary.open(dictionary_home, analyzer).countries


@pytest.fixture(scope="module")
def corpus(shelf: Shelf) -> Corpus:
    return Corpus(shelf.generations.path(shelf.generations.require_current()))


def test_every_passage_is_found_by_its_id(corpus: Corpus) -> None:
    assert len(corpus) == 5
    assert [corpus.number(corpus.id(number)) for number in range(len(corpus))] == list(range(len(corpus)))


@pytest.mark.parametrize("id", ["", "a", "zzzzzzzzzzzz", "研究", "\x00", "x" * 500, "../../etc", "\ud800"])
def test_an_unknown_id_has_no_number(corpus: Corpus, id: str) -> None:  # noqa: A002 - it is the name in the code
    assert corpus.number(id) is None


def test_a_passage_knows_where_it_is_printed(corpus: Corpus) -> None:
    passage = corpus.passage(0)
    assert passage.text.startswith("Lakes\n\nDepth\n\nThe lake was 40 metres deep")
    assert (passage.document, passage.language) == ("lakes", "en")
    citation = passage.citation
    assert (citation.document, citation.title, citation.year) == ("lakes", "Lakes of the North", 2021)
    assert citation.source == "lakes.md"
    assert (citation.author, citation.publisher) == ("Doe, Jane; 张三", "Institute of Limnology")
    assert (citation.place, citation.language) == ("Geneva", "en")
    assert citation.locator == Locator(("Lakes", "Depth"), None, 1)


def test_records_name_the_reports_by_source(corpus: Corpus) -> None:
    first, second = corpus.records()
    assert (first.info.id, first.info.passages, list(first.numbers)) == ("lakes", 4, [0, 1, 2, 3])
    assert (first.info.collection, first.info.publisher) == ("Surveys", "Institute of Limnology")
    assert (second.info.id, list(second.numbers)) == ("river", [4])
    assert corpus.by_document == {"lakes": 0, "river": 1}


def test_neighbours_do_not_leave_the_document(corpus: Corpus) -> None:
    assert list(corpus.neighbours(1, 1, 1)) == [0, 1, 2]
    assert list(corpus.neighbours(0, 5, 0)) == [0]
    assert list(corpus.neighbours(3, 1, 5)) == [2, 3]
    assert list(corpus.neighbours(4, 9, 9)) == [4]


def test_an_outline_lists_runs_of_passages_in_reading_order(corpus: Corpus) -> None:
    runs = [(corpus.section(section), first, count) for section, first, count in corpus.outline(0)]
    assert runs == [
        (("Lakes", "Depth"), 0, 2),
        (("Lakes", "Width"), 2, 1),
        (("Lakes", "Depth"), 3, 1),
    ]


def test_tokens_stand_where_the_passage_has_them(corpus: Corpus, analyzer: Analyzer) -> None:
    forward = corpus.forward
    for number in range(len(corpus)):
        expected = [(start, end) for _, start, end in analyzer.analyze(corpus.texts[number])]
        offsets, ends = forward.spans(*forward.places(np.array([number])))
        assert list(zip(offsets.tolist(), ends.tolist(), strict=True)) == expected


def test_tokens_know_their_sentence_and_shape(corpus: Corpus) -> None:
    forward, text = corpus.forward, corpus.texts[0]
    places, lengths = forward.places(np.array([0]))
    shapes = {
        text[low:high]: (forward.sentences[place], forward.shapes[place])
        for place, low, high in zip(places, *forward.spans(places, lengths), strict=True)
    }
    assert shapes["Lakes"] == (0, CAPITAL)
    assert shapes["40"] == (2, NUMBER)
    assert shapes["metres"] == (2, 0)
    assert shapes["March"] == (2, CAPITAL | TIME)
    assert shapes["2021"] == (2, TIME)
    assert shapes["Station"][1] == CAPITAL


@pytest.mark.parametrize(
    ("text", "number", "shape"),
    [
        ("It opened on September 25 in the north.", "25", TIME),
        ("It opened on the 25th of March.", "25th", TIME),
        ("It opened on 5 Sept. with music.", "5", TIME),
        ("It opened in 2023.10 with music.", "2023.10", TIME),
        ("In March 45 people came.", "45", NUMBER),
        ("It has 25 Marketing people.", "25", NUMBER),
        ("It has 3.12 metres.", "3.12", NUMBER),
        ("9月25日开幕", "25", TIME),
        ("有25人", "25", NUMBER),
    ],
)
def test_a_day_beside_its_month_is_a_time(make_shelf: Callable[..., Shelf], text: str, number: str, shape: int) -> None:
    shelf = make_shelf(one=text)
    corpus = Corpus(shelf.generations.path(shelf.generations.require_current()))
    forward = corpus.forward
    spans = zip(*forward.spans(*forward.places(np.arange(len(corpus)))), forward.shapes, strict=True)
    found = {text[low:high]: shape for low, high, shape in spans}
    assert found[number] == shape


def test_gather_gives_what_an_array_has_for_the_tokens_of_several_passages(corpus: Corpus) -> None:
    forward, numbers = corpus.forward, np.array([3, 0])
    third, first = forward.of(3), forward.of(0)
    terms, widths = forward.gather(numbers, forward.terms, forward.widths)
    assert terms.tolist() == [*forward.terms[third], *forward.terms[first]]
    assert widths.tolist() == [*forward.widths[third], *forward.widths[first]]
    assert forward.lengths(numbers).tolist() == [third.stop - third.start, first.stop - first.start]
    (nothing,) = forward.gather(numbers[:0], forward.terms)
    assert nothing.tolist() == []


def test_a_document_copied_from_a_generation_is_the_same_in_the_next(shelf: Shelf) -> None:
    before = shelf.content()
    shelf.put("a.md", "A first report.")
    shelf.reindex()
    assert shelf.read == ["a.md"]
    after = shelf.content()
    assert after["passages"][1:] == before["passages"]
    shelf.take("a.md")
    shelf.reindex()
    assert shelf.content() == before


def test_pages_are_kept(tmp_path: Path, analyzer: Analyzer, countries: SortedTable) -> None:
    report = assemble("r", "r.pdf", [Piece("paragraph", "The lake is deep.", page=19)], Metadata(title="R"))
    draft = IndexWriter(analyzer, Weights(), countries)
    info = draft.add(report, "digest", split_passages(report))
    draft.write(tmp_path)
    assert (info.title, info.passages, draft.documents, draft.passages) == ("R", 1, 1, 1)
    assert Corpus(tmp_path).citation(0).locator == Locator((), 19, 1)


def test_text_with_lone_surrogates_is_kept_as_it_is(tmp_path: Path, analyzer: Analyzer, countries: SortedTable) -> None:
    pieces = [Piece("heading", "A \ud800 heading", 1), Piece("paragraph", "The \udfff lake is deep.")]
    draft = IndexWriter(analyzer, Weights(), countries)
    draft.add(assemble("r", "r\udce9.md", pieces, Metadata(title="\ud800")), "digest")
    draft.write(tmp_path)
    corpus = Corpus(tmp_path)
    assert corpus.texts[0] == "A \ud800 heading\n\nThe \udfff lake is deep."
    assert corpus.citation(0).locator.section == ("A \ud800 heading",)


@pytest.mark.parametrize(
    ("what", "numbers"), [("2021", [0]), ("Lakes of the North", [0]), ("river", [1]), ('"year"', [0, 1]), ("1999", [])]
)
def test_documents_are_found_by_what_is_known_of_them(corpus: Corpus, what: str, numbers: list[int]) -> None:
    assert corpus.saying(what) == numbers
    assert [info.source for info in corpus.infos] == ["lakes.md", "river.md"]
