"""Reindexing: what is read again, what is copied, and that both come to the same."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shelf import Shelf

from content.documents import Document
from content.library import Limits
from index.answering.answer import Answer
from index.build import reindex as builder
from index.build.analysis import Analyzed
from index.build.building import verify
from index.build.reindex import Progress, reindex
from index.build.writer import IndexWriter, Weights
from index.errors import BrokenGeneration, IndexFault, OtherAnalyzer
from index.text.analyzer import Analyzer
from index.text.segmenter import JiebaSegmenter

LAKE = "# The lake\n\nThe lake is 40 metres deep. The Institute of Limnology (IL) measures it.\n"
RIVER = "# The river\n\nThe river is 900 kilometres long and flows into the lake.\n"
HU = "# 湖泊\n\n湖水深四十米。研究所每年测量一次。\n"


@pytest.fixture
def library(make_shelf: Callable[..., Shelf]) -> Shelf:
    return make_shelf(lake=LAKE, river=RIVER, hu=HU)


def built_anew(make_shelf: Callable[..., Shelf], shelf: Shelf) -> Shelf:
    """Another shelf with the same reports, all read and analysed now."""
    other = make_shelf()
    for path in shelf.reports.rglob("*"):
        if path.is_file():
            other.put(str(path.relative_to(shelf.reports)), path.read_bytes())
    other.reindex()
    return other


def test_a_first_reindex_takes_everything(make_shelf: Callable[..., Shelf]) -> None:
    shelf = make_shelf()
    shelf.put("lake.md", LAKE)
    shelf.put("sub/river.md", RIVER)
    report = shelf.reindex()
    assert (report.added, report.changed, report.removed) == (("lake.md", "sub/river.md"), (), ())
    assert (report.unchanged, report.skipped) == (0, ())
    assert (report.documents, report.passages) == (2, 2)
    assert report.seconds > 0
    assert report.generation == shelf.generations.current()


def test_an_unchanged_folder_writes_nothing(library: Shelf) -> None:
    before = library.files()
    generation = library.generations.current()
    report = library.reindex()
    assert library.read == []
    assert library.files() == before
    assert (report.generation, report.unchanged) == (generation, 3)
    assert (report.added, report.changed, report.removed) == ((), (), ())
    assert (report.documents, report.passages) == (3, 3)


def test_a_file_touched_but_not_changed_is_not_read(library: Shelf) -> None:
    generation = library.generations.current()
    os.utime(library.reports / "lake.md", (0, 0))
    assert library.reindex().generation == generation
    assert library.read == []


def test_only_the_changed_file_is_read_and_the_index_is_that_of_a_full_build(
    library: Shelf, make_shelf: Callable[..., Shelf]
) -> None:
    library.put("lake.md", LAKE.replace("40", "55") + "\n\nIt has islands.\n")
    report = library.reindex()
    assert library.read == ["lake.md"]
    assert (report.added, report.changed, report.removed, report.unchanged) == ((), ("lake.md",), (), 2)
    assert library.content() == built_anew(make_shelf, library).content()
    assert library.texts("How deep is the lake?")[0].startswith("The lake is 55 metres deep.")


@pytest.mark.parametrize("little", [-1, 1 << 20])
def test_analysed_here_or_in_workers_the_index_is_the_same(
    library: Shelf, make_shelf: Callable[..., Shelf], monkeypatch: pytest.MonkeyPatch, little: int
) -> None:
    """Little is analysed here, and more where it is read; both with processes that read."""
    analysed: list[str] = []
    works = IndexWriter.analyse

    def analyse(draft: IndexWriter, document: Document, passages: None = None) -> Analyzed:
        analysed.append(document.source)
        return works(draft, document, passages)

    monkeypatch.setattr(builder, "LITTLE", little)
    for name in ("hu.md", "lake.md"):
        library.put(name, (library.reports / name).read_text(encoding="utf-8") + "\nThe sea is salt. 海。\n")
    with monkeypatch.context() as patch:
        patch.setattr(IndexWriter, "analyse", analyse)
        reindex(library.reports, library.index)
        assert analysed == (["hu.md", "lake.md"] if little > 0 else [])
    changed = library.content()
    reindex(library.reports, library.index, full=True)
    assert library.content() == changed == built_anew(make_shelf, library).content()


def test_a_report_on_which_analysing_fails_is_skipped_and_stops_nothing(
    library: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.put("a-sea.md", "# The sea\n\nThe sea is salt.\n")
    library.put("b-sea.md", "# The other sea\n\nIt is not.\n")
    works = IndexWriter.analyse

    def analyse(draft: IndexWriter, document: Document, passages: None = None) -> Analyzed:
        if document.source == "a-sea.md":
            raise IndexError
        return works(draft, document, passages)

    monkeypatch.setattr(IndexWriter, "analyse", analyse)
    report = library.reindex()
    assert [(one.source, one.reason) for one in report.skipped] == [
        ("a-sea.md", "it is damaged, or the reader failed on it (IndexError)")
    ]
    assert report.documents == 4


def test_an_added_file_is_read_and_the_others_are_not(library: Shelf, make_shelf: Callable[..., Shelf]) -> None:
    library.put("a-sea.md", "# The sea\n\nThe sea is salt.\n")
    report = library.reindex()
    assert library.read == ["a-sea.md"]
    assert (report.added, report.unchanged) == (("a-sea.md",), 3)
    assert library.content() == built_anew(make_shelf, library).content()


def test_a_removed_file_is_found_no_more(library: Shelf, make_shelf: Callable[..., Shelf]) -> None:
    library.take("river.md")
    report = library.reindex()
    assert library.read == []
    assert (report.removed, report.unchanged, report.documents) == (("river.md",), 2, 2)
    assert library.texts("How many kilometres?") == []
    assert library.content() == built_anew(make_shelf, library).content()


def test_the_last_file_is_removed_only_by_force(make_shelf: Callable[..., Shelf]) -> None:
    shelf = make_shelf(lake=LAKE)
    shelf.take("lake.md")
    with pytest.raises(IndexFault, match=r"holds no report any more.*not mounted.*--force"):
        shelf.reindex()
    assert len(shelf.texts("How deep is the lake?")) == 1
    report = shelf.reindex(force=True)
    assert (report.removed, report.documents, report.passages) == (("lake.md",), 0, 0)
    assert shelf.texts("How deep is the lake?") == []
    shelf.put("lake.md", LAKE)
    assert shelf.reindex().added == ("lake.md",)
    assert len(shelf.texts("How deep is the lake?")) == 1


def test_a_renamed_file_is_another_document(library: Shelf, make_shelf: Callable[..., Shelf]) -> None:
    (library.reports / "lake.md").rename(library.reports / "big-lake.md")
    report = library.reindex()
    assert library.read == ["big-lake.md"]
    assert (report.added, report.removed) == (("big-lake.md",), ("lake.md",))
    assert [info.id for info in library.searcher().documents()] == ["big-lake", "hu", "river"]
    assert library.content() == built_anew(make_shelf, library).content()


def test_a_second_file_with_the_same_stem_changes_the_first_ones_id_too(
    library: Shelf, make_shelf: Callable[..., Shelf]
) -> None:
    library.put("lake.txt", "The lake is cold.\n")
    report = library.reindex()
    assert sorted(library.read) == ["lake.md", "lake.txt"]
    assert (report.added, report.changed) == (("lake.txt",), ("lake.md",))
    assert [info.id for info in library.searcher().documents()] == ["hu", "lake-md", "lake-txt", "river"]
    assert library.content() == built_anew(make_shelf, library).content()
    library.take("lake.txt")
    library.reindex()
    assert [info.id for info in library.searcher().documents()] == ["hu", "lake", "river"]


def test_full_reads_everything_again(library: Shelf) -> None:
    generation = library.generations.current()
    content = library.content()
    report = library.reindex(full=True)
    assert library.read == ["hu.md", "lake.md", "river.md"]
    assert report.generation != generation
    assert library.content() == content


def test_a_skipped_file_is_named_and_not_read_again_until_its_bytes_change(library: Shelf) -> None:
    library.put("bad.pdf", b"%PDF-1.4 nothing")
    report = library.reindex()
    assert [skipped.source for skipped in report.skipped] == ["bad.pdf"]
    assert all((skipped.reason, skipped.remedy) for skipped in report.skipped)
    again = library.reindex()
    assert library.read == []
    assert (again.generation, again.skipped) == (report.generation, report.skipped)
    library.put("lake.md", LAKE + "\nMore.\n")
    assert library.reindex().skipped == report.skipped
    assert library.read == ["lake.md"]
    library.put("bad.pdf", b"%PDF-1.4 still nothing")
    still = library.reindex()
    assert (still.added, still.changed, [one.source for one in still.skipped]) == ((), (), ["bad.pdf"])
    assert library.read == ["bad.pdf"]
    library.take("bad.pdf")
    after = library.reindex()
    assert (after.removed, after.skipped) == (("bad.pdf",), ())


def test_a_file_over_the_limit_is_no_reason_to_build_again(library: Shelf) -> None:
    small = Limits(max_bytes=1000)
    library.put("huge.md", "The lake. " * 1000)
    report = library.reindex(limits=small)
    assert [skipped.source for skipped in report.skipped] == ["huge.md"]
    assert library.reindex(limits=small).generation == report.generation
    assert library.read == []


def test_a_skipped_file_is_tried_again_under_other_limits(library: Shelf) -> None:
    """What the remedy advises ("raise content.seconds_per_file") must help."""
    library.put("bad.pdf", b"%PDF-1.4 nothing")
    library.reindex(limits=Limits(seconds=5))
    library.reindex(limits=Limits(seconds=50))
    assert library.read == ["bad.pdf"]


def test_a_file_whose_name_is_no_utf8_and_whose_bytes_are_no_report_stops_nothing(library: Shelf) -> None:
    name = os.fsdecode(b"r\xe9port.pdf")
    try:
        library.put(name, b"%PDF-1.4 nothing")
    except OSError:
        pytest.skip("this file system takes no such names")
    assert [skipped.source for skipped in library.reindex().skipped] == [name]
    library.put(os.fsdecode(b"m\xe9tres.md"), LAKE)
    library.reindex()
    assert len(library.searcher().documents()) == 4


def test_another_glossary_is_taken_without_reading_a_report(library: Shelf) -> None:
    assert library.texts("tarn") == []
    library.put("glossary.csv", "english,chinese,other_forms\nlake,湖水,tarn\n")
    library.reindex()
    assert library.read == []
    assert library.texts("tarn") != []


def test_new_acronyms_come_beside_the_glossary_as_it_was(library: Shelf, make_shelf: Callable[..., Shelf]) -> None:
    library.put("sea.md", "# The sea\n\nThe Academy of Seas (AS) measures it.\n")
    with mock.patch("index.lexicon.lexicon._analyze", side_effect=AssertionError("the glossary is the same")):
        library.reindex()
    own, anew = (
        (shelf.generations.path(shelf.generations.require_current()) / "lexicon.json").read_text(encoding="utf-8")
        for shelf in (library, built_anew(make_shelf, library))
    )
    assert own == anew
    assert "academi" in own


def test_other_weights_are_taken_without_reading_a_report(library: Shelf) -> None:
    before = library.content()
    library.reindex(weights=replace(Weights(), heading=5.0))
    assert library.read == []
    after = library.content()
    assert after["postings"] != before["postings"]
    assert after["passages"] == before["passages"]


def test_a_generation_of_another_analyzer_does_not_open_and_is_built_anew(library: Shelf) -> None:
    class Other(JiebaSegmenter):
        fingerprint = "other"

    generation = library.generations.current()
    analyzer = library.analyzer
    (link,) = library.index.glob("dictionary-*")
    library.analyzer = Analyzer(Other())
    # its own dictionary would take seconds to analyse; the words are the same
    name = link.name.replace(analyzer.fingerprint, library.analyzer.fingerprint)
    (library.index / name).symlink_to(link.resolve())
    with pytest.raises(OtherAnalyzer, match="run citedesk reindex"):
        library.searcher()
    assert library.reindex().generation != generation
    assert library.read == ["hu.md", "lake.md", "river.md"]
    library.searcher()
    library.analyzer = analyzer
    with pytest.raises(OtherAnalyzer):
        library.searcher()


def test_progress_is_told_from_the_first_file_to_the_swap(library: Shelf) -> None:
    told: list[Progress] = []
    library.put("lake.md", LAKE + "\nMore.\n")
    library.put("sea.md", "The sea is salt.\n")
    library.reindex(progress=told.append)
    assert [step for step in told if step.stage == "reading"] == [Progress("reading", n, 2) for n in range(3)]
    assert list(dict.fromkeys(step.stage for step in told)) == ["reading", "writing", "verifying"]
    assert all(step.done <= step.total for step in told)


@pytest.mark.parametrize("done", [0, 1])
def test_whoever_gives_up_before_the_swap_leaves_the_index_as_it_was(library: Shelf, done: int) -> None:
    """The last word of progress comes before the swap: a reindex that says it was given up must not be live."""

    def give_up(progress: Progress) -> None:
        if progress == Progress("verifying", done, 1):
            raise KeyboardInterrupt

    before, kept = library.texts("How deep is the lake?"), library.generations.list()
    library.put("lake.md", LAKE.replace("40", "55"))
    with pytest.raises(KeyboardInterrupt):
        library.reindex(progress=give_up)
    assert library.texts("How deep is the lake?") == before
    assert library.generations.list() == kept
    assert library.reindex().changed == ("lake.md",)


def test_a_generation_that_is_not_verified_takes_no_place_of_one_to_go_back_to(
    library: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise BrokenGeneration("generation", "is not whole", "")

    kept = library.generations.list()
    library.put("lake.md", LAKE.replace("40", "55"))
    monkeypatch.setattr("index.build.building.verify", refuse)
    with pytest.raises(BrokenGeneration, match="not whole"):
        library.reindex()
    assert library.generations.list() == kept


def test_a_generation_whose_counts_do_not_agree_is_not_verified(library: Shelf) -> None:
    manifest = library.generations.manifest(library.generations.require_current())
    verify(library.generations, manifest)
    with pytest.raises(BrokenGeneration, match="counts"):
        verify(library.generations, replace(manifest, passages=7))


def test_reports_are_read_in_workers_too(library: Shelf) -> None:
    """All tests above read in this process; here is the real way once, with a file that fails."""
    library.put("sea.md", "# The sea\n\nThe sea is salt.\n")
    library.put("bad.pdf", b"%PDF-1.4 nothing")
    report = reindex(library.reports, library.index, analyzer=library.analyzer)
    assert report.added == ("sea.md",)
    assert [skipped.source for skipped in report.skipped] == ["bad.pdf"]
    assert library.texts("Is the sea salt?") == ["The sea is salt."]


@pytest.mark.parametrize("before", [1, 3, 4, 5])
def test_reports_that_are_added_are_counted_or_moved_whatever_their_share(
    make_shelf: Callable[..., Shelf], before: int
) -> None:
    """Four that stay and one that is new are just as many as are moved."""
    shelf = make_shelf(**{f"lake{number}": LAKE for number in range(before)})
    shelf.put("z.md", RIVER)
    shelf.reindex()
    assert shelf.content() == built_anew(make_shelf, shelf).content()


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["a.md", "b.md", "c.txt", "c.md", "d/a.md"]),
        st.sampled_from(["", LAKE, RIVER, HU, "S&T Policy Institute (SPI)\n\nStaff: 57.\n", "lake\n" * 90]),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS, at_once=st.booleans(), mostly=st.sampled_from([0.0, 0.8]), many=st.sampled_from([0, 8]))
def test_any_run_of_edits_comes_to_the_same_index_as_a_full_build(
    make_shelf: Callable[..., Shelf], edits: list[tuple[str, str]], at_once: bool, mostly: float, many: int
) -> None:
    """Whether postings are moved or counted, and however passages are looked up on the way."""
    shelf = make_shelf(lake=LAKE)
    with mock.patch("index.build.writer._MOSTLY", mostly), mock.patch("index.build.merge._MANY", many):
        for name, text in edits:
            if text:
                shelf.put(name, text)
            else:
                (shelf.reports / name).unlink(missing_ok=True)
            if not at_once:
                shelf.reindex(force=True)
        shelf.reindex(force=True)
    other = built_anew(make_shelf, shelf)
    assert shelf.content() == other.content()
    for question in ("How deep is the lake?", "湖水有多深？", "How many staff has SPI?"):
        one, two = shelf.ask(question), other.ask(question)
        assert replace(one, generation="") == replace(two, generation="")
        assert isinstance(one, Answer) == isinstance(two, Answer)
