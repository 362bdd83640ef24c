"""`citedesk announce` and `citedesk announcements`, as scripts call them."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from bot.announcing.commands.announcement_file import read
from bot.cli import execute

MESSAGE = """
at = "2030-05-04 09:00"
zone = "Beijing"

[en]
title = "Workshop on R&D"
text = "Begins on 1 September. <b>is not bold</b>"
buttons = [{ text = "Register", url = "https://example.org/" }]

[zh]
title = "培训班"
html = "九月一日<b>开始</b>。"

[audience]
topics = ["workshops"]

[[attachments]]
path = "programme.pdf"

[[dates]]
start = 2030-09-01
end = 2030-09-14
place = "Beijing"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "config.toml").write_text('[data]\npath = "data"\n', encoding="utf-8")
    (tmp_path / "message.toml").write_text(MESSAGE, encoding="utf-8")
    (tmp_path / "programme.pdf").write_bytes(b"%PDF-1.4")
    monkeypatch.chdir(tmp_path)
    assert execute(["announcements"]) == 0
    with sqlite3.connect(tmp_path / "data" / "bot.sqlite") as connection:
        for chat, language in ((10, "en"), (11, "zh"), (12, "en")):
            connection.execute("INSERT INTO chats VALUES (?, 'private', ?, 1, '')", (chat, language))
            connection.execute("INSERT INTO subscriptions VALUES (?, 'workshops', '')", (chat,))
    connection.close()
    return tmp_path


