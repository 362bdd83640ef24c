"""Presses and replies under an announcement in; counted answers, and talk between partner and staff, out.

A partner's question goes to every staff member who can be reached, the first answer to the partner. Messages
are written anew or copied, never forwarded: a forward shows its sender.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from telegram import CallbackQuery, InlineKeyboardMarkup, MaybeInaccessibleMessage, Update, User
from telegram import Message as Received
from telegram.constants import ChatType
from telegram.error import BadRequest, TelegramError
from telegram.ext import CallbackQueryHandler

from bot.announcing import announcement_messages, relay_messages
from bot.announcing.announcement import Announcement
from bot.announcing.announcement_messages import REPLIES
from bot.announcing.announcements import Announcements
from bot.announcing.chat.draft_texts import formatted
from bot.announcing.relays import Relay, Relays, Side
from bot.people import subscribing_messages
from bot.people.people import People, Role
from bot.people.profiles import Profiles
from bot.people.subscriptions import Subscriptions
from bot.telegram.callbacks import RelayButton, RelayNever, UnderAnnouncement
from bot.telegram.chats import Chats, Context, Handler, Press, Speaker, leads
from bot.telegram.expectations import Expectations
from bot.telegram.limits import Admission, RateLimiter
from bot.telegram.messenger import Doubtful, Messenger, Unreachable
from bot.words.catalogue import Words, words
from bot.words.country_names import country_name
from bot.words.markup import Button, Html, Message, escape, visible
from bot.words.pleasantries import is_asking, pleasantry

PATIENCE = timedelta(hours=2)
"""How long "write it here" waits."""
PER_MINUTE = 5
"""Messages of one person under announcements that reach the staff in a minute."""
MOST_WAITING = 10
"""Questions that somebody who came to the staff gets at once."""
CHOICES = dict(REPLIES)


@dataclass(frozen=True, slots=True)
class Brought:
    """In how many chats of the other side something arrived."""

    reached: int = 0
    unknown: int = 0
    """Telegram did not say; it is not sent again."""


class Relaying:
    """The buttons under announcements and under what a relay brought, and replies to both."""

    def __init__(
        self,
        chats: Chats,
        people: People,
        profiles: Profiles,
        subscriptions: Subscriptions,
        announcements: Announcements,
        relays: Relays,
        expectations: Expectations,
        messenger: Messenger,
        limiter: RateLimiter | None = None,
    ) -> None:
        """`limiter`: how many questions a minute of one person reach the staff."""
        self._chats = chats
        self._people = people
        self._profiles = profiles
        self._subscriptions = subscriptions
        self._announcements = announcements
        self._relays = relays
        self._expectations = expectations
        self._messenger = messenger
        self._limiter = limiter or RateLimiter(PER_MINUTE)

    def handlers(self) -> list[Handler]:
        return [
            CallbackQueryHandler(self.press, pattern=lambda text: UnderAnnouncement.parse(text) is not None),
            self._chats.on_press(RelayNever, self.never),
            self._chats.on_press(RelayButton, self.press_relay, answer=False),
        ]

    # Under an announcement

    async def press(self, update: Update, context: Context) -> None:
        """A reader's answer with one tap. In a channel there is a presser, but no speaker."""
        query, chat = update.callback_query, update.effective_chat
        data = UnderAnnouncement.parse(query.data) if query is not None else None
        if query is None or chat is None or data is None:
            return
        chosen = await self._people.language(query.from_user.id)
        w, what = words(chosen or query.from_user.language_code or ""), data.what
        announcement = await self._announcements.get(data.announcement)
        answer = partial(self._messenger.acknowledge, query)
        if what == "stop":
            await self._stop(query, w, chat.id, context)
        elif announcement is None:
            await answer(relay_messages.gone(w), alert=True)
        elif announcement.started is None:
            await answer(relay_messages.preview_only(w), alert=True)
        else:
            if what != "ask":
                counted = await self._announcements.reply(announcement.id, query.from_user.id, CHOICES[what], chat.id)
                await answer(relay_messages.noted(w, CHOICES[what]) if counted else relay_messages.not_asked(w))
                if counted and chat.type == ChatType.PRIVATE:
                    await self._tick(query, what)
            elif chat.type != ChatType.PRIVATE:
                await answer(relay_messages.ask_by_reply(w), alert=True)
            else:
                await answer()
                await self._expectations.expect(chat.id, "ask", str(announcement.id), lasts=PATIENCE)
                await self._messenger.send(chat.id, relay_messages.ask_what(w, title(announcement, w)))

    async def _tick(self, query: CallbackQuery, what: str) -> None:
        """Show under the announcement which button was pressed. In a group it would show one member's choice to all."""
        message = query.message
        if isinstance(message, Received) and message.reply_markup is not None:
            rows = tuple(
                tuple(Button(one.text, str(one.callback_data or ""), one.url or "") for one in row)
                for row in message.reply_markup.inline_keyboard
            )
            ticked = announcement_messages.ticked(rows, what)
            if ticked != rows:
                with contextlib.suppress(Unreachable):
                    await self._messenger.set_buttons(message.chat.id, message.message_id, ticked)

    async def ask_about(self, who: Speaker, number: int) -> bool:
        """Ask what somebody wishes to know about an announcement: they come by a link. Whether there is one."""
        announcement = await self._announcements.get(number)
        if announcement is None or announcement.started is None or announcement.withdrawn is not None:
            return False
        await self._expectations.expect(who.user, "ask", str(announcement.id), lasts=PATIENCE)
        await self._messenger.send(who.chat, relay_messages.ask_what(who.words, title(announcement, who.words)))
        return True

    async def _stop(self, query: CallbackQuery, words: Words, chat: int, context: Context) -> None:
        """The one tap. In a group or channel it is for admins."""
        messenger = self._messenger
        if not await leads(context.bot, chat, query.from_user.id):
            await messenger.acknowledge(query, subscribing_messages.admins_only(words), alert=True)
        elif await self._subscriptions.unsubscribe_all(chat):
            await messenger.acknowledge(query, subscribing_messages.stopped_label(words))
            await messenger.send(chat, subscribing_messages.stopped(words))
        else:
            await messenger.acknowledge(query, subscribing_messages.nothing_to_stop(words), alert=True)

    # Messages that were asked for, and replies

    async def question_typed(self, who: Speaker, update: Update, detail: str) -> bool:
        """A partner's question after the button."""
        announcement = await self._announcements.get(int(detail))
        if announcement is None or update.message is None:
            await self._expectations.drop(who.user)
            return False
        if await self._ask(who, update.message, announcement):
            await self._announcements.reply(announcement.id, who.user, CHOICES["ask"], who.chat)
        await self._expectations.drop(who.user)  # not before: where Telegram is away, it is tried again
        return True

    async def relay_typed(self, who: Speaker, update: Update, detail: str) -> bool:
        """What was asked for with "answer" or "write back"."""
        side, _, id_ = detail.partition(":")
        relay = await self._relays.find(id_)
        if relay is None or update.message is None:
            await self._expectations.drop(who.user)
            return False
        if side == "staff":
            await self._answer(who, update.message, relay)
        else:
            await self._go_on(who, update.message, relay)
        await self._expectations.drop(who.user)
        return True

    async def replied(self, who: Speaker, update: Update) -> bool:
        """Whether a message replies to an announcement, or to something that a relay brought."""
        message = update.message
        if message is None or message.reply_to_message is None:
            return False
        to = message.reply_to_message
        standing = await self._relays.at(who.chat, to.message_id)
        if standing is not None:
            if standing.side == "staff":
                await self._answer(who, message, standing.relay)
            else:
                await self._go_on(who, message, standing.relay)
            return True
        number = announcement_of(to)
        if number is None:
            return False
        announcement = await self._announcements.get(number)
        text = message.text or message.caption or ""
        if announcement is None or announcement.started is None or (text and pleasantry(text)):
            return False
        if not who.private and not is_asking(text):
            return False  # members of a group talk to each other
        if await self._ask(who, message, announcement):
            await self._announcements.reply(announcement.id, who.user, CHOICES["ask"], who.chat)
        return True

    # From the partner to the staff

    async def _may_write(self, who: Speaker, message: Received) -> bool:
        """Whether what somebody writes goes to the staff; who writes too much is told so once.

        Each such message rings on every phone of the staff: one person must not fill them.
        """
        admission = self._limiter.judge(who.user, message.date, (who.chat, message.message_id))
        if admission is Admission.NOTICE:
            await self._chats.reply(who, relay_messages.too_many(who.words))
        elif admission is Admission.ADMIT and await self._relays.is_muted(who.user):
            await self._chats.reply(who, relay_messages.not_heard(who.words))
            return False
        return admission is Admission.ADMIT

    async def _ask(self, who: Speaker, message: Received, announcement: Announcement) -> bool:
        """Put a question before the staff; False: who asks has written too much, or is muted."""
        if not await self._may_write(who, message):
            return False
        relay = await self._relays.open(announcement.id, who.chat, who.user, message.message_id)
        await self._pass_on(who, message, relay, announcement, again=False)
        return True

    async def _go_on(self, who: Speaker, message: Received, relay: Relay) -> None:
        if not await self._may_write(who, message):
            return
        announcement = await self._announcements.get(relay.announcement)
        await self._relays.go_on(relay.id, message.message_id)
        await self._pass_on(who, message, relay, announcement, again=True)

    async def _pass_on(
        self, who: Speaker, message: Received, relay: Relay, announcement: Announcement | None, *, again: bool
    ) -> None:
        """Put a question before the staff, and say so; a reply to that goes to them as well."""
        brought = Brought()
        if announcement is not None:
            brought = await self._to_staff(who, message, relay, announcement, again=again)
        if announcement is not None and brought.reached:
            done = relay_messages.passed_on(who.words, relay.id, title(announcement, who.words))
        elif brought.unknown:
            done = relay_messages.passing_on_doubtful(who.words)
        else:
            done = relay_messages.nobody_there(who.words)
        number = await self._chats.reply(who, done)
        await self._relays.place(relay.id, "partner", who.chat, number)

    async def _to_staff(
        self, who: Speaker, message: Received, relay: Relay, announcement: Announcement, *, again: bool
    ) -> Brought:
        """Put a question before everybody of the staff."""
        profile = await self._profiles.get(who.user)

        def asked(words: Words) -> Message:
            country = country_name(profile.country, words.language)
            return relay_messages.asked(
                words, relay.id, title(announcement, words), text_of(message), country, again=again
            )

        # Staff who try it out alone get their own question.
        staff = await self._chats.within_reach(but=who.user) or await self._chats.within_reach()
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
    ) -> Brought:
        """Tell the other side what somebody wrote, with its file, or pressed.

        Each message is noted before it is sent: where Telegram goes away in between, the update is tried again, and
        nobody is told twice, also where nobody knows whether they were told.
        """
        source, reached, unknown = (cause.chat.id, cause.message_id), 0, 0
        before = await self._relays.placed(relay.id, side, source)

        async def deliver(chat: int, position: int, send: Callable[[], Awaitable[int]]) -> bool:
            """Whether it arrived; False: nobody knows."""
            there = before.get(chat, ())
            if len(there) > position:
                return there[position] > 0
            begun = await self._relays.begin(relay.id, side, chat, source)
            try:
                number = await send()
            except Doubtful:
                return False
            except (Unreachable, TelegramError):
                await self._relays.end(chat, begun, None)
                raise
            await self._relays.end(chat, begun, number)
            return True

        for chat in chats:
            message = shown(await self._chats.words_of(chat))
            text = partial(self._messenger.send, chat, message, reply_to=reply_to, at_most_once=True)
            parts = [text, partial(self._messenger.copy, chat, *source, at_most_once=True)] if file else [text]
            with contextlib.suppress(Unreachable):
                arrived = [await deliver(chat, position, send) for position, send in enumerate(parts)]
                reached += all(arrived)
                unknown += not all(arrived)
        return Brought(reached, unknown)

    async def bring_waiting(self, user: int) -> None:
        """Put the questions before somebody who came to the staff that nobody has answered.

        Their words are not kept: they are copied from where they stand.
        """
        for relay in await self._relays.waiting(user, MOST_WAITING):
            announcement = await self._announcements.get(relay.announcement)
            if announcement is None:
                continue
            country = (await self._profiles.get(relay.asker)).country
            words = await self._chats.words_of(user)
            head = relay_messages.asked(
                words,
                relay.id,
                title(announcement, words),
                Html(""),
                country_name(country, words.language),
                again=False,
            )
            try:
                for send in (
                    partial(self._messenger.send, user, head, at_most_once=True),
                    partial(self._messenger.copy, user, relay.chat, relay.message, at_most_once=True),
                ):
                    await self._relays.place(relay.id, "staff", user, await send())
            except BadRequest:
                continue  # the message that asked was deleted
            except (Unreachable, Doubtful):
                return

    # From the staff to the partner

    async def _answer(self, who: Speaker, message: Received, relay: Relay) -> None:
        await self._people.authorize(who.user, Role.STAFF, "answer", f"announcement {relay.announcement}")
        announcement = await self._announcements.get(relay.announcement)
        private = relay.chat == relay.asker

        def answered(words: Words) -> Message:
            name = title(announcement, words) if announcement is not None else ""
            return relay_messages.answered(words, relay.id, name, text_of(message), private=private)

        there, file = (relay.chat,), not message.text
        brought = await self._bring(relay, "partner", there, message, answered, file=file, reply_to=relay.message)
        if not brought.reached:
            failed = relay_messages.answer_doubtful if brought.unknown else relay_messages.answer_failed
            await self._chats.reply(who, failed(who.words))
            return
        if not relay.answered:
            await self._mark_answered(relay)
            await self._relays.answer(relay.id, who.user)  # not before: where Telegram is away, it is tried again
        await self._chats.reply(who, relay_messages.answer_sent(who.words, relay.id))

    async def _mark_answered(self, relay: Relay) -> None:
        """Colleagues see under the question that it has an answer."""
        for chat, number in await self._relays.copies(relay.id):
            words = await self._chats.words_of(chat)
            rows = relay_messages.under_question(words, relay.id, done=True)
            try:
                await self._messenger.set_buttons(chat, number, rows)
            except Unreachable:
                continue

    # Buttons of a relay

    async def never(self, press: Press[RelayNever]) -> None:
        await self._expectations.drop(press.who.user)
        await press.show(relay_messages.never_mind(press.who.words))

    async def press_relay(self, press: Press[RelayButton]) -> None:
        who, what = press.who, press.data.what
        relay = await self._relays.find(press.data.relay)
        announcement = await self._announcements.get(relay.announcement) if relay is not None else None
        if relay is None or announcement is None:
            await press.answer(relay_messages.relay_gone(who.words), alert=True)
        elif what in ("me", "more"):
            await self._partner_pressed(press, relay, announcement)
        else:
            await self._staff_pressed(press, relay, announcement)

    async def _staff_pressed(self, press: Press[RelayButton], relay: Relay, announcement: Announcement) -> None:
        who = press.who
        if press.data.what in ("mute", "hear"):
            await self._change_voice(press, relay, muted=press.data.what == "mute")
            return
        await self._people.check(who.user, Role.STAFF, "answer")
        if press.data.what == "answer":
            await press.answer()
            await self._expectations.expect(who.user, "relay", f"staff:{relay.id}", lasts=PATIENCE)
            await self._chats.reply(who, relay_messages.ask_answer(who.words, title(announcement, who.words)))
            return
        name = named(press.query.from_user)

        def signed(words: Words) -> Message:
            return relay_messages.signed(words, title(announcement, words), name)

        brought = await self._bring(relay, "partner", (relay.chat,), press.message, signed)
        if not brought.reached:
            failed = relay_messages.answer_doubtful if brought.unknown else relay_messages.answer_failed
            await press.answer(visible(failed(who.words).html), alert=True)
            return
        await press.answer(relay_messages.shown(who.words))
        await press.take_buttons()

    async def _change_voice(self, press: Press[RelayButton], relay: Relay, *, muted: bool) -> None:
        """Mute who asks, or hear them again."""
        who, words = press.who, press.who.words
        action = "mute a sender" if muted else "hear a sender again"
        await self._people.authorize(who.user, Role.STAFF, action, f"announcement {relay.announcement}")
        await self._relays.mute(relay.asker, who.user, muted=muted)
        await press.answer(relay_messages.voice_changed(words, muted=muted))
        rows = relay_messages.under_question(words, relay.id, done=relay.answered, muted=muted)
        await self._messenger.set_buttons(who.chat, press.message.message_id, rows)

    async def _partner_pressed(self, press: Press[RelayButton], relay: Relay, announcement: Announcement) -> None:
        who = press.who
        if who.user != relay.asker:
            await press.answer()
            return
        if press.data.what == "more":
            await press.answer()
            await self._expectations.expect(who.user, "relay", f"partner:{relay.id}", lasts=PATIENCE)
            await self._chats.reply(who, relay_messages.write_back(who.words))
            return
        name, asked = named(press.query.from_user), {chat for chat, _ in await self._relays.copies(relay.id)}
        # who is not staff any more learns no name
        staff = [chat for chat in await self._chats.within_reach() if chat in asked]

        def introduced(words: Words) -> Message:
            return relay_messages.introduced(words, title(announcement, words), name)

        brought = await self._bring(relay, "staff", staff, press.message, introduced)
        if brought.unknown and not brought.reached:
            await press.answer(visible(relay_messages.passing_on_doubtful(who.words).html), alert=True)
            return
        await press.answer(relay_messages.shown(who.words))
        await press.take_buttons()


def announcement_of(message: Received) -> int | None:
    """The announcement that a message of ours is, by the buttons under it."""
    markup = message.reply_markup
    if isinstance(markup, InlineKeyboardMarkup):
        for row in markup.inline_keyboard:
            for button in row:
                data = UnderAnnouncement.parse(button.callback_data)
                if data is not None:
                    return data.announcement
    return None


def title(announcement: Announcement, words: Words) -> str:
    """What an announcement is called in a language."""
    content = announcement.body.content(words.language)
    return content.title if content is not None else ""


def text_of(message: Received) -> Html:
    """The text of a message with its formatting; empty for anything but text."""
    return formatted(message, 0) if message.text else Html("")


def named(user: User) -> Html:
    """A person's name, which opens a chat with them."""
    shown = escape(user.full_name) + (f" (@{escape(user.username)})" if user.username else "")
    return Html(f'<a href="tg://user?id={user.id}">{shown}</a>')
