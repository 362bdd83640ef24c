"""What Telegram says of a call that it refused in; the same in the words of whoever reads it, out.

Telegram speaks English and in capitals (`TOPIC_CLOSED`); staff read what happened, in their language. What is not
known here is quoted as it came, and said to be Telegram's.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.words.catalogue import Words
from bot.words.markup import one_line

QUOTED = 100
"""Characters of a text of Telegram's that is not known."""

SAID: tuple[tuple[str, Callable[[Words], str]], ...] = (
    (r"user is deactivated|deleted the account", lambda w: w.label("the account was deleted")),
    (r"blocked by the user|user_is_blocked", lambda w: w.label("blocked the bot")),
    (r"can't initiate conversation", lambda w: w.label("never wrote to the bot")),
    (r"kicked|not a member|channel_private", lambda w: w.label("the bot was taken out of the group or channel")),
    (
        r"not enough rights to send|no rights to send|chat_write_forbidden|_plain_forbidden|chat_restricted",
        lambda w: w.label("the group does not let the bot write"),
    ),
    (
        r"administrator rights in the channel|chat_admin_required",
        lambda w: w.label("the bot is no admin of the channel any more"),
    ),
    (r"topic_closed", lambda w: w.label("the topic of the group is closed")),
    (
        r"message thread not found|topic_deleted|topic_id_invalid|thread_not_found",
        lambda w: w.label("the topic of the group was deleted"),
    ),
    (r"chat not found|(?:peer|chat)_id_invalid|chat was deactivated", lambda w: w.label("the chat is gone")),
    (
        r"to (?:edit|delete) not found|message_id_invalid|message to be replied not found",
        lambda w: w.label("the message was deleted there"),
    ),
    (
        r"message can't be (?:edited|deleted)|edit_time_expired|message_delete_forbidden|message_edit_time",
        lambda w: w.label("the message is too old for Telegram"),
    ),
    (r"no (?:text|caption) in the message to edit", lambda w: w.label("the message there is of another kind")),
    (r"not modified", lambda w: w.label("it reads like that already")),
    (r"caption is too long|message is too long|message_too_long", lambda w: w.label("it is too long for Telegram")),
    (r"parse entities|entity", lambda w: w.label("its formatting is broken")),
    (r"file is too big|too large|entity too large", lambda w: w.label("a file is too large for Telegram")),
    (
        r"wrong file identifier|invalid file_id|file_reference|wrong remote file",
        lambda w: w.label("Telegram does not have a file any more; add it anew"),
    ),
    (
        r"image_process_failed|photo_invalid|photo_ext_invalid|wrong type of the web page",
        lambda w: w.label("Telegram cannot read the picture"),
    ),
    (r"button_url_invalid|url host is empty|button.*url.*invalid", lambda w: w.label("a link under it is not valid")),
    (r"too many requests|flood|retry after", lambda w: w.label("Telegram asked to wait")),
    (r"unauthorized|invalid token|token .*rejected", lambda w: w.label("Telegram does not take the bot's token")),
    (r"internal server error|bad gateway|gateway time-?out|\b50\d\b", lambda w: w.label("Telegram had a fault")),
    (r"httpx\.|timed out|network|connect", lambda w: w.label("Telegram's answer was lost")),
)
"""What stands in Telegram's text, and what it means."""


def telegram_says(words: Words, text: str) -> str:
    """An error text of Telegram in words."""
    for pattern, said in SAID:
        if re.search(pattern, text, re.IGNORECASE):
            return said(words)
    bare = re.sub(r"^(?:bad request|forbidden):\s*", "", text.strip(), flags=re.IGNORECASE)
    return words.label("Telegram refused it (“{what}”)", what=one_line(bare, QUOTED))
