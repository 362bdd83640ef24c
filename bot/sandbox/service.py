"""A method's name with raw parameters in, what goes over the wire out: the Bot API without its HTTP.

The order of things: the method is known, its parameters are read, a fault may strike, the rates are watched,
the method runs, the journal notes it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox import methods_chats, methods_messages
from bot.sandbox.api_errors import ApiRefusal, too_many_requests
from bot.sandbox.bot_profile import BotProfile
from bot.sandbox.call import Call, Raw, Upload, method_name, typed
from bot.sandbox.faults import GATEWAY_PAGE, Fault, Faults
from bot.sandbox.inline import Inline
from bot.sandbox.journal import Journal
from bot.sandbox.polling import Polling
from bot.sandbox.rates import COUNTED, Rates
from bot.sandbox.records import Json
from bot.sandbox.shapes import user_json
from bot.sandbox.webhook import Webhook
from bot.sandbox.world import World

JSON_TYPE = "application/json"
MethodHandler = Callable[[World, Call], Any]

HANDLERS: dict[str, MethodHandler] = {
    "sendMessage": methods_messages.send_message,
    "sendPhoto": methods_messages.send_photo,
    "sendDocument": methods_messages.send_document,
    "sendMediaGroup": methods_messages.send_media_group,
    "sendChatAction": methods_messages.send_chat_action,
    "copyMessage": methods_messages.copy_message,
    "forwardMessage": methods_messages.forward_message,
    "editMessageText": methods_messages.edit_message_text,
    "editMessageCaption": methods_messages.edit_message_caption,
    "editMessageMedia": methods_messages.edit_message_media,
    "editMessageReplyMarkup": methods_messages.edit_message_reply_markup,
    "deleteMessage": methods_messages.delete_message,
    "deleteMessages": methods_messages.delete_messages,
    "setMessageReaction": methods_messages.set_message_reaction,
    "pinChatMessage": methods_messages.pin_chat_message,
    "unpinChatMessage": methods_messages.unpin_chat_message,
    "unpinAllChatMessages": methods_messages.unpin_all_chat_messages,
    "answerCallbackQuery": methods_messages.answer_callback_query,
    "getChat": methods_chats.get_chat,
    "getChatMember": methods_chats.get_chat_member,
    "getChatAdministrators": methods_chats.get_chat_administrators,
    "getChatMemberCount": methods_chats.get_chat_member_count,
    "leaveChat": methods_chats.leave_chat,
    "getFile": methods_chats.get_file,
}


@dataclass(frozen=True, slots=True)
class Wire:
    """What goes back: status and body; `broken` breaks the connection instead."""

    status: int
    body: bytes
    type: str = JSON_TYPE
    broken: bool = False


class BotApi:
    """The Bot API of one world; `profile`, `faults`, `rates`, `journal` are there to be looked at and set."""

    def __init__(
        self,
        world: World,
        *,
        faults: Faults | None = None,
        rates: Rates | None = None,
        journal: Journal | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.world = world
        self.faults = faults or Faults()
        self.rates = rates or Rates()
        self.journal = journal or Journal(world.token)
        self.sleep = sleep
        self.profile = BotProfile(world)
        self.polling = Polling(world.updates)
        self.webhook = Webhook(world.updates, sleep)
        self.inline = Inline(world)
        self.closing = asyncio.Event()
        profile = self.profile
        self.own: dict[str, Callable[[Call], Any]] = {
            "getMe": lambda _: self.me(),
            "logOut": lambda _: True,
            "close": lambda _: True,
            "setMyCommands": profile.set_my_commands,
            "getMyCommands": profile.get_my_commands,
            "deleteMyCommands": profile.delete_my_commands,
            "setMyName": lambda call: profile.set_text("name", call),
            "getMyName": lambda call: profile.get_text("name", call),
            "setMyDescription": lambda call: profile.set_text("description", call),
            "getMyDescription": lambda call: profile.get_text("description", call),
            "setMyShortDescription": lambda call: profile.set_text("short_description", call),
            "getMyShortDescription": lambda call: profile.get_text("short_description", call),
            "setChatMenuButton": profile.set_chat_menu_button,
            "getChatMenuButton": profile.get_chat_menu_button,
            "answerInlineQuery": self.inline.answer,
            "setWebhook": lambda call: self.set_webhook(call),
            "deleteWebhook": self.webhook.delete,
            "getWebhookInfo": lambda _: self.webhook.info(),
        }

    async def close(self) -> None:
        """Ends polls and deliveries; what waits for updates is answered with none."""
        self.closing.set()
        self.polling.close()
        await self.webhook.close()
        self.journal.close()

    def me(self) -> Json:
        """getMe: the bot with what only getMe tells."""
        return user_json(self.world.bot) | {
            "can_join_groups": True,
            "can_read_all_group_messages": not self.world.privacy,
            "supports_inline_queries": self.world.inline,
            "can_connect_to_business": False,
            "has_main_web_app": False,
            "has_topics_enabled": False,
            "allows_users_to_create_topics": False,
            "can_manage_bots": False,
        }

    def set_webhook(self, call: Call) -> bool:
        """setWebhook; a poll that waits is told so."""
        result = self.webhook.set(call)
        if self.webhook.url:
            self.polling.conflict("terminated by setWebhook request")
        return result

    async def call(self, written: str, raw: Raw, uploads: Mapping[str, Upload]) -> Wire:
        """Runs one call of the bot, faults and all; what the bot does wrong is answered, not raised."""
        world = self.world
        at = world.now()
        fault: Fault | None = None
        breaches: tuple[str, ...] = ()
        name, chat = written, chat_named(world, raw)
        result: Any = None
        refusal: ApiRefusal | None = None
        try:
            name = method_name(written)
            fault = self.faults.meet(name, chat)
            if fault is not None:
                refusal = fault.refusal()
                if refusal is not None:
                    raise refusal
                if fault.kind in ("html", "reset"):
                    return await self.gateway(at, name, chat, raw, fault)
                if fault.kind == "slow":
                    await self.pause(fault.seconds)
            call = typed(name, raw, uploads)
            breaches = self.watch(at, call, chat)
            result = await self.run(call)
        except ApiRefusal as caught:
            refusal = caught
        body = refusal.as_json() if refusal is not None else {"ok": True, "result": result}
        status = refusal.code if refusal is not None else 200
        self.journal.add(
            at,
            name,
            chat,
            {**raw, **{part: f"<{len(upload.data)} bytes>" for part, upload in uploads.items()}},
            status,
            message=sent_number(result),
            description=refusal.description if refusal is not None else "",
            fault=fault.kind if fault is not None else "",
            breaches=breaches,
        )
        if fault is not None and fault.kind == "lost":
            await self.pause(fault.seconds)
            return Wire(0, b"", broken=True)
        return Wire(status, json.dumps(body, separators=(",", ":")).encode())

    async def pause(self, seconds: float) -> None:
        """Waits as a fault asks, but no longer than the server runs."""
        waits = {asyncio.ensure_future(self.sleep(seconds)), asyncio.ensure_future(self.closing.wait())}
        _, late = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for task in late:
            task.cancel()

    async def run(self, call: Call) -> Any:
        """The result of a method."""
        if call.method == "getUpdates":
            if self.webhook.url:
                raise ApiRefusal(
                    409,
                    "Conflict: can't use getUpdates method while webhook is active;"
                    " use deleteWebhook to delete the webhook first",
                )
            return await self.polling.fetch(call)
        own = self.own.get(call.method)
        return own(call) if own is not None else HANDLERS[call.method](self.world, call)

    def watch(self, at: float, call: Call, chat: int | None) -> tuple[str, ...]:
        """The rate limits that a call goes over; 429 where they are enforced."""
        if call.method not in COUNTED or chat is None:
            return ()
        album = call.get("media") if call.method == "sendMediaGroup" else None
        breaches, wait = self.rates.note(at, chat, len(album) if isinstance(album, list) else 1)
        if breaches and self.rates.mode == "enforce":
            raise too_many_requests(wait)
        return breaches

    async def gateway(self, at: float, name: str, chat: int | None, raw: Raw, fault: Fault) -> Wire:
        """The wire of a fault that is no Bot API answer: a gateway's page, or a broken connection."""
        status = (fault.code or 502) if fault.kind == "html" else 0
        self.journal.add(at, name, chat, dict(raw), status, fault=fault.kind)
        await self.pause(fault.seconds)
        if fault.kind == "html":
            return Wire(status, GATEWAY_PAGE.encode(), "text/html")
        return Wire(0, b"", broken=True)


def chat_named(world: World, raw: Raw) -> int | None:
    """The chat that the raw parameters name, as a number."""
    value = raw.get("chat_id")
    if isinstance(value, str) and value.startswith("@"):
        return world.find_username(value) or None
    try:
        return int(value) if value is not None else None
    except (TypeError, ValueError):
        return None


def sent_number(result: Any) -> int:
    """The number of the message in a result, or 0."""
    if isinstance(result, list) and result and isinstance(result[0], dict):
        result = result[0]
    return int(result.get("message_id", 0)) if isinstance(result, dict) else 0
