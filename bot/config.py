"""`config.toml` and the environment in, one frozen `Config` out, or a `ConfigError` that lists every fault.

The keys, their defaults and what they accept stand in `bot.settings`.
"""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import time
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.settings import SETTINGS, TELEGRAM, WEBHOOK_PORTS, WEBHOOK_REMEDY, NotAcceptedError, Secret

if TYPE_CHECKING:
    from content.library import Limits

CONFIG_VARIABLE = "CITEDESK_CONFIG"
TOKEN_VARIABLE = "CITEDESK_TOKEN"  # noqa: S105 - the name of a variable


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """Where Telegram delivers updates in webhook mode."""

    url: str
    listen: str
    port: int
    secret: Secret
    """Never empty in webhook mode once a token is known."""


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """The bot's account and how it talks to Telegram."""

    token: Secret
    token_file: Path | None
    api_url: str
    """Without a slash at the end."""
    mode: str
    """`polling` or `webhook`."""
    webhook: WebhookSettings


@dataclass(frozen=True, slots=True)
class ContentSettings:
    """The reports, and the limits each file is read under."""

    path: Path
    max_file_mb: int
    seconds_per_file: int
    memory_mb: int
    ocr: bool
    """Pages without text are read by OCR, where the machine has it."""
    known_questions_margin: float
    """By how much the share of known questions that are answered rightly may fall in a reindex, 0 to 1."""
    known_questions_enough: int
    """How many known questions it takes before their fall stops a reindex."""


@dataclass(frozen=True, slots=True)
class DataSettings:
    """What a running bot writes."""

    path: Path


@dataclass(frozen=True, slots=True)
class RoleSettings:
    """The first admins and staff: Telegram user ids."""

    admins: tuple[int, ...]
    staff: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AnnouncementSettings:
    """How announcements go out."""

    per_second: float
    first_batch: int
    stop_share: float
    """From 0 to 1."""
    late_minutes: int
    approval: bool
    quiet_from: time | None
    """None, here or in `quiet_until`: there are no quiet hours."""
    quiet_until: time | None
    time_zone: str


@dataclass(frozen=True, slots=True)
class AnswerSettings:
    """How questions are answered."""

    per_minute: int
    conversation_minutes: int
    keep_asker_days: int


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """How the index is built."""

    semantic: bool
    """Whether vectors are made for a second look at the order of the first passages."""


@dataclass(frozen=True, slots=True)
class ContactSettings:
    """How to reach the office, by language; both may be empty."""

    en: str
    zh: str

    def in_(self, language: str) -> str:
        """The text in a language, else in the other."""
        first, second = (self.zh, self.en) if language == "zh" else (self.en, self.zh)
        return first or second


@dataclass(frozen=True, slots=True)
class OfficeSettings:
    """Who answers what the reports do not."""

    contact: ContactSettings


@dataclass(frozen=True, slots=True)
class PageSettings:
    """The web pages."""

    address: str
    """As browsers have it, without a slash at the end; empty where there are no pages."""
    listen: str
    """Host and port."""
    asking: str
    """`off`, `public` or `code`."""
    code: Secret
    """Never empty where `asking` is `code`."""
    embed: tuple[str, ...]
    """Origins that may frame the page."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that can be set. Paths are absolute; secrets are masked."""

    telegram: TelegramSettings
    content: ContentSettings
    data: DataSettings
    roles: RoleSettings
    announcements: AnnouncementSettings
    answers: AnswerSettings
    indexing: IndexSettings
    office: OfficeSettings
    pages: PageSettings
    file: Path | None
    """The file it was read from; None: the defaults."""

    @property
    def database(self) -> Path:
        """The file of the precious data."""
        return self.data.path / "bot.sqlite"

    @property
    def index(self) -> Path:
        """The folder of index generations."""
        return self.data.path / "index"

    def limits(self) -> Limits:
        """What reading one file may cost."""
        from content.library import Limits

        megabyte = 1024 * 1024
        return Limits(
            max_bytes=self.content.max_file_mb * megabyte,
            seconds=self.content.seconds_per_file,
            memory_bytes=self.content.memory_mb * megabyte,
            ocr=self.content.ocr,
            apart=self.data.path,
        )


