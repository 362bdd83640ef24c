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
from index.analysis import WIDTHS, analyse
from index.analyst import _PLAIN, Analyst
from index.analyzer import Analyzer

TEXT = "# The lake (TL)\n\nKenya measured the lake in May 2019. It is 40 metres deep.\n\n湖水深四十米。第14届。\n"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "lake.md"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_a_worker_gives_what_analysing_here_gives(report: Path, analyzer: Analyzer) -> None:
    analyst = Analyst(["kenya"], seconds=60, memory_bytes=1 << 30)
    try:
        there, _ = analyst.read_document("lake", "lake.md", report)
    finally:
        analyst.close()
    assert there == analyse(assemble("lake", "lake.md", *read_file(report)), analyzer, frozenset(["kenya"]))


def reply_of(report: Path, analyzer: Analyzer) -> dict[str, Any]:
    found = analyse(assemble("lake", "lake.md", *read_file(report)), analyzer, frozenset())
    columns = {name: b64encode(column).decode("ascii") for name, column in found.columns.items()}
    return {name: getattr(found, name) for name in _PLAIN} | columns | {"digest": "0"}


def column(code: str, *numbers: int) -> str:
    return b64encode(array(code, numbers)).decode("ascii")


@pytest.mark.parametrize(
    "harm",
    [
        *(lambda reply, name=name: reply.pop(name) for name in (*_PLAIN, *WIDTHS)),
        lambda reply: reply.update(terms=column("i", *[-1] * 40)),
        lambda reply: reply.update(counts=column("i", 99)),
        lambda reply: reply.update(places=column("i", 7, 0, 1, 0, 1, 0)),
        lambda reply: reply.update(title_terms=[10**6]),
        lambda reply: reply.update(section_terms=[["x"]]),
        lambda reply: reply.update(texts=[1]),
        lambda reply: reply.update(texts=["x" * (1 << 16)]),
        lambda reply: reply.update(surfaces=[]),
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
