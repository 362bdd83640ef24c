"""`citedesk cite` and `citedesk page`: what a script gets, and what it is told when there is nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from paper import Line, column, pdf

from bot.cli import execute
from content.documents import assemble
from content.passages import split_passages
from content.readers import read_file

PILOTS = "The harbour board employs 47 pilots, who bring in every ship that is longer than 80 metres, by day and night."


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a configuration, two reports and their index."""
    folder = tmp_path_factory.mktemp("reading")
    reports = folder / "reports"
    reports.mkdir()
    (reports / "ports.pdf").write_bytes(pdf([Line(72, 780, "Ports 2020", 20, bold=True), *column(72, 700, PILOTS, 60)]))
    (reports / "ports.pdf.toml").write_text('author = "Doe, Jane"\nyear = 2020\n', encoding="utf-8")
    (reports / "lakes.md").write_text("---\nyear: 2021\n---\n# Lakes\n\nThe lake is deep.\n", encoding="utf-8")
    (folder / "config.toml").write_text(
        f'[content]\npath = "{reports}"\n[data]\npath = "{folder / "data"}"\n', encoding="utf-8"
    )
    assert execute(["reindex", "--config", str(folder / "config.toml")]) == 0
    return folder


def passage_of(place: Path, name: str) -> str:
    file = place / "reports" / name
    pieces, metadata = read_file(file)
    return split_passages(assemble(file.stem, name, pieces, metadata))[-1].id


def run(place: Path, *words: str) -> int:
    return execute([words[0], "--config", str(place / "config.toml"), *words[1:]])


def printed_json(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_a_passage_is_cited_in_the_style_that_is_asked_for(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    passage = passage_of(place, "ports.pdf")
    assert run(place, "cite", passage) == 0
    assert capsys.readouterr().out == "Doe, J. (2020). Ports 2020.\n(Doe, 2020, p. 1, para. 1)\n"
    assert run(place, "cite", passage, "--style", "bibtex", "--json") == 0
    told = printed_json(capsys)
    assert (told["passage"], told["style"], told["in_text"]) == (passage, "bibtex", "")
    assert told["reference"].startswith("@misc{ports,")
    assert run(place, "cite", passage, "--style", "mla") == 2


def test_a_page_is_drawn_with_its_paragraph_marked(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    passage, png = passage_of(place, "ports.pdf"), place / "page.png"
    assert run(place, "page", passage, "--png", str(png)) == 0
    assert capsys.readouterr().out == f"{png}: page 1 of 1, the paragraph is marked\n"
    assert png.read_bytes().startswith(b"\x89PNG")
    assert run(place, "page", passage, "--png", str(png), "--json") == 0
    told = printed_json(capsys)
    assert (told["page"], told["pages"], told["marked"], told["marked_on"]) == (1, 1, True, [1])
    assert run(place, "page", passage, "--png", str(png), "--next") == 1
    assert "it has no such page" in capsys.readouterr().err


def test_what_has_no_page_or_is_not_there_is_said_with_what_to_do(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    png = place / "none.png"
    assert run(place, "page", passage_of(place, "lakes.md"), "--png", str(png)) == 1
    assert capsys.readouterr().err.startswith("lakes.md: it has no printed pages: ")
    assert run(place, "page", passage_of(place, "lakes.md"), "--png", str(png), "--json") == 1
    assert printed_json(capsys)["reason"] == "it has no printed pages"
    for command in (("cite", "nosuch"), ("page", "nosuch", "--png", str(png))):
        assert run(place, *command) == 1
        assert capsys.readouterr().err.startswith("nosuch: there is no such passage in the reports: ")
    assert run(place, "page", "nosuch") == 2
    assert not png.exists()
    assert run(place, "page", passage_of(place, "ports.pdf"), "--png", str(place / "no" / "folder.png")) == 3
