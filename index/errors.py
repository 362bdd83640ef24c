"""What can go wrong with an index; each error says what happened and what to do."""

from __future__ import annotations


class IndexFault(Exception):
    """`subject: what happened: what to do`."""

    def __init__(self, subject: str, what: str, remedy: str) -> None:
        super().__init__(f"{subject}: {what}: {remedy}")
        self.subject = subject
        self.what = what
        self.remedy = remedy


class NoGeneration(IndexFault):
    """There is no index yet."""


class BrokenGeneration(IndexFault):
    """A generation's files are missing, of the wrong size or not what was written."""


class TooLong(IndexFault):
    """A question was given up because it took too long: nothing is known of its answer."""


class OtherAnalyzer(IndexFault):
    """A generation was built by a program that turns text into other terms."""


class IndexBusy(IndexFault):
    """Another process is reindexing."""
