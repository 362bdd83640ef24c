"""Tables: aligned by what a screen shows, cut where a cell is too wide, harmless to a terminal."""

from __future__ import annotations

import io

from bot.words.table import Table, lines, show, width


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


TABLE = Table("Figures", ("name", "n"), (("湖泊", "1"), ("a\x1b[31m", "1000")), frozenset({1}))


def test_columns_align_by_the_width_of_the_characters() -> None:
    assert list(lines(TABLE)) == ["Figures", "name       n", "湖泊       1", "a [31m  1000"]
    assert (width("湖泊"), width("e\u0301"), width("ａ")) == (4, 1, 2)


def test_a_wide_cell_is_cut_with_an_ellipsis() -> None:
    table = Table("", ("", ""), (("abcdefgh", "湖泊湖泊"),))
    assert list(lines(table, 5)) == ["abcd…  湖泊…"]


def test_a_table_without_rows_is_its_title() -> None:
    assert list(lines(Table("Nothing", ("", ""), ()))) == ["Nothing"]


def test_a_pipe_gets_text_and_a_terminal_a_drawing() -> None:
    pipe, terminal = io.StringIO(), Terminal()
    show((TABLE, TABLE), pipe, {})
    show((TABLE,), terminal, {"TERM": "xterm"})
    assert pipe.getvalue() == "\n\n".join(["\n".join(lines(TABLE))] * 2) + "\n"
    assert "\x1b[31m" not in terminal.getvalue()
    assert "───" in terminal.getvalue()
    dumb = Terminal()
    show((TABLE,), dumb, {"TERM": "dumb"})
    assert dumb.getvalue() == "\n".join(lines(TABLE)) + "\n"
