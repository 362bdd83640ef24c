"""Collections read, asked and measured: the figures against ones worked out by hand, the run against trec_eval."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import ir_measures
import pytest

from index.build.writer import Weights
from index.evaluating.collection import Collection, Malformed, RunLine, read_collection, read_run, write_run
from index.evaluating.evaluation import (
    MEASURES,
    Comparison,
    ask_all,
    compare,
    find,
    indexed,
    mean,
    measure,
    randomisation_test,
    weights_for,
)
from index.lexicon import dictionary

SHARED = Path(__file__).parents[2] / "shared" / "collections"
CORPUS = [
    {"id": "lake.en", "title": "The lake", "text": "The lake is 40 metres deep and frozen in winter.", "lang": "en"},
    {"id": "lake.zh", "title": "湖泊", "text": "湖水深四十米，冬天结冰。", "lang": "zh"},
    {"id": "river.en", "title": "The river", "text": "The river flows into the sea near the harbour.", "lang": "en"},
    {"id": "river.zh", "title": "河流", "text": "河流在港口附近入海。", "lang": "zh"},
    {"id": "forest", "text": "Owls and foxes live in the old forest beyond the hills."},
]
QUERIES = [
    {"id": "q1", "text": "How deep is the lake?", "lang": "en"},
    {"id": "q2", "text": "河流在哪里入海？", "lang": "zh"},
    {"id": "q3", "text": "Which animals live in the forest?"},
    {"id": "unjudged", "text": "Where is the sea?"},
]
QRELS = "q1\tlake.en\t2\nq1\tlake.zh\t1\nq2\triver.zh\t1\nq3\tforest\t1\nq3\tlake.en\t0\n"


def write(
    folder: Path, corpus: Sequence[object] = CORPUS, queries: Sequence[object] = QUERIES, qrels: str = QRELS
) -> Path:
    folder.mkdir(exist_ok=True)
    for name, rows in (("corpus", corpus), ("queries", queries)):
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    if qrels:
        (folder / "qrels.tsv").write_text(qrels, encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "small")


def ids(collection: Collection) -> tuple[list[str], list[str]]:
    return [entry.id for entry in collection.entries], [topic.id for topic in collection.queries]


# Reading


def test_a_collection_is_its_passages_and_the_queries_that_are_judged(folder: Path) -> None:
    collection = read_collection(folder)
    assert ids(collection) == (["lake.en", "lake.zh", "river.en", "river.zh", "forest"], ["q1", "q2", "q3"])
    assert collection.qrels["q1"] == {"lake.en": 2, "lake.zh": 1}
    assert collection.name == "small"


def test_a_target_language_leaves_out_other_passages_and_the_judgments_about_them(folder: Path) -> None:
    chinese = read_collection(folder, target_language="zh")
    assert ids(chinese) == (["lake.zh", "river.zh"], ["q1", "q2"])
    assert chinese.qrels["q1"] == {"lake.zh": 1}
    english = read_collection(folder, target_language="en")  # the forest does not say its language
    assert ids(english) == (["lake.en", "river.en", "forest"], ["q1", "q3"])


def test_a_query_language_leaves_out_other_queries(folder: Path) -> None:
    assert ids(read_collection(folder, query_language="zh"))[1] == ["q2"]
    assert ids(read_collection(folder, query_language="en"))[1] == ["q1", "q3"]


def test_judgments_may_stand_in_another_file(folder: Path, tmp_path: Path) -> None:
    (folder / "strict.tsv").write_text("q1\tlake.en\t1\n", encoding="utf-8")
    (tmp_path / "far.qrels").write_text("q3 0 forest 1\n", encoding="utf-8")
    assert ids(read_collection(folder, Path("strict.tsv")))[1] == ["q1"]
    assert ids(read_collection(folder, tmp_path / "far.qrels"))[1] == ["q3"]
    with pytest.raises(Malformed, match="there is no such file"):
        read_collection(folder, Path("none.tsv"))


def test_without_judgments_every_query_is_asked(tmp_path: Path) -> None:
    collection = read_collection(write(tmp_path / "bare", qrels=""))
    assert len(collection.queries) == 4
    assert collection.qrels == {}


def test_files_of_beir_are_read(tmp_path: Path) -> None:
    corpus = [{"_id": "d1", "title": "", "text": "A lake."}]
    folder = write(tmp_path / "beir", corpus, [{"_id": "1", "text": "lake"}], "query-id\tcorpus-id\tscore\n1\td1\t1\n")
    assert ids(read_collection(folder)) == (["d1"], ["1"])


def test_a_judged_passage_that_the_corpus_lacks_counts_as_not_found(tmp_path: Path) -> None:
    folder = write(tmp_path / "lacking", qrels="q1\tlake.en\t1\nq1\tgone\t1\n")
    collection = read_collection(folder, target_language="en")
    assert collection.qrels["q1"] == {"lake.en": 1, "gone": 1}
    scores = measure((RunLine("q1", "lake.en", 1.0),), collection.qrels)
    assert scores[0].values[MEASURES.index("recall@100")] == 0.5


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("corpus.jsonl", '{"id": "a"}\n', "corpus.jsonl, line 1: is no JSON object with an id and a text"),
        ("corpus.jsonl", '{"id": "a", "text": "x"}\n\n{"id": "a", "text": "y"}\n', "has the id 'a' twice"),
        ("queries.jsonl", "[]\n", "queries.jsonl, line 1"),
        ("queries.jsonl", '{"id": "a", "text": 1}', "queries.jsonl, line 1"),
        ("qrels.tsv", "q1\tlake.en\t1\nq1\tlake.en\tyes\n", "qrels.tsv, line 2"),
        ("qrels.tsv", "q1\tlake.en\t1\nq1\tlake.en\tinf\n", "qrels.tsv, line 2"),
        ("qrels.tsv", "q1\tlake.en\t1\nq1\tlake.en\t1e30\n", "qrels.tsv, line 2"),
        ("corpus.jsonl", "[" * 100_000, "corpus.jsonl, line 1"),
        ("qrels.tsv", "q1\tlake.en\t0\n", "no queries with a relevant passage"),
    ],
)
def test_a_faulty_file_is_named_with_its_line(folder: Path, name: str, text: str, told: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(Malformed) as raised:
        read_collection(folder)
    assert told in str(raised.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Malformed, match=r"corpus\.jsonl: there is no such file"):
        read_collection(tmp_path)


# Asking


def test_passages_are_found_whole_with_their_titles_and_across_languages(folder: Path, dictionary_home: Path) -> None:
    collection = read_collection(folder)
    with indexed(collection, dictionary=dictionary_home) as searcher:
        run = ask_all(searcher, collection)
    best = {found.query: found.passage for found in reversed(run)}
    assert best == {"q1": "lake.en", "q2": "river.zh", "q3": "forest"}
    assert {found.passage for found in run if found.query == "q1"} >= {"lake.en", "lake.zh"}
    scores = [found.score for found in run if found.query == "q1"]
    assert scores == sorted(scores, reverse=True)


def test_the_data_folder_is_left_as_it_was(folder: Path, dictionary_home: Path) -> None:
    before = sorted(dictionary_home.iterdir())
    with indexed(read_collection(folder), dictionary=dictionary_home) as searcher:
        index = searcher
    assert sorted(dictionary_home.iterdir()) == before
    assert all(path.is_dir() and any(path.iterdir()) for path in before)
    assert index.generation


def test_the_dictionary_that_was_analysed_before_is_used(
    folder: Path, dictionary_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pattern that no longer fitted the folder's name once had it analysed anew, for seconds, at every evaluation."""
    monkeypatch.setattr(dictionary, "_compile", lambda *_: pytest.fail("analysed again"))
    with indexed(read_collection(folder), dictionary=dictionary_home) as searcher:
        assert [passage for passage, _ in find(searcher, "河流在哪里入海？")][:1] == ["river.zh"]