@dataclass(frozen=True, slots=True)
class ConfigFault:
    """One thing that is wrong with the configuration."""

    key: str
    got: str
    expected: str
    hint: str

    def __str__(self) -> str:
        return f"{self.key}: got {self.got}, expected {self.expected}: {self.hint}"


class ConfigError(Exception):
    """The configuration cannot be used; `faults` are all of them, one line each in `str`."""

    exit_code = 2

    def __init__(self, faults: tuple[ConfigFault, ...]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def load(path: Path | None = None, environ: Mapping[str, str] = os.environ, *, with_token: bool = True) -> Config:
    """Read the configuration: `path`, else `$CITEDESK_CONFIG`, else `./config.toml`, else the defaults.

    `with_token=False` leaves the token file unread: whoever asks a question need not be allowed to read it.
    Raises `ConfigError` with all faults at once.
    """
    file = _find(path, environ)
    written = dict(_flatten(_parse(file), "")) if file else {}
    folder = file.parent if file else Path.cwd()
    faults = [_unknown(key, value) for key, value in written.items() if key not in _KEYS]
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        value = written.get(setting.key, setting.default)
        try:
            values[setting.key] = setting.accept(value, folder)
        except NotAcceptedError as error:
            faults.append(ConfigFault(setting.key, _shown(setting.key, value), setting.expected, str(error)))
            values[setting.key] = setting.accept(setting.default, folder)
    faults += _add_token(values, environ, with_token)
    faults += _check_webhook(values)
    faults += _check_folders(values)
    faults += _check_pages(values)
    if faults:
        raise ConfigError(tuple(faults))
    return Config(
        telegram=TelegramSettings(
            **_under("telegram", values), webhook=WebhookSettings(**_under("telegram.webhook", values))
        ),
        content=ContentSettings(**_under("content", values)),
        data=DataSettings(**_under("data", values)),
        roles=RoleSettings(**_under("roles", values)),
        announcements=AnnouncementSettings(**_under("announcements", values)),
        answers=AnswerSettings(**_under("answers", values)),
        indexing=IndexSettings(**_under("index", values)),
        office=OfficeSettings(ContactSettings(**_under("office.contact", values))),
        pages=PageSettings(**_under("pages", values)),
        file=file,
    )


_KEYS = frozenset(setting.key for setting in SETTINGS)
_TABLES = frozenset(key[: dot.start()] for key in _KEYS for dot in re.finditer(r"\.", key))


def _find(path: Path | None, environ: Mapping[str, str]) -> Path | None:
    if path is None and environ.get(CONFIG_VARIABLE):
        path = Path(environ[CONFIG_VARIABLE])
    if path is None:
        path = Path("config.toml")
        if not path.exists():
            return None
    with suppress(RuntimeError):  # ~ of a user that there is not: then there is no such file either
        path = path.expanduser()
    return path.absolute()


def _parse(file: Path) -> dict[str, Any]:
    try:
        # utf-8-sig: editors on Windows put a byte order mark first, which tomllib refuses
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        got, hint = "no such file", "copy config.example.toml there, or name another file"
    except OSError as error:
        got, hint = error.strerror or "an error", "check the path and its permissions"
    except UnicodeDecodeError:
        got, hint = "text that is not UTF-8", "save it as UTF-8"
    except tomllib.TOMLDecodeError as error:
        got, hint = str(error), "texts stand in quotes, lists in brackets; see config.example.toml"
    raise ConfigError((ConfigFault(str(file), got, "a configuration file", hint),))


def _flatten(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, object]]:
    """Tables to dotted keys; a table that is not known stays whole, to be named as one fault."""
    for name, value in table.items():
        key = prefix + name
        if isinstance(value, dict) and key in _TABLES:
            yield from _flatten(value, f"{key}.")
        else:
            yield key, value


