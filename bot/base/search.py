"""Questions and passage ids in; answers, passages and the library out, without blocking the event loop.

Why one thread? A search is a fraction of a second of pure computation. Two at once in one interpreter both take longer.

Why are people served in turn? A person who asks ten long questions at once would make everybody else wait for all ten.
So each person has a line of their own, and the lines take turns. Other people wait for at most one of these questions.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, deque
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
        self._lines: OrderedDict[object, deque[asyncio.Future[None]]] = OrderedDict()
        """The waiting questions of each asker; the asker whose turn is next stands first."""
        self._busy = False

    async def ask(self, question: str, history: Sequence[str], asker: object = None) -> Answer | NoAnswer:
        """Answer a question from the live index. `asker`: the person whose turn it takes.

        Raises `NoIndexYet`, `IndexFault`.
        """
        return await self.look(lambda searcher: searcher.ask(question, history=history, office=self._office()), asker)

    async def look(self, function: Callable[[Searcher], T], asker: object = None) -> T:
        """Run `function(searcher)` in the search thread, in the asker's turn. Raises `NoIndexYet`, `IndexFault`."""
        await self._turn(asker)
        try:
            return await asyncio.wrap_future(self._executor.submit(self._run, function))
        finally:
            self._pass_on()

    async def _turn(self, asker: object) -> None:
        """Wait until the thread is free and it is the asker's turn."""
        if not self._busy:
            self._busy = True
            return
        turn = asyncio.get_running_loop().create_future()
        self._lines.setdefault(asker, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        """Give the turn to the first question of the line that has waited longest."""
        while self._lines:
            asker, line = self._lines.popitem(last=False)
            turn = line.popleft()
            if line:
                self._lines[asker] = line
            if not turn.done():
                turn.set_result(None)
                return
        self._busy = False

    def close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _run(self, function: Callable[[Searcher], T]) -> T:
        try:
            searcher = self._live.get()
        except NoGeneration as error:
            raise NoIndexYet(str(error)) from error
        return function(searcher)
