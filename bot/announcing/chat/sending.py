"""Staff's decisions on an announcement in, from "send" to the last resend; where it stands, out.

The buttons are `m:<announcement>:<what>:<more>`; what they do is checked and written down where it is done, in
`bot.announcing.announcements`. The report and what follows from it stand in `bot.announcing.chat.reporting`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial

from telegram import CallbackQuery, Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.announcing import attaching_messages, sending_messages
from bot.announcing.announcement import Announcement, Schedule, State
from bot.announcing.announcement_errors import Changed, NoSuchAnnouncement, NotReady, OwnApproval
from bot.announcing.chat.draft_schedule import choices
from bot.announcing.chat.drafts import Drafts
from bot.announcing.chat.reporting import Act, Reporting, Shown
from bot.asking import answer_messages as messages
from bot.people.people import Role
from bot.telegram.desk import (
    Context,
    Desk,
    Handler,
    Speaker,
    pressed_before,
    remember_language,
    reply,
    speaker,
    tell,
    within_reach,
)
from bot.words.markup import Message, escape, visible
from bot.words.typed_dates import NotATime, read_moment
from bot.words.zones import zone

PAGE = 8
NOT_SHOWN = 0
"""The number of no message: the chat hears of the end, and sees no progress meanwhile."""
WATCHED = (State.SCHEDULED, State.RUNNING, State.PAUSED)
"""States in which a card goes on showing how far an announcement is."""
DECISIONS = frozenset("approve decline! recall now! at pause resume cancel! again correct! withdraw!".split())
"""What must not be done again where only showing it failed."""
PATIENCE = timedelta(hours=2)


class Sending:
    """`/announcements`, sending, approval, pausing, cancelling."""

    def __init__(self, desk: Desk, drafts: Drafts, reporting: Reporting) -> None:
        self._desk = desk
        self._drafts = drafts
        self._acts: Mapping[str, Act] = {
            "card": self._card,
            "preview": self._preview,
            "approve": self._approve,
            "decline": self._ask_reason,
            "decline!": self._decline,
            "recall": self._recall,
            "now?": self._sure_now,
            "now!": self._now,
            "when": self._ask_when,
            "at": self._at,
            "pause": self._pause,
            "resume": self._resume,
            "cancel?": self._sure_cancel,
            "cancel!": self._cancel,
            **reporting.acts(),
        }

    def handlers(self) -> list[Handler]:
        return [
            CommandHandler("announcements", self.command, filters=filters.UpdateType.MESSAGE),
            CallbackQueryHandler(self.turn, pattern=r"^ml:\d{1,9}$"),
            CallbackQueryHandler(self.go, pattern=r"^d:\d{1,15}:(go|send):\d{1,9}$"),
            CallbackQueryHandler(self.press, pattern=r"^m:\d{1,15}:[a-z]+[?!]?(:.*)?$"),
        ]

    # The list

    async def command(self, update: Update, context: Context) -> None:
        who = await speaker(self._desk, update)
        if who is None:
            return
        await self._desk.people.check(who.user, Role.STAFF, "announcements")
        if who.private:
            await remember_language(self._desk, who)
            await reply(self._desk, who, await self._list(who, 0))
        else:
            await reply(self._desk, who, messages.private_only(who.words))

    async def turn(self, update: Update, context: Context) -> None:
        query, who = update.callback_query, await speaker(self._desk, update)
        if query is None or who is None or query.message is None or not who.private:
            return
        message = await self._list(who, int((query.data or "").partition(":")[2]))
        await self._desk.courier.acknowledge(query)
        await self._desk.courier.edit(who.chat, query.message.message_id, message)

    async def _list(self, who: Speaker, first: int) -> Message:
        found = await self._desk.announcements.list(who.user, limit=PAGE + 1, offset=first)
        more, here = len(found) > PAGE, self._desk.time_zone
        return sending_messages.listed(who.words, found[:PAGE], first=first, size=PAGE, more=more, zone_name=here)

    # From the desk of a draft

    async def go(self, update: Update, context: Context) -> None:
        """ "Send …" asks once more; the second button sends. Both hold for the version that was seen."""
        query, who = update.callback_query, await speaker(self._desk, update)
        if query is None or who is None or query.message is None or not who.private:
            return
        _, number, what, version = (query.data or "").split(":")
        await self._desk.people.check(who.user, Role.STAFF, "announcement: send")
        try:
            draft = await self._drafts.get(int(number))
            if what == "send" and await pressed_before(self._desk, query):
                shown = await self._card(who, draft, "", query)
            elif draft.version != int(version) or draft.state is not State.DRAFT:
                raise Changed(draft, "send")
            else:
                shown = await (self._sure(who, draft) if what == "go" else self._send(who, draft, query))
        except (Changed, NoSuchAnnouncement, NotReady, OwnApproval) as error:
            await self._refused(query, who, error)
            return
        await self._show(query, who, shown, int(number))

    async def _sure(self, who: Speaker, draft: Announcement) -> Shown:
        view = await self._drafts.view(draft)
        if view.problems:
            text = visible(sending_messages.not_ready(who.words, view))
            return Shown(await self._drafts.screen(who, draft), text, alert=True)
        return Shown(sending_messages.confirm(who.words, view))

    async def _send(self, who: Speaker, draft: Announcement, query: CallbackQuery) -> Shown:
        sent = await self._desk.announcements.submit(who.user, draft.id, draft.version)
        if sent.state is State.IN_REVIEW:
            await self._ask_colleagues(who, sent)
        return Shown(await self._drafts.screen(who, sent), watched=True)

    async def _ask_colleagues(self, who: Speaker, draft: Announcement) -> None:
        view = await self._drafts.view(draft)
        colleagues = await within_reach(self._desk, but=who.user)
        await tell(self._desk, colleagues, partial(sending_messages.please_approve, view=view))

    # The card

    async def press(self, update: Update, context: Context) -> None:
        """Any button of an announcement that is no draft (any more)."""
        query, who = update.callback_query, await speaker(self._desk, update)
        if query is None or who is None or query.message is None or not who.private:
            return
        await self._desk.people.check(who.user, Role.STAFF, "announcements")
        _, number, what, more = [*(query.data or "").split(":", 3), ""][:4]
        if what in DECISIONS and await pressed_before(self._desk, query):
            what, more = "card", ""
        act = self._acts.get(what)
        try:
            one = await self._drafts.get(int(number))
            if act is None:
                raise Changed(one, what)
            await self._leave(who, one, query)
            shown = await act(who, one, more, query)
        except (Changed, NoSuchAnnouncement, NotReady, OwnApproval) as error:
            await self._refused(query, who, error)
            return
        await self._show(query, who, shown, one.id)

    async def _leave(self, who: Speaker, one: Announcement, query: CallbackQuery) -> None:
        """The message is about to show something else, which progress must not write over; a card watches anew."""
        here = (who.chat, query.message.message_id if query.message is not None else 0)
        if here in await self._desk.announcements.watchers(one.id):
            await self._desk.announcements.watch(one.id, who.chat, NOT_SHOWN)

    async def _show(self, query: CallbackQuery, who: Speaker, shown: Shown, id_: int) -> None:
        await self._desk.courier.acknowledge(query, shown.popup, alert=shown.alert)
        if shown.message is None or query.message is None:
            return
        number = await self._drafts.show(who, shown.message, query.message.message_id, below=shown.below)
        if shown.watched:
            await self._desk.announcements.watch(id_, who.chat, number)

    async def _refused(self, query: CallbackQuery, who: Speaker, error: Exception) -> None:
        """Why it could not be done, and how it stands now."""
        w, card = who.words, query.message.message_id if query.message is not None else 0
        if isinstance(error, NoSuchAnnouncement):
            await self._desk.courier.acknowledge(query, sending_messages.discarded(w), alert=True)
            await self._desk.courier.set_buttons(who.chat, card, ())
        elif isinstance(error, OwnApproval):
            await self._desk.courier.acknowledge(query, sending_messages.own_approval(w), alert=True)
        elif isinstance(error, Changed):
            await self._desk.courier.acknowledge(query, sending_messages.changed(w), alert=True)
            now = error.announcement
            shown = await self._drafts.show(who, await self._drafts.screen(who, now), card)
            if now.state in WATCHED:
                await self._desk.announcements.watch(now.id, who.chat, shown)
        elif isinstance(error, NotReady):
            one = await self._drafts.get(int((query.data or "").split(":")[1]))
            text = visible(sending_messages.not_ready(w, await self._drafts.view(one)))
            await self._desk.courier.acknowledge(query, text, alert=True)
            await self._drafts.show(who, await self._drafts.screen(who, one), card)

    async def _card(self, who: Speaker, one: Announcement, more: str, query: CallbackQuery) -> Shown:
        await self._desk.expectations.drop(who.user, "sending")
        return Shown(await self._drafts.screen(who, one), watched=one.state in WATCHED)

    async def _preview(self, who: Speaker, one: Announcement, more: str, query: CallbackQuery) -> Shown:
        await self._drafts.preview(who, one)
        return replace(await self._card(who, one, more, query), below=True)

    async def _approve(self, who: Speaker, one: Announcement, version: str, query: CallbackQuery) -> Shown:
        now = await self._desk.announcements.approve(who.user, one.id, int(version) if version.isdecimal() else -1)
        await self._tell_author(who, now, "")
        return Shown(await self._drafts.screen(who, now), watched=True)

    async def _ask_reason(self, who: Speaker, one: Announcement, more: str, query: CallbackQuery) -> Shown:
        if one.state is not State.IN_REVIEW:
            raise Changed(one, "decline")
        card = query.message.message_id if query.message is not None else 0
        await self._desk.expectations.expect(who.user, "sending", f"decline:{one.id}:{card}", lasts=PATIENCE)
        return Shown(sending_messages.ask_reason(who.words, one))

    async def _decline(self, who: Speaker, one: Announcement, more: str, query: CallbackQuery) -> Shown:
        await self._desk.expectations.drop(who.user, "sending")
        now = await self._desk.announcements.decline(who.user, one.id, "")
        await self._tell_author(who, now, "")
        return Shown(await self._drafts.screen(who, now))

    async def _tell_author(self, who: Speaker, one: Announcement, reason: str) -> None:
        chat = await self._desk.people.chat(one.author)
        if chat is None or not chat.reachable or one.author == who.user:
            return
        if one.state is State.DRAFT:
            await tell(self._desk, (one.author,), partial(sending_messages.declined, one=one, reason=reason))
        else:
            await tell(self._desk, (one.author,), partial(sending_messages.approved, one=one))

    async def _recall(self, who: Speaker, one: Announcement, more: str, query: CallbackQuery) -> Shown:
        return Shown(await self._drafts.screen(who, await self._desk.announcements.recall(who.user, one.id)))

    # Time

    async def _sure_now(self, who: Speaker, one: Announcement, more: str, query: CallbackQuery) -> Shown:
        return Shown(sending_messages.sure_now(who.words, one, await self._drafts.view(one)))

    async def _now(self, who: Speaker, one: Announcement, more: str, query: CallbackQuery) -> Shown:
        schedule = Schedule(None, one.body.schedule.zone, one.body.schedule.quiet_hours)
        now = await self._desk.announcements.reschedule(who.user, one.id, schedule)
        return await self._card(who, now, more, query)

    async def _ask_when(self, who: Speaker, one: Announcement, more: str, query: CallbackQuery) -> Shown:
        card = query.message.message_id if query.message is not None else 0
        await self._desk.expectations.expect(who.user, "sending", f"when:{one.id}:{card}", lasts=PATIENCE)
        return Shown(sending_messages.ask_when(who.words, one))

    async def _at(self, who: Speaker, one: Announcement, text: str, query: CallbackQuery) -> Shown:
        message, done = await self._reschedule(who, one, text)
        if done:
            await self._desk.expectations.drop(who.user, "sending")
        return Shown(message)

    async def _reschedule(self, who: Speaker, one: Announcement, text: str) -> tuple[Message, bool]:
        """What shows then, and whether the text named a time."""
        zone_name = one.body.schedule.zone or self._desk.time_zone
        try:
            found = read_moment(text, self._desk.clock(), zone_name)
        except NotATime as error:
            note = attaching_messages.not_a_time(who.words, error.problem, error.detail)
            near = choices(who.words, text, error, self._desk.clock())
            return sending_messages.ask_when(who.words, one, note, near), False
        schedule = Schedule(found.at.astimezone(zone(found.zone)), found.zone, one.body.schedule.quiet_hours)
        now = await self._desk.announcements.reschedule(who.user, one.id, schedule)
        return await self._drafts.screen(who, now), True

    async def typed(self, who: Speaker, update: Update, detail: str) -> bool:
        """Another time, or the reason why a draft goes back."""
        what, number, card = detail.split(":")
        text = (update.message.text if update.message else "") or ""
        done = there = True
        try:
            one = await self._drafts.get(int(number))
            if what == "when":
                message, done = await self._reschedule(who, one, text)
            else:
                now = await self._desk.announcements.decline(who.user, one.id, text)
                await self._tell_author(who, now, text)
                message = await self._drafts.screen(who, now)
        except NoSuchAnnouncement:
            message, there = Message(escape(sending_messages.discarded(who.words))), False
        except (Changed, NotReady) as error:
            now = error.announcement if isinstance(error, Changed) else await self._drafts.get(int(number))
            message = await self._drafts.screen(who, now)
        shown = await self._drafts.show(who, message, int(card), below=True)
        if not done:
            await self._desk.expectations.expect(who.user, "sending", f"{what}:{number}:{shown}", lasts=PATIENCE)
            return True
        # Not before: where Telegram is away it is tried again, and must not be taken for a question then.
        await self._desk.expectations.drop(who.user, "sending")
        if what == "when" and there:
            await self._desk.announcements.watch(int(number), who.chat, shown)
        return True

    # While it goes out

    async def _pause(self, who: Speaker, one: Announcement, more: str, query: CallbackQuery) -> Shown:
        return await self._card(who, await self._desk.announcements.pause(who.user, one.id), more, query)

    async def _resume(self, who: Speaker, one: Announcement, why: str, query: CallbackQuery) -> Shown:
        if one.state is State.PAUSED and why != (one.why or ""):
            raise Changed(one, "resume")  # a button from before says nothing of what stopped it since: many failed, say
        return await self._card(who, await self._desk.announcements.resume(who.user, one.id), "", query)

    async def _sure_cancel(self, who: Speaker, one: Announcement, more: str, query: CallbackQuery) -> Shown:
        return Shown(sending_messages.sure_cancel(who.words, one, await self._drafts.tally(who, one)))

    async def _cancel(self, who: Speaker, one: Announcement, more: str, query: CallbackQuery) -> Shown:
        return await self._card(who, await self._desk.announcements.cancel(who.user, one.id), more, query)