def test_a_very_long_passage_is_found_once_and_an_empty_one_does_no_harm(tmp_path: Path, dictionary_home: Path) -> None:
    corpus = [
        {"id": "long", "text": "alpha beta gamma " * 10_000 + "zebra"},
        {"id": "empty", "text": ""},
        {"id": "other", "title": "Zebra", "text": "Stripes."},
    ]
    collection = read_collection(write(tmp_path / "odd", corpus, [{"id": "q", "text": "zebra alpha"}], "q\tlong\t1\n"))
    with indexed(collection, dictionary=dictionary_home) as searcher:
        found = [passage for passage, _ in find(searcher, "zebra alpha")]
    assert sorted(found) == ["long", "other"]


def test_words_of_an_id_are_not_searched(tmp_path: Path, dictionary_home: Path) -> None:
    corpus = [{"id": "zebra-1", "text": "Stripes."}, {"id": "b", "text": "A zebra has stripes."}]
    collection = read_collection(write(tmp_path / "ids", corpus, [{"id": "q", "text": "zebra"}], "q\tb\t1\n"))
    with indexed(collection, dictionary=dictionary_home) as searcher:
        assert [passage for passage, _ in find(searcher, "zebra")] == ["b"]


def test_b_follows_the_length_of_the_passages() -> None:
    assert weights_for(10) == weights_for(50) == Weights()
    assert [round(weights_for(terms).b, 3) for terms in (50, 65, 80, 500)] == [0.4, 0.575, 0.75, 0.75]


