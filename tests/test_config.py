"""The configuration as admins write it: right, wrong in several places, and with a token to keep secret."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest

from bot.config import ConfigError, ConfigFault, load
from bot.settings import SETTINGS, Secret

TOKEN = "123456789:AAExampleExampleExampleExampleExampl"
OTHER = "987654321:AAOtherOtherOtherOtherOtherOtherOthe"


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def write(folder: Path, text: str, name: str = "config.toml") -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def faults(path: Path, environ: dict[str, str] | None = None) -> dict[str, ConfigFault]:
    with pytest.raises(ConfigError) as caught:
        load(path, environ or {})
    return {fault.key: fault for fault in caught.value.faults}


def test_without_a_file_the_defaults_hold_and_paths_count_from_here(empty_folder: Path) -> None:
    config = load(environ={})
    assert config.file is None
    assert config.content.path == empty_folder / "content" / "reports"
    assert config.database == empty_folder / "data" / "bot.sqlite"
    assert config.index == empty_folder / "data" / "index"
    assert (config.telegram.mode, config.announcements.per_second, config.answers.per_minute) == (
        "polling",
        25,
        20,
    )
    assert not config.telegram.token


def test_relative_paths_count_from_the_folder_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path / "etc", '[content]\npath = "../reports"\n[data]\npath = "/var/lib/citedesk"')
    config = load(path, {})
    assert config.content.path.resolve() == tmp_path / "reports"
    assert config.data.path == Path("/var/lib/citedesk")


def test_the_file_named_wins_over_the_variable_and_the_variable_over_the_folder(
    empty_folder: Path, tmp_path: Path
) -> None:
    write(empty_folder, "[answers]\nper_minute = 1")
    variable = write(tmp_path, "[answers]\nper_minute = 2", "variable.toml")
    named = write(tmp_path, "[answers]\nper_minute = 3", "named.toml")
    environ = {"CITEDESK_CONFIG": str(variable)}
    assert load(environ={}).answers.per_minute == 1
    assert load(environ=environ).answers.per_minute == 2
    assert load(named, environ).answers.per_minute == 3


def test_every_fault_is_named_at_once_with_what_was_expected(empty_folder: Path) -> None:
    path = write(
        empty_folder,
        """
        [telegram]
        mode = "poling"
        api_url = "telegram.org"
        [telegram.webhook]
        port = 0
        [roles]
        admins = ["@somebody"]
        [answers]
        per_minute = true
        per_minutes = 5
        """,
    )
    found = faults(path)
    assert found.keys() == {
        "telegram.mode",
        "telegram.api_url",
        "telegram.webhook.port",
        "roles.admins",
        "answers.per_minute",
        "answers.per_minutes",
    }
    assert str(found["telegram.mode"]) == (
        'telegram.mode: got "poling", expected polling or webhook: did you mean polling?'
    )


@pytest.mark.parametrize(
    ("text", "key", "hint"),
    [
        ("[telegram]\ntokn = 'x'", "telegram.tokn", "did you mean telegram.token?"),
        ("[content]\nadmins = [1]", "content.admins", "did you mean roles.admins?"),
        ("[contents]\npath = 'x'", "contents", "did you mean [content]?"),
        ("[telegram.webhok]\nurl = 'x'", "telegram.webhok", "did you mean [telegram.webhook]?"),
        ("zebra = 1", "zebra", "remove it"),
    ],
)
def test_an_unknown_key_comes_with_the_one_that_was_probably_meant(
    empty_folder: Path, text: str, key: str, hint: str
) -> None:
    assert hint in faults(write(empty_folder, text))[key].hint


def test_a_value_where_a_table_belongs_is_a_fault(empty_folder: Path) -> None:
    assert faults(write(empty_folder, "telegram = 3"))["telegram"].expected == "a table"


@pytest.mark.parametrize(
    "text",
    [
        "[content]\npath = ''",
        "[content]\npath = 3",
        "[content]\npath = '~nobody-of-this-name/reports'",
        '[data]\npath = "da\\u0000ta"',
        "[content]\nmax_file_mb = 1.5",
        "[content]\nseconds_per_file = 0",
        "[roles]\nstaff = 5",
        "[roles]\nstaff = [-5]",
        "[roles]\nstaff = [true]",
        "[announcements]\nper_second = 0",
        "[announcements]\nper_second = 'fast'",
        "[telegram]\napi_url = 'ftp://example.org'",
        "[telegram]\napi_url = 'http://exam ple.org'",
        "[telegram]\napi_url = 'http://example.org:port'",
        "[telegram.webhook]\nsecret = 'with space'",
    ],
)
def test_a_value_of_another_kind_is_refused(empty_folder: Path, text: str) -> None:
    table, key = text.split("\n")
    assert list(faults(write(empty_folder, text))) == [f"{table[1:-1]}.{key.split()[0]}"]


def test_what_is_not_toml_not_utf8_or_not_there_is_explained(empty_folder: Path) -> None:
    assert "line 1" in str(faults(write(empty_folder, "token = abc"))[str(empty_folder / "config.toml")])
    (empty_folder / "config.toml").write_bytes(b"# \xff")
    assert "UTF-8" in str(faults(empty_folder / "config.toml")[str(empty_folder / "config.toml")])
    assert "no such file" in str(faults(empty_folder / "none.toml")[str(empty_folder / "none.toml")])
    assert "directory" in str(faults(empty_folder)[str(empty_folder)])
    of_nobody = Path("~nobody-of-this-name/config.toml")
    assert "no such file" in str(faults(of_nobody)[str(empty_folder / of_nobody)])


def test_a_byte_order_mark_does_no_harm(empty_folder: Path) -> None:
    path = empty_folder / "config.toml"
    path.write_bytes(b"\xef\xbb\xbf[answers]\nper_minute = 7\n")
    assert load(path, {}).answers.per_minute == 7


def test_the_token_comes_from_the_environment_before_the_file(empty_folder: Path) -> None:
    path = write(empty_folder, f'[telegram]\ntoken = "{TOKEN}"')
    assert load(path, {}).telegram.token.get_secret_value() == TOKEN
    assert load(path, {"CITEDESK_TOKEN": f"{OTHER}\n"}).telegram.token.get_secret_value() == OTHER


def test_the_token_file_is_read_only_by_those_who_need_the_token(empty_folder: Path) -> None:
    path = write(empty_folder, '[telegram]\ntoken_file = "token"')
    assert "No such file" in faults(path)["telegram.token_file"].got
    assert not load(path, {}, with_token=False).telegram.token
    write(empty_folder, f"{TOKEN}\n", "token")
    assert load(path, {}).telegram.token.get_secret_value() == TOKEN
    assert not load(path, {}, with_token=False).telegram.token
    write(empty_folder, "\n", "token")
    assert "empty" in faults(path)["telegram.token_file"].got


def test_a_token_and_a_token_file_together_are_a_fault(empty_folder: Path) -> None:
    path = write(empty_folder, f'[telegram]\ntoken = "{TOKEN}"\ntoken_file = "token"')
    assert faults(path)["telegram.token_file"].hint == "remove one"


def test_a_token_of_another_shape_is_a_fault_that_does_not_show_it(empty_folder: Path) -> None:
    path = write(empty_folder, '[telegram]\ntoken = "123:secretish"')
    fault = faults(path)["telegram.token"]
    assert "secretish" not in str(fault)
    assert "$CITEDESK_TOKEN" in faults(write(empty_folder, ""), {"CITEDESK_TOKEN": "secretish"})
    assert "secretish" not in str(faults(write(empty_folder, "[telegram]\ntoken = ['secretish']"))["telegram.token"])


def test_another_bot_api_server_may_hand_out_short_tokens(empty_folder: Path) -> None:
    path = write(empty_folder, '[telegram]\ntoken = "1:a"\napi_url = "http://127.0.0.1:8081/"')
    assert load(path, {}).telegram.api_url == "http://127.0.0.1:8081"


def test_no_secret_shows_in_the_configuration_or_in_a_traceback(empty_folder: Path) -> None:
    text = f'[telegram]\ntoken = "{TOKEN}"\nmode = "webhook"\n'
    text += '[telegram.webhook]\nurl = "https://example.org"\nsecret = "hush"'
    config = load(write(empty_folder, text), {})
    assert TOKEN not in repr(config)
    assert TOKEN not in f"{config.telegram.token} {config.telegram.token!r}"
    assert "hush" not in repr(config)
    with pytest.raises(ConfigError) as caught:
        load(write(empty_folder, text + "\nport = 'x'"), {})
    assert TOKEN not in "".join(traceback.format_exception(caught.value))


def test_a_secret_is_equal_to_itself_alone() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1


def test_a_webhook_needs_a_port_that_telegram_calls(empty_folder: Path) -> None:
    webhook = '[telegram]\nmode = "webhook"\n[telegram.webhook]\nurl = "https://example.org'
    fault = faults(write(empty_folder, f'{webhook}:8080/hook"\n'))["telegram.webhook.url"]
    assert fault.expected == "port 443, 80, 88 or 8443"
    for fine in ("", ":443", ":8443/hook"):
        load(write(empty_folder, f'{webhook}{fine}"\n'), {})
    own = '[telegram]\napi_url = "http://127.0.0.1:8081"'
    load(write(empty_folder, webhook.replace("[telegram]", own, 1) + ':8080"\n'), {})


def test_a_webhook_needs_an_https_address(empty_folder: Path) -> None:
    webhook = '[telegram]\nmode = "webhook"\n'
    assert "telegram.webhook.url" in faults(write(empty_folder, webhook))
    text = webhook + '[telegram.webhook]\nurl = "http://example.org/hook"'
    assert "https" in faults(write(empty_folder, text))["telegram.webhook.url"].hint
    own_server = webhook + 'api_url = "http://127.0.0.1:8081"\n[telegram.webhook]\nurl = "http://127.0.0.1:9/hook"'
    assert load(write(empty_folder, own_server), {}).telegram.webhook.url == "http://127.0.0.1:9/hook"


def test_a_webhook_without_a_secret_gets_one_that_stays_the_same(empty_folder: Path) -> None:
    text = f'[telegram]\ntoken = "{TOKEN}"\nmode = "webhook"\n[telegram.webhook]\nurl = "https://example.org/hook"'
    path = write(empty_folder, text)
    first = load(path, {}).telegram.webhook.secret.get_secret_value()
    assert first == load(path, {}).telegram.webhook.secret.get_secret_value()
    assert len(first) == 64
    assert first != load(path, {"CITEDESK_TOKEN": OTHER}).telegram.webhook.secret.get_secret_value()
    assert TOKEN.split(":")[1] not in first


def test_the_same_person_named_twice_is_one_admin(empty_folder: Path) -> None:
    assert load(write(empty_folder, "[roles]\nadmins = [7, 8, 7]"), {}).roles.admins == (7, 8)


def test_every_setting_accepts_its_own_default(tmp_path: Path) -> None:
    for setting in SETTINGS:
        setting.accept(setting.default, tmp_path)


def test_what_is_written_and_what_is_read_have_folders_of_their_own(empty_folder: Path) -> None:
    both = write(empty_folder, '[content]\npath = "reports"\n[data]\npath = "reports/../reports"')
    found = faults(both)
    assert found.keys() == {"data.path"}
    assert "a folder of its own" in str(found["data.path"])
    inside = write(empty_folder, '[content]\npath = "reports"\n[data]\npath = "reports/data"')
    assert load(inside, {}).data.path == load(inside, {}).content.path / "data"
