"""What is given to a person: every excerpt verbatim, cited, short enough, and its slices inside."""

from __future__ import annotations

import string
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from paper import Line, pdf
from ready import lend_dictionary
from shelf import Shelf

from content.documents import Document, Metadata, Piece, assemble
from content.passages import split_passages
from index.answering.answer import MAX_EXCERPT, Answer, Citation, Excerpt, NoAnswer, check_verbatim
from index.build.writer import IndexWriter, Weights
from index.lexicon.dictionary import Dictionary
from index.lexicon.lexicon import save_lexicon
from index.searcher import Searcher
from index.store.generation import Generations
from index.text.analyzer import Analyzer

WORDS = [
    "lake",
    "The lakes",
    "S&T",
    "COVID-19",
    "第十四届",
    "國際培訓班",
    "研究所",
    "簡報",
    "2021年",
    "20,000",
    "café",
    "U.S.",
    "二〇二一年",
    "。",
    ". ",
    "\n",
    "🌊",
    "ﬁsh",
    "\x07",
    "\ud800",
    "…",
    "(IL)",
]
SENTENCE = st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=6)), min_size=1, max_size=30).map(" ".join)
PIECES = st.lists(
    st.one_of(
        st.builds(Piece, st.just("heading"), SENTENCE, st.integers(1, 3)),
        st.builds(Piece, st.sampled_from(["paragraph", "item", "row"]), SENTENCE, page=st.integers(1, 9)),
        st.builds(Piece, st.just("paragraph"), SENTENCE.map(lambda text: (text + " ") * 20)),
    ),
    max_size=8,
)


def build(index: Path, analyzer: Analyzer, reports: list[Document]) -> Searcher:
    """An index over documents that no file holds."""
    lend_dictionary(index)
    draft = IndexWriter(analyzer, Weights(), Dictionary.open(index, analyzer).countries)
    for report in reports:
        draft.add(report, "digest", split_passages(report))
    generations = Generations(index)
    folder = generations.begin()
    draft.write(folder)
    save_lexicon(folder, "english,chinese\nlake,湖泊\n", analyzer, draft.acronyms)
    manifest = generations.finish(
        folder,
        analyzer=analyzer.fingerprint,
        content="",
        inputs="",
        documents=draft.documents,
        passages=draft.passages,
        skipped=[],
    )
    return Searcher(index, manifest.id, analyzer=analyzer)


def pages_of(pieces: list[Piece]) -> set[int | None]:
    return {page for piece in pieces for page in (piece.page, *(page for _, page in piece.page_starts))}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(pieces=st.lists(PIECES, max_size=3), question=SENTENCE, history=st.lists(SENTENCE, max_size=1))
def test_every_excerpt_of_every_answer_is_a_verbatim_slice_with_its_slices_inside(
    analyzer: Analyzer, pieces: list[list[Piece]], question: str, history: list[str]
) -> None:
    reports = [assemble(f"r{n}", f"r{n}.md", found, Metadata(title=f"Report {n}")) for n, found in enumerate(pieces)]
    by_id = {report.id: report for report in reports}
    with tempfile.TemporaryDirectory() as folder:
        searcher = build(Path(folder), analyzer, reports)
        answer = searcher.ask(question, history=history)
        assert answer == searcher.ask(question, history=history)
        assert answer.question == question
        if isinstance(answer, NoAnswer):
            assert all(searcher.passage(suggestion.passage) for suggestion in answer.suggestions)
            return
        assert answer.excerpts
        assert [excerpt.rank for excerpt in answer.excerpts] == list(range(1, len(answer.excerpts) + 1))
        for excerpt in answer.excerpts:
            passage = searcher.passage(excerpt.passage)
            assert passage is not None
            printed = by_id[passage.document].text
            assert passage.text in printed
            assert excerpt.text in printed
            assert passage.text.endswith(excerpt.text) or passage.text[-20:] in excerpt.text
            assert 0 < len(excerpt.text) <= MAX_EXCERPT
            page = excerpt.citation.locator.page  # of the sentence that answers: a heading may stand a page before
            assert page in pages_of(pieces[int(passage.document[1:])])
            locator = replace(excerpt.citation.locator, page=passage.citation.locator.page)
            assert replace(excerpt.citation, locator=locator) == passage.citation
            low, high = excerpt.sentence
            assert 0 <= low < high <= len(excerpt.text)
            assert excerpt.text[low:high].strip() == excerpt.text[low:high]
            position = 0
            for start, end in excerpt.matches:
                assert position <= start < end <= len(excerpt.text)
                position = end


def test_the_sentence_that_answers_is_marked(make_shelf: Callable[..., Shelf]) -> None:
    shelf = make_shelf(lake="The lake is blue. It is 40 metres deep in the north. Ships cross it.")
    answer = shelf.ask("How many metres deep is it in the north?")
    assert isinstance(answer, Answer)
    (excerpt,) = answer.excerpts
    low, high = excerpt.sentence
    assert excerpt.text[low:high] == "It is 40 metres deep in the north."


def test_the_words_that_were_asked_for_are_marked_as_they_are_printed(make_shelf: Callable[..., Shelf]) -> None:
    shelf = make_shelf(lake="The Institute (S & T) measured 20,000 Ｌakes in 2021.", hu="第十四屆國際培訓班。")
    answer = shelf.ask("S&T lake 20000")
    assert isinstance(answer, Answer)
    excerpt = answer.excerpts[0]
    assert [excerpt.text[low:high] for low, high in excerpt.matches] == ["S & T", "20,000", "Ｌakes"]
    answer = shelf.ask("第14届国际培训班")
    assert isinstance(answer, Answer)
    excerpt = answer.excerpts[0]
    assert [excerpt.text[low:high] for low, high in excerpt.matches] == ["第十四", "國際", "培訓班"]


