"""`message.toml` in, the body of an announcement out, or every fault of the file at once."""

from __future__ import annotations

import hashlib
import re
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from bot.announcing.announcement import Attachment, Audience, Body, CalendarDate, Content, LinkButton, Schedule
from bot.words.catalogue import FALLBACK, LANGUAGES
from bot.words.country_names import find_country
from bot.words.markup import Html, escape
from bot.words.zones import find_zone, zone

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp"})
TOP = frozenset({"at", "zone", "quiet_hours", "audience", "attachments", "dates", *LANGUAGES})
CONTENT = frozenset({"title", "text", "html", "buttons"})
AUDIENCE = frozenset({"everyone", "topics", "countries", "languages", "match", "every_topic"})
ATTACHMENT = frozenset({"path", "kind", "language", "above"})
DATE = frozenset({"start", "end", "place", "title"})


class BadFile(Exception):
    """The file cannot be used; `faults` are all of them, one line each in `str`."""

    exit_code = 2

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def read(path: Path, default_zone: str) -> Body:
    """The announcement that a file describes. Paths in it count from its folder.

    Raises `BadFile`, and `OSError` where it cannot be opened.
    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadFile((f"{path}: {error}: write TOML in UTF-8; the documentation has an example",)) from error
    reader = _Reader(path, default_zone)
    body = reader.body(given)
    if reader.faults:
        raise BadFile(tuple(reader.faults))
    return body


def kept(body: Body, folder: Path) -> Body:
    """The same with its files copied into a folder of the bot, since the originals may be moved meanwhile."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    attachments = []
    for attachment in body.attachments:
        if attachment.path is not None:
            digest = hashlib.blake2b(attachment.path.read_bytes(), digest_size=16).hexdigest()
            target = folder / f"{digest}{attachment.path.suffix.lower()}"
            if not target.exists():
                shutil.copyfile(attachment.path, target.with_suffix(".part"))
                target.with_suffix(".part").replace(target)
            attachment = replace(attachment, path=target)
        attachments.append(attachment)
    return replace(body, attachments=tuple(attachments))


