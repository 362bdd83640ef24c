"""What a reindex counts adds up, and what a link leads to changes nothing, however often it changes."""

from __future__ import annotations

import random
from pathlib import Path

from shelf import Shelf

from content.library import Library, Limits
from index.build.reindex import ReindexReport


def add_up(report: ReindexReport, shelf: Shelf) -> None:
    files = Library(shelf.reports, Limits()).scan()
    skipped = {one.source for one in report.skipped}
    assert not skipped & {*report.added, *report.changed}, "what is left out was not added"
    assert not {*report.added} & {*report.changed}
    counted = len(report.added) + len(report.changed) + report.unchanged
    assert counted + len(skipped) == len(files)
    assert counted == report.documents == len(shelf.searcher().documents())


def test_counts_add_up_whatever_is_done_to_the_folder(shelf: Shelf) -> None:
    """Files come, change, go, become unreadable and readable again."""
    drawn = random.Random(3)
    names = [f"{number}.{ending}" for number in range(6) for ending in ("md", "txt", "html")]
    shelf.put("first.md", "# First\n\nA lake is here.")
    for turn in range(25):
        for name in drawn.sample(names, 4):
            deed = drawn.randrange(4)
            if deed == 0 and (shelf.reports / name).exists():
                shelf.take(name)
            elif deed == 1:
                shelf.put(name, b"\x00\x01\x02" * 50)  # no text
            elif deed == 2:
                shelf.put(name, "")
            else:
                shelf.put(name, f"# Report {name}\n\nIt speaks of lakes and rivers, {turn}.")
        before = {info.source for info in shelf.searcher().documents()} if turn else set()
        report = shelf.reindex()
        add_up(report, shelf)
        after = {info.source for info in shelf.searcher().documents()}
        assert {*report.added} == after - before
        assert before - after <= {*report.removed, *(one.source for one in report.skipped)}
        add_up(shelf.reindex(), shelf)


def test_what_a_link_out_of_the_folder_leads_to_may_change_for_ever(shelf: Shelf, tmp_path: Path) -> None:
    """Neither a file nor a folder that it leads to, nor a link to nowhere or to itself, makes a change."""
    outside = tmp_path / "outside"
    outside.mkdir()
    shelf.put("first.md", "# First\n\nA lake is here.")
    for name, target in (("a.md", outside / "a.md"), ("folder", outside), ("b.md", outside), ("c.md", outside / "no")):
        (shelf.reports / name).symlink_to(target)
    (shelf.reports / "d.md").symlink_to(shelf.reports / "d.md")
    (outside / "a.md").write_text("# A\n\nText.", encoding="utf-8")
    first = shelf.reindex()
    add_up(first, shelf)
    stands = [(file.source, file.digest, file.size) for file in Library(shelf.reports, Limits()).scan()]
    for turn in range(3):
        (outside / "a.md").write_text("# A\n\nText." * (turn + 2), encoding="utf-8")
        (outside / f"new-{turn}.md").write_text("# New", encoding="utf-8")
        assert [(file.source, file.digest, file.size) for file in Library(shelf.reports, Limits()).scan()] == stands
        again = shelf.reindex()
        assert (again.generation, again.added, again.changed, again.removed) == (first.generation, (), (), ())
        add_up(again, shelf)
