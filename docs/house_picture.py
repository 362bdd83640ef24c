"""The imports of the code in, docs/images/house.svg out: `make docs`. A test holds the picture to the imports.

A box is a room, an arrow an import; where a room also reaches another by way of a third, no arrow is drawn. The level
of a room follows from the imports, so that every arrow points down.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[1]
HOUSES = ("bot", "index", "content")
NOTES = {
    "bot: reading/web": "pages for browsers",
    "bot: reading": "a passage as printed and cited",
    "bot: cli": "what is typed in a terminal",
    "bot: commands": "a command each, in its feature",
    "bot: app": "where objects are made and joined",
    "bot: sandbox": "a Telegram of one's own",
    "bot: asking": "questions, answers as given",
    "bot: announcing": "who gets what, once",
    "bot: admin": "reports, reindex, roles",
    "bot: people/chat": "profile, topics, privacy",
    "bot: telegram": "queue, pace, buttons, errors",
    "bot: people": "who: roles, languages, profiles",
    "bot: words": "one catalogue, text to values",
    "bot: base": "database, backup, search",
    "bot: settings": "config.toml to Config",
    "index: searcher": "the only door: a generation asked",
    "index: evaluating": "judged questions to figures",
    "index: build": "files to a generation",
    "index: answering": "passages to an answer, or none",
    "index: scoring": "query to best passages",
    "index: question": "question to query",
    "index: lexicon": "term to its other words",
    "index: store": "a generation on disk",
    "index: text": "text to terms",
    "content: library": "the folder of reports as it stands",
    "content: documents": "a report as read, its passages",
    "content: readers": "a file to its text",
}
"""Of each room, a line. A room without one makes the drawing fail, so that none is forgotten."""
WIDE, HIGH, GAP, STEP, LEFT = 230, 46, 18, 76, 24


def room_of(module: str) -> str:
    """The room in which a module stands, such as `bot: asking`."""
    house, *path = module.split(".")
    if house == "bot":
        if path[:1] in (["cli"], ["terminal"], ["__main__"]):
            return "bot: cli"
        if "commands" in path[:2]:
            return "bot: commands"
        if path[:1] in (["app"], ["web_app"], ["schema"], ["restoring"]):
            return "bot: app"
        if not path or path[0] in ("config", "settings", "options", "question_batch"):
            return "bot: settings"
        if path[0] == "people" and (path[-1].endswith("_messages") or "chat" in path):
            return "bot: people/chat"
        if path[:2] == ["reading", "web"]:
            return "bot: reading/web"
        return f"bot: {path[0]}"
    if house == "index":
        return f"index: {path[0]}" if path and path[0] not in ("errors", "time_limit") else "index: text"
    if path[:1] == ["readers"]:
        return "content: readers"
    if path[:1] in (["library"], ["side"], ["likeness"]):
        return "content: library"
    return "content: documents"


def modules() -> dict[str, Path]:
    """Every module of ours, by its name."""
    files = [file for house in HOUSES for file in sorted((ROOT / house).rglob("*.py"))]
    return {".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file for file in files}


def imports(known: dict[str, Path]) -> Iterator[tuple[str, str]]:
    """Importing and imported module, each pair as often as it is written."""
    for name, file in known.items():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in HOUSES:
                for alias in node.names:
                    whole = f"{node.module}.{alias.name}"
                    yield name, whole if whole in known else node.module


def graph() -> dict[str, set[str]]:
    """Which rooms each room imports."""
    known = modules()
    below: dict[str, set[str]] = {room_of(name): set() for name in known}
    for importing, imported in imports(known):
        first, second = room_of(importing), room_of(imported)
        if first != second:
            below[first].add(second)
    return below


def reachable(below: dict[str, set[str]], room: str) -> set[str]:
    """All rooms that a room imports, straight or by way of others. Raises `ValueError` for a circle."""
    found: set[str] = set()
    waiting = list(below[room])
    while waiting:
        one = waiting.pop()
        if one == room:
            raise ValueError(f"{room}: its imports lead back to it: cut one of them")
        if one not in found:
            found.add(one)
            waiting += below[one]
    return found


def picture() -> str:
    """The whole picture as SVG."""
    below = graph()
    whole = {room: reachable(below, room) for room in below}
    drawn = {
        room: {other for other in others if not any(other in whole[third] for third in others)}
        for room, others in below.items()
    }
    level: dict[str, int] = {}
    for room in sorted(whole, key=lambda one: len(whole[one])):
        level[room] = 1 + max((level[other] for other in whole[room]), default=-1)
    rows: dict[int, list[str]] = defaultdict(list)
    for room in sorted(level):
        rows[level[room]].append(room)
    top, widest = max(rows), max(map(len, rows.values()))
    width, height = 2 * LEFT + widest * (WIDE + GAP) - GAP, 2 * LEFT + top * STEP + HIGH
    place: dict[str, tuple[int, int]] = {}
    for number, names in rows.items():
        start = (width - len(names) * (WIDE + GAP) + GAP) // 2
        for column, room in enumerate(names):
            place[room] = start + column * (WIDE + GAP), LEFT + (top - number) * STEP
    return "\n".join((_head(width, height), *_arrows(drawn, place), *_boxes(place), "</svg>")) + "\n"


def _head(width: int, height: int) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="system-ui, sans-serif" role="img">\n<title>The rooms of the code and what they import</title>\n'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 8 4 0 8z" fill="#8a8f98"/></marker></defs>\n'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
    )


def _arrows(drawn: dict[str, set[str]], place: dict[str, tuple[int, int]]) -> Iterator[str]:
    for room, others in sorted(drawn.items()):
        x, y = place[room]
        for other in sorted(others):
            to_x, to_y = place[other]
            yield (
                f'<path d="M{x + WIDE // 2} {y + HIGH}L{to_x + WIDE // 2} {to_y - 2}" stroke="#8a8f98" fill="none" '
                'marker-end="url(#tip)"/>'
            )


def _boxes(place: dict[str, tuple[int, int]]) -> Iterator[str]:
    colours = {"bot": "#dcebfb", "index": "#e3f4dd", "content": "#fbeed2"}
    for room, (x, y) in sorted(place.items()):
        house, _, name = room.partition(": ")
        yield (
            f'<g><rect x="{x}" y="{y}" width="{WIDE}" height="{HIGH}" rx="6" fill="{colours[house]}" stroke="#8a8f98"/>'
            f'<text x="{x + 10}" y="{y + 19}" font-size="14" font-weight="600">{escape(f"{house}/ {name}")}</text>'
            f'<text x="{x + 10}" y="{y + 36}" font-size="11.5" fill="#3c4148">{escape(NOTES[room])}</text></g>'
        )


if __name__ == "__main__":
    sys.stdout.write(picture())