# Measuring


def test_figures_are_those_worked_out_by_hand() -> None:
    qrels = {"a": {"x": 2, "y": 1}, "b": {"z": 1}, "c": {"w": 1}}
    run = (RunLine("a", "n", 9), RunLine("a", "y", 8), RunLine("a", "x", 7), RunLine("b", "z", 1))
    scores = {one.query: dict(zip(MEASURES, one.values, strict=True)) for one in measure(run, qrels)}
    ideal = 2 / math.log2(2) + 1 / math.log2(3)
    assert scores["a"]["success@1"] == 0
    assert scores["a"]["success@3"] == 1
    assert scores["a"]["MRR@10"] == 0.5
    assert scores["a"]["nDCG@10"] == pytest.approx((1 / math.log2(3) + 2 / math.log2(4)) / ideal)
    assert scores["b"] == dict.fromkeys(MEASURES, 1.0)
    assert scores["c"] == dict.fromkeys(MEASURES, 0.0)  # not in the run, and not forgotten
    assert mean(measure(run, qrels))[MEASURES.index("success@3")] == pytest.approx(2 / 3)


def test_a_run_file_gives_trec_eval_the_same_order_even_where_scores_are_equal(tmp_path: Path) -> None:
    run = (*(RunLine("q", f"d{number}", 7.0) for number in range(20)), RunLine("r", "d1", 7.0))
    write_run(tmp_path / "run", run)
    lines = (tmp_path / "run").read_text().splitlines()
    assert lines[0] == "q Q0 d0 1 7 citedesk"
    assert [line.split()[3] for line in lines] == [str(rank) for rank in (*range(1, 21), 1)]
    assert [found.passage for found in read_run(tmp_path / "run")] == [found.passage for found in run]
    qrels = {"q": {f"d{number}": 1 for number in (0, 3, 12)}, "r": {"d1": 1}}
    judged = [ir_measures.Qrel(q, p, g) for q, found in qrels.items() for p, g in found.items()]
    read = list(ir_measures.read_trec_run(str(tmp_path / "run")))
    theirs = ir_measures.calc_aggregate([ir_measures.nDCG @ 10, ir_measures.RR @ 10], judged, read)
    ours = dict(zip(MEASURES, mean(measure(run, qrels)), strict=True))
    assert ours["nDCG@10"] == pytest.approx(theirs[ir_measures.nDCG @ 10])
    assert ours["MRR@10"] == pytest.approx(theirs[ir_measures.RR @ 10])


