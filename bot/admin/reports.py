"""An admin's files and `/reindex` in; reports in the folder and a new index generation out.

Owns the folder of reports as far as the chat changes it, and `data/incoming`, where an uploaded file waits
until it was read and its name is settled. A file that waits is named by its folder alone, so that a button
still finds it after a restart.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import shutil
import threading
import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from bot.admin.glossary_changes import Proposal, propose, put
from bot.base.private import usual_mode
from bot.people.people import People, Role
from bot.words.markup import clean
from content.glossary import Change
from content.library import Library, Limits, Skipped
from content.readers.side import side_bytes, side_of, with_values
from index.evaluating.rehearsal import Asked
from index.lexicon.lexicon import read_glossary

if TYPE_CHECKING:
    from index.build.reindex import Progress, ReindexReport

OnExists = Literal["ask", "replace", "both"]
NAME_BYTES = 120
"""Longest name of an uploaded file; most file systems take 255 bytes."""
KEPT = 30 * 86_400
"""Seconds that a report which was removed or replaced is kept."""
WAITS = 86_400
"""Seconds that an uploaded file waits for its admin to decide."""


class Unsuitable(Exception):
    """A file cannot become a report: its name as shown, why, and what to do."""

    def __init__(self, name: str, reason: str, remedy: str) -> None:
        super().__init__(f"{name}: {reason}: {remedy}")
        self.name, self.reason, self.remedy = name, reason, remedy


class Stopped(Exception):
    """The bot stops; reindexing was given up, and the live index is as it was."""

    def __init__(self) -> None:
        super().__init__("the bot was stopped meanwhile")


class Busy(Exception):
    """The reports are being read already."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that waits in `data/incoming/<token>/`."""

    token: str
    path: Path

    @property
    def name(self) -> str:
        return self.path.name


@dataclass(frozen=True, slots=True)
class Placed:
    """A file among the reports: its source, and how it came there."""

    source: str
    outcome: Literal["added", "same", "exists"]


Build = Callable[..., "ReindexReport"]


