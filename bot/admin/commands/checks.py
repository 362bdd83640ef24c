"""A configuration in, findings out: what is right, what is wrong, what to do about it (`citedesk check`)."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sqlite3
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.admin.commands.reindexing import OUTDATED, outdated
from bot.base.loopback import on_loopback
from bot.base.put_aside import PutAside
from bot.config import Config, ConfigError
from bot.words.screen import FAILED, FAINT, ScreenLine

if TYPE_CHECKING:
    from index.store.generation import Generations

ONLINE_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `ok` is None for what is neither right nor wrong, but good to know."""

    subject: str
    ok: bool | None
    what: str
    remedy: str = ""


Fetch = Callable[[str], bytes]
"""A web address in, the body of the reply out; raises `OSError`, or `HTTPException` for what is no HTTP."""


def fetch(address: str) -> bytes:
    """Ask over the network, within `ONLINE_SECONDS`."""
    # on this machine there is no proxy to pass, whatever the environment says
    here = on_loopback(urlsplit(address).hostname or "")
    opener = urllib.request.build_opener(*([urllib.request.ProxyHandler({})] if here else []))
    with opener.open(address, timeout=ONLINE_SECONDS) as reply:
        body: bytes = reply.read()
        return body


def check_all(load: Callable[[], Config], *, online: bool, fetch: Fetch = fetch) -> Iterator[Finding]:
    """Everything that can be wrong, finding by finding; after a faulty configuration, nothing more."""
    try:
        config = load()
    except ConfigError as error:
        for fault in error.faults:
            yield Finding(fault.key, False, f"got {fault.got}, expected {fault.expected}", fault.hint)
        return
    yield Finding("configuration", True, str(config.file) if config.file else "no file: the defaults are used")
    for subject, found in (
        ("reports", check_reports(config)),
        ("glossary", check_glossary(config)),
        ("answers", check_answers(config)),
        ("index", check_index(config)),
        ("database", check_database(config)),
        ("data.path", check_data_folder(config)),
        ("updates", check_put_aside(config)),
        ("pages", check_pages(config, online=online, fetch=fetch)),
        ("telegram", check_telegram(config, online=online, fetch=fetch)),
    ):
        try:
            yield from found
        except OSError as error:  # a folder that is a file, or not ours: the rest is looked at all the same
            what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
            yield Finding(subject, False, what, "check the path, its permissions and the disk")
    for module, package, language in (("rjieba", "rjieba", "Chinese"), ("Stemmer", "PyStemmer", "English")):
        if importlib.util.find_spec(module) is None:
            hint = f"pip install {package} makes reading {language} several times faster"
            yield Finding(package, None, "not installed", hint)


def check_reports(config: Config) -> Iterator[Finding]:
    """The folder of reports; every file in it is read."""
    from content.library import Library, Skipped, copies
    from content.likeness import likeness_of, notices
    from content.omissions import OCR
    from content.readers.side import doubts

    folder = config.content.path
    if not folder.is_dir():
        remedy = "make it and put reports into it, or set content.path"
        yield Finding("content.path", False, f"{folder} is not a folder", remedy)
        return
    if config.content.ocr and not shutil.which(OCR):
        remedy = "install it (Debian: apt install tesseract-ocr tesseract-ocr-chi-sim), or set content.ocr to false"
        yield Finding("content.ocr", False, f"{OCR}, which reads pages without text, is not on this machine", remedy)
    library = Library(folder, config.limits())
    read = []
    files = library.scan()
    for report in library.read(files):
        if isinstance(report, Skipped):
            yield Finding(report.source, False, report.reason, report.remedy)
            continue
        read.append(likeness_of(report))
        for omission in report.left_out:
            yield Finding(report.source, None, omission.reason, omission.remedy)
        if doubt := doubts(report.metadata, report.source):
            yield Finding(report.source, None, *doubt)
    for notice in notices(read, copies(files)):
        yield Finding(notice.source, None, notice.what, notice.remedy)
    if read:
        yield Finding("reports", True, f"{len(read)} can be read in {folder}")
    else:
        remedy = "put reports into it: Markdown, text, HTML, DOCX or PDF"
        yield Finding("reports", False, f"none can be read in {folder}", remedy)


def check_glossary(config: Config) -> Iterator[Finding]:
    """The words that stand for each other: whether they can be read. Nothing is said where they can."""
    from index.errors import IndexFault
    from index.lexicon.lexicon import read_glossary

    try:
        read_glossary(config.content.path)
    except IndexFault as fault:
        yield Finding(fault.subject, False, fault.what, fault.remedy)


def check_answers(config: Config) -> Iterator[Finding]:
    """The office's own answers: those that are not used, and why. Nothing is said where there are none."""
    from content.answers import find_file, read_answers

    file = find_file(config.content.path)
    if file is None:
        return
    answers, flaws = read_answers(file.read_text(encoding="utf-8-sig", errors="replace"))
    for flaw in flaws:
        yield Finding(f"{file.name}, {flaw.name}", False, flaw.what, flaw.remedy)
    yield Finding("answers", True, f"{len(answers)} of the office's own in {file}")


