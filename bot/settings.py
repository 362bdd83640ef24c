"""The table of settings: a value as `config.toml` has it in, the value as the bot uses it out.

`SETTINGS` alone says which keys exist, what they are when left out, what they accept and what they are for.
`config.example.toml` and the documents are held to it by tests.

Why not pydantic? `citedesk ask` starts cold for every question of a script, and pydantic alone takes as long
to import as numpy. These few checks cost nothing and say in the bot's own words what was expected.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

TELEGRAM = "https://api.telegram.org"
WEBHOOK_PORTS = (443, 80, 88, 8443)
"""Ports that Telegram calls."""
WEBHOOK_REMEDY = (
    "use an address that begins with https:// and that the internet knows, on port 443, 80, 88 or 8443, "
    'or telegram.mode = "polling", which needs none'
)
ZONE = "Asia/Shanghai"


class NotAcceptedError(ValueError):
    """A value that a setting does not accept; its text says what to write instead."""


class Secret:
    """A string that shows itself to nobody: masked in `str`, `repr`, logs and errors."""

    __slots__ = ("_value",)

    def __init__(self, value: str = "") -> None:
        self._value = value

    def get_secret_value(self) -> str:
        """The string itself, for the one call that needs it."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "Secret('***')" if self._value else "Secret('')"

    def __str__(self) -> str:
        return "***" if self._value else ""


Accept = Callable[[object, Path], object]
"""A value and the folder that paths are relative to in, the value as used out; or `NotAcceptedError`."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One key: what it is when left out (as written in the file), what it accepts, what it is for."""

    key: str
    default: object
    expected: str
    accept: Accept
    help: str


def text(value: object, _: Path) -> str:
    if not isinstance(value, str):
        raise NotAcceptedError('write it in quotes: "…"')
    return value.strip()


def short_text(longest: int) -> Accept:
    def accept(value: object, folder: Path) -> str:
        content = text(value, folder)
        if len(content) > longest:
            raise NotAcceptedError(f"it has {len(content)} characters")
        return content

    return accept


def secret(value: object, folder: Path) -> Secret:
    return Secret(text(value, folder))


def webhook_secret(value: object, folder: Path) -> Secret:
    content = text(value, folder)
    if content and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", content):
        raise NotAcceptedError("Telegram accepts letters, digits, _ and - here")
    return Secret(content)


def path(value: object, folder: Path) -> Path:
    content = text(value, folder)
    if not content:
        raise NotAcceptedError('a relative path counts from the folder of this file; "." is that folder')
    if "\0" in content:
        raise NotAcceptedError("no name of a folder or file holds a NUL character")
    try:
        return (folder / Path(content).expanduser()).absolute()
    except RuntimeError as error:
        raise NotAcceptedError("there is no such user: write the whole path instead of ~") from error


def optional_path(value: object, folder: Path) -> Path | None:
    return path(value, folder) if text(value, folder) else None


def web_address(value: object, folder: Path) -> str:
    content = text(value, folder).rstrip("/")
    try:
        parts = urlsplit(content)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, a bracket left open
        usable = False
    if not usable or re.search(r"\s", content):
        raise NotAcceptedError(f"write the whole address, such as {TELEGRAM}")
    return content


def optional_address(value: object, folder: Path) -> str:
    return web_address(value, folder) if text(value, folder) else ""


def choice(*words: str) -> Accept:
    def accept(value: object, folder: Path) -> str:
        content = text(value, folder)
        if content not in words:
            near = get_close_matches(content.lower(), words, n=1)
            raise NotAcceptedError(f"did you mean {near[0]}?" if near else "write one of them, or leave it out")
        return content

    return accept


def whole(lowest: int, highest: int) -> Accept:
    def accept(value: object, _: Path) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise NotAcceptedError("write a whole number without quotes")
        if not lowest <= value <= highest:
            raise NotAcceptedError("write a number in that range")
        return value

    return accept


def number(lowest: float, highest: float) -> Accept:
    def accept(value: object, _: Path) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise NotAcceptedError("write a number without quotes")
        if not lowest <= value <= highest:
            raise NotAcceptedError("write a number in that range")
        return value

    return accept


def yes_or_no(value: object, _: Path) -> bool:
    if not isinstance(value, bool):
        raise NotAcceptedError("write true or false without quotes")
    return value


