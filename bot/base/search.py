"""Questions and passage ids in; answers, passages and the library out, without holding up the event loop.

Why one thread? A search is a fraction of a second of pure computation: two at once on the same interpreter
take longer each, and their order would no longer be the order of arrival.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol, TypeVar

from index.answering.answer import Answer, NoAnswer
from index.errors import NoGeneration

if TYPE_CHECKING:
    from content.answers import OfficeAnswer
    from index.searcher import Searcher

T = TypeVar("T")
LOG = logging.getLogger("bot.search")


class NoIndexYet(Exception):
    """There is no index yet."""


class Live(Protocol):
    """Gives the live generation's searcher; `index.searcher.LiveSearcher` is the one that is used."""

    def get(self) -> Searcher: ...


class Search:
    """The live index, looked at from the event loop."""

    def __init__(self, live: Live, office: Callable[[], Sequence[OfficeAnswer]] = lambda: ()) -> None:
        """`office`: gives the office's own answers as they stand now."""
        self._live = live
        self._office = office
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="search")

    async def ask(self, question: str, history: Sequence[str]) -> Answer | NoAnswer:
        """Answer a question, with the index as it stands now. Raises `NoIndexYet`, `IndexFault`."""
        return await self.look(lambda searcher: searcher.ask(question, history=history, office=self._office()))

    async def look(self, function: Callable[[Searcher], T]) -> T:
        """`function(searcher)` in the search thread. Raises `NoIndexYet`, `IndexFault`."""
        return await asyncio.wrap_future(self._executor.submit(self._run, function))

    def close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _run(self, function: Callable[[Searcher], T]) -> T:
        try:
            searcher = self._live.get()
        except NoGeneration as error:
            raise NoIndexYet(str(error)) from error
        return function(searcher)