def check_index(config: Config) -> Iterator[Finding]:
    """The live generation: there, whole, and built by this program's analyzer."""
    from index.errors import IndexFault
    from index.searcher import Searcher
    from index.store.generation import Generations

    try:
        searcher = Searcher.open(config.index)
        Generations(config.index).verify(searcher.generation)
    except IndexFault as fault:
        yield Finding("index", False, f"{fault.subject}: {fault.what}", fault.remedy)
        yield from _check_older(Generations(config.index))
    else:
        documents = searcher.documents()
        passages = sum(document.passages for document in documents)
        what = f"generation {searcher.generation}: {len(documents)} reports, {passages} passages"
        yield Finding("index", True, what)
        if config.content.path.is_dir() and outdated(config, searcher):
            yield Finding("index", None, OUTDATED, "run citedesk reindex")
    generations = Generations(config.index)
    holder, failure = generations.holder(), generations.failure()
    if holder:
        yield Finding("index", None, holder, "nothing: the index in use answers meanwhile")
    elif any(config.index.glob("*.unfinished")):
        what = "a reindex was broken off before it was done"
        yield Finding("index", None, what, "run citedesk reindex: it removes what is left, and does what was not done")
    if failure and not holder:
        yield Finding("index", False, f"the reindex of {failure[0]} stopped: {failure[1]}", "run citedesk reindex")


def _check_older(generations: Generations) -> Iterator[Finding]:
    """Which generation answers while the live one cannot."""
    from index.errors import IndexFault

    current = generations.current()
    for info in generations.list():
        if info.id == current:
            continue
        try:
            generations.verify(info.id)
        except IndexFault as fault:
            yield Finding("index", False, f"{fault.subject}: {fault.what}", fault.remedy)
        else:
            what = f"generation {info.id} of {info.created:%Y-%m-%d %H:%M} UTC is whole and answers meanwhile"
            yield Finding("index", None, what, "citedesk generations --rollback makes it the live one")
            return


def check_database(config: Config) -> Iterator[Finding]:
    """`bot.sqlite`: opens, is whole, and no newer than this program. It is only read."""
    path = config.database
    if not path.exists():
        yield Finding("database", None, "not there yet", "citedesk run makes it")
        return
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=10)) as connection:
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            applied = set(applied_migrations(connection))
    except sqlite3.Error as error:
        remedy = "check its permissions, or go back to a backup with citedesk restore FILE"
        yield Finding("database", False, f"{path}: {error}", remedy)
        return
    from bot.schema import migrations

    known = {step.name for step in migrations()}
    if verdict != "ok":
        remedy = "go back to a backup with citedesk restore FILE"
        yield Finding("database", False, f"{path} is damaged: {verdict}", remedy)
    elif applied - known:
        what = f"{path} was written by a newer citedesk ({', '.join(sorted(applied - known))})"
        remedy = "install that version, or go back to an older backup with citedesk restore FILE"
        yield Finding("database", False, what, remedy)
    elif known - applied:
        what = f"{path} is whole; {len(known - applied)} migrations to come"
        yield Finding("database", None, what, "citedesk run applies them")
    else:
        yield Finding("database", True, f"{path} is whole")


def applied_migrations(connection: sqlite3.Connection) -> Iterable[str]:
    """Names of the migrations that a database has had; none in one without the table."""
    try:
        return [row[0] for row in connection.execute("SELECT name FROM migrations")]
    except sqlite3.OperationalError:
        return []


def check_data_folder(config: Config) -> Iterator[Finding]:
    """Whether the folder can be written, or made; `/upload` also writes to the reports."""
    folder = config.data.path
    there = nearest(folder)
    if not os.access(there, os.W_OK | os.X_OK):
        remedy = f"give this user the right to write to {there}, or set data.path"
        yield Finding("data.path", False, f"{folder} cannot be written", remedy)
    else:
        yield Finding("data.path", True, f"{folder} can be written")
        yield from _check_room(config, there)
    reports = config.content.path
    if reports.is_dir() and not os.access(reports, os.W_OK | os.X_OK):
        yield Finding("content.path", None, f"{reports} cannot be written", "only /upload needs to write to it")


def check_put_aside(config: Config) -> Iterator[Finding]:
    """What arrived and could not be handled. Nothing is said where there is none."""
    aside = PutAside(config.data.path, lambda: datetime.now(UTC))
    if count := aside.count():
        what = f"{count} could not be handled, and {'lies' if count == 1 else 'lie'} in {aside.folder}"
        yield Finding("updates", None, what, "update citedesk, then remove them; they hold people's words")


