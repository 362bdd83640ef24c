"""`citedesk check` over folders in every state, and what it says to do."""

from __future__ import annotations

import email.message
import json
import sqlite3
import threading
import urllib.error
from http.client import BadStatusLine
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from ready import lend_dictionary

from bot.admin.commands.checks import (
    Finding,
    check_all,
    check_database,
    check_index,
    check_pages,
    check_telegram,
    fetch,
)
from bot.cli import execute
from bot.config import Config, load

TOKEN = "123456789:AAExampleExampleExampleExampleExampl"


def config_in(folder: Path, text: str = "", environ: dict[str, str] | None = None) -> Config:
    path = folder / "config.toml"
    path.write_text(f'[content]\npath = "reports"\n{text}', encoding="utf-8")
    return load(path, environ or {})


def add_report(folder: Path, name: str = "lake.md", text: str = "# Lake\n\nThe lake is 40 metres deep.\n") -> None:
    (folder / "reports").mkdir(exist_ok=True)
    (folder / "reports" / name).write_text(text, encoding="utf-8")


def findings(config: Config) -> dict[str, Finding]:
    return {one.subject: one for one in check_all(lambda: config, online=False)}


def no_network(address: str) -> bytes:
    raise AssertionError(f"asked {address}")


def test_a_new_folder_is_told_to_get_reports_and_an_index(tmp_path: Path) -> None:
    found = findings(config_in(tmp_path))
    assert found["content.path"].ok is False
    assert found["index"].ok is False
    assert found["index"].remedy == "run citedesk reindex"
    assert found["database"].ok is None
    assert found["telegram.token"].ok is None
    assert found["data.path"].ok is True


def test_faults_of_the_configuration_are_findings_and_nothing_else_is_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[answers]\nper_minute = 0\nkeep = 1\n")
    found = list(check_all(lambda: load(path, {}), online=False))
    assert sorted(one.subject for one in found) == ["answers.keep", "answers.per_minute"]
    assert all(one.ok is False and one.remedy for one in found)


def test_what_cannot_be_looked_at_is_a_finding_and_the_rest_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_report(tmp_path)
    config = config_in(tmp_path)
    config.data.path.mkdir()
    config.index.write_text("no folder")

    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied", str(config.content.path))

    monkeypatch.setattr("content.library.Library.scan", denied)
    found = findings(config)
    assert found["reports"].what == f"{config.content.path}: Permission denied"
    assert "Not a directory" in found["index"].what
    assert all(found[one].ok is False and found[one].remedy for one in ("reports", "index"))
    assert found["database"].ok is None
    assert found["telegram.token"].ok is None


def test_a_glossary_that_says_nothing_is_named(tmp_path: Path) -> None:
    add_report(tmp_path)
    config, glossary = config_in(tmp_path), tmp_path / "reports" / "glossary.csv"
    glossary.write_text("english,chinese,other_forms\nlake,湖泊,mere\n", encoding="utf-8")
    assert str(glossary) not in findings(config)
    for text in ("english;chinese;other_forms\nlake;湖泊;mere\n", 'english,chinese,other_forms\n"lake,湖泊,mere\n'):
        glossary.write_text(text, encoding="utf-8")
        found = findings(config)[str(glossary)]
        assert found.ok is False
        assert found.remedy
    glossary.write_bytes(b"\x00\x01\x02" * 50)
    assert findings(config)[str(glossary)].ok is False


def test_every_file_that_cannot_be_read_is_named_with_its_remedy(tmp_path: Path) -> None:
    add_report(tmp_path)
    add_report(tmp_path, "empty.txt", "")
    found = findings(config_in(tmp_path))
    assert found["reports"].what.startswith("1 can be read")
    assert found["empty.txt"].ok is False
    assert found["empty.txt"].remedy


def test_a_folder_without_readable_reports_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    assert findings(config_in(tmp_path))["reports"].ok is False


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("indexed")
    lend_dictionary(folder / "data" / "index")
    add_report(folder)
    config_in(folder)
    assert execute(["reindex", "--config", str(folder / "config.toml")]) == 0
    return folder


