"""`/announce`, the buttons of a draft and what is typed for it in; the desk at which it is written, out.

The buttons are `d:<draft>:<what>:<more>`. They carry no more than that: every screen is made from the draft as
it stands now, so a button of yesterday, of before a restart or of a second phone does what it says, or says
what became of the draft. The parts of a draft have a module each.
"""

from __future__ import annotations

from datetime import timedelta

from telegram import CallbackQuery, Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.announcing import sending_messages
from bot.announcing.announcement import Announcement, Body, State
from bot.announcing.announcement_errors import Changed, NoSuchAnnouncement
from bot.announcing.chat.draft_attaching import Attaching
from bot.announcing.chat.draft_audience import Audiences
from bot.announcing.chat.draft_schedule import Scheduling
from bot.announcing.chat.draft_texts import Texts
from bot.announcing.chat.drafts import DESK, Asked, Drafts, Next, Screen, Take
from bot.asking import answer_messages as messages
from bot.people.people import Role
from bot.telegram.desk import Context, Desk, Handler, Speaker, pressed_before, remember_language, reply, speaker
from bot.words.markup import Message, escape

PATIENCE = timedelta(hours=3)
"""How long a screen that asks for something waits; its buttons work for ever."""
TOPIC = "announce"
"""Of the expectations."""