def _check_room(config: Config, there: Path) -> Iterator[Finding]:
    """Whether the disk has room for another index like the one in use."""
    from index.errors import IndexFault
    from index.store.generation import Generations

    generations = Generations(config.index)
    try:
        files = generations.manifest(generations.require_current()).files
    except IndexFault:
        return
    free, wanted = shutil.disk_usage(there).free, sum(value["size"] for value in files.values())
    if free < wanted * 1.2:
        what = f"the disk has {free / 1e6:,.0f} MB left, and a reindex writes {wanted / 1e6:,.0f}"
        yield Finding("data.path", False, what, f"make room on the disk of {there}, or set data.path to another one")


def nearest(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def check_pages(config: Config, *, online: bool, fetch: Fetch) -> Iterator[Finding]:
    """The web pages, where they have an address: whether browsers come safely, and with `online` whether at all."""
    pages = config.pages
    if not pages.address:
        if pages.asking != "off":
            what = f"pages.asking is {pages.asking}, and the pages have no address"
            yield Finding("pages", None, what, "set pages.address, or run citedesk serve beside the bot")
        return
    host = urlsplit(pages.address).hostname or ""
    if pages.address.startswith("http:") and not on_loopback(host):
        what = f"{pages.address}: what people ask, and the access code, can be read on the way"
        yield Finding("pages.address", None, what, "put a proxy with https in front")
    if pages.embed and not pages.address.startswith("https:"):
        remedy = "use an https address: browsers keep no cookies of a frame without"
        yield Finding("pages.embed", None, "a page in a frame of another site forgets who asked", remedy)
    if not online:
        return
    try:
        fetch(pages.address)
    except (OSError, HTTPException) as error:
        code = getattr(error, "code", None)
        what = f"{pages.address} answered {code}" if code else f"{pages.address} cannot be reached ({error})"
        remedy = "start citedesk run, and look whether the proxy passes the address on to pages.listen"
        yield Finding("pages", False, what, remedy)
    else:
        yield Finding("pages", True, f"{pages.address} answers")


def check_telegram(config: Config, *, online: bool, fetch: Fetch) -> Iterator[Finding]:
    """The token and, `online`, whether Telegram takes it; and whether anybody can administer the bot."""
    token = config.telegram.token
    if not token:
        remedy = "only citedesk run needs one: get it from @BotFather, put it into $CITEDESK_TOKEN"
        # who asks whether Telegram takes it is not told yes where nothing was asked
        yield Finding("telegram.token", False if online else None, "not set", remedy)
        return
    yield Finding("telegram.token", True, "has the shape of a token")
    if not config.roles.admins:
        remedy = "put your Telegram id there (/privacy in the chat shows it), or nobody can use the admin commands"
        yield Finding("roles.admins", None, "nobody", remedy)
    if online:
        yield _ask_telegram(config.telegram.api_url, token.get_secret_value(), fetch)
        if config.telegram.mode == "webhook":
            yield from _ask_of_webhook(config.telegram.api_url, token.get_secret_value(), fetch)


def _ask_of_webhook(api_url: str, token: str, fetch: Fetch) -> Iterator[Finding]:
    """What became of Telegram's last calls; nothing where nothing is wrong with them."""
    try:
        told = json.loads(fetch(f"{api_url}/bot{token}/getWebhookInfo"))["result"]
        error, waiting = str(told.get("last_error_message", "")), int(told.get("pending_update_count", 0))
    except (OSError, HTTPException, ValueError, KeyError, TypeError, AttributeError):
        return  # what is wrong was said when the token was asked for
    if error:
        what = f"Telegram's last call failed ({error}), {waiting} updates wait"
        yield Finding(
            "telegram.webhook", False, what, "check telegram.webhook, the certificate, and what stands before"
        )


def _ask_telegram(api_url: str, token: str, fetch: Fetch) -> Finding:
    try:
        account = json.loads(fetch(f"{api_url}/bot{token}/getMe"))["result"]["username"]
    except urllib.error.HTTPError as error:
        if error.code in (401, 404):
            return Finding("telegram", False, "the token is not valid", "get a new one: /token to @BotFather")
        return Finding("telegram", False, f"{api_url} answered {error.code}", "try again later")
    except OSError as error:
        # neither the address nor the text of the error: both may hold the token
        reason = getattr(error, "reason", error)
        what = f"{api_url} cannot be reached ({type(reason).__name__})"
        return Finding("telegram", False, what, "check the network, a proxy, and telegram.api_url")
    except (HTTPException, ValueError, KeyError, TypeError):
        return Finding("telegram", False, f"{api_url} is no Bot API server", "check telegram.api_url")
    return Finding("telegram", True, f"the token belongs to @{account}")


def finding_line(finding: Finding) -> ScreenLine:
    """One finding on the screen."""
    sign = {True: "✓", False: "✗", None: "·"}[finding.ok]
    text = ": ".join(filter(None, (finding.subject, finding.what, finding.remedy)))
    style = {True: "", False: FAILED, None: FAINT}[finding.ok]
    return ScreenLine(text, lead=f"{sign} ", style=style)