def test_an_id_with_white_space_is_refused_in_a_run_file(tmp_path: Path) -> None:
    with pytest.raises(Malformed, match="white space"):
        write_run(tmp_path / "run", (RunLine("q 1", "d", 1.0),))


def test_a_line_that_is_no_run_is_named(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("q Q0 d 1 0.5 tag\nq d 0.5\n")
    with pytest.raises(Malformed, match="line 2"):
        read_run(tmp_path / "run")


def test_runs_are_compared_query_by_query() -> None:
    qrels = {f"q{number}": {"right": 1} for number in range(10)}
    poor = tuple(RunLine(query, name, score) for query in qrels for name, score in (("wrong", 2.0), ("right", 1.0)))
    good = tuple(
        found
        for query in qrels
        for found in (RunLine(query, "right", 2.0), RunLine(query, "wrong", 1.0))
        if query != "q0" or found.passage == "wrong"
    )
    rows = {row.measure: row for row in compare(poor, good, qrels)}
    first = rows["success@1"]
    assert isinstance(first, Comparison)
    assert (first.first, first.second, first.wins, first.losses, first.ties) == (0.0, 0.9, 9, 0, 1)
    assert (rows["success@3"].wins, rows["success@3"].losses, rows["success@3"].ties) == (0, 1, 9)
    assert first.p < 0.01 < rows["success@3"].p
    assert compare(poor, good, qrels) == compare(poor, good, qrels)
    assert {row.p for row in compare(good, good, qrels)} == {1.0}


def test_the_randomisation_test_agrees_with_counting_all_signs() -> None:
    differences = [0.5, 0.25, 0.125, -0.0625, 0.3]
    every = range(2 ** len(differences))
    sums = [sum(one if signs >> place & 1 else -one for place, one in enumerate(differences)) for signs in every]
    exact = sum(abs(one) >= abs(sum(differences)) - 1e-9 for one in sums) / len(sums)
    assert randomisation_test(differences) == pytest.approx(exact, abs=0.01)
    assert randomisation_test([-one for one in differences]) == randomisation_test(differences)
    assert randomisation_test([0.0, 0.0]) == 1.0


def test_a_run_of_other_queries_is_no_run_of_this_collection() -> None:
    with pytest.raises(Malformed, match="second run"):
        compare((RunLine("q", "d", 1.0),), (RunLine("other", "d", 1.0),), {"q": {"d": 1}})


# How good


@pytest.mark.parametrize(
    ("name", "qrels", "target", "measured", "floor"),
    [
        ("cranfield", "qrels.tsv", "", "nDCG@10", 0.41),
        ("gov_work_reports", "qrels.tsv", "en", "success@1", 0.60),
        ("gov_work_reports", "qrels_cross.tsv", "en", "success@1", 0.48),
        ("unesco_profiles", "qrels.tsv", "", "success@1", 0.62),
    ],
)
def test_public_collections_hold_their_floor(
    name: str, qrels: str, target: str, measured: str, floor: float, dictionary_home: Path
) -> None:
    if not (SHARED / name).is_dir():
        pytest.skip("the public collections are not beside the project")
    from index.lexicon.lexicon import read_glossary

    collection = read_collection(SHARED / name, Path(qrels), target_language=target)
    glossary = read_glossary(Path(__file__).parents[1] / "content" / "reports")
    with indexed(collection, glossary=glossary, dictionary=dictionary_home) as searcher:
        scores = measure(ask_all(searcher, collection), collection.qrels)
    assert mean(scores)[MEASURES.index(measured)] >= floor