VOSTOK = "# Lake Vostok\n\n## Depth\n\nIt is 40 metres deep.\n\n## Ships\n\nShips cross Lake Vostok twice a day."
FILLING = {f"filling{n}": f"The river number {n} was measured in spring and painted in summer." for n in range(6)}


def test_headings_are_shown_where_they_alone_have_words_that_were_looked_for(make_shelf: Callable[..., Shelf]) -> None:
    """ "It is 40 metres deep." does not say what is."""
    shelf = make_shelf(vostok=VOSTOK, **FILLING)
    answer = shelf.ask("How deep is Lake Vostok?")
    assert isinstance(answer, Answer)
    excerpt = answer.excerpts[0]
    assert excerpt.text == "Lake Vostok\n\nDepth\n\nIt is 40 metres deep."
    assert excerpt.text[slice(*excerpt.sentence)] == "It is 40 metres deep."
    assert [excerpt.text[low:high] for low, high in excerpt.matches] == ["Lake", "Vostok", "deep"]


def test_headings_that_add_nothing_are_left_to_the_citation(make_shelf: Callable[..., Shelf]) -> None:
    shelf = make_shelf(vostok=VOSTOK, **FILLING)
    assert shelf.texts("How deep is it in metres?")[0] == "It is 40 metres deep."
    assert shelf.texts("Which ships cross Lake Vostok?")[0] == "Ships cross Lake Vostok twice a day."


@pytest.mark.parametrize("words", range(80, 140, 6))
def test_an_excerpt_with_its_headings_is_no_longer_than_one_without(
    make_shelf: Callable[..., Shelf], words: int
) -> None:
    """Passages around the limit: with headings a little more, without them a little less."""
    shelf = make_shelf(vostok=f"# Lake Vostok\n\n## Depth\n\nIt is 40 metres deep{' below' * words}.", **FILLING)
    texts = shelf.texts("How deep is Lake Vostok?")
    assert texts
    assert all(len(text) <= MAX_EXCERPT for text in texts)


def test_a_refusal_names_what_it_looked_for(make_shelf: Callable[..., Shelf]) -> None:
    answer = make_shelf(lake="The lake is 40 metres deep.").ask("Where is the xyzzyx of Plugh?")
    assert isinstance(answer, NoAnswer)
    assert answer.looked_for == ("xyzzyx", "Plugh")
    assert answer.language == "en"


def test_an_answer_names_its_generation_and_language(make_shelf: Callable[..., Shelf]) -> None:
    shelf = make_shelf(hu="湖泊的深度是四十米。")
    answer = shelf.ask("湖泊的深度是多少？")
    assert isinstance(answer, Answer)
    assert (answer.generation, answer.language) == (shelf.generations.current(), "zh")


EXCERPT = Excerpt(
    1, 1.0, "The lake is deep.", (0, 17), ((4, 8),), "abc", Citation("lake", "Lake", None, None, "lake.md")
)  # type: ignore[arg-type]


def test_a_verbatim_excerpt_passes() -> None:
    check_verbatim(EXCERPT, "The lake is deep. It is blue.")


@pytest.mark.parametrize(
    ("change", "passage"),
    [
        ({}, "The lake is not deep."),
        ({"text": "x" * 701}, "x" * 800),
        ({"sentence": (0, 18)}, "The lake is deep."),
        ({"sentence": (-1, 5)}, "The lake is deep."),
        ({"sentence": (5, 5)}, "The lake is deep."),
        ({"matches": ((4, 99),)}, "The lake is deep."),
        ({"matches": ((8, 4),)}, "The lake is deep."),
    ],
)
def test_whatever_is_not_verbatim_is_a_bug_and_never_shown(change: dict[str, object], passage: str) -> None:
    with pytest.raises(AssertionError, match="passage abc"):
        check_verbatim(replace(EXCERPT, **change), passage)


def test_every_printable_character_survives_the_way_to_the_answer(make_shelf: Callable[..., Shelf]) -> None:
    odd = "lake " + " ".join(f"{c}{c}" for c in string.punctuation if c not in "#*_`[]<>\\~&|-+=") + " “”‘’—–·、。《》"
    (text,) = make_shelf(lake=odd).texts("lake")
    assert text == odd


def test_a_sentence_on_the_next_page_is_cited_there_also_when_the_report_is_copied(shelf: Shelf) -> None:
    """One page a passage was kept: a paragraph over the end of a page gave the page where it begins."""
    first = "The council met in spring and looked at all of the plans that the institutes had sent to it"
    second = "it chose four of them. The lake stations are paid for three years. Rivers come later."
    shelf.put("council.pdf", pdf([Line(50, 60, first)], [Line(50, 760, second)]))
    for _ in range(2):
        shelf.reindex()
        cited = []
        for question in ("When did the council meet?", "For how long are the lake stations paid?"):
            answer = shelf.ask(question)
            assert isinstance(answer, Answer)
            (excerpt,) = [one for one in answer.excerpts if one.citation.document == "council"]
            cited.append(excerpt.citation.locator.page)
        assert cited == [1, 2]
        # in front of it, so that it is copied to another place
        shelf.put("a-river.md", "# River\n\nThe river is 5 metres wide at its mouth.\n")
