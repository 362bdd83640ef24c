"""A chat and a person in; whether they lead it, and what it is called, out: as Telegram says now."""

from __future__ import annotations

from telegram import Bot, ChatFullInfo
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, Forbidden

LEADING = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)


async def leads(bot: Bot, chat: int, user: int) -> bool:
    """Whether a person is an admin of a chat; everybody leads their own. A chat that is gone is led by nobody."""
    if chat == user:
        return True
    try:
        return (await bot.get_chat_member(chat, user)).status in LEADING
    except (BadRequest, Forbidden):
        return False


async def look_up(bot: Bot, chat: int | str) -> ChatFullInfo | None:
    """What Telegram tells of a chat; None: it does not know it, or keeps it from us."""
    try:
        return await bot.get_chat(chat)
    except (BadRequest, Forbidden):
        return None