class _Reader:
    """Takes what it understands, and notes what it does not."""

    def __init__(self, path: Path, default_zone: str) -> None:
        self._path = path
        self._zone = default_zone
        self.faults: list[str] = []

    def body(self, given: Mapping[str, Any]) -> Body:
        self._known(given, TOP, "")
        named = self._text(given, "zone", "")
        if named:
            found = find_zone(named).zone
            if found:
                self._zone = found
            else:
                self._fault("zone", f"{named!r} is no time zone", "write one such as Asia/Shanghai")
        contents = [self._content(language, given[language]) for language in LANGUAGES if language in given]
        return Body(
            contents=tuple(contents),
            attachments=tuple(self._attachments(given)),
            dates=tuple(self._dates(given)),
            audience=self._audience(self._table(given, "audience")),
            schedule=Schedule(self._moment(given, "at", ""), self._zone, self._flag(given, "quiet_hours", True, "")),
        )

    def _content(self, language: str, given: Any) -> Content:
        if not isinstance(given, dict):
            self._fault(language, "is no table", f"write [{language}] on a line of its own")
            return Content(language, "", Html(""))
        self._known(given, CONTENT, f"{language}.")
        if ("text" in given) == ("html" in given):
            self._fault(f"{language}.text", "there is not one of text and html", "text is plain, html is Telegram's")
        words = self._text(given, "text", f"{language}.")
        text = Html(self._text(given, "html", f"{language}.")) if "html" in given else escape(words)
        buttons = tuple(
            LinkButton(
                self._text(mapping, "text", f"{language}.buttons."), self._text(mapping, "url", f"{language}.buttons.")
            )
            for mapping in self._tables(given, "buttons", frozenset({"text", "url"}))
        )
        return Content(language, self._text(given, "title", f"{language}."), Html(text.strip()), buttons)

    def _audience(self, given: Mapping[str, Any]) -> Audience:
        self._known(given, AUDIENCE, "audience.")
        countries = []
        for name in self._texts(given, "countries"):
            code = find_country(name).code
            if not code:
                self._fault("audience.countries", f"{name!r} is no country", "write its name or its code, such as KE")
            countries.append(code)
        languages = self._texts(given, "languages")
        match = self._text(given, "match", "audience.") or "all"
        if match not in ("all", "any"):
            self._fault("audience.match", f"is {match!r}", "write all or any")
        if set(languages) - set(LANGUAGES):
            self._fault("audience.languages", "has an unknown one", "write en or zh")
        return Audience(
            everyone=self._flag(given, "everyone", False, "audience."),
            topics=self._texts(given, "topics"),
            countries=tuple(countries),
            languages=languages,
            match=match,
            every_topic=self._flag(given, "every_topic", False, "audience."),
        )

    def _attachments(self, given: Mapping[str, Any]) -> Iterator[Attachment]:
        for mapping in self._tables(given, "attachments", ATTACHMENT):
            path = self._path.parent / self._text(mapping, "path", "attachments.")
            kind = self._text(mapping, "kind", "attachments.") or (
                "photo" if path.suffix.lower() in PICTURES else "document"
            )
            if kind not in ("photo", "document"):
                self._fault("attachments.kind", f"is {kind!r}", "write photo or document")
            elif kind == "photo" and path.suffix.lower() not in PICTURES:
                endings = ", ".join(sorted(PICTURES))
                self._fault(
                    "attachments.kind", f"{path.name} is no picture", f"write document, or take one of {endings}"
                )
            language = self._text(mapping, "language", "attachments.")
            if language not in ("", *LANGUAGES):
                self._fault("attachments.language", f"is {language!r}", "write en or zh, or leave it out: for all")
            if not path.is_file():
                self._fault(str(path), "there is no such file", "paths count from the folder of the message")
            yield Attachment(
                kind,
                path.name,
                path=path.absolute(),
                language=language,
                above=self._flag(mapping, "above", False, "attachments."),
            )

    def _dates(self, given: Mapping[str, Any]) -> Iterator[CalendarDate]:
        for mapping in self._tables(given, "dates", DATE):
            start, end = self._moment(mapping, "start", "dates."), self._moment(mapping, "end", "dates.")
            if "start" not in mapping:
                self._fault("dates.start", "is missing", "write a date such as 2026-09-01, or 2026-09-01 09:00")
            if start is None:
                continue
            titles = mapping.get("title", {})
            if isinstance(titles, str):
                titles = {FALLBACK: titles}
            if not isinstance(titles, dict) or not all(isinstance(title, str) for title in titles.values()):
                self._fault("dates.title", "is no text", 'write it as { en = "…", zh = "…" }')
                continue
            self._known(titles, frozenset(LANGUAGES), "dates.title.")
            all_day = _is_day(mapping["start"])
            yield CalendarDate(start, end, all_day, self._text(mapping, "place", "dates."), tuple(titles.items()))

    def _moment(self, given: Mapping[str, Any], key: str, prefix: str) -> datetime | None:
        value = given.get(key)
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value.strip())
            except ValueError:
                self._fault(prefix + key, f"{value!r} is no time", "write one such as 2026-05-04 09:00")
                return None
        if isinstance(value, date) and not isinstance(value, datetime):
            value = datetime.combine(value, time(), zone(self._zone))
        if isinstance(value, datetime) and not 1900 <= value.year <= 2999:
            self._fault(prefix + key, f"is in the year {value.year}", "write one such as 2026-05-04 09:00")
            return None
        if value is None or isinstance(value, datetime):
            return value.replace(tzinfo=zone(self._zone)) if value is not None and value.tzinfo is None else value
        self._fault(prefix + key, "is no time", "write one such as 2026-05-04 09:00")
        return None

    def _text(self, given: Mapping[str, Any], key: str, prefix: str) -> str:
        value = given.get(key, "")
        if not isinstance(value, str):
            self._fault(prefix + key, "is no text", "write it in quotes")
            return ""
        return value.strip()

    def _texts(self, given: Mapping[str, Any], key: str) -> tuple[str, ...]:
        value = given.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self._fault(f"audience.{key}", "is no list of texts", 'write it as ["…", "…"]')
            return ()
        return tuple(value)

    def _flag(self, given: Mapping[str, Any], key: str, default: bool, prefix: str) -> bool:
        value = given.get(key, default)
        if not isinstance(value, bool):
            self._fault(prefix + key, "is neither true nor false", "write true or false without quotes")
            return default
        return value

    def _table(self, given: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = given.get(key, {})
        if not isinstance(value, dict):
            self._fault(key, "is no table", f"write [{key}] on a line of its own")
            return {}
        return value

    def _tables(self, given: Mapping[str, Any], key: str, known: frozenset[str]) -> list[Mapping[str, Any]]:
        value = given.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self._fault(key, "is no list of tables", f"write [[{key}]] before each")
            return []
        for one in value:
            self._known(one, known, f"{key}.")
        return value

    def _known(self, given: Mapping[str, Any], known: frozenset[str], prefix: str) -> None:
        for key in (key for key in given if key not in known):  # in the order of the file
            self._fault(prefix + key, "is not known", f"known are {', '.join(sorted(known))}")

    def _fault(self, subject: str, what: str, remedy: str) -> None:
        self.faults.append(f"{self._path}: {subject}: {what}: {remedy}")


def _is_day(value: object) -> bool:
    """Whether a time that `_moment` takes is a whole day, written as TOML's date or in quotes."""
    if isinstance(value, str):
        return re.fullmatch(r"[\d-]+", value.strip()) is not None
    return isinstance(value, date) and not isinstance(value, datetime)
