"""Deliveries in, a table for spreadsheets out: CSV, with a line of headings."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from bot.announcing.announcement import Delivery

HEADINGS = ("delivery", "chat", "language", "outcome", "reason", "messages", "settled (UTC)")


def table(deliveries: Iterable[Delivery]) -> str:
    """One line a delivery. `chat` is empty where somebody asked to be forgotten."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for one in deliveries:
        chat = "" if one.chat is None else one.chat
        messages = " ".join(map(str, one.messages))
        settled = one.settled.strftime("%Y-%m-%d %H:%M:%S") if one.settled else ""
        writer.writerow((one.id, chat, one.language, one.outcome.value, _plain(one.reason), messages, settled))
    return out.getvalue()


def _plain(text: str) -> str:
    """Text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