def clock_time(value: object, folder: Path) -> time | None:
    content = text(value, folder)
    if not content:
        return None
    match = re.fullmatch(r"(\d{1,2}):(\d\d)", content)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise NotAcceptedError('write hours and minutes, such as "22:00"')
    return time(int(match[1]), int(match[2]))


def time_zone(value: object, folder: Path) -> str:
    content = text(value, folder)
    if content != ZONE:  # looking zones up takes longer than asking a question may
        from zoneinfo import available_timezones

        if content not in available_timezones():
            near = get_close_matches(content, sorted(available_timezones()), n=1)
            raise NotAcceptedError(f"did you mean {near[0]}?" if near else "Asia/Shanghai is one")
    return content


def user_ids(value: object, _: Path) -> tuple[int, ...]:
    ids = value if isinstance(value, list) else [None]
    if not all(isinstance(number, int) and not isinstance(number, bool) and number > 0 for number in ids):
        raise NotAcceptedError("write numbers such as [123456789], not names; /privacy in the chat shows one's own")
    return tuple(dict.fromkeys(ids))


def access_code(value: object, folder: Path) -> Secret:
    content = text(value, folder)
    if content and len(content) < 6:
        raise NotAcceptedError("a shorter one is soon guessed")
    return Secret(content)


def listening_address(value: object, folder: Path) -> str:
    content = text(value, folder)
    host, _, port = content.rpartition(":")
    if not host or not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > 65535 or re.search(r"[\s/]", host):
        raise NotAcceptedError('write an address of this machine and a port, such as "127.0.0.1:8422"')
    return content


