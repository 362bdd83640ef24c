"""`/announce`, the buttons of a draft and what is typed for it in; the desk at which it is written, out.

The buttons (`DraftButton`) carry the draft, a word and what it is about: every screen is made from the draft as
it stands now, so a button of yesterday, of before a restart or of a second phone does what it says, or says
what became of the draft. The parts of a draft have a module each.
"""

from __future__ import annotations

from datetime import timedelta

from telegram import Update

from bot.announcing import drafting_messages, sending_messages
from bot.announcing.announcement import Announcement, Body, Changed, NoSuchAnnouncement, State
from bot.announcing.announcements import Announcements
from bot.announcing.chat.draft_attaching import Attaching
from bot.announcing.chat.draft_audience import Audiences
from bot.announcing.chat.draft_schedule import Scheduling
from bot.announcing.chat.draft_texts import Texts
from bot.announcing.chat.drafts import DESK, Drafts, DraftScreen, Next, Prompt, TakeText
from bot.people.people import People, Role
from bot.telegram.callbacks import Data, DiscardDraft, DraftButton, NewDraft
from bot.telegram.chats import Chats, Command, Handler, Press, Speaker
from bot.telegram.expectations import Expectations
from bot.words.markup import Message, escape

PATIENCE = timedelta(hours=3)
"""How long a screen that asks for something waits; its buttons work for ever."""
TOPIC = "announce"
"""Of the expectations."""