def test_a_good_index_is_good_and_says_when_the_reports_moved_on(indexed: Path) -> None:
    config = config_in(indexed)
    assert [one.ok for one in check_index(config)] == [True]
    (indexed / "reports" / "lake.md").rename(indexed / "reports" / "sea.md")
    good, moved_on = check_index(config)
    assert (good.ok, moved_on.ok, moved_on.remedy) == (True, None, "run citedesk reindex")
    (indexed / "reports" / "sea.md").rename(indexed / "reports" / "lake.md")


def test_a_damaged_index_is_found(indexed: Path) -> None:
    live = (indexed / "data" / "index" / "live").read_text().strip()
    file = max((indexed / "data" / "index" / live).glob("*.npy"), key=lambda path: path.stat().st_size)
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    (found,) = check_index(config_in(indexed))
    file.write_bytes(whole)
    assert found.ok is False
    assert "reindex" in found.remedy


def test_a_database_is_whole_old_new_or_none(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    config.data.path.mkdir()
    from bot.schema import open_database

    open_database(config.database).close()
    assert [one.ok for one in check_database(config)] == [True]
    connection = sqlite3.connect(config.database)
    connection.execute("INSERT INTO migrations VALUES ('people/999_future', '2999-01-01')")
    connection.commit()
    (newer,) = check_database(config)
    connection.execute("DELETE FROM migrations")
    connection.commit()
    connection.close()
    (older,) = check_database(config)
    config.database.write_bytes(b"this is no database, whatever its name says" * 100)
    (none,) = check_database(config)
    assert (newer.ok, older.ok, none.ok) == (False, None, False)
    assert "people/999_future" in newer.what


def test_checking_changes_nothing(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    findings(config)
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


def test_online_the_token_names_its_bot_and_offline_nobody_is_asked(tmp_path: Path) -> None:
    config = config_in(tmp_path, "[roles]\nadmins = [7]", {"CITEDESK_TOKEN": TOKEN})
    asked: list[str] = []

    def telegram(address: str) -> bytes:
        asked.append(address)
        return json.dumps({"ok": True, "result": {"id": 1, "username": "lake_bot"}}).encode()

    *_, found = check_telegram(config, online=True, fetch=telegram)
    assert asked == [f"https://api.telegram.org/bot{TOKEN}/getMe"]
    assert found == Finding("telegram", True, "the token belongs to @lake_bot")
    assert all(one.ok for one in check_telegram(config, online=False, fetch=no_network))


def test_online_without_a_token_is_no_success(tmp_path: Path) -> None:
    (found,) = check_telegram(config_in(tmp_path), online=True, fetch=no_network)
    assert (found.subject, found.ok, found.what) == ("telegram.token", False, "not set")


def test_online_a_webhook_says_what_became_of_the_last_call(tmp_path: Path) -> None:
    more = '[telegram]\nmode = "webhook"\n[telegram.webhook]\nurl = "https://bot.example.org/hook"'
    config = config_in(tmp_path, more, {"CITEDESK_TOKEN": TOKEN})
    told = {"username": "lake_bot", "last_error_message": "SSL error", "pending_update_count": 3}
    *_, found = check_telegram(config, online=True, fetch=lambda _: json.dumps({"result": told}).encode())
    assert (found.ok, found.what) == (False, "Telegram's last call failed (SSL error), 3 updates wait")


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (urllib.error.HTTPError("u", 401, "Unauthorized", email.message.Message(), None), "not valid"),
        (urllib.error.HTTPError("u", 502, "Bad Gateway", email.message.Message(), None), "answered 502"),
        (urllib.error.URLError(ConnectionRefusedError(TOKEN)), "cannot be reached (ConnectionRefusedError)"),
        (TimeoutError(TOKEN), "cannot be reached (TimeoutError)"),
        (BadStatusLine("SSH-2.0-OpenSSH_9.6"), "no Bot API server"),
        (b"<html>", "no Bot API server"),
        (b"[]", "no Bot API server"),
    ],
)
def test_every_way_telegram_can_fail_is_a_finding_without_the_token(
    tmp_path: Path, answer: Exception | bytes, what: str
) -> None:
    def telegram(_: str) -> bytes:
        if isinstance(answer, Exception):
            raise answer
        return answer

    config = config_in(tmp_path, "[roles]\nadmins = [7]", {"CITEDESK_TOKEN": TOKEN})
    *_, found = check_telegram(config, online=True, fetch=telegram)
    assert found.ok is False
    assert what in found.what
    assert found.remedy
    assert TOKEN not in repr(found)