def states(folder: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(folder / "data" / "bot.sqlite") as connection:
        found = connection.execute("SELECT state FROM announcements").fetchall()
    connection.close()
    return found


def test_dry_run_says_who_would_get_what_and_keeps_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["announce", "message.toml", "--dry-run", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["ready"] is True
    assert shown["at"] == "2030-05-04T09:00:00+08:00"
    assert shown["audience"]["languages"] == [
        {"reads": "en", "gets": "en", "chats": 2},
        {"reads": "zh", "gets": "zh", "chats": 1},
    ]
    assert "R&D" in shown["messages"]["en"][0]["text"]
    assert "<b>is not bold</b>" in shown["messages"]["en"][0]["text"]
    assert [one["name"] for one in shown["messages"]["zh"]] == ["", "programme.pdf", "citedesk-2030-09-01.ics"]
    assert states(folder) == []
    assert execute(["announce", "message.toml", "--dry-run"]) == 0
    assert "To 3 chats, at 2030-05-04 09:00 Asia/Shanghai." in capsys.readouterr().out


def test_message_in_one_language_says_who_gets_it_in_the_other(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "message.toml").write_text(
        '[en]\ntitle = "a"\ntext = "b"\n[audience]\neveryone = true\n', encoding="utf-8"
    )
    assert execute(["announce", "message.toml", "--dry-run"]) == 0
    assert "1 read zh and get the text in en" in capsys.readouterr().out


def test_announcement_is_scheduled_listed_paused_resumed_and_cancelled(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute(["announce", "message.toml", "--json"]) == 0
    number = str(json.loads(capsys.readouterr().out)["id"])
    (folder / "programme.pdf").unlink()
    for command, state in (("pause", "paused"), ("resume", "scheduled"), ("cancel", "cancelled")):
        assert execute(["announcements", command, number]) == 0
        assert f"{number}  {state}" in capsys.readouterr().out
    assert execute(["announcements", "resume", number]) == 1
    assert "cannot resume, it is cancelled" in capsys.readouterr().err
    assert execute(["announcements", "--config", "config.toml", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["state"] == "cancelled"


def test_report_and_csv_name_everybody_and_unknown_ones_are_sent_again(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "message.toml").write_text(MESSAGE.replace('at = "2030-05-04 09:00"', ""), encoding="utf-8")
    assert execute(["announce", "message.toml", "--json"]) == 0
    number = str(json.loads(capsys.readouterr().out)["id"])
    with sqlite3.connect(folder / "data" / "bot.sqlite") as connection:
        connection.execute("UPDATE deliveries SET outcome = 'unknown', reason = 'Timed out' WHERE chat = 11")
        connection.execute("UPDATE deliveries SET outcome = 'failed', reason = '=Forbidden' WHERE chat = 12")
    connection.close()
    assert execute(["announcements", "report", number]) == 0
    shown = capsys.readouterr().out
    assert "1 pending, 1 failed, 1 unknown of 3" in shown
    assert "chat 11: unknown: Timed out" in shown
    assert execute(["announcements", "report", number, "--csv"]) == 0
    assert "12,en,failed,'=Forbidden," in capsys.readouterr().out
    assert execute(["announcements", "report", number, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["languages"]["zh"]["unknown"] == 1
    assert execute(["announcements", "resend-unknown"]) == 2
    assert execute(["announcements", "resend-unknown", "--all"]) == 0
    assert execute(["announcements", "resend-unknown", number]) == 1
    assert execute(["announcements", "report", "99"]) == 1
    assert execute(["announcements", "topics"]) == 0
    assert "workshops  Training workshops / 国际培训班  3 subscribed" in capsys.readouterr().out


def test_topic_is_retired_and_brought_back_and_the_audit_knows(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute(["announcements", "topics", "--retire", "reports"]) == 0
    assert "reports  New reports / 新报告  0 subscribed, retired" in capsys.readouterr().out
    assert execute(["announcements", "topics", "--restore", "reports", "--json"]) == 0
    shown = {one["id"]: one for one in json.loads(capsys.readouterr().out)}
    assert shown["reports"] == {
        "id": "reports", "titles": {"en": "New reports", "zh": "新报告"}, "subscribed": 0, "retired": False,
    }  # fmt: skip
    assert execute(["announcements", "topics", "--retire", "oceans"]) == 2
    assert "oceans: there is no topic of this name: citedesk announcements topics" in capsys.readouterr().err
    assert execute(["announcements", "topics", "--retire", "news", "--restore", "news"]) == 2
    with sqlite3.connect(folder / "data" / "bot.sqlite") as connection:
        done = connection.execute("SELECT action, detail FROM audit WHERE action LIKE 'topic%' ORDER BY id").fetchall()
    connection.close()
    assert done == [("topic retired", "reports"), ("topic restored", "reports")]


def test_every_fault_of_a_file_is_named_at_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "message.toml").write_text(
        'at = "soon"\nzone = "Mars"\ncolour = 1\n[en]\ntitle = 3\n[audience]\ncountries = ["Atlantis"]\n'
        'match = "some"\neveryone = "yes"\n[[attachments]]\npath = "no.pdf"\n[[dates]]\nend = 2030-01-01\n',
        encoding="utf-8",
    )
    assert execute(["announce", "message.toml"]) == 2
    shown = capsys.readouterr().err
    for subject in (
        "at:", "zone:", "colour:", "en.title:", "en.text:", "audience.countries:", "audience.match:",
        "audience.everyone:", "no.pdf:", "dates.start:",
    ):  # fmt: skip
        assert subject in shown
    assert states(folder) == []


def test_unknown_keys_are_named_in_the_order_of_the_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys = ("colour", "size", "weight", "speed")
    (folder / "message.toml").write_text("".join(f"{key} = 1\n" for key in keys), encoding="utf-8")
    assert execute(["announce", "message.toml"]) == 2
    assert [line.split(": ")[1] for line in capsys.readouterr().err.splitlines()] == list(keys)


def test_what_is_not_ready_is_named_and_leaves_no_draft(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "message.toml").write_text(MESSAGE.replace("2030-05", "2020-05"), encoding="utf-8")
    assert execute(["announce", "message.toml", "--dry-run"]) == 1
    assert execute(["announce", "message.toml"]) == 2
    assert "in the past" in capsys.readouterr().err
    assert states(folder) == []
    assert execute(["announce", "nowhere.toml"]) == 3


def test_the_example_of_the_documents_is_understood() -> None:
    example = Path(__file__).parents[1] / "docs" / "message.example.toml"
    body = read(example, "UTC")
    assert (body.audience.countries, body.audience.match) == (("KE", "CL"), "any")
    assert [one.language for one in body.contents] == ["en", "zh"]
    assert body.dates[0].all_day


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("[[dates]]\nstart = 9999-12-31", "dates.start: is in the year 9999"),
        ("[[dates]]\nstart = 2030-09-01\nend = 0001-01-01", "dates.end: is in the year 1"),
        ("[[dates]]\nstart = 2030-09-01\ntitle = { fr = 'Stage' }", "dates.title.fr: is not known"),
        ("[[dates]]\nstart = 2030-09-01\ntitle = { en = 5 }", "dates.title: is no text"),
        ("[[dates]]\nstart = 2030-09-01\ntitle = [1]", "dates.title: is no text"),
        ("[[attachments]]\npath = 'programme.pdf'\nkind = 'photo'", "attachments.kind: programme.pdf is no picture"),
        ("[[attachments]]\npath = 'programme.pdf'\nlanguage = 'fr'", "attachments.language: is 'fr'"),
    ],
)
def test_what_nobody_could_get_is_a_fault_of_the_file(
    folder: Path, capsys: pytest.CaptureFixture[str], lines: str, fault: str
) -> None:
    text = f'[en]\ntitle = "a"\ntext = "b"\n[audience]\neveryone = true\n{lines}\n'
    (folder / "message.toml").write_text(text, encoding="utf-8")
    assert execute(["announce", "message.toml"]) == 2
    assert capsys.readouterr().err.startswith(f"message.toml: {fault}: ")
    assert states(folder) == []


def test_a_day_in_quotes_is_a_whole_day_too(folder: Path) -> None:
    (folder / "message.toml").write_text(MESSAGE.replace("2030-09-01", '"2030-09-01"'), encoding="utf-8")
    assert [one.all_day for one in read(folder / "message.toml", "Asia/Shanghai").dates] == [True]


def test_a_time_that_is_none_is_one_fault(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "message.toml").write_text(MESSAGE.replace("2030-09-01", '"soon"'), encoding="utf-8")
    assert execute(["announce", "message.toml"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
