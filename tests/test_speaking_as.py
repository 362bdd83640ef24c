"""In whose name a message comes: an admin's in the group's own, or a member's in that of a channel of theirs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from telegram import Chat, Message, User

from bot.telegram.chats import speaks_as_the_chat

GROUP = Chat(-100200, "supergroup", title="Harbour")
CHANNEL = Chat(-100300, "channel", title="My boats")


@pytest.mark.parametrize(("sender", "speaks"), [(GROUP, True), (CHANNEL, False), (None, False)])
def test_only_the_group_itself_speaks_for_the_group(sender: Chat | None, *, speaks: bool) -> None:
    person = User(7, "Ann", is_bot=False)
    message = Message(1, datetime(2026, 1, 1, tzinfo=UTC), GROUP, from_user=person, sender_chat=sender, text="/stop")
    assert speaks_as_the_chat(message) == speaks
