"""Why something cannot be done with an announcement: each says what happened and what to do."""

from __future__ import annotations

from bot.announcing.announcement import Announcement
from bot.announcing.readiness import Problem


class NoSuchAnnouncement(Exception):
    """There is none with this number; a draft may have been thrown away."""

    exit_code = 1

    def __init__(self, number: int) -> None:
        super().__init__(f"announcement {number}: there is none: citedesk announcements lists them")
        self.number = number


class Changed(Exception):
    """Somebody else was faster, or its state does not allow this any more."""

    exit_code = 1

    def __init__(self, announcement: Announcement, action: str) -> None:
        super().__init__(
            f"announcement {announcement.id}: cannot {action}, it is {announcement.state} by now or was changed: "
            "look at it again"
        )
        self.announcement = announcement


class NotReady(Exception):
    """Something has to be put right before it can go."""

    exit_code = 2

    def __init__(self, found: tuple[Problem, ...]) -> None:
        super().__init__(f"announcement: not ready ({'; '.join(map(str, found))}): put that right first")
        self.problems = found


class OwnApproval(Exception):
    """Nobody approves what they wrote themselves."""

    exit_code = 1
