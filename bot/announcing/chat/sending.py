"""Staff's decisions on an announcement in, from "send" to the last resend; where it stands, out.

What the buttons (`AnnouncementButton`) do is checked and written down where it is done, in
`bot.announcing.announcements`. The report and what follows from it stand in `bot.announcing.chat.reporting`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from telegram import Update

from bot.announcing import attaching_messages, sending_messages
from bot.announcing.announcement import (
    Announcement,
    Changed,
    NoSuchAnnouncement,
    NotReady,
    OwnApproval,
    Schedule,
    State,
)
from bot.announcing.announcements import Announcements
from bot.announcing.chat.correcting import Correcting
from bot.announcing.chat.draft_schedule import choices
from bot.announcing.chat.drafts import Drafts
from bot.announcing.chat.reporting import Act, Reporting, Shown
from bot.people.people import People, Role
from bot.telegram.callbacks import AnnouncementButton, AnnouncementsPage, SendDraft
from bot.telegram.chats import Chats, Command, Handler, Press, Speaker
from bot.telegram.expectations import Expectations
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
MOST_WAITING = 10
"""Announcements that somebody who came to the staff is asked about at once."""


class Sending:
    """`/announcements`, sending, approval, pausing, cancelling."""

    def __init__(
        self,
        chats: Chats,
        people: People,
        drafts: Drafts,
        reporting: Reporting,
        correcting: Correcting,
        announcements: Announcements,
        expectations: Expectations,
        clock: Callable[[], datetime],
        time_zone: str,
    ) -> None:
        self._chats = chats
        self._people = people
        self._drafts = drafts
        self._reporting = reporting
        self._announcements = announcements
        self._expectations = expectations
        self._clock = clock
        self._time_zone = time_zone
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
            **correcting.acts(),
        }

    def handlers(self) -> list[Handler]:
        on_press, staff = self._chats.on_press, Role.STAFF
        return [
            self._chats.on_command("announcements", self.command, needs=staff),
            on_press(AnnouncementsPage, self.turn, private=True, answer=False),
            on_press(SendDraft, self.go, private=True, needs=staff, action="announcement: send", answer=False),
            on_press(AnnouncementButton, self.press, private=True, needs=staff, action="announcements", answer=False),
        ]

    # The list

    async def command(self, command: Command) -> None:
        who = command.who
        if not who.private:
            await self._chats.refuse_in_group(who)
            return
        await self._chats.remember_language(who)
        await self._chats.reply(who, await self._list(who, 0))

    async def turn(self, press: Press[AnnouncementsPage]) -> None:
        message = await self._list(press.who, press.data.first)
        await press.answer()
        await press.show(message)

    async def _list(self, who: Speaker, first: int) -> Message:
        announcements = await self._announcements.list(who.user, limit=PAGE + 1, offset=first)
        more, here = len(announcements) > PAGE, self._time_zone
        return sending_messages.listed(
            who.words, announcements[:PAGE], first=first, size=PAGE, more=more, zone_name=here
        )

    # From the desk of a draft

    async def go(self, press: Press[SendDraft]) -> None:
        """ "Send …" asks once more; the second button sends. Both hold for the version that was seen."""
        who, what = press.who, press.data.what
        try:
            draft = await self._drafts.get(press.data.announcement)
            if what == "send" and await self._chats.pressed_before(press):
                shown = await self._as_it_is(who, draft)
            elif draft.version != press.data.version or draft.state is not State.DRAFT:
                raise Changed(draft, "send")
            else:
                shown = await (self._sure(who, draft) if what == "go" else self._send(who, draft))
        except (Changed, NoSuchAnnouncement, NotReady, OwnApproval) as error:
            await self._refused(press, error)
            return
        await self._show(press, shown)

    async def _sure(self, who: Speaker, draft: Announcement) -> Shown:
        view = await self._drafts.view(draft)
        if view.problems:
            text = visible(sending_messages.not_ready(who.words, view))
            return Shown(await self._drafts.screen(who, draft), text, alert=True)
        return Shown(sending_messages.confirm(who.words, view))

    async def _send(self, who: Speaker, draft: Announcement) -> Shown:
        sent = await self._announcements.submit(who.user, draft.id, draft.version)
        await self._announcements.watch(draft.id, who.chat, NOT_SHOWN)
        if sent.state is State.IN_REVIEW:
            await self._ask_colleagues(who, sent)
        return Shown(await self._drafts.screen(who, sent), watched=True)

    async def _ask_colleagues(self, who: Speaker, draft: Announcement) -> None:
        view = await self._drafts.view(draft)
        colleagues = await self._chats.within_reach(but=who.user)
        await self._chats.tell(colleagues, partial(sending_messages.please_approve, view=view))

    async def bring_waiting(self, user: int) -> None:
        """Ask somebody who came to the staff for what waits to be approved."""
        for draft in reversed(await self._announcements.list(user, limit=MOST_WAITING, states=(State.IN_REVIEW,))):
            if draft.author != user:
                view = await self._drafts.view(draft)
                await self._chats.tell((user,), partial(sending_messages.please_approve, view=view))

    # The card

    async def press(self, press: Press[AnnouncementButton]) -> None:
        """Any button of an announcement that is no draft (any more)."""
        who, what, more = press.who, press.data.what, press.data.more or ""
        if what in DECISIONS and await self._chats.pressed_before(press):
            what, more = "card", ""
        act = self._acts.get(what)
        try:
            announcement = await self._drafts.get(press.data.announcement)
            if act is None:
                raise Changed(announcement, what)
            await self._leave(press)
            shown = await act(who, announcement, more, press)
        except (Changed, NoSuchAnnouncement, NotReady, OwnApproval) as error:
            await self._refused(press, error)
            return
        await self._show(press, shown)

    async def _leave(self, press: Press[AnnouncementButton]) -> None:
        """The message is about to show something else, which progress must not write over; a card watches anew."""
        number, chat = press.data.announcement, press.who.chat
        if (chat, press.message.message_id) in await self._announcements.watchers(number):
            await self._announcements.watch(number, chat, NOT_SHOWN)

    async def _show(self, press: Press[SendDraft | AnnouncementButton], shown: Shown) -> None:
        await press.answer(shown.popup, alert=shown.alert)
        if shown.message is None:
            return
        number = await self._drafts.show(press.who, shown.message, press.message.message_id, below=shown.below)
        if shown.watched:
            await self._watch(press.who, press.data.announcement, number)

    async def _watch(self, who: Speaker, number: int, message: int) -> None:
        """The message shows how far it is from now on; at once, where it ended while the message was on its way."""
        await self._announcements.watch(number, who.chat, message)
        try:
            now = await self._drafts.get(number)
        except NoSuchAnnouncement:
            return
        if now.state in (State.FINISHED, State.CANCELLED):
            await self._drafts.show(who, await self._drafts.screen(who, now), message)

    async def _refused(self, press: Press[SendDraft | AnnouncementButton], error: Exception) -> None:
        """Why it could not be done, and how it stands now."""
        who, w, card = press.who, press.who.words, press.message.message_id
        if isinstance(error, NoSuchAnnouncement):
            await press.answer(sending_messages.discarded(w), alert=True)
            await press.take_buttons()
        elif isinstance(error, OwnApproval):
            await press.answer(sending_messages.own_approval(w), alert=True)
        elif isinstance(error, Changed):
            await press.answer(sending_messages.changed(w), alert=True)
            now = error.announcement
            shown = await self._drafts.show(who, await self._drafts.screen(who, now), card)
            if now.state in WATCHED:
                await self._watch(who, now.id, shown)
        elif isinstance(error, NotReady):
            now = await self._drafts.get(press.data.announcement)
            text = visible(sending_messages.not_ready(w, await self._drafts.view(now)))
            await press.answer(text, alert=True)
            await self._drafts.show(who, await self._drafts.screen(who, now), card)

    async def _card(
        self, who: Speaker, announcement: Announcement, more: str, press: Press[AnnouncementButton]
    ) -> Shown:
        return await self._as_it_is(who, announcement)

    async def _as_it_is(self, who: Speaker, announcement: Announcement) -> Shown:
        await self._expectations.drop(who.user, "sending")
        return Shown(await self._drafts.screen(who, announcement), watched=announcement.state in WATCHED)

    async def _preview(
        self, who: Speaker, announcement: Announcement, more: str, press: Press[AnnouncementButton]
    ) -> Shown:
        await self._drafts.preview(who, announcement)
        return replace(await self._card(who, announcement, more, press), below=True)

    async def _approve(
        self, who: Speaker, announcement: Announcement, version: str, press: Press[AnnouncementButton]
    ) -> Shown:
        now = await self._announcements.approve(who.user, announcement.id, int(version) if version.isdecimal() else -1)
        await self._announcements.watch(announcement.id, who.chat, NOT_SHOWN)
        await self._tell_author(who, now, "")
        return Shown(await self._drafts.screen(who, now), watched=True)

    async def _ask_reason(
        self, who: Speaker, announcement: Announcement, more: str, press: Press[AnnouncementButton]
    ) -> Shown:
        if announcement.state is not State.IN_REVIEW:
            raise Changed(announcement, "decline")
        card = press.message.message_id
        await self._expectations.expect(who.user, "sending", f"decline:{announcement.id}:{card}", lasts=PATIENCE)
        return Shown(sending_messages.ask_reason(who.words, announcement))

    async def _decline(
        self, who: Speaker, announcement: Announcement, more: str, press: Press[AnnouncementButton]
    ) -> Shown:
        await self._expectations.drop(who.user, "sending")
        now = await self._announcements.decline(who.user, announcement.id, "")
        await self._tell_author(who, now, "")
        return Shown(await self._drafts.screen(who, now))

    async def _tell_author(self, who: Speaker, announcement: Announcement, reason: str) -> None:
        chat = await self._people.chat(announcement.author)
        if chat is None or not chat.reachable or announcement.author == who.user:
            return
        if announcement.state is State.DRAFT:
            await self._chats.tell(
                (announcement.author,), partial(sending_messages.declined, announcement=announcement, reason=reason)
            )
        else:
            await self._chats.tell(
                (announcement.author,), partial(sending_messages.approved, announcement=announcement)
            )

    async def _recall(
        self, who: Speaker, announcement: Announcement, more: str, press: Press[AnnouncementButton]
    ) -> Shown:
        return Shown(await self._drafts.screen(who, await self._announcements.recall(who.user, announcement.id)))

    # Time

    async def _sure_now(
        self, who: Speaker, announcement: Announcement, more: str, press: Press[AnnouncementButton]
    ) -> Shown:
        return Shown(sending_messages.sure_now(who.words, announcement, await self._drafts.view(announcement)))

    async def _now(
        self, who: Speaker, announcement: Announcement, more: str, press: Press[AnnouncementButton]
    ) -> Shown:
        schedule = Schedule(None, announcement.body.schedule.zone, announcement.body.schedule.quiet_hours)
        now = await self._announcements.reschedule(who.user, announcement.id, schedule)
        return await self._card(who, now, more, press)

    async def _ask_when(
        self, who: Speaker, announcement: Announcement, more: str, press: Press[AnnouncementButton]
    ) -> Shown:
        card = press.message.message_id
        await self._expectations.expect(who.user, "sending", f"when:{announcement.id}:{card}", lasts=PATIENCE)
        return Shown(sending_messages.ask_when(who.words, announcement))

    async def _at(self, who: Speaker, announcement: Announcement, text: str, press: Press[AnnouncementButton]) -> Shown:
        message, done = await self._reschedule(who, announcement, text)
        if done:
            await self._expectations.drop(who.user, "sending")
        return Shown(message)

    async def _reschedule(self, who: Speaker, announcement: Announcement, text: str) -> tuple[Message, bool]:
        """What shows then, and whether the text named a time."""
        zone_name = announcement.body.schedule.zone or self._time_zone
        try:
            moment = read_moment(text, self._clock(), zone_name)
        except NotATime as error:
            note = attaching_messages.not_a_time(who.words, error.problem, error.detail)
            near = choices(who.words, text, error, self._clock())
            return sending_messages.ask_when(who.words, announcement, note, near), False
        schedule = Schedule(
            moment.at.astimezone(zone(moment.zone)), moment.zone, announcement.body.schedule.quiet_hours
        )
        now = await self._announcements.reschedule(who.user, announcement.id, schedule)
        return await self._drafts.screen(who, now), True

    async def typed(self, who: Speaker, update: Update, detail: str) -> bool:
        """Another time, or the reason why a draft goes back."""
        what, number, card = detail.split(":")
        text = (update.message.text if update.message else "") or ""
        done = there = True
        try:
            announcement = await self._drafts.get(int(number))
            if what == "when":
                message, done = await self._reschedule(who, announcement, text)
            else:
                now = await self._announcements.decline(who.user, announcement.id, text)
                await self._tell_author(who, now, text)
                message = await self._drafts.screen(who, now)
        except NoSuchAnnouncement:
            message, there = Message(escape(sending_messages.discarded(who.words))), False
        except (Changed, NotReady) as error:
            now = error.announcement if isinstance(error, Changed) else await self._drafts.get(int(number))
            message = await self._drafts.screen(who, now)
        shown = await self._drafts.show(who, message, int(card), below=True)
        if not done:
            await self._expectations.expect(who.user, "sending", f"{what}:{number}:{shown}", lasts=PATIENCE)
            return True
        # Not before: where Telegram is away it is tried again, and must not be taken for a question then.
        await self._expectations.drop(who.user, "sending")
        if what == "when" and there:
            await self._watch(who, int(number), shown)
        return True

    # While it goes out

    async def _pause(
        self, who: Speaker, announcement: Announcement, more: str, press: Press[AnnouncementButton]
    ) -> Shown:
        return await self._card(who, await self._announcements.pause(who.user, announcement.id), more, press)

    async def _resume(
        self, who: Speaker, announcement: Announcement, why: str, press: Press[AnnouncementButton]
    ) -> Shown:
        if announcement.state is State.PAUSED and why != (announcement.why or ""):
            raise Changed(
                announcement, "resume"
            )  # a button from before says nothing of what stopped it since: many failed, say
        return await self._card(who, await self._announcements.resume(who.user, announcement.id), "", press)

    async def _sure_cancel(
        self, who: Speaker, announcement: Announcement, more: str, press: Press[AnnouncementButton]
    ) -> Shown:
        return Shown(sending_messages.sure_cancel(who.words, announcement, await self._drafts.tally(who, announcement)))

    async def _cancel(
        self, who: Speaker, announcement: Announcement, more: str, press: Press[AnnouncementButton]
    ) -> Shown:
        return await self._card(who, await self._announcements.cancel(who.user, announcement.id), more, press)
