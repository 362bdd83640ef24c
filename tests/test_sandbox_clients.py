"""Two client libraries hold the same conversation with the sandbox over HTTP and read all its answers."""

from __future__ import annotations

from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, CallbackQueryHandler, MessageHandler, filters

from bot.sandbox.server import Running, running
from bot.sandbox.world import World

TOKEN = "123456:sandbox-token"


def application(server: Running) -> Application[Any, Any, Any, Any, Any, Any]:
    """A python-telegram-bot application that talks to the sandbox."""
    builder = Application.builder().token(TOKEN)
    return builder.base_url(f"{server.api_url}/bot").base_file_url(f"{server.api_url}/file/bot").build()


async def test_python_telegram_bot_polls_answers_and_edits() -> None:
    async def answer(update: Update, context: object) -> None:
        assert update.message is not None
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data="more")]])
        await update.message.reply_html(f"<b>You</b> said {update.message.text}", reply_markup=keyboard)

    async def more(update: Update, context: object) -> None:
        assert update.callback_query is not None
        await update.callback_query.answer("Here it is")
        await update.callback_query.edit_message_text("More")

    async with running(World(TOKEN)) as server:
        app = application(server)
        app.add_handler(MessageHandler(filters.TEXT, answer))
        app.add_handler(CallbackQueryHandler(more))
        async with app:
            assert app.updater is not None
            await app.start()
            await app.updater.start_polling()
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