def test_a_bot_api_server_on_this_machine_is_asked_without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    class Telegram(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(self.path.encode())

        def log_message(self, *_: object) -> None:
            """Tests stay quiet."""

    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with HTTPServer(("127.0.0.1", 0), Telegram) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        assert fetch(f"http://127.0.0.1:{server.server_port}/bot1:a/getMe") == b"/bot1:a/getMe"
        thread.join()


def test_a_token_without_an_admin_is_pointed_out(tmp_path: Path) -> None:
    config = config_in(tmp_path, environ={"CITEDESK_TOKEN": TOKEN})
    found = {one.subject: one.ok for one in check_telegram(config, online=False, fetch=no_network)}
    assert found == {"telegram.token": True, "roles.admins": None}


def test_the_command_exits_with_1_when_something_is_wrong_and_0_when_not(
    indexed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CITEDESK_TOKEN", raising=False)
    config_in(tmp_path)
    assert execute(["check", "--config", str(tmp_path / "config.toml")]) == 1
    shown = capsys.readouterr().out
    assert "✗ content.path: " in shown
    assert execute(["check", "--config", str(indexed / "config.toml")]) == 0
    assert "✗" not in capsys.readouterr().out
    assert execute(["check", "--config", str(tmp_path / "config.toml"), "--json"]) == 1
    given = json.loads(capsys.readouterr().out)
    assert given["ok"] is False
    assert {"subject", "ok", "what", "remedy"} == set(given["checks"][0])


@pytest.mark.parametrize(
    ("settings", "subject", "said"),
    [
        ('asking = "public"', "pages", "have no address"),
        ('address = "http://reports.example.org"', "pages.address", "can be read on the way"),
        ('address = "http://reports.example.org"\nembed = ["https://example.org"]', "pages.embed", "forgets who asked"),
    ],
)
def test_pages_that_are_not_safe_or_not_there_are_good_to_know(
    tmp_path: Path, settings: str, subject: str, said: str
) -> None:
    found = list(check_pages(config_in(tmp_path, f"[pages]\n{settings}\n"), online=False, fetch=no_network))
    assert [one.ok for one in found if one.subject == subject and said in one.what] == [None]
    assert all(one.remedy for one in found)


@pytest.mark.parametrize(
    "settings", ["", 'address = "https://reports.example.org"', 'address = "http://localhost:8422"']
)
def test_nothing_is_said_of_pages_that_are_right(tmp_path: Path, settings: str) -> None:
    assert not list(check_pages(config_in(tmp_path, f"[pages]\n{settings}\n"), online=False, fetch=no_network))


def test_online_the_pages_are_asked(tmp_path: Path) -> None:
    config = config_in(tmp_path, '[pages]\naddress = "https://reports.example.org"\n')
    asked: list[str] = []

    def answers(address: str) -> bytes:
        asked.append(address)
        return b"<html>"

    def refuses(address: str) -> bytes:
        raise urllib.error.HTTPError(address, 502, "Bad Gateway", email.message.Message(), None)

    assert [one.ok for one in check_pages(config, online=True, fetch=answers)] == [True]
    assert asked == ["https://reports.example.org"]
    (bad,) = check_pages(config, online=True, fetch=refuses)
    assert bad.ok is False
    assert "answered 502" in bad.what
    assert "pages.listen" in bad.remedy