class Reports:
    """The folder of reports, and building the index from it. `build` is `index.builder.reindex`."""

    def __init__(
        self,
        people: People,
        content: Path,
        index: Path,
        incoming: Path,
        limits: Limits,
        build: Build,
    ) -> None:
        self._people = people
        self._content = content
        self._index = index
        self._incoming = incoming
        self._removed = incoming.with_name("removed")
        self._limits = limits
        self._build = build
        self._building = asyncio.Lock()
        self._stopping = threading.Event()

    # The index

    async def reindex(self, actor: int, progress: Callable[[Progress], None], *, force: bool = False) -> ReindexReport:
        """Read what changed and swap the index. `progress` is called from another thread.

        `force`: also when known questions are no longer answered. Raises `NotAllowed`, `Busy`, `IndexFault`, `OSError`,
        and `Stopped` when the bot stops meanwhile.
        """
        await self._people.authorize(actor, Role.ADMIN, "reindex --force" if force else "reindex")
        if self._building.locked():
            raise Busy
        return await self.bring_up_to_date(progress, force=force)

    async def bring_up_to_date(self, progress: Callable[[Progress], None], *, force: bool = False) -> ReindexReport:
        """The same for the bot itself: at first start, and after an upload that was authorised.

        Waits for a build that is running, since that one may have begun before the file was there.
        """
        async with self._building:
            return await self._in_thread(progress, force)

    # The glossary

    async def try_change(self, actor: int, change: Change, recorded: Sequence[Asked]) -> Proposal:
        """What a change of the glossary would do. Raises `NotAllowed`, `NotChanged`, `IndexFault`, `OSError`."""
        await self._people.check(actor, Role.ADMIN, "dict")
        return await asyncio.to_thread(propose, self._content, self._index, change, recorded)

    async def take_change(self, actor: int, change: Change, progress: Callable[[Progress], None]) -> ReindexReport:
        """Change the glossary and the index with it; where the index cannot be built, both stay as they were.

        Raises `NotAllowed`, `NotChanged`, and what `reindex` raises but `Busy`.
        """
        detail = f"{change.word}: {'; '.join(change.forms)}" if change.forms else change.word
        await self._people.authorize(actor, Role.ADMIN, f"dict {change.action}", detail)
        async with self._building:
            kept = await asyncio.to_thread(put, self._content, change)
            try:
                return await self._in_thread(progress, force=False)
            except BaseException:
                kept.restore()
                raise

    async def glossary(self, actor: int) -> str:
        """The text of the glossary. Raises `NotAllowed`, `IndexFault`, `OSError`."""
        await self._people.check(actor, Role.ADMIN, "dict")
        return await asyncio.to_thread(read_glossary, self._content)

    def stop(self) -> None:
        """Give up building, at the next sign of progress."""
        self._stopping.set()

    async def _in_thread(self, progress: Callable[[Progress], None], force: bool) -> ReindexReport:
        # A thread of its own, and a daemon: the interpreter must not wait for it when the bot stops.
        loop = asyncio.get_running_loop()
        future: asyncio.Future[ReindexReport] = loop.create_future()

        def on_progress(step: Progress) -> None:
            if self._stopping.is_set():
                raise Stopped
            progress(step)

        def settle(result: ReindexReport | None, error: BaseException | None) -> None:
            if future.done():
                return
            if error is not None:
                future.set_exception(error)
            else:
                assert result is not None
                future.set_result(result)

        def run() -> None:
            result: ReindexReport | None = None
            error: BaseException | None = None
            try:
                self._content.mkdir(parents=True, exist_ok=True)
                result = self._build(self._content, self._index, progress=on_progress, force=force)
            except BaseException as raised:  # noqa: BLE001 - handed to whoever awaits it
                error = raised
            if not loop.is_closed():
                loop.call_soon_threadsafe(settle, result, error)

        threading.Thread(target=run, name="reindex", daemon=True).start()
        return await future

    # Files

    def source_file(self, source: str) -> Path | None:
        """The file of a report; None when it is gone, or would lie outside the folder of reports."""
        folder = self._content.resolve()
        try:
            path = (folder / source).resolve()
            return path if path.is_relative_to(folder) and path.is_file() else None
        except (OSError, ValueError):
            return None

    async def receive(self, actor: int, name: str) -> Incoming:
        """A safe place for a file that is about to come. Raises `NotAllowed`, `Unsuitable` for its name."""
        await self._people.authorize(actor, Role.ADMIN, "upload", one_name(name))
        safe = safe_name(name)
        token = secrets.token_urlsafe(9)
        folder = self._incoming / token
        folder.mkdir(mode=0o700, parents=True)
        return Incoming(token, folder / safe)

    async def waiting(self, actor: int, token: str) -> Incoming | None:
        """The file that waits under a token; None: it waits no more. Raises `NotAllowed`."""
        await self._people.check(actor, Role.ADMIN, "upload")
        if not re.fullmatch(r"[A-Za-z0-9_-]{12}", token):
            return None
        folder = self._incoming / token
        files = [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []
        return Incoming(token, files[0]) if files else None

    async def check(self, incoming: Incoming) -> None:
        """Read the file as reindexing will, in a worker process. Raises `Unsuitable`."""

        def read() -> None:
            library = Library(incoming.path.parent, self._limits)
            files = library.scan()
            if not files:
                raise Unsuitable(incoming.name, "a file of this name is never a report", "rename it")
            for result in list(library.read(files)):  # to the end, which is what closes its workers
                if isinstance(result, Skipped):
                    raise Unsuitable(incoming.name, result.reason, result.remedy)

        await asyncio.to_thread(read)

    async def place(self, actor: int, incoming: Incoming, on_exists: OnExists) -> Placed:
        """Move a checked file among the reports. Never overwrites but with `replace`. Raises `NotAllowed`."""
        await self._people.authorize(actor, Role.ADMIN, f"add report ({on_exists})", incoming.name)
        placed = await asyncio.to_thread(self._place, incoming, on_exists)
        if placed.outcome != "exists":
            self.discard(incoming)
        return placed

    async def remove(self, actor: int, source: str) -> bool:
        """Take a report away; it is kept for a while in `data/removed`. False: it is gone. Raises `NotAllowed`."""
        await self._people.authorize(actor, Role.ADMIN, "remove report", source)
        return await asyncio.to_thread(self._set_aside, source)

    async def replace(self, actor: int, source: str, incoming: Incoming) -> Placed:
        """Put a checked file in the place of a report, also where it is of another format. Raises `NotAllowed`.

        `exists`: a file of its format and that name is there already.
        """
        await self._people.authorize(actor, Role.ADMIN, "replace report", f"{source} by {incoming.name}")
        placed = await asyncio.to_thread(self._replace, source, incoming)
        if placed.outcome != "exists":
            self.discard(incoming)
        return placed

    async def describe(self, actor: int, source: str, title: str, year: int | None) -> bool:
        """Write title and year into the side file of a report. False: the report is gone. Raises `NotAllowed`."""
        await self._people.authorize(actor, Role.ADMIN, "describe report", source)
        return await asyncio.to_thread(self._describe, source, title, year)

    def _describe(self, source: str, title: str, year: int | None) -> bool:
        file = self.source_file(source)
        if file is None:
            return False
        try:
            text = with_values(side_bytes(file), title, year)
        except ValueError:  # it is no side file, and the reindex said so
            text = with_values(None, title, year)
        beside = file.with_name(f".{secrets.token_hex(6)}.tmp")
        try:
            beside.write_bytes(text)
            beside.chmod(usual_mode())
            beside.replace(side_of(file))
        finally:
            beside.unlink(missing_ok=True)
        return True

    def _replace(self, source: str, incoming: Incoming) -> Placed:
        folder = self._content.resolve()
        old = (folder / source).resolve()
        if not old.is_relative_to(folder):
            return self._place(incoming, "both")
        target = old.with_suffix(incoming.path.suffix)
        if target != old and target.exists():
            return Placed(target.relative_to(folder).as_posix(), "exists")
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{incoming.token}.tmp")
        try:
            shutil.copyfile(incoming.path, beside)
            beside.chmod(usual_mode())
            self._set_aside(source, copy=target == old)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
        return Placed(target.relative_to(folder).as_posix(), "added")

    def _set_aside(self, source: str, *, copy: bool = False) -> bool:
        """Move a report and what is written beside it to the removed ones; `copy`: leave both where they are, too."""
        file = self.source_file(source)
        if file is None:
            return False
        removed = self._removed / f"{time.strftime('%Y%m%dT%H%M%S')}-{secrets.token_hex(3)}"
        removed.mkdir(mode=0o700, parents=True)
        for path in (file, side_of(file)):
            if path.is_file():
                shutil.copyfile(path, removed / path.name)
                if not copy:
                    path.unlink()
        return True

    def discard(self, incoming: Incoming) -> None:
        """Forget a file that waits."""
        shutil.rmtree(incoming.path.parent, ignore_errors=True)

    def discard_old(self, now: float | None = None) -> None:
        """Forget files that wait longer than a day, and reports removed long ago. `now`: seconds since 1970."""
        for home, lasts in ((self._incoming, WAITS), (self._removed, KEPT)):
            oldest = (time.time() if now is None else now) - lasts
            for folder in home.iterdir() if home.is_dir() else ():
                if folder.stat().st_mtime < oldest:
                    shutil.rmtree(folder, ignore_errors=True)

    def _place(self, incoming: Incoming, on_exists: OnExists) -> Placed:
        self._content.mkdir(parents=True, exist_ok=True)
        # Beside its goal first, so that it appears there whole and at once; readers leave ".…" alone.
        beside = self._content / f".{incoming.token}.tmp"
        try:
            shutil.copyfile(incoming.path, beside)
            beside.chmod(usual_mode())  # the folder of reports may be read by others
            number = 0
            while True:
                number += 1
                target = self._content / (incoming.name if number == 1 else _numbered(incoming.name, number))
                if on_exists == "replace":
                    beside.replace(target)
                    return Placed(target.name, "added")
                try:
                    _take_name(beside, target)
                except FileExistsError:
                    if number == 1 and _same(beside, target):
                        return Placed(target.name, "same")
                    if on_exists == "ask":
                        return Placed(target.name, "exists")
                    continue
                return Placed(target.name, "added")
        finally:
            beside.unlink(missing_ok=True)


def _take_name(file: Path, name: Path) -> None:
    """Give a file a name of its own, whole and at once. Raises FileExistsError where it is taken, OSError."""
    try:
        name.hardlink_to(file)
    except FileExistsError:
        raise
    except OSError:  # a file system without second names
        name.open("xb").close()
        try:
            file.replace(name)
        except OSError:
            name.unlink()
            raise


def one_name(name: str) -> str:
    """The last part of whatever path a name pretends to be, on any system."""
    return re.split(r"[/\\]", name)[-1].strip()


def safe_name(name: str) -> str:
    """A file name that is only a name: no path, not hidden, no controls, not too long.

    Raises `Unsuitable` when nothing is left of it, or it has no ending.
    """
    plain = unicodedata.normalize("NFC", clean(one_name(name).replace("\n", " ").replace("\t", " ")))
    plain = re.sub(r'[<>:"|?*\u200b-\u200f\u2028\u2029]', "_", plain)
    plain = re.sub(r"\s+", " ", plain).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    stem = stem.strip(" .~$")
    if not dot or not stem or not re.fullmatch(r"[A-Za-z0-9]{1,8}", ending):
        raise Unsuitable(
            clean(name)[:80] or "the file",
            "its name says not what it is",
            "give it a name such as report-2021.pdf",
        )
    room = NAME_BYTES - len(ending) - 1
    stem = stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .")
    if re.fullmatch(r"(?i)con|prn|aux|nul|com\d|lpt\d", stem):
        stem = f"{stem}_"
    return f"{stem}.{ending.lower()}"


def _numbered(name: str, number: int) -> str:
    stem, _, ending = name.rpartition(".")
    return f"{stem} ({number}).{ending}"


def _same(one: Path, other: Path) -> bool:
    return other.is_file() and one.stat().st_size == other.stat().st_size and one.read_bytes() == other.read_bytes()
