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


def importers() -> dict[str, set[str]]:
    """Which modules import each module, by paths."""
    paths = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in files()}
    found: dict[str, set[str]] = {str(path.relative_to(ROOT)): set() for path in paths.values()}
    for name, path in paths.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    whole = f"{node.module}.{alias.name}"
                    imported = whole if whole in paths else node.module
                    if imported in paths and imported != name:
                        found[str(paths[imported].relative_to(ROOT))].add(name)
    return found


def test_a_small_module_has_a_reason_to_stand_alone() -> None:
    """Its reason is in docs/house.md, and no reason is there for a module that is small no longer."""
    page = (ROOT / "docs" / "house.md").read_text(encoding="utf-8")
    reasons = page[page.index("## Small modules") :]
    apart = ("_messages.py", "/chat/", "/commands/", "bot/sandbox/", "content/readers/pdf_", "/__init__.py")
    small = set()
    for path, callers in importers().items():
        lines = len((ROOT / path).read_text(encoding="utf-8").splitlines())
        joined = callers <= {"bot.app", "bot.cli", "bot.web_app"}
        if lines < 40 or (lines < 100 and len(callers) == 1 and not joined):
            small |= {path} if not any(part in f"/{path}" for part in apart) else set()
    named = {path for path in importers() if f"`{path}`" in reasons}
    assert small <= named, "say why they stay alone, or put them where they are used"
    assert named <= small, "no longer small"
