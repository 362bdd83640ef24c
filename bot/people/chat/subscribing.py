"""`/subscribe`, `/unsubscribe`, and the bot's coming into a channel in; what a chat is subscribed to, out.

A group or a channel is subscribed by its admins; Telegram is asked who they are whenever a button is pressed.
"""

from __future__ import annotations

from telegram import Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.ext import ExtBot

from bot.people import subscribing_messages
from bot.people.people import Absence, People
from bot.people.subscriptions import Subscriptions, UnknownTopic
from bot.telegram.callbacks import Subscribe
from bot.telegram.chats import Chats, Command, Handler, Press, Speaker, leads, look_up, speaks_as_the_chat
from bot.telegram.messenger import Messenger, Unreachable
from bot.words.catalogue import words
from bot.words.markup import Html, Message, escape


class Subscribing:
    """Topics for persons, groups and channels."""

    def __init__(self, chats: Chats, people: People, subscriptions: Subscriptions, messenger: Messenger) -> None:
        self._chats = chats
        self._people = people
        self._subscriptions = subscriptions
        self._messenger = messenger

    def handlers(self) -> list[Handler]:
        return [
            self._chats.on_command("subscribe", self.command),
            self._chats.on_command("unsubscribe", self.command),
            self._chats.on_command("stop", self.stop),
            self._chats.on_press(Subscribe, self.press, answer=False),
        ]

    async def command(self, command: Command) -> None:
        """The topics, for this chat or for the channel that is named behind the command."""
        who, received, bot = command.who, command.received, command.context.bot
        wanted = command.argument.lstrip("@")
        if who.private and wanted:
            await self._channel(who, wanted, bot)
        elif who.private:
            await self._chats.reply(who, await self._topics(who, who.chat))
        elif speaks_as_the_chat(received) or await leads(bot, who.chat, who.user):
            await self._chats.reply(who, await self._topics(who, who.chat, received.chat.title or ""))
        else:
            await self._chats.reply(who, Message(escape(subscribing_messages.admins_only(who.words))))

    async def stop(self, command: Command) -> None:
        """`/stop`: no more announcements for this chat. For a group, its admins decide."""
        who, as_chat = command.who, speaks_as_the_chat(command.received)
        if not (who.private or as_chat or await leads(command.context.bot, who.chat, who.user)):
            await self._chats.reply(who, Message(escape(subscribing_messages.admins_only(who.words))))
            return
        subscribed = bool(await self._subscriptions.subscribed(who.chat))
        await self._subscriptions.unsubscribe_all(who.chat)
        await self._chats.reply(who, subscribing_messages.stopped_by_command(who.words, subscribed=subscribed))

    async def _channel(self, who: Speaker, name: str, bot: ExtBot[None]) -> None:
        """`/subscribe @channel`, in private."""
        chat_full_info = await look_up(bot, f"@{name}")
        may = (
            chat_full_info is not None
            and chat_full_info.type != ChatType.PRIVATE
            and await leads(bot, chat_full_info.id, who.user)
            and await leads(bot, chat_full_info.id, bot.id)
        )
        if chat_full_info is None or not may:
            await self._chats.reply(who, subscribing_messages.which_channel(who.words, f"@{name}"))
            return
        await self._people.seen(chat_full_info.id, chat_full_info.type)
        await self._chats.reply(who, await self._topics(who, chat_full_info.id, chat_full_info.title or name))

    async def invited(self, update: Update) -> None:
        """The bot was made an admin of a channel: whoever did so is asked what it shall hear of."""
        change = update.my_chat_member
        if change is None or change.chat.type != ChatType.CHANNEL:
            return
        if change.new_chat_member.status != ChatMemberStatus.ADMINISTRATOR:
            await self._people.mark_unreachable(change.chat.id, Absence.GONE)
            return
        await self._people.seen(change.chat.id, change.chat.type)
        await self._people.mark_heard(change.chat.id)
        user = change.from_user
        w = words(await self._people.language(user.id) or user.language_code or "")
        title = change.chat.title or ""
        offered = await self._subscriptions.topics()
        message = subscribing_messages.topics(w, change.chat.id, offered, (), title=title, own=False)
        greeting = subscribing_messages.invited(w, title)
        try:
            await self._messenger.send(user.id, Message(Html(f"{greeting}\n\n{message.html}"), message.buttons))
        except Unreachable:
            # They never wrote to the bot, so it may not write first; /subscribe @channel works later.
            return

    async def press(self, press: Press[Subscribe]) -> None:
        """A topic on or off, everything off, or done."""
        who, chat, what, bot = press.who, press.data.chat, press.data.what, press.context.bot
        if not await leads(bot, chat, who.user):
            await press.answer(subscribing_messages.admins_only(who.words), alert=True)
            return
        title = ""
        if chat != who.user:
            known = await look_up(bot, chat)
            title = (known.title if known is not None else "") or ""
        await self._change(press)
        if what == "done":
            message = await self._done(who, chat)
        elif what == "stop":
            message = subscribing_messages.stopped(who.words)
        else:
            message = await self._topics(who, chat, title)
        await press.show(message)

    async def _change(self, press: Press[Subscribe]) -> None:
        subscriptions, text = self._subscriptions, ""
        w, chat, what, topic = press.who.words, press.data.chat, press.data.what, press.data.topic or ""
        titles = {offered.id: offered.title(w.language) for offered in await subscriptions.topics(retired=True)}
        if what == "on":
            known = await self._people.chat(chat)
            kind = known.kind if known is not None else ChatType.PRIVATE
            try:
                thread = press.who.thread if chat == press.who.chat else None
                await subscriptions.subscribe(chat, kind, topic, w.language, thread=thread or 0)
            except UnknownTopic:
                await press.answer()
                return
            text = subscribing_messages.switched(w, titles.get(topic, topic), on=True)
        elif what == "off":
            await subscriptions.unsubscribe(chat, topic)
            text = subscribing_messages.switched(w, titles.get(topic, topic), on=False)
        elif what == "stop":
            await subscriptions.unsubscribe_all(chat)
        await press.answer(text)

    async def _topics(self, who: Speaker, chat: int, title: str = "") -> Message:
        chosen = await self._subscriptions.subscribed(chat)
        offered = await self._subscriptions.topics(retired=True)
        shown = [topic for topic in offered if not topic.retired or topic.id in chosen]
        return subscribing_messages.topics(who.words, chat, shown, chosen, title=title, own=chat == who.user)

    async def _done(self, who: Speaker, chat: int) -> Message:
        chosen = await self._subscriptions.subscribed(chat)
        offered = await self._subscriptions.topics(retired=True)
        return subscribing_messages.topics_done(who.words, [topic for topic in offered if topic.id in chosen])