class Drafting:
    """The desk of drafts."""

    def __init__(
        self,
        chats: Chats,
        people: People,
        drafts: Drafts,
        announcements: Announcements,
        expectations: Expectations,
        texts: Texts,
        attaching: Attaching,
        audiences: Audiences,
        scheduling: Scheduling,
    ) -> None:
        self._chats = chats
        self._people = people
        self._drafts = drafts
        self._announcements = announcements
        self._expectations = expectations
        self._attaching = attaching
        self._screens: dict[str, DraftScreen] = {
            "desk": self._show_desk,
            "undo": self._undo,
            "discard": self._sure_discard,
            "preview": self._preview,
            **texts.screens(),
            **attaching.screens(),
            **audiences.screens(),
            **scheduling.screens(),
        }
        self._takers: dict[str, TakeText] = {
            **texts.takers(),
            **attaching.takers(),
            **audiences.takers(),
            **scheduling.takers(),
        }

    def handlers(self) -> list[Handler]:
        on_press, staff = self._chats.on_press, Role.STAFF
        return [
            self._chats.on_command("announce", self.command, needs=staff),
            on_press(NewDraft, self.new, private=True, needs=staff, action="announce"),
            on_press(DiscardDraft, self.discard, private=True, needs=staff, action="announce", answer=False),
            on_press(
                DraftButton,
                self.press,
                private=True,
                needs=staff,
                action="announce",
                answer=False,
                when=lambda data: data.what in self._screens,
            ),
        ]

    async def command(self, command: Command) -> None:
        """A new draft; when there are unfinished ones, those first."""
        who = command.who
        if not who.private:
            await self._chats.refuse_in_group(who)
            return
        drafts = [draft for draft in await self._announcements.drafts(who.user) if draft.body != Body()]
        if drafts:
            await self._chats.reply(who, sending_messages.unfinished(who.words, drafts[:5]))
        else:
            await self._begin(who, 0)

    async def new(self, press: Press[NewDraft]) -> None:
        await self._begin(press.who, press.message.message_id)

    async def _begin(self, who: Speaker, card: int) -> None:
        """An empty draft of one's own is taken up before another is made."""
        await self._chats.remember_language(who)
        empty = [
            announcement for announcement in await self._announcements.drafts(who.user) if announcement.body == Body()
        ]
        draft = empty[0] if empty else await self._announcements.draft(who.user)
        await self._lead(who, await self._drafts.next(who, draft), card)

    async def _lead(self, who: Speaker, to: Next, card: int, *, below: bool = False) -> None:
        """Show what comes next, and remember what it asks for."""
        number = await self._drafts.show(who, to.message, card, below=below)
        if to.asked is None:
            await self._expectations.drop(who.user, TOPIC)
        else:
            await self._expectations.expect(who.user, TOPIC, to.asked.text(number), lasts=PATIENCE)

    async def press(self, press: Press[DraftButton]) -> None:
        """Any button of the desk."""
        what, more, card = press.data.what, press.data.more or "", press.message.message_id
        try:
            draft = await self._drafts.get(press.data.announcement)
            if draft.state is not State.DRAFT:
                await self._not_a_draft(press, draft, said=what != "desk")
                return
            if what != "preview" and await self._chats.pressed_before(press):
                what, more = "desk", ""  # a second step back, or a switch that goes back again, was not asked for
            to = await self._screens[what](press.who, draft, more)
        except NoSuchAnnouncement:
            await self._gone(press)
            return
        except Changed as error:
            await self._not_a_draft(press, error.announcement, said=True)
            return
        await press.answer()
        await self._lead(press.who, to, card, below=what == "preview")

    async def typed(self, who: Speaker, update: Update, detail: str) -> bool:
        """A message that was asked for; a file is taken wherever one stands."""
        asked, message = Prompt.read(detail), update.message
        if message is None or (asked.part == DESK and not (message.photo or message.document)):
            return False
        if (message.caption or "").startswith("/"):
            return False  # a file for another conversation, such as /upload
        await self._people.check(who.user, Role.STAFF, "announce")
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
            await self._expectations.drop(who.user, TOPIC)
            await self._chats.reply(who, Message(escape(sending_messages.discarded(who.words))))
        except Changed as error:
            await self._lead(who, await self._drafts.next(who, error.announcement), asked.card, below=True)
        return True

    async def _not_a_draft(self, press: Press[Data], now: Announcement, *, said: bool) -> None:
        """The button is of when it was a draft: show how it stands now."""
        text = sending_messages.changed(press.who.words) if said else ""
        await press.answer(text, alert=bool(text))
        await self._lead(press.who, await self._drafts.next(press.who, now), press.message.message_id)

    async def _gone(self, press: Press[Data]) -> None:
        await press.answer(sending_messages.discarded(press.who.words), alert=True)
        await self._expectations.drop(press.who.user, TOPIC)
        await press.take_buttons()

    # The desk, undoing, throwing away and looking

    async def _show_desk(self, who: Speaker, draft: Announcement, more: str) -> Next:
        return await self._drafts.next(who, draft)

    async def _undo(self, who: Speaker, draft: Announcement, more: str) -> Next:
        before = await self._announcements.undo(who.user, draft.id)
        note = drafting_messages.undone(who.words, anything=before.body != draft.body)
        return await self._drafts.next(who, before, note)

    async def _sure_discard(self, who: Speaker, draft: Announcement, more: str) -> Next:
        return Next(sending_messages.sure_discard(who.words, draft))

    async def discard(self, press: Press[DiscardDraft]) -> None:
        """The second press, on "throw it away"."""
        who, number = press.who, press.data.announcement
        try:
            draft = await self._drafts.get(number)
            if draft.state is not State.DRAFT:
                await self._not_a_draft(press, draft, said=True)
                return
            await self._announcements.discard(who.user, number)
        except NoSuchAnnouncement:
            await self._gone(press)
            return
        except Changed as error:
            await self._not_a_draft(press, error.announcement, said=True)
            return
        await press.answer()
        await self._lead(who, Next(sending_messages.gone_for_good(who.words)), press.message.message_id)

    async def _preview(self, who: Speaker, draft: Announcement, more: str) -> Next:
        """Both languages exactly as they will look, sent to oneself; then the desk again, below."""
        note = await self._drafts.preview(who, draft)
        return await self._drafts.next(who, draft, note)
