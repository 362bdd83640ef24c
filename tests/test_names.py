"""One name for one thing: public classes and modules of one name are counterparts of each other, and listed here."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
CLASSES = {
    "Message": "bot/sandbox/records.py is Telegram's own, of which bot/words/markup.py makes one",
}
"""Names of several public classes, each with the reason why they are one."""
MODULES = {
    "answers": "the file of the office's answers, and the chat in which staff change it",
    "editions": "which files are editions of one report, and which passage is whose twin",
    "errors": "each package has its own",
    "handing_on": "the logic, and its chat",
    "limits": "of what people send, and of what reading a file may take",
    "office": "the office's answers, and the formats of office programs",
    "sentences": "where sentences end, and which of them answers",
    "shapes": "of the Bot API's objects, and of answers",
    "tables": "of an index's files, and those of a report",
}
"""The same of modules."""


def files() -> list[Path]:
    return [path for top in ("bot", "index", "content") for path in sorted((ROOT / top).rglob("*.py"))]


def test_no_two_public_classes_have_one_name() -> None:
    places = defaultdict(list)
    for path in files():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(str(path.relative_to(ROOT)))
    several = {name: where for name, where in places.items() if len(where) > 1 and name not in CLASSES}
    assert not several


def test_no_two_modules_have_one_name() -> None:
    places = defaultdict(list)
    for path in files():
        if not path.stem.startswith("__"):
            places[path.stem].append(str(path.relative_to(ROOT)))
    several = {name for name, where in places.items() if len(where) > 1}
    assert several <= set(MODULES)
    assert set(MODULES) <= several, "no longer needed"
