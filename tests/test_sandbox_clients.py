"""Two client libraries hold the same conversations with the sandbox over HTTP and read all its answers.

What python-telegram-bot does not know in an answer it keeps in `api_kwargs`, so an empty one at every depth
shows that each field of an answer is one of the Bot API's.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiogram
import pytest
import telegram
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import BotCommand, BotCommandScopeChat, BufferedInputFile, InputMediaPhoto
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    TelegramObject,
    Update,
)
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken
from telegram.ext import Application, CallbackQueryHandler, MessageHandler, filters

from bot.sandbox.faults import Fault
from bot.sandbox.server import Running, running
from bot.sandbox.world import World

TOKEN = "123456:sandbox-token"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 640, 480) + b"\x08\x02\x00\x00\x00"
# fields that Telegram sends and that the Bot API stopped documenting
LEGACY = {
    "all_members_are_administrators",
    "new_chat_participant",
    "new_chat_member",
    "left_chat_participant",
}


@pytest.fixture
async def server() -> AsyncIterator[Running]:
    async with running(World(TOKEN)) as server:
        yield server


@pytest.fixture
async def ptb(server: Running) -> AsyncIterator[Bot]:
    bot = Bot(TOKEN, base_url=f"{server.api_url}/bot", base_file_url=f"{server.api_url}/file/bot")
    async with bot:
        yield bot


@pytest.fixture
async def gram(server: Running) -> AsyncIterator[aiogram.Bot]:
    bot = aiogram.Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(server.api_url)))
    yield bot
    await bot.session.close()


def unknown_fields(value: Any) -> Iterator[str]:
    """The fields at any depth of an answer that python-telegram-bot does not know."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from unknown_fields(item)
    elif isinstance(value, TelegramObject):
        yield from set(value.api_kwargs) - LEGACY
        for part in type(value).__mro__:
            for name in (slot for slot in getattr(part, "__slots__", ()) if not slot.startswith("_")):
                yield from unknown_fields(getattr(value, name, None))


def application(server: Running) -> Application[Any, Any, Any, Any, Any, Any]:
    """A python-telegram-bot application that talks to the sandbox."""
    builder = Application.builder().token(TOKEN)
    return builder.base_url(f"{server.api_url}/bot").base_file_url(f"{server.api_url}/file/bot").build()


async def test_python_telegram_bot_polls_answers_and_edits(server: Running) -> None:
    async def answer(update: Update, context: object) -> None:
        assert update.message is not None
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data="more")]])
        await update.message.reply_html(f"<b>You</b> said {update.message.text}", reply_markup=keyboard)

    async def more(update: Update, context: object) -> None:
        assert update.callback_query is not None
        await update.callback_query.answer("Here it is")
        await update.callback_query.edit_message_text("More")

    app = application(server)
    app.add_handler(MessageHandler(filters.TEXT, answer))
    app.add_handler(CallbackQueryHandler(more))
    async with app:
        assert app.updater is not None
        await app.start()
        await app.updater.start_polling()
        await server.polled()
        try:
            seat = await server.seat("Ana")
            await seat.say("科技智库 😀")
            message = await seat.next_message()
            pressed = await seat.press(message, "More")
            edited = await seat.next_edit()
        finally:
            await app.updater.stop()
            await app.stop()

    assert message["text"] == "You said 科技智库 😀"
    assert message["entities"] == [{"offset": 0, "length": 3, "type": "bold"}]
    assert pressed == {"answered": True, "text": "Here it is", "alert": False}
    assert (edited["message_id"], edited["text"]) == (message["message_id"], "More")
    assert "reply_markup" not in edited


async def test_aiogram_polls_answers_and_edits(server: Running, gram: aiogram.Bot) -> None:
    dispatcher = aiogram.Dispatcher()

    async def answer(message: aiogram.types.Message) -> None:
        button = aiogram.types.InlineKeyboardButton(text="More", callback_data="more")
        keyboard = aiogram.types.InlineKeyboardMarkup(inline_keyboard=[[button]])
        await message.reply(f"<b>You</b> said {message.text}", parse_mode="HTML", reply_markup=keyboard)

    async def more(query: aiogram.types.CallbackQuery) -> None:
        await query.answer("Here it is")
        assert isinstance(query.message, aiogram.types.Message)
        await query.message.edit_text("More")

    dispatcher.message.register(answer)
    dispatcher.callback_query.register(more)
    polling = asyncio.create_task(dispatcher.start_polling(gram, handle_signals=False, close_bot_session=False))
    await server.polled()
    seat = await server.seat("Ana")
    await seat.say("科技智库 😀")
    message = await seat.next_message()
    pressed = await seat.press(message, "More")
    edited = await seat.next_edit()
    await dispatcher.stop_polling()
    await polling

    assert message["text"] == "You said 科技智库 😀"
    assert message["reply_to_message"]["text"] == "科技智库 😀"
    assert pressed == {"answered": True, "text": "Here it is", "alert": False}
    assert (edited["message_id"], edited["text"]) == (message["message_id"], "More")


