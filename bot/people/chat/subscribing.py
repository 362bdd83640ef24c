"""`/subscribe`, `/unsubscribe`, and the bot's coming into a channel in; what a chat is subscribed to, out.

A group or a channel is subscribed by its admins; Telegram is asked who they are whenever a button is pressed.
"""

from __future__ import annotations

from telegram import CallbackQuery, Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.people import subscribing_messages
from bot.people.subscriptions import UnknownTopic
from bot.telegram.desk import Context, Desk, Handler, Speaker, argument, reply, speaker
from bot.telegram.members import leads, look_up
from bot.telegram.messenger import Unreachable
from bot.words.catalogue import words
from bot.words.markup import Html, Message, escape


class Subscribing:
    """Topics for persons, groups and channels; the buttons `s:<chat>:<what>`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def handlers(self) -> list[Handler]:
        new = filters.UpdateType.MESSAGE
        return [
            CommandHandler("subscribe", self.command, filters=new),
            CommandHandler("unsubscribe", self.command, filters=new),
            CallbackQueryHandler(self.press, pattern=r"^s:-?\d+:(on|off|done|stop|show)(:[a-z0-9-]+)?$"),
        ]

    async def command(self, update: Update, context: Context) -> None:
        """The topics, for this chat or for the channel that is named behind the command."""
        who, message = await speaker(self._desk, update), update.message
        if who is None or message is None:
            return
        wanted = argument(message).lstrip("@")
        if who.private and wanted:
            await self._channel(who, wanted, context)
        elif who.private:
            await reply(self._desk, who, await self._topics(who, who.chat))
        elif message.sender_chat is not None or await leads(context.bot, who.chat, who.user):
            await reply(self._desk, who, await self._topics(who, who.chat, message.chat.title or ""))
        else:
            await reply(self._desk, who, Message(escape(subscribing_messages.admins_only(who.words))))

    async def _channel(self, who: Speaker, name: str, context: Context) -> None:
        """`/subscribe @channel`, in private."""
        found = await look_up(context.bot, f"@{name}")
        may = (
            found is not None
            and found.type != ChatType.PRIVATE
            and await leads(context.bot, found.id, who.user)
            and await leads(context.bot, found.id, context.bot.id)
        )
        if found is None or not may:
            await reply(self._desk, who, subscribing_messages.which_channel(who.words, f"@{name}"))
            return
        await self._desk.people.seen(found.id, found.type)
        await reply(self._desk, who, await self._topics(who, found.id, found.title or name))

    async def invited(self, update: Update) -> None:
        """The bot was made an admin of a channel: whoever did so is asked what it shall hear of."""
        change = update.my_chat_member
        if change is None or change.chat.type != ChatType.CHANNEL:
            return
        if change.new_chat_member.status != ChatMemberStatus.ADMINISTRATOR:
            await self._desk.people.mark_unreachable(change.chat.id)
            return
        await self._desk.people.seen(change.chat.id, change.chat.type)
        user = change.from_user
        w = words(await self._desk.people.language(user.id) or user.language_code or "")
        title = change.chat.title or ""
        offered = await self._desk.subscriptions.topics()
        message = subscribing_messages.topics(w, change.chat.id, offered, (), title=title, own=False)
        greeting = subscribing_messages.invited(w, title)
        try:
            await self._desk.courier.send(user.id, Message(Html(f"{greeting}\n\n{message.html}"), message.buttons))
        except Unreachable:
            # They never wrote to the bot, so it may not write first; /subscribe @channel works later.
            return

    async def press(self, update: Update, context: Context) -> None:
        """A topic on or off, everything off, or done."""
        query, who = update.callback_query, await speaker(self._desk, update)
        if query is None or who is None or query.message is None:
            return
        _, number, what, topic = [*(query.data or "").split(":"), ""][:4]
        chat = int(number)
        if not await leads(context.bot, chat, who.user):
            text = subscribing_messages.admins_only(who.words)
            await self._desk.courier.acknowledge(query, text, alert=True)
            return
        title = ""
        if chat != who.user:
            found = await look_up(context.bot, chat)
            title = (found.title if found is not None else "") or ""
        await self._change(query, who, chat, what, topic)
        if what == "done":
            message = await self._done(who, chat)
        elif what == "stop":
            message = subscribing_messages.stopped(who.words)
        else:
            message = await self._topics(who, chat, title)
        await self._desk.courier.edit(who.chat, query.message.message_id, message)

    async def _change(self, query: CallbackQuery, who: Speaker, chat: int, what: str, topic: str) -> None:
        subscriptions, text = self._desk.subscriptions, ""
        titles = {one.id: one.title(who.words.language) for one in await subscriptions.topics(retired=True)}
        if what == "on":
            known = await self._desk.people.chat(chat)
            kind = known.kind if known is not None else ChatType.PRIVATE
            try:
                await subscriptions.subscribe(chat, kind, topic, who.words.language)
            except UnknownTopic:
                await self._desk.courier.acknowledge(query)
                return
            text = subscribing_messages.switched(who.words, titles.get(topic, topic), on=True)
        elif what == "off":
            await subscriptions.unsubscribe(chat, topic)
            text = subscribing_messages.switched(who.words, titles.get(topic, topic), on=False)
        elif what == "stop":
            await subscriptions.unsubscribe_all(chat)
        await self._desk.courier.acknowledge(query, text)

    async def _topics(self, who: Speaker, chat: int, title: str = "") -> Message:
        chosen = await self._desk.subscriptions.subscribed(chat)
        offered = await self._desk.subscriptions.topics(retired=True)
        shown = [topic for topic in offered if not topic.retired or topic.id in chosen]
        return subscribing_messages.topics(who.words, chat, shown, chosen, title=title, own=chat == who.user)

    async def _done(self, who: Speaker, chat: int) -> Message:
        chosen = await self._desk.subscriptions.subscribed(chat)
        offered = await self._desk.subscriptions.topics(retired=True)
        return subscribing_messages.topics_done(who.words, [topic for topic in offered if topic.id in chosen])
