"""Each error that Telegram may answer with has one outcome, shown over HTTP with the sandbox's faults."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
import telegram
from telegram import error as errors
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.announcing.announcement import Announcement, AnnouncementProgress, Body, State, Tally
from bot.announcing.announcements import Announcements
from bot.announcing.chat import posting
from bot.announcing.chat.listener import StaffListener
from bot.people.people import People
from bot.sandbox.faults import KINDS, Fault
from bot.sandbox.seats import Seat
from bot.sandbox.server import Running, running
from bot.sandbox.world import World
from bot.schema import open_database
from bot.telegram.chats import Chats
from bot.telegram.messenger import Messenger, Unreachable
from bot.words.catalogue import Words, words
from bot.words.markup import Button, Html, Message, Payload, escape

TOKEN = "123456789:AAEhBOweik6ad6PsVgzlZHZxTh7P_courier"
HELLO = Message(Html("<b>Hello</b>"))


@dataclass
class Post:
    server: Running
    messenger: Messenger
    people: People
    seat: Seat
    slept: list[float] = field(default_factory=list)

    def fault(self, kind: str, **rule: Any) -> None:
        self.server.api.faults.set(Fault(kind, **rule))

    async def heard(self) -> list[str]:
        return [message["text"] for message in await self.seat.messages() if not message["own"]]


@pytest.fixture
async def post(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Post]:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # as `bot.app` does

    def clock() -> datetime:
        return datetime(2026, 3, 1, tzinfo=UTC)

    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    database = open_database(tmp_path / "bot.sqlite")
    people = People(database, clock, [], [])
    async with running(World(TOKEN)) as server:
        seat = await server.seat("Anna")
        await seat.start()
        await people.seen(seat.id, "private")
        request = HTTPXRequest(read_timeout=1, httpx_kwargs={"trust_env": False})
        bot = telegram.Bot(TOKEN, base_url=f"{server.api_url}/bot", request=request)
        async with bot:
            yield Post(server, Messenger(bot, people, sleep), people, seat, slept)
    database.close()


OUTCOMES = {
    # kind of fault: (times it strikes, messages that arrive, seconds waited)
    "flood": (1, 1, [5.0]),
    "server_error": (2, 1, [1.0, 3.0]),
    "html": (2, 1, [1.0, 3.0]),
    "reset": (1, 1, [1.0]),
    "slow": (1, 2, [1.0]),
    "lost": (1, 2, [1.0]),
    "forbidden": (1, 0, []),
    "bad_request": (1, 0, []),
}


def test_every_fault_of_the_sandbox_has_an_outcome() -> None:
    assert set(OUTCOMES) == set(KINDS)


@pytest.mark.parametrize("kind", OUTCOMES)
async def test_message_under_a_fault(post: Post, kind: str) -> None:
    """A time-out or a lost answer may double an answer; nothing but a refusal loses it."""
    count, arrive, waits = OUTCOMES[kind]
    post.fault(kind, method="sendMessage", count=count, seconds=1.5 if kind == "slow" else 0.0)
    if kind in ("forbidden", "bad_request"):
        with pytest.raises(Unreachable):
            await post.messenger.send(post.seat.id, HELLO)
        chat = await post.people.chat(post.seat.id)
        assert chat is not None
        assert not chat.reachable
    else:
        await post.messenger.send(post.seat.id, HELLO)
    for _ in range(arrive):
        await post.seat.next_message()
    assert await post.heard() == ["Hello"] * arrive
    assert post.slept == waits


@pytest.mark.parametrize(
    ("kind", "error"),
    [("flood", errors.RetryAfter), ("server_error", errors.NetworkError), ("reset", errors.NetworkError)],
)
async def test_patience_ends(post: Post, kind: str, error: type[Exception]) -> None:
    post.fault(kind, method="sendMessage")
    with pytest.raises(error):
        await post.messenger.send(post.seat.id, HELLO)
    assert await post.heard() == []
    assert len(post.slept) <= 3


async def test_flood_wait_of_an_hour_is_not_waited_for(post: Post) -> None:
    post.fault("flood", method="sendMessage", retry_after=3600)
    with pytest.raises(errors.RetryAfter):
        await post.messenger.send(post.seat.id, HELLO)
    assert post.slept == []


def running_one() -> Announcement:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    return Announcement(7, 1, Body(), 3, "", State.RUNNING, None, None, noon, None, noon, None, None)


async def test_how_far_something_was_that_is_over_is_remembered_no_more(post: Post) -> None:
    """Staff may open its card many times while it goes out, each time as another message."""
    await post.people.choose_language(post.seat.id, "private", "en")
    card = 0

    class Watched:
        async def watchers(self, number: int) -> tuple[tuple[int, int], ...]:
            return ((post.seat.id, card),)

    class Speaks:
        async def words_of(self, chat: int) -> Words:
            return words(await post.people.language(chat))

    speaks, announcements = cast("Chats", Speaks()), cast("Announcements", Watched())
    listener = StaffListener(speaks, post.people, announcements, post.messenger, "UTC")
    running = running_one()
    for _ in range(3):
        card = await post.messenger.send(post.seat.id, HELLO)
        await listener.progress(AnnouncementProgress(running, Tally(pending=2, sent=1), 1.0, 2.0, None))
        assert len(listener._shown) == 1
    assert "1 of 3" in (await post.heard())[-1]
    for _ in range(2):
        await listener.progress(
            AnnouncementProgress(replace(running, state=State.FINISHED), Tally(sent=3), 0.0, None, None)
        )
        assert listener._shown == {}


async def test_group_that_became_a_supergroup_gets_the_message_and_is_moved(post: Post) -> None:
    old = await post.seat.found("Team", kind="group")
    await post.people.choose_language(old, "group", "zh")
    new = (await post.seat.act("migrate", chat=old))["id"]
    await post.messenger.send(old, HELLO)
    assert (await post.people.language(new), await post.people.chat(old)) == ("zh", None)
    texts = [message.get("text") for message in await post.seat.messages(chat=new)]
    assert "Hello" in texts


async def test_edit_that_changes_nothing_is_as_good_as_done(post: Post) -> None:
    sent = await post.messenger.send(post.seat.id, HELLO)
    await post.messenger.edit(post.seat.id, sent, HELLO)
    assert await post.heard() == ["Hello"]


async def test_edit_of_a_message_that_is_gone_sends_a_new_one(post: Post) -> None:
    await post.messenger.edit(post.seat.id, 4242, HELLO)
    assert await post.heard() == ["Hello"]


async def test_markup_that_telegram_refuses_reaches_the_reader_as_plain_text(post: Post) -> None:
    await post.messenger.send(post.seat.id, Message(Html("<b>open &amp; wide")))
    assert await post.heard() == ["open & wide"]


async def test_long_message_comes_in_parts_with_its_buttons_last(post: Post) -> None:
    row = ((Button("Go", "x:1"),),)
    last = await post.messenger.send(post.seat.id, Message(escape("long words " * 700), row))
    messages = [message for message in await post.seat.messages() if not message["own"]]
    assert len(messages) == 2
    assert ["reply_markup" in message for message in messages] == [False, True]
    assert messages[-1]["message_id"] == last
    await post.messenger.set_buttons(post.seat.id, last, ())
    assert "reply_markup" not in (await post.seat.messages())[-1]


async def test_caption_is_cut_to_what_telegram_takes(post: Post) -> None:
    await post.messenger.send_file(post.seat.id, b"text", "note.md", Html("<i>" + "word " * 500 + "</i>"))
    assert len((await post.seat.messages())[-1]["caption"]) <= 1024


async def test_file_of_which_telegram_made_something_else_is_uploaded_for_each() -> None:
    """Music that is sent as a document comes back as music, and what that is kept by cannot be sent as a document."""
    uploads: list[bytes] = []

    class Telegram:
        async def send_document(self, chat: int, document: bytes, **_: object) -> telegram.Message:
            uploads.append(document)
            where = telegram.Chat(chat, telegram.Chat.PRIVATE)
            return telegram.Message(1, datetime(2026, 3, 1, tzinfo=UTC), where, audio=telegram.Audio("CQAC", "AgAD", 9))

    sender = posting.TelegramPost(cast("ExtBot[Any]", Telegram()))
    payload = Payload(Html(""), "document", data=b"ID3", name="anthem.mp3")
    for chat in (5, 6):
        await sender.send(chat, payload)
    assert uploads == [b"ID3", b"ID3"]


async def test_file_is_read_once_for_all_and_again_when_it_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str | bytes] = []
    read: list[Path] = []

    class Telegram:
        async def send_document(self, chat: int, document: str | bytes, **_: object) -> telegram.Message:
            sent.append(document)
            where = telegram.Chat(chat, telegram.Chat.PRIVATE)
            kept = telegram.Document(f"file {len(sent)}", "AgAD")
            return telegram.Message(1, datetime(2026, 3, 1, tzinfo=UTC), where, document=kept)

    whole = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read.append(path) or whole(path))
    paper = tmp_path / "agenda.pdf"
    paper.write_bytes(b"%PDF one")
    sender = posting.TelegramPost(cast("ExtBot[Any]", Telegram()))
    payload = Payload(Html(""), "document", path=paper, name="agenda.pdf")
    for chat in (5, 6, 7):
        await sender.send(chat, payload)
    assert (sent, read) == ([b"%PDF one", "file 1", "file 1"], [paper])
    paper.write_bytes(b"%PDF another")
    await sender.send(8, payload)
    assert sent[3:] == [b"%PDF another"]


def test_every_error_class_of_the_library_is_known_here() -> None:
    """A new class in a later version must be given an outcome, in the messenger and in OUTCOMES."""
    classes = {
        name for name, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, errors.TelegramError)
    }
    assert classes == {
        "BadRequest", "ChatMigrated", "Conflict", "EndPointNotFound", "Forbidden", "InvalidToken",
        "NetworkError", "PassportDecryptionError", "RetryAfter", "TelegramError", "TimedOut",
    }  # fmt: skip