class Drafting:
    """The desk of drafts."""

    def __init__(self, desk: Desk, drafts: Drafts) -> None:
        self._desk = desk
        self._drafts = drafts
        texts = Texts(desk, drafts)
        attaching = Attaching(desk, drafts, texts)
        audiences, scheduling = Audiences(desk, drafts), Scheduling(desk, drafts)
        self._screens: dict[str, Screen] = {
            "desk": self._show_desk,
            "undo": self._undo,
            "discard": self._sure_discard,
            "preview": self._preview,
            **texts.screens(),
            **attaching.screens(),
            **audiences.screens(),
            **scheduling.screens(),
        }
        self._takers: dict[str, Take] = {
            **texts.takers(),
            **attaching.takers(),
            **audiences.takers(),
            **scheduling.takers(),
        }
        self._attaching = attaching

    def handlers(self) -> list[Handler]:
        return [
            CommandHandler("announce", self.command, filters=filters.UpdateType.MESSAGE),
            CallbackQueryHandler(self.new, pattern=r"^d:new$"),
            CallbackQueryHandler(self.discard, pattern=r"^d:\d{1,15}:discard!$"),
            CallbackQueryHandler(self.press, pattern=rf"^d:\d{{1,15}}:({'|'.join(self._screens)})(:|$)"),
        ]

    async def command(self, update: Update, context: Context) -> None:
        """A new draft; when there are unfinished ones, those first."""
        who = await speaker(self._desk, update)
        if who is None:
            return
        if not who.private:
            await self._desk.people.check(who.user, Role.STAFF, "announce")
            await reply(self._desk, who, messages.private_only(who.words))
            return
        drafts = [one for one in await self._desk.announcements.drafts(who.user) if one.body != Body()]
        if drafts:
            await reply(self._desk, who, sending_messages.unfinished(who.words, drafts[:5]))
        else:
            await self._begin(who, 0)

    async def new(self, update: Update, context: Context) -> None:
        query, who = update.callback_query, await speaker(self._desk, update)
        if query is None or who is None or query.message is None or not who.private:
            return
        await self._desk.people.check(who.user, Role.STAFF, "announce")
        await self._desk.courier.acknowledge(query)
        await self._begin(who, query.message.message_id)

    async def _begin(self, who: Speaker, card: int) -> None:
        """An empty draft of one's own is taken up before another is made."""
        await remember_language(self._desk, who)
        empty = [one for one in await self._desk.announcements.drafts(who.user) if one.body == Body()]
        draft = empty[0] if empty else await self._desk.announcements.draft(who.user)
        await self._lead(who, await self._drafts.next(who, draft), card)

    async def _lead(self, who: Speaker, to: Next, card: int, *, below: bool = False) -> None:
        """Show what comes next, and remember what it asks for."""
        number = await self._drafts.show(who, to.message, card, below=below)
        if to.asked is None:
            await self._desk.expectations.drop(who.user, TOPIC)
        else:
            await self._desk.expectations.expect(who.user, TOPIC, to.asked.text(number), lasts=PATIENCE)

    async def press(self, update: Update, context: Context) -> None:
        """Any button of the desk."""
        query, who = update.callback_query, await speaker(self._desk, update)
        if query is None or who is None or query.message is None or not who.private:
            return
        await self._desk.people.check(who.user, Role.STAFF, "announce")
        _, number, what, more = [*(query.data or "").split(":", 3), ""][:4]
        card = query.message.message_id
        try:
            draft = await self._drafts.get(int(number))
            if draft.state is not State.DRAFT:
                await self._not_a_draft(query, who, draft, card, said=what != "desk")
                return
            if what != "preview" and await pressed_before(self._desk, query):
                what, more = "desk", ""  # a second step back, or a switch that goes back again, was not asked for
            to = await self._screens[what](who, draft, more)
        except NoSuchAnnouncement:
            await self._gone(query, who)
            return
        except Changed as error:
            await self._not_a_draft(query, who, error.announcement, card, said=True)
            return
        await self._desk.courier.acknowledge(query)
        await self._lead(who, to, card, below=what == "preview")

    async def typed(self, who: Speaker, update: Update, detail: str) -> bool:
        """A message that was asked for; a file is taken wherever one stands."""
        asked, message = Asked.read(detail), update.message
        if message is None or (asked.part == DESK and not (message.photo or message.document)):
            return False
        if (message.caption or "").startswith("/"):
            return False  # a file for another conversation, such as /upload
        await self._desk.people.check(who.user, Role.STAFF, "announce")
        try:
            draft = await self._drafts.get(asked.id)
            if draft.state is not State.DRAFT:
                await self._lead(who, await self._drafts.next(who, draft), asked.card, below=True)
            elif not message.text:
                to = await self._attaching.file_came(who, message, draft, asked)
                await self._lead(who, to, asked.card, below=True)
            else:
                to = await self._takers[asked.part](who, message, draft, asked)
                await self._lead(who, to, asked.card, below=True)
        except NoSuchAnnouncement:
            await self._desk.expectations.drop(who.user, TOPIC)
            await reply(self._desk, who, Message(escape(sending_messages.discarded(who.words))))
        except Changed as error:
            await self._lead(who, await self._drafts.next(who, error.announcement), asked.card, below=True)
        return True

    async def _not_a_draft(
        self, query: CallbackQuery, who: Speaker, now: Announcement, card: int, *, said: bool
    ) -> None:
        """The button is of when it was a draft: show how it stands now."""
        text = sending_messages.changed(who.words) if said else ""
        await self._desk.courier.acknowledge(query, text, alert=bool(text))
        await self._lead(who, await self._drafts.next(who, now), card)

    async def _gone(self, query: CallbackQuery, who: Speaker) -> None:
        await self._desk.courier.acknowledge(query, sending_messages.discarded(who.words), alert=True)
        await self._desk.expectations.drop(who.user, TOPIC)
        if query.message is not None:
            await self._desk.courier.set_buttons(who.chat, query.message.message_id, ())

    # The desk, undoing, throwing away and looking

    async def _show_desk(self, who: Speaker, draft: Announcement, more: str) -> Next:
        return await self._drafts.next(who, draft)

    async def _undo(self, who: Speaker, draft: Announcement, more: str) -> Next:
        before = await self._desk.announcements.undo(who.user, draft.id)
        if before.body == draft.body:
            note = who.words.say("There is nothing to undo.")
        else:
            note = who.words.say("↩️ The last change is undone.")
        return await self._drafts.next(who, before, note)

    async def _sure_discard(self, who: Speaker, draft: Announcement, more: str) -> Next:
        return Next(sending_messages.sure_discard(who.words, draft))

    async def discard(self, update: Update, context: Context) -> None:
        """The second press, on "throw it away"."""
        query, who = update.callback_query, await speaker(self._desk, update)
        if query is None or who is None or query.message is None or not who.private:
            return
        number = int((query.data or "").split(":")[1])
        await self._desk.people.check(who.user, Role.STAFF, "announce")
        try:
            draft = await self._drafts.get(number)
            if draft.state is not State.DRAFT:
                await self._not_a_draft(query, who, draft, query.message.message_id, said=True)
                return
            await self._desk.announcements.discard(who.user, number)
        except NoSuchAnnouncement:
            await self._gone(query, who)
            return
        except Changed as error:
            await self._not_a_draft(query, who, error.announcement, query.message.message_id, said=True)
            return
        await self._desk.courier.acknowledge(query)
        await self._lead(who, Next(sending_messages.gone_for_good(who.words)), query.message.message_id)

    async def _preview(self, who: Speaker, draft: Announcement, more: str) -> Next:
        """Both languages exactly as they will look, sent to oneself; then the desk again, below."""
        note = await self._drafts.preview(who, draft)
        return await self._drafts.next(who, draft, note)
