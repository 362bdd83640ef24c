"""Presses and replies under an announcement in; counted answers, and talk between partner and staff, out.

A partner's question goes to every staff member who can be reached, the first answer to the partner. Messages
are written anew or copied, never forwarded: a forward shows its sender.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable
from datetime import timedelta

from telegram import CallbackQuery, InlineKeyboardMarkup, MaybeInaccessibleMessage, Update, User
from telegram import Message as Received
from telegram.constants import ChatType
from telegram.ext import CallbackQueryHandler

from bot.announcing import relay_messages
from bot.announcing.announcement import Announcement
from bot.announcing.announcement_messages import REPLIES
from bot.announcing.chat.draft_texts import formatted
from bot.announcing.relays import Relay, Side
from bot.people import subscribing_messages
from bot.people.people import Role
from bot.telegram.desk import Context, Desk, Handler, Speaker, reply, speaker, within_reach, words_of
from bot.telegram.members import leads
from bot.telegram.messenger import Unreachable
from bot.words.catalogue import Words, words
from bot.words.countries import country_name
from bot.words.markup import Html, Message, escape, visible
from bot.words.pleasantries import looks_like_question, pleasantry

PATIENCE = timedelta(hours=2)
"""How long "write it here" waits."""
CHOICES = dict(REPLIES)


class Relaying:
    """The buttons `r:<announcement>:<choice>` and `rl:<relay>:<what>`, and replies to what they stand under."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def handlers(self) -> list[Handler]:
        return [
            CallbackQueryHandler(self.press, pattern=r"^r:\d{1,15}:(yes|no|ask|stop)$"),
            CallbackQueryHandler(self.never, pattern=r"^rl:never$"),
            CallbackQueryHandler(self.press_relay, pattern=r"^rl:[\w-]+:(me|more|answer|sign)$"),
        ]

    # Under an announcement

    async def press(self, update: Update, context: Context) -> None:
        """A reader's answer with one tap. In a channel there is a presser, but no speaker."""
        query, chat = update.callback_query, update.effective_chat
        if query is None or chat is None:
            return
        private = chat.type == ChatType.PRIVATE
        chosen = await self._desk.people.language(query.from_user.id)
        w = words(chosen or query.from_user.language_code or "")
        _, number, what = (query.data or "").split(":")
        found = await self._desk.announcements.get(int(number))
        if what == "stop":
            await self._stop(query, w, chat.id, context)
        elif found is None:
            await self._desk.courier.acknowledge(query, relay_messages.gone(w), alert=True)
        elif found.started is None:
            await self._desk.courier.acknowledge(query, relay_messages.preview_only(w), alert=True)
        else:
            await self._desk.announcements.reply(found.id, query.from_user.id, CHOICES[what])
            if what != "ask":
                await self._desk.courier.acknowledge(query, relay_messages.noted(w, CHOICES[what]))
            elif not private:
                await self._desk.courier.acknowledge(query, relay_messages.ask_by_reply(w), alert=True)
            else:
                await self._desk.courier.acknowledge(query)
                await self._desk.expectations.expect(chat.id, "ask", str(found.id), lasts=PATIENCE)
                await self._desk.courier.send(chat.id, relay_messages.ask_what(w, title(found, w)))

    async def _stop(self, query: CallbackQuery, w: Words, chat: int, context: Context) -> None:
        """The one tap. In a group or channel it is for admins."""
        courier = self._desk.courier
        if not await leads(context.bot, chat, query.from_user.id):
            await courier.acknowledge(query, subscribing_messages.admins_only(w), alert=True)
        elif await self._desk.subscriptions.unsubscribe_all(chat):
            await courier.acknowledge(query, subscribing_messages.stopped_label(w))
            await courier.send(chat, subscribing_messages.stopped(w))
        else:
            await courier.acknowledge(query, subscribing_messages.nothing_to_stop(w), alert=True)

    # Messages that were asked for, and replies

    async def question_typed(self, who: Speaker, update: Update, detail: str) -> bool:
        """A partner's question after the button."""
        found = await self._desk.announcements.get(int(detail))
        if found is None or update.message is None:
            await self._desk.expectations.drop(who.user)
            return False
        await self._ask(who, update.message, found)
        await self._desk.expectations.drop(who.user)  # not before: where Telegram is away, it is tried again
        return True

    async def relay_typed(self, who: Speaker, update: Update, detail: str) -> bool:
        """What was asked for with "answer" or "write back"."""
        side, _, id_ = detail.partition(":")
        found = await self._desk.relays.find(id_)
        if found is None or update.message is None:
            await self._desk.expectations.drop(who.user)
            return False
        if side == "staff":
            await self._answer(who, update.message, found)
        else:
            await self._go_on(who, update.message, found)
        await self._desk.expectations.drop(who.user)
        return True

    async def replied(self, who: Speaker, update: Update) -> bool:
        """Whether a message replies to an announcement, or to something that a relay brought."""
        message = update.message
        if message is None or message.reply_to_message is None:
            return False
        to = message.reply_to_message
        standing = await self._desk.relays.at(who.chat, to.message_id)
        if standing is not None:
            if standing.side == "staff":
                await self._answer(who, message, standing.relay)
            else:
                await self._go_on(who, message, standing.relay)
            return True
        number = announcement_of(to)
        if number is None:
            return False
        found = await self._desk.announcements.get(number)
        text = message.text or ""
        if found is None or found.started is None or (text and pleasantry(text)):
            return False
        if not who.private and not looks_like_question(text):
            return False  # members of a group talk to each other
        await self._desk.announcements.reply(found.id, who.user, CHOICES["ask"])
        await self._ask(who, message, found)
        return True

    # From the partner to the staff

    async def _ask(self, who: Speaker, message: Received, found: Announcement) -> None:
        relay = await self._desk.relays.open(found.id, who.chat, who.user, message.message_id)
        await self._pass_on(who, message, relay, found, again=False)

    async def _go_on(self, who: Speaker, message: Received, relay: Relay) -> None:
        found = await self._desk.announcements.get(relay.announcement)
        await self._desk.relays.go_on(relay.id, message.message_id)
        await self._pass_on(who, message, relay, found, again=True)

    async def _pass_on(
        self, who: Speaker, message: Received, relay: Relay, found: Announcement | None, *, again: bool
    ) -> None:
        """Put a question before the staff, and say so; a reply to that goes to them as well."""
        if found is not None and await self._to_staff(who, message, relay, found, again=again):
            done = relay_messages.passed_on(who.words, relay.id, title(found, who.words))
        else:
            done = relay_messages.nobody_there(who.words)
        number = await reply(self._desk, who, done)
        await self._desk.relays.place(relay.id, "partner", who.chat, number)

    async def _to_staff(
        self, who: Speaker, message: Received, relay: Relay, found: Announcement, *, again: bool
    ) -> int:
        """Put a question before everybody of the staff; how many it reached."""
        desk = self._desk
        profile = await desk.subscriptions.profile(who.user)

        def asked(w: Words) -> Message:
            country = country_name(profile.country, w.language)
            return relay_messages.asked(w, relay.id, title(found, w), text_of(message), country, again=again)

        # Staff who try it out alone get their own question.
        staff = await within_reach(desk, but=who.user) or await within_reach(desk)
        return await self._bring(relay, "staff", staff, message, asked, file=not message.text)

    async def _bring(
        self,
        relay: Relay,
        side: Side,
        chats: Iterable[int],
        cause: MaybeInaccessibleMessage,
        shown: Callable[[Words], Message],
        *,
        file: bool = False,
        reply_to: int | None = None,
    ) -> int:
        """Tell the other side what somebody wrote, with its file, or pressed. How many chats have it.

        Each message is noted as soon as it is sent: where Telegram goes away in between, the update is tried
        again, and nobody is told twice.
        """
        desk, source, reached = self._desk, (cause.chat.id, cause.message_id), 0
        before = await desk.relays.placed(relay.id, side, source)
        for chat in chats:
            with contextlib.suppress(Unreachable):
                if before.get(chat, 0) < 1:
                    number = await desk.courier.send(chat, shown(await words_of(desk, chat)), reply_to=reply_to)
                    await desk.relays.place(relay.id, side, chat, number, source)
                if file and before.get(chat, 0) < 2:
                    number = await desk.courier.copy(chat, *source)
                    await desk.relays.place(relay.id, side, chat, number, source)
                reached += 1
        return reached

    # From the staff to the partner

    async def _answer(self, who: Speaker, message: Received, relay: Relay) -> None:
        desk = self._desk
        await desk.people.authorize(who.user, Role.STAFF, "answer", f"announcement {relay.announcement}")
        found = await desk.announcements.get(relay.announcement)
        private = relay.chat == relay.asker

        def answered(w: Words) -> Message:
            name = title(found, w) if found is not None else ""
            return relay_messages.answered(w, relay.id, name, text_of(message), private=private)

        there, file = (relay.chat,), not message.text
        if not await self._bring(relay, "partner", there, message, answered, file=file, reply_to=relay.message):
            await reply(desk, who, relay_messages.answer_failed(who.words))
            return
        if not relay.answered:
            await self._mark_answered(relay)
            await desk.relays.answer(relay.id, who.user)  # not before: where Telegram is away, it is tried again
        await reply(desk, who, relay_messages.answer_sent(who.words, relay.id))

    async def _mark_answered(self, relay: Relay) -> None:
        """Colleagues see under the question that it has an answer."""
        for chat, number in await self._desk.relays.copies(relay.id):
            w = await words_of(self._desk, chat)
            rows = relay_messages.under_question(w, relay.id, done=True)
            try:
                await self._desk.courier.set_buttons(chat, number, rows)
            except Unreachable:
                continue

    # Buttons of a relay

    async def never(self, update: Update, context: Context) -> None:
        query, who = update.callback_query, await speaker(self._desk, update)
        if query is None or who is None or query.message is None:
            return
        await self._desk.expectations.drop(who.user)
        await self._desk.courier.acknowledge(query)
        await self._desk.courier.edit(who.chat, query.message.message_id, relay_messages.never_mind(who.words))

    async def press_relay(self, update: Update, context: Context) -> None:
        query, who = update.callback_query, await speaker(self._desk, update)
        if query is None or who is None or query.message is None:
            return
        _, id_, what = (query.data or "").split(":")
        relay = await self._desk.relays.find(id_)
        found = await self._desk.announcements.get(relay.announcement) if relay is not None else None
        if relay is None or found is None:
            await self._desk.courier.acknowledge(query, relay_messages.relay_gone(who.words), alert=True)
            return
        if what in ("me", "more"):
            if who.user == relay.asker:
                await self._partner_pressed(query, who, relay, found, what, query.message)
            else:
                await self._desk.courier.acknowledge(query)
            return
        await self._desk.people.check(who.user, Role.STAFF, "answer")
        if what == "answer":
            await self._desk.courier.acknowledge(query)
            await self._desk.expectations.expect(who.user, "relay", f"staff:{relay.id}", lasts=PATIENCE)
            await reply(self._desk, who, relay_messages.ask_answer(who.words, title(found, who.words)))
        else:
            name = named(query.from_user)
            if not await self._bring(
                relay,
                "partner",
                (relay.chat,),
                query.message,
                lambda w: relay_messages.signed(w, title(found, w), name),
            ):
                text = visible(relay_messages.answer_failed(who.words).html)
                await self._desk.courier.acknowledge(query, text, alert=True)
                return
            await self._desk.courier.acknowledge(query, relay_messages.shown(who.words))
            await self._desk.courier.set_buttons(who.chat, query.message.message_id, ())

    async def _partner_pressed(
        self,
        query: CallbackQuery,
        who: Speaker,
        relay: Relay,
        found: Announcement,
        what: str,
        under: MaybeInaccessibleMessage,
    ) -> None:
        desk = self._desk
        if what == "more":
            await desk.courier.acknowledge(query)
            await desk.expectations.expect(who.user, "relay", f"partner:{relay.id}", lasts=PATIENCE)
            await reply(desk, who, relay_messages.write_back(who.words))
            return
        name, asked = named(query.from_user), {chat for chat, _ in await desk.relays.copies(relay.id)}
        staff = [chat for chat in await within_reach(desk) if chat in asked]  # who is not staff any more learns no name
        await self._bring(relay, "staff", staff, under, lambda w: relay_messages.introduced(w, title(found, w), name))
        await desk.courier.acknowledge(query, relay_messages.shown(who.words))
        await desk.courier.set_buttons(who.chat, under.message_id, ())


def announcement_of(message: Received) -> int | None:
    """The announcement that a message of ours is, by the buttons under it."""
    markup = message.reply_markup
    if isinstance(markup, InlineKeyboardMarkup):
        for row in markup.inline_keyboard:
            for button in row:
                match = re.fullmatch(r"r:(\d{1,15}):ask", str(button.callback_data or ""))
                if match:
                    return int(match[1])
    return None


def title(found: Announcement, w: Words) -> str:
    """What an announcement is called in a language."""
    content = found.body.content(w.language)
    return content.title if content is not None else ""


def text_of(message: Received) -> Html:
    """The text of a message with its formatting; empty for anything but text."""
    return formatted(message, 0) if message.text else Html("")


def named(user: User) -> Html:
    """A person's name, which opens a chat with them."""
    shown = escape(user.full_name) + (f" (@{escape(user.username)})" if user.username else "")
    return Html(f'<a href="tg://user?id={user.id}">{shown}</a>')
