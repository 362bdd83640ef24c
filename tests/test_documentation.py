"""Documented means tested: every command, option and setting stands in the documents, as it is."""

from __future__ import annotations

import importlib.util
import re
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

import click
import pytest
from ready import lend_dictionary

from bot import __version__
from bot.cli import cli, execute
from bot.config import load
from bot.settings import SETTINGS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / "config.example.toml"


def commands() -> list[str]:
    return sorted(cli.commands)


def flatten(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from flatten(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def script(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_example_holds_every_key_with_its_default() -> None:
    written = dict(flatten(tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))))
    assert written == {setting.key: setting.default for setting in SETTINGS}


def test_every_key_of_the_example_is_explained_above_it() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").split("\n")
    explained = False
    for line in lines:
        if line.startswith("#"):
            explained = True
        elif line.startswith("["):
            explained = False
        elif line:
            assert explained, f"no comment above {line}"


def test_the_example_loads() -> None:
    config = load(EXAMPLE, {})
    assert config.content.path == ROOT / "content" / "reports"


def test_the_page_of_commands_is_current() -> None:
    page = script(ROOT / "docs" / "commands.py").page()
    assert (ROOT / "docs" / "commands.md").read_text(encoding="utf-8") == page, "run make docs"


def test_the_picture_of_the_house_is_current() -> None:
    drawn = script(ROOT / "docs" / "house_picture.py").picture()
    assert (ROOT / "docs" / "images" / "house.svg").read_text(encoding="utf-8") == drawn, "run make docs"


def test_the_page_of_the_house_has_a_section_for_every_room() -> None:
    page = (ROOT / "docs" / "house.md").read_text(encoding="utf-8")
    rooms = [folder for house in ("bot", "index", "content") for folder in (ROOT / house).iterdir()]
    named = [f"{room.parent.name}/{room.name}/" for room in rooms if (room / "__init__.py").exists()]
    assert [room for room in named if f"`{room}`" not in page] == []


@pytest.mark.parametrize("page", ["house.md", "changing.md"])
def test_every_file_that_a_page_for_developers_names_is_there(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:bot|index|content|tests|docs)/[\w/.-]+)`", text))
    assert len(named) > 15
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("name", commands())
def test_the_readme_names_every_command(name: str) -> None:
    assert f"citedesk {name}" in README


@pytest.mark.parametrize("name", commands())
def test_every_command_and_option_has_a_help(name: str) -> None:
    command = cli.commands[name]
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


def test_the_transcript_of_the_readme_is_what_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Line breaks aside, so that the first thing a stranger reads is true."""
    config = tmp_path / "config.toml"
    config.write_text(f'[content]\npath = "{ROOT / "content" / "reports"}"\n', encoding="utf-8")
    lend_dictionary(tmp_path / "data" / "index")
    assert execute(["reindex", "--config", str(config)]) == 0
    transcript = re.search(r"```console\n(.*?)```", README, re.DOTALL)
    assert transcript
    shown = [part.partition("\n") for part in transcript[1].split("$ citedesk ")[1:]]
    assert len(shown) >= 2
    for command, _, printed in shown:
        capsys.readouterr()
        arguments = shlex.split(command)
        execute([arguments[0], "--config", str(config), *arguments[1:]])
        assert without_spaces(capsys.readouterr().out) == without_spaces(printed)


def without_spaces(text: str) -> str:
    return "".join(text.split())


def test_every_link_of_the_documents_leads_somewhere() -> None:
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_changelog_has_this_version() -> None:
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