async def test_python_telegram_bot_knows_every_field_of_every_answer(server: Running, ptb: Bot) -> None:
    seat = await server.seat("Ana", language="zh-hans", username="ana")
    await seat.start("p_1")
    chat = await seat.found("Office")
    channel = await seat.found("News", kind="channel")
    sent = await ptb.send_message(
        seat.id,
        'a <b>b</b> <a href="https://a.org">c</a> <blockquote expandable>d</blockquote>'
        ' <tg-spoiler>e</tg-spoiler> <pre><code class="language-py">f</code></pre>'
        f' <a href="tg://user?id={seat.id}">g</a> /start @ana #h',
        parse_mode="HTML",
        link_preview_options=telegram.LinkPreviewOptions(is_disabled=True),
        protect_content=True,
        reply_parameters=telegram.ReplyParameters(1, quote="start"),
        reply_markup=InlineKeyboardMarkup(
            [
                [InlineKeyboardButton("more", callback_data="x")],
                [
                    InlineKeyboardButton("open", url="https://a.org"),
                    InlineKeyboardButton("copy", copy_text=telegram.CopyTextButton("x")),
                ],
            ]
        ),
    )
    document = await ptb.send_document(seat.id, b"%PDF", filename="a.pdf", caption="<i>x</i>", parse_mode="HTML")
    assert document.document is not None
    await seat.say("in the group /x", chat=chat)
    await seat.press(sent.to_dict(), "more", timeout=0)
    await seat.act("react", number=sent.message_id, emoji="👍")
    await seat.block()
    await seat.unblock()
    await seat.act("migrate", chat=chat)
    answers: list[Any] = [
        await ptb.get_me(),
        sent,
        document,
        await ptb.send_photo(seat.id, PNG),
        await ptb.send_media_group(seat.id, [InputMediaDocument(b"1"), InputMediaDocument(document.document.file_id)]),
        await ptb.edit_message_caption(seat.id, document.message_id, caption="new"),
        await ptb.copy_message(seat.id, seat.id, document.message_id),
        await ptb.forward_message(seat.id, seat.id, document.message_id),
        await ptb.send_message(channel, "post"),
        await ptb.get_chat(seat.id),
        await ptb.get_chat(channel),
        await ptb.get_chat_member(channel, seat.id),
        await ptb.get_chat_administrators(channel),
        await ptb.get_file(document.document.file_id),
        await ptb.get_webhook_info(),
        await ptb.get_my_commands(),
        await ptb.get_my_name(),
        await ptb.get_my_description(),
        await ptb.get_my_short_description(),
        await ptb.get_chat_menu_button(),
        await ptb.get_updates(),
    ]
    assert list(unknown_fields(answers)) == []
    assert await ptb.get_chat_member_count(channel) == 2
    assert await ptb.set_my_commands([("ask", "Ask")], scope=telegram.BotCommandScopeChat(seat.id))
    assert [item["command"] for item in await seat.menu()] == ["ask"]
    assert await ptb.set_chat_menu_button(seat.id, telegram.MenuButtonCommands())
    assert bytes(await (await ptb.get_file(document.document.file_id)).download_as_bytearray()) == b"%PDF"
    assert {entry.description for entry in server.journal.calls()} == {""}


