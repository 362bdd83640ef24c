"""Why a file cannot be read: subject, reason and remedy in; one exception out that says all three."""

from __future__ import annotations


class Unreadable(Exception):
    """A file that gives no document. `str()` is "subject: reason: remedy"."""

    def __init__(self, subject: str, reason: str, remedy: str, *, passing: bool = False) -> None:
        """`passing`: the same file may be read the next time, as the machine was at fault and not the file."""
        super().__init__(subject, reason, remedy)
        self.passing = passing
        self.subject = subject
        self.reason = reason
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.subject}: {self.reason}: {self.remedy}"
