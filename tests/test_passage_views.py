"""What ranking and answering ask of a passage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from shelf import Shelf

from index.answering.answer import Answer
from index.answering.selection import alike
from index.store.corpus import PassageViews

DEPTH = "The lake is forty metres deep in the north and nine in the south, as the institute measured."


def numbers(shelf: Shelf) -> dict[str, list[int]]:
    """The passages of each report."""
    found: dict[str, list[int]] = {}
    corpus = shelf.searcher()._corpus
    for number in range(len(corpus)):
        found.setdefault(corpus.passage(number).document, []).append(number)
    return found


@pytest.fixture(scope="module")
def shelf(make_shelf: Callable[..., Shelf]) -> Shelf:
    chapters = f"# Summary\n\n{DEPTH}\n\n# Chapter\n\n{DEPTH}\n\n# Ships\n\nFerries cross it twice a day in summer."
    return make_shelf(lake=chapters, other=f"# Summary\n\n{DEPTH}")


def test_passages_of_one_report_that_say_the_same_are_alike(shelf: Shelf) -> None:
    read = shelf.searcher()._views
    summary, chapter, ships = numbers(shelf)["lake"]
    assert alike(read.terms(summary), read.terms(chapter))
    assert not alike(read.terms(summary), read.terms(ships))


def test_passages_of_two_reports_are_never_alike_but_one_paragraph_is_shown_once(shelf: Shelf) -> None:
    """Each report is a source of its own; word for word the same paragraph tells nothing new."""
    read, found = shelf.searcher()._views, numbers(shelf)
    assert not alike(read.terms(found["lake"][0]), read.terms(found["other"][0]))
    answer = shelf.ask("How deep is the lake in the north?")
    assert isinstance(answer, Answer)
    assert [excerpt.citation.document for excerpt in answer.excerpts] == ["lake"]


def test_what_was_looked_for_is_marked_where_it_stands(shelf: Shelf) -> None:
    searcher = shelf.searcher()
    every = range(len(searcher._corpus))
    for number, marks in zip(every, searcher._views.marks(every, range(len(searcher._terms))), strict=True):
        printed = searcher._views.printed(number)
        tokens = [(searcher._terms[term], printed.text[low:high]) for term, low, high in marks]
        assert tokens == [(t.term, printed.text[t.start : t.end]) for t in shelf.analyzer.analyze(printed.text)]
        assert printed.citation == searcher._corpus.citation(number)
        assert printed.headings == (1 if printed.text.startswith(("Summary", "Chapter", "Ships")) else 0)
    lake = searcher._terms.find("lake")
    assert [{term for term, _, _ in marks} for marks in searcher._views.marks([1, 0], [lake, 10**9])] == [{lake}] * 2
    assert searcher._views.marks([1], []) == [[]]
    assert searcher._views.marks([], [lake]) == []


def test_what_is_kept_of_passages_is_bounded(shelf: Shelf) -> None:
    corpus = shelf.searcher()._corpus
    small, large = PassageViews(corpus, kept=2), shelf.searcher()._views
    for _ in range(3):
        for number in range(len(corpus)):
            assert small.terms(number) == large.terms(number)
            assert small.printed(number) == large.printed(number)
    assert small.terms.cache_info().currsize == small.printed.cache_info().currsize == 2


def test_what_is_kept_changes_no_answer(shelf: Shelf) -> None:
    searcher, questions = shelf.searcher(), ["How deep is the lake?", "ferries in summer", "Who measured the lake?"]
    first = [searcher.ask(question) for question in questions]
    assert [searcher.ask(question) for question in reversed(questions)] == first[::-1]
    assert [replace(shelf.searcher().ask(question)) for question in questions] == first


def test_copies_of_one_report_are_shown_once(shelf: Shelf) -> None:
    text = "# Lakes of the canton\n\nThe lake of Zug is 197 metres deep.\n\n## Rivers\n\nThe river Lorze leaves it.\n"
    for name in ("a.md", "b.md", "old/c.md"):
        shelf.put(name, text)
    shelf.put("d.md", text.replace("197", "198"))
    shelf.reindex()
    answer = shelf.ask("How deep is the lake of Zug?")
    assert [excerpt.citation.source for excerpt in answer.excerpts if "Zug is" in excerpt.text] == ["a.md", "d.md"]