async def test_aiogram_reads_every_answer(server: Running, gram: aiogram.Bot) -> None:
    seat = await server.seat("Ana", language="zh-hans", username="ana")
    await seat.start("p_1")
    chat = await seat.found("Office", kind="supergroup")
    sent = await gram.send_message(seat.id, "a <b>b</b> <blockquote expandable>c</blockquote>", parse_mode="HTML")
    assert [entity.type for entity in sent.entities or ()] == ["bold", "expandable_blockquote"]
    document = await gram.send_document(seat.id, BufferedInputFile(b"%PDF", "a.pdf"), caption="x")
    assert document.document is not None
    album: list[Any] = [InputMediaPhoto(media=BufferedInputFile(PNG, f"{name}.png")) for name in "ab"]
    assert len(await gram.send_media_group(seat.id, album)) == 2
    assert (await gram.send_photo(seat.id, BufferedInputFile(PNG, "a.png"))).photo
    await gram.send_chat_action(seat.id, "typing")
    await gram.set_message_reaction(seat.id, sent.message_id, [aiogram.types.ReactionTypeEmoji(emoji="👍")])
    await gram.pin_chat_message(seat.id, sent.message_id)
    assert (await gram.get_chat(seat.id)).pinned_message
    assert (await gram.get_chat_member(chat, seat.id)).status == "creator"
    assert len(await gram.get_chat_administrators(chat)) == 1
    assert (await gram.forward_message(seat.id, seat.id, document.message_id)).forward_origin
    await gram.set_my_commands(
        [BotCommand(command="ask", description="Ask")], scope=BotCommandScopeChat(chat_id=seat.id)
    )
    assert [item["command"] for item in await seat.menu()] == ["ask"]
    assert (await gram.get_my_name()).name == "citedesk"
    assert (await gram.get_webhook_info()).pending_update_count == 3
    file = await gram.get_file(document.document.file_id)
    assert file.file_path
    downloaded = await gram.download_file(file.file_path)
    assert downloaded is not None
    assert downloaded.read() == b"%PDF"
    updates = await gram.get_updates()
    assert [update.event_type for update in updates] == ["message", "my_chat_member", "message"]


async def test_both_sort_the_refusals_into_their_own_classes(
    server: Running, ptb: Bot, gram: aiogram.Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    seat = await server.seat("Ana")
    await seat.start()
    chat = await seat.found("Office")

    async def both(where: int, theirs: type[Exception], ours: type[Exception]) -> None:
        with pytest.raises(theirs):
            await ptb.send_message(where, "x")
        with pytest.raises(ours):
            await gram.send_message(where, "x")

    await both(5, BadRequest, TelegramBadRequest)
    for kind, theirs, ours in (
        ("flood", telegram.error.RetryAfter, TelegramRetryAfter),
        ("server_error", telegram.error.NetworkError, TelegramServerError),
    ):
        server.api.faults.set(Fault(kind, count=2))
        await both(seat.id, theirs, ours)
    await seat.act("migrate", chat=chat)
    await both(chat, ChatMigrated, TelegramMigrateToChat)
    await seat.block()
    await both(seat.id, Forbidden, TelegramForbiddenError)

    first = asyncio.create_task(ptb.get_updates(offset=200_000, timeout=30))
    await server.polled()
    second = asyncio.create_task(gram.get_updates(timeout=30))
    with pytest.raises(Conflict):
        await first
    await server.polled()
    await ptb.get_updates()
    with pytest.raises(TelegramConflictError):
        await second

    wrong = Bot("123456:other", base_url=f"{server.api_url}/bot")
    with pytest.raises(InvalidToken):
        await wrong.initialize()
    await wrong.shutdown()
    other = aiogram.Bot("123456:other", session=gram.session)
    with pytest.raises(TelegramUnauthorizedError):
        await other.get_me()


async def test_python_telegram_bot_takes_updates_by_webhook(server: Running, ptb: Bot) -> None:
    said: asyncio.Queue[str] = asyncio.Queue()

    async def note(update: Update, context: object) -> None:
        assert update.message is not None
        said.put_nowait(update.message.text or "")

    app = application(server)
    app.add_handler(MessageHandler(filters.TEXT, note))
    async with app:
        assert app.updater is not None
        await app.start()
        # port 0 would leave the address unknown to setWebhook, so a free one is asked for first
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        url = f"http://127.0.0.1:{port}/hook"
        await app.updater.start_webhook("127.0.0.1", port, "hook", webhook_url=url, secret_token="s3cret")
        try:
            seat = await server.seat("Ana")
            await seat.say("by webhook")
            assert await asyncio.wait_for(said.get(), 10) == "by webhook"
        finally:
            await app.updater.stop()
            await app.stop()
