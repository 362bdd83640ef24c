"""Analysing in a worker: the same as here, and a reply that does not fit together is no document."""

from __future__ import annotations

from array import array
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from content.documents import assemble
from content.readers import read_file
from content.readers.errors import Unreadable
from index.build.analysis import WIDTHS, Analyzed, analyse
from index.build.analyst import _PLAIN, Analyst
from index.text.analyzer import Analyzer
from index.text.batch import Tokenizer

TEXT = "# The lake (TL)\n\nKenya measured the lake in May 2019. It is 40 metres deep.\n\n湖水深四十米。第14届。\n"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "lake.md"
    path.write_text(TEXT, encoding="utf-8")
    return path


def of_the_lake(report: Path, tokenizer: Tokenizer) -> Analyzed:
    return analyse(assemble("lake", "lake.md", *read_file(report)), tokenizer)


def assert_same(there: Analyzed, here: Analyzed) -> None:
    """Field by field: arrays have no truth of their own."""
    for name in Analyzed.__slots__:
        if name != "columns":
            assert getattr(there, name) == getattr(here, name), name
    assert there.columns.keys() == here.columns.keys() == WIDTHS.keys()
    for name, own in here.columns.items():
        assert there.columns[name].tolist() == own.tolist(), name
        assert there.columns[name].dtype == own.dtype == WIDTHS[name]


def test_a_worker_gives_what_analysing_here_gives(report: Path, analyzer: Analyzer) -> None:
    """Also the second time, when all terms are known and only their numbers are sent."""
    analyst = Analyst(["kenya"], seconds=60, memory_bytes=1 << 30)
    tokenizer = Tokenizer(analyzer, frozenset(["kenya"]))
    try:
        for _ in range(2):
            there, _ = analyst.read_document("lake", "lake.md", report)
            assert_same(there, of_the_lake(report, tokenizer))
    finally:
        analyst.close()


def test_a_worker_that_is_replaced_numbers_its_terms_anew(report: Path, tmp_path: Path, analyzer: Analyzer) -> None:
    other = tmp_path / "other.md"
    other.write_text("# Rivers\n\nNothing of the kind flows here.\n", encoding="utf-8")
    analyst = Analyst(["kenya"], seconds=60, memory_bytes=1 << 30)
    try:
        before, _ = analyst.read_document("other", "other.md", other)
        analyst.close()
        there, _ = analyst.read_document("lake", "lake.md", report)
    finally:
        analyst.close()
    assert before.numbering is not there.numbering
    assert_same(there, of_the_lake(report, Tokenizer(analyzer, frozenset(["kenya"]))))


def reply_of(report: Path, analyzer: Analyzer) -> dict[str, Any]:
    found = of_the_lake(report, Tokenizer(analyzer))
    columns = {name: b64encode(column.tobytes()).decode("ascii") for name, column in found.columns.items()}
    terms = {"known": 0, "vocabulary": found.numbering.terms, "surfaces": found.numbering.surfaces}
    return {name: getattr(found, name) for name in _PLAIN} | columns | terms | {"digest": "0"}


TERMS = ("known", "vocabulary", "surfaces")


def column(code: str, *numbers: int) -> str:
    return b64encode(array(code, numbers)).decode("ascii")


@pytest.mark.parametrize(
    "harm",
    [
        *(lambda reply, name=name: reply.pop(name) for name in (*_PLAIN, *WIDTHS, *TERMS)),
        lambda reply: reply.update(terms=column("i", *[-1] * 40)),
        lambda reply: reply.update(counts=column("i", 99)),
        lambda reply: reply.update(places=column("i", 7, 0, 1, 0, 1, 0)),
        lambda reply: reply.update(title_terms=[10**6]),
        lambda reply: reply.update(section_terms=[["x"]]),
        lambda reply: reply.update(texts=[1]),
        lambda reply: reply.update(texts=["x" * (1 << 16)]),
        lambda reply: reply.update(surfaces=[]),
        lambda reply: reply.update(known=1),
        lambda reply: reply.update(known=-1),
        lambda reply: reply["vocabulary"].__setitem__(0, ""),
        lambda reply: reply["vocabulary"].__setitem__(0, 1),
        lambda reply: reply.update(offsets="&"),
    ],
)
def test_a_reply_that_does_not_fit_together_is_no_document(
    report: Path, analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch, harm: Callable[[dict[str, Any]], object]
) -> None:
    """A hostile report may have its reader in its hands."""
    reply = reply_of(report, analyzer)
    harm(reply)
    analyst = Analyst([], seconds=60, memory_bytes=1 << 30)
    monkeypatch.setattr(analyst, "ask", lambda *_: reply)
    with pytest.raises(Unreadable, match="no sensible reply"):
        analyst.read_document("lake", "lake.md", report)
