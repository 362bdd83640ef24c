"""Explanations: the parts add up to what the search did, for answers and for refusals, on a screen and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from shelf import Shelf

from bot.asking.explaining import explanation_message, explanation_record, explanation_tables
from bot.cli import execute
from bot.sandbox.entities import parse_html
from bot.words.catalogue import words
from bot.words.markup import MESSAGE_LIMIT, utf16, visible
from bot.words.table import lines
from index.answering.answer import Answer, NoAnswer
from index.answering.explain import ExplainedExpansion

LAKE = "# The lake\n\nThe lake is 40 metres deep. The Institute of Limnology (IOL) measures it.\n\nIt froze in 2012.\n"
RIVER = "# The river\n\nThe river is 900 kilometres long and flows into the lake.\n"
HU = "# 湖泊\n\n湖水深四十米。研究所每年测量一次。\n"
GLOSSARY = "english,chinese,other_forms\nlake,湖泊,mere;inland water\n"


@pytest.fixture(scope="module")
def library(make_shelf: Callable[..., Shelf]) -> Shelf:
    shelf = make_shelf()
    for name, text in {"lake.md": LAKE, "river.md": RIVER, "hu.md": HU}.items():
        shelf.put(name, text)
    shelf.put("glossary.csv", GLOSSARY)
    shelf.reindex()
    return shelf


def test_the_points_of_the_concepts_add_up_to_what_was_found(library: Shelf) -> None:
    found = library.searcher().explain("How deep is the lake that flows?")
    assert found.answered
    assert found.hits
    for place, hit in enumerate(found.hits):
        assert sum(concept.points[place] for concept in found.concepts) == pytest.approx(hit.bm25, rel=1e-5)


def test_hits_are_those_of_the_answer(library: Shelf) -> None:
    searcher = library.searcher()
    answer, found = (
        searcher.ask("How many metres deep is the lake?"),
        searcher.explain("How many metres deep is the lake?"),
    )
    assert isinstance(answer, Answer)
    assert [(hit.rank, hit.passage) for hit in found.hits] == [(e.rank, e.passage) for e in answer.excerpts][:5]
    first = answer.excerpts[0]
    assert found.hits[0].sentence == first.text[slice(*first.sentence)]
    assert (found.wants, found.generation) == ("number", library.generations.current())


def test_every_origin_of_other_words_has_a_name_in_chinese(library: Shelf) -> None:
    origins = "question glossary acronym initials everyday dictionary family related spelling".split()
    found = library.searcher().explain("How deep is the mere?")
    expansions = tuple(ExplainedExpansion("mere", (one,), 1.0, one, 1) for one in origins)
    concepts = (replace(found.concepts[0], expansions=expansions),)
    w = words("zh")
    tables = explanation_tables(w, replace(found, concepts=concepts), 1)
    (others,) = [table for table in tables if table.title == w.label("Other words")]
    assert [(row[1], row[2]) for row in others.rows if row[2].isascii()] == []


def test_alternatives_name_their_origin_and_how_many_passages_have_them(library: Shelf) -> None:
    found = library.searcher().explain("How deep is the mere?")
    mere = next(concept for concept in found.concepts if concept.label == "mere")
    origins = {one.terms: (one.origin, one.passages) for one in mere.expansions}
    assert origins[("mere",)] == ("question", 0)
    assert origins[("lake",)][0] == "glossary"
    assert origins[("lake",)][1] == mere.passages - 1 > 0  # and one has 湖泊
    assert origins[("inland", "water")][1] == 0


def test_a_refusal_says_what_is_missing(library: Shelf) -> None:
    found = library.searcher().explain("How deep is the lake in Kenya?")
    assert isinstance(library.ask("How deep is the lake in Kenya?"), NoAnswer)
    assert not found.answered
    assert (found.reason, found.missing) == ("missing", ("Kenya",))
    assert [concept.label for concept in found.concepts if concept.kind == "country"] == ["Kenya"]


def test_a_question_about_nothing_known_is_explained_too(library: Shelf) -> None:
    found = library.searcher().explain("zylophone qwxzy?")
    assert (found.answered, found.reason, found.hits) == (False, "nothing found", ())
    assert all(concept.points == () for concept in found.concepts)
    assert "no passage has any word" in "\n".join(text(found, "en"))
    assert library.searcher().explain("").concepts == ()


def test_filters_and_follow_ups_are_told(library: Shelf) -> None:
    searcher = library.searcher()
    found = searcher.explain("lake lang:en -river", history=())
    assert set(found.filters) == {"lang:en", "-river"}
    followed = searcher.explain("and the river?", history=("How deep is the lake?",))
    assert followed.understood
    assert "understood as" in "\n".join(text(followed, "en"))


def text(found: object, language: str) -> list[str]:
    tables = explanation_tables(words(language), found, 3)  # type: ignore[arg-type]
    return [line for table in tables for line in lines(table)]


def test_the_record_is_json_and_keeps_every_figure(library: Shelf) -> None:
    found = library.searcher().explain("湖水多深？")
    record = json.loads(json.dumps(explanation_record(found)))
    assert [one["label"] for one in record["concepts"]] == [concept.label for concept in found.concepts]
    assert record["hits"][0]["passage"] == found.hits[0].passage
    assert record["concepts"][0]["alternatives"][0]["terms"]
    assert any("湖" in line for line in text(found, "zh"))
    assert any("回答" in line for line in text(found, "zh"))


@pytest.mark.parametrize("question", ["How deep is the lake?", "</pre><b>&amp; x", "湖" * 300, "lake " * 400, "zzz"])
def test_a_chat_gets_messages_that_telegram_takes(library: Shelf, question: str) -> None:
    found = library.searcher().explain(question)
    for language in ("en", "zh"):
        parts = explanation_message(words(language), found).parts()
        assert parts
        for part in parts:
            assert utf16(visible(part.html)) <= MESSAGE_LIMIT
            assert parse_html(part.html)


@pytest.fixture
def config(library: Shelf, tmp_path: Path) -> Path:
    (tmp_path / "index").symlink_to(library.index)
    (tmp_path / "config.toml").write_text(
        f'[content]\npath = "{library.reports}"\n[data]\npath = "{tmp_path}"\n', encoding="utf-8"
    )
    return tmp_path / "config.toml"


def test_ask_explains_on_request_after_the_answer(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["ask", "--config", str(config), "How deep is the lake?", "--explain"]) == 0
    out = capsys.readouterr().out
    assert out.index("40 metres deep") < out.index("Concepts, and their points for each hit")
    assert "answered: the first passages say enough of the question" in out
    assert execute(["ask", "--config", str(config), "How deep is the lake in Kenya?", "--explain"]) == 1
    assert "refused: not in the reports, or not with the rest: Kenya" in capsys.readouterr().out


def test_ask_explains_as_json_alone_and_in_a_batch(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute(["ask", "--config", str(config), "How deep is the lake?", "--explain", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["answered"] is record["explanation"]["answered"] is True
    (tmp_path / "batch").write_text('{"id": "a", "question": "and the river?", "history": ["How deep is the lake?"]}\n')
    assert execute(["ask", "--config", str(config), "--batch", str(tmp_path / "batch"), "--explain"]) == 0
    assert json.loads(capsys.readouterr().out)["explanation"]["understood"]
    assert execute(["ask", "--config", str(config), "How deep is the lake?", "--json"]) == 0
    assert "explanation" not in json.loads(capsys.readouterr().out)