def _under(table: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that stand in this table itself, by their last name."""
    return {key.rpartition(".")[2]: value for key, value in values.items() if key.rpartition(".")[0] == table}


def _unknown(key: str, value: object) -> ConfigFault:
    if key in _TABLES:
        return ConfigFault(key, _shown(key, value), "a table", f"write [{key}] on a line of its own, its keys below")
    if isinstance(value, dict):
        near = get_close_matches(key, sorted(_TABLES), n=1)
        hint = f"did you mean [{near[0]}]?" if near else "remove it; config.example.toml has every table"
        return ConfigFault(key, "an unknown table", "a table of config.example.toml", hint)
    same_name = [setting.key for setting in SETTINGS if setting.key.rpartition(".")[2] == key.rpartition(".")[2]]
    near = get_close_matches(key, sorted(_KEYS | _TABLES), n=1, cutoff=0.7) or same_name
    hint = f"did you mean {near[0]}?" if near else "remove it; config.example.toml has every key"
    return ConfigFault(key, "an unknown key", "a key of config.example.toml", hint)


def _shown(key: str, value: object) -> str:
    if "token" in key or "secret" in key or key == "pages.code":
        return "a value that is not shown here"
    shown = f'"{value}"' if isinstance(value, str) else repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}…"


def _add_token(values: dict[str, Any], environ: Mapping[str, str], with_token: bool) -> Iterator[ConfigFault]:
    """The environment, else the file's own token, else the token file; then its shape."""
    key, expected = "telegram.token", "a bot token such as 123456789:AAE…"
    file: Path | None = values["telegram.token_file"]
    if values[key] and file:
        yield ConfigFault("telegram.token_file", "a file beside telegram.token", "only one of them", "remove one")
    token = values["telegram.token"].get_secret_value()
    if environ.get(TOKEN_VARIABLE, "").strip():
        key, token = f"${TOKEN_VARIABLE}", environ[TOKEN_VARIABLE].strip()
    elif file and not token and with_token:
        key = "telegram.token_file"
        try:
            token = file.read_text(encoding="utf-8-sig").strip()
            problem = "" if token else "it is empty"
        except OSError as error:
            problem = error.strerror or "an error"
        except UnicodeDecodeError:
            problem = "it is not text"
        if problem:
            yield ConfigFault(
                key, f"{file} ({problem})", "a file that holds the token alone", "check path and permissions"
            )
    # another Bot API server may hand out shorter ones
    shape = r"\d+:[A-Za-z0-9_-]{30,}" if values["telegram.api_url"] == TELEGRAM else r"\d+:[A-Za-z0-9_-]+"
    if token and not re.fullmatch(shape, token):
        hint = "copy the whole token from @BotFather: digits, a colon, 35 letters and digits"
        yield ConfigFault(key, "something of another shape (not shown here)", expected, hint)
    values["telegram.token"] = Secret(token)


def _check_folders(values: dict[str, Any]) -> Iterator[ConfigFault]:
    """What is written must not stand where it is read: --watch would take each index for a change of the reports."""
    data, content = (os.path.realpath(values[key]) for key in ("data.path", "content.path"))
    if data == content:
        hint = "name another folder; one inside the folder of reports will do"
        yield ConfigFault("data.path", f"{data}, which is content.path", "a folder of its own", hint)


def _check_pages(values: dict[str, Any]) -> Iterator[ConfigFault]:
    if values["pages.asking"] == "code" and not values["pages.code"]:
        hint = "write one, or let everybody ask (public) or nobody (off)"
        yield ConfigFault("pages.code", "nothing", 'a code, with pages.asking = "code"', hint)


def _check_webhook(values: dict[str, Any]) -> Iterator[ConfigFault]:
    if values["telegram.mode"] != "webhook":
        return
    key, url, token = "telegram.webhook.url", values["telegram.webhook.url"], values["telegram.token"]
    if not url:
        hint = "write the address of your proxy, or set telegram.mode to polling"
        yield ConfigFault(key, "nothing usable", "an https address in webhook mode", hint)
    elif url.startswith("http:") and values["telegram.api_url"] == TELEGRAM:
        yield ConfigFault(key, f'"{url}"', "an https address", "Telegram calls https addresses only")
    elif values["telegram.api_url"] == TELEGRAM and (urlsplit(url).port or 443) not in WEBHOOK_PORTS:
        yield ConfigFault(key, f'"{url}"', "port 443, 80, 88 or 8443", WEBHOOK_REMEDY)
    if token and not values["telegram.webhook.secret"]:
        digest = hashlib.sha256(f"webhook of {token.get_secret_value()}".encode()).hexdigest()
        values["telegram.webhook.secret"] = Secret(digest)