def origins(value: object, folder: Path) -> tuple[str, ...]:
    """Sites, as `https://name`."""
    sites = [web_address(one, folder) for one in value] if isinstance(value, list) else [""]
    if not all(re.fullmatch(r"https?://[A-Za-z0-9.:-]+", site) for site in sites):
        raise NotAcceptedError('write sites without a path, such as ["https://www.example.org"]')
    return tuple(dict.fromkeys(sites))


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "telegram.token",
        "",
        "a bot token such as 123456789:AAE…",
        secret,
        "The token that @BotFather gave. $CITEDESK_TOKEN wins over it. Keep it out of version control.",
    ),
    Setting(
        "telegram.token_file",
        "",
        "a file that holds the token alone",
        optional_path,
        "A file that holds the token alone, instead of telegram.token.",
    ),
    Setting(
        "telegram.api_url",
        TELEGRAM,
        "an http or https address",
        web_address,
        "The Bot API server; files come from it too. Change it for a Bot API server of your own.",
    ),
    Setting(
        "telegram.mode",
        "polling",
        "polling or webhook",
        choice("polling", "webhook"),
        "polling asks Telegram for updates and needs no open port; webhook waits for Telegram to call.",
    ),
    Setting(
        "telegram.webhook.url",
        "",
        "an https address",
        optional_address,
        "The public https address that Telegram calls; your proxy passes it on to listen and port.",
    ),
    Setting(
        "telegram.webhook.listen",
        "127.0.0.1",
        "an address of this machine",
        text,
        "The address to listen on.",
    ),
    Setting(
        "telegram.webhook.port",
        8080,
        "a whole number from 1 to 65535",
        whole(1, 65535),
        "The port to listen on.",
    ),
    Setting(
        "telegram.webhook.secret",
        "",
        "1 to 256 letters, digits, _ or -",
        webhook_secret,
        "What Telegram sends along so that nobody else can post updates. Empty: derived from the token.",
    ),
    Setting(
        "content.path",
        "content/reports",
        "a folder",
        path,
        "The folder of reports.",
    ),
    Setting(
        "content.max_file_mb",
        100,
        "a whole number from 1 to 4096",
        whole(1, 4096),
        "A larger file is left out, and named.",
    ),
    Setting(
        "content.seconds_per_file",
        60,
        "a whole number from 1 to 3600",
        whole(1, 3600),
        "Processor time, a little more for each page. What takes longer is left out, named, and tried again next time.",
    ),
    Setting(
        "content.memory_mb",
        1024,
        "a whole number from 128 to 65536",
        whole(128, 65536),
        "The memory a file may take while it is read; one that wants more is left out, and named.",
    ),
    Setting(
        "content.ocr",
        False,
        "true or false",
        yes_or_no,
        "Pages without text are read by OCR, which takes seconds a page; the machine needs tesseract.",
    ),
    Setting(
        "content.known_questions_margin",
        0.05,
        "a number from 0 to 1",
        number(0, 1),
        "By how much the share of known questions (questions.jsonl) that are answered rightly may fall in a reindex.",
    ),
    Setting(
        "content.known_questions_enough",
        20,
        "a whole number from 1 to 100000",
        whole(1, 100_000),
        "How many known questions it takes before their fall stops a reindex; with fewer, it is only told.",
    ),
    Setting(
        "index.semantic",
        False,
        "true or false",
        yes_or_no,
        "A second look at the order of the first passages, by sentence vectors; takes the extra `semantic`.",
    ),
    Setting(
        "data.path",
        "data",
        "a folder",
        path,
        "The folder of bot.sqlite (precious: back it up) and index/ (can be built again).",
    ),
    Setting(
        "roles.admins",
        [],
        "a list of Telegram user ids",
        user_ids,
        "Telegram user ids of the first admins; more are granted in chat.",
    ),
    Setting(
        "roles.staff",
        [],
        "a list of Telegram user ids",
        user_ids,
        "Telegram user ids of the first staff; more are granted in chat.",
    ),
    Setting(
        "announcements.per_second",
        25,
        "a number from 0.1 to 1000",
        number(0.1, 1000),
        "Messages a second over all chats; Telegram's own limit is about 30.",
    ),
    Setting(
        "announcements.first_batch",
        20,
        "a whole number from 0 to 1000",
        whole(0, 1000),
        "So many recipients come first; the others wait until it is known how these went. 0: nobody waits.",
    ),
    Setting(
        "announcements.stop_share",
        0.3,
        "a number from 0 to 1",
        number(0, 1),
        "An announcement pauses when a larger share of its first batch fails or stays unknown.",
    ),
    Setting(
        "announcements.late_minutes",
        60,
        "a whole number from 1 to 10080",
        whole(1, 10080),
        "An announcement whose time passed longer ago, because the bot was off, asks before it goes.",
    ),
    Setting(
        "announcements.approval",
        False,
        "true or false",
        yes_or_no,
        "Whether a second member of the staff has to approve an announcement.",
    ),
    Setting(
        "announcements.quiet_from",
        "22:00",
        'a time such as "22:00"',
        clock_time,
        "From this time of their day on, recipients are left in peace. Empty: there are no quiet hours.",
    ),
    Setting(
        "announcements.quiet_until",
        "08:00",
        'a time such as "08:00"',
        clock_time,
        "Until this time of their day.",
    ),
    Setting(
        "announcements.time_zone",
        ZONE,
        "a time zone of the IANA, such as Asia/Shanghai",
        time_zone,
        "The zone of recipients who told none and whose country has several, and of times without one.",
    ),
    Setting(
        "answers.per_minute",
        20,
        "a whole number from 1 to 1000",
        whole(1, 1000),
        "Questions that one person may ask in a minute.",
    ),
    Setting(
        "answers.conversation_minutes",
        30,
        "a whole number from 1 to 1440",
        whole(1, 1440),
        "A question that comes longer after the last one starts a new conversation.",
    ),
    Setting(
        "answers.keep_asker_days",
        90,
        "a whole number from 0 to 3650",
        whole(0, 3650),
        "After so many days a question is kept without who asked it.",
    ),
    Setting(
        "office.contact.en",
        "",
        "a text of at most 500 characters",
        short_text(500),
        "How to reach the office, in English; it ends every refusal and every answer of the office's own.",
    ),
    Setting(
        "office.contact.zh",
        "",
        "a text of at most 500 characters",
        short_text(500),
        "The same in Chinese; where one is empty, the other is shown.",
    ),
    Setting(
        "pages.address",
        "",
        "an http or https address",
        optional_address,
        "The public address of the web pages; with it, citedesk run serves them. Empty: the bot has none.",
    ),
    Setting(
        "pages.listen",
        "127.0.0.1:8422",
        "an address of this machine and a port",
        listening_address,
        "Where the pages are served; your proxy passes the public address on to it.",
    ),
    Setting(
        "pages.asking",
        "off",
        "off, public or code",
        choice("off", "public", "code"),
        "Who may ask on the pages: nobody, everybody, or who has the code, and then only they may read.",
    ),
    Setting(
        "pages.code",
        "",
        "a code of at least 6 characters",
        access_code,
        'The code that the office gives to partners, for pages.asking = "code".',
    ),
    Setting(
        "pages.embed",
        [],
        'a list of sites such as ["https://www.example.org"]',
        origins,
        "Sites that may show the page for asking in a frame (/ask?embed=1).",
    ),
)
