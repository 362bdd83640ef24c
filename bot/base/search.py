"""The live index in; answers, without holding up the event loop, out.

Why as many threads as there are cores? A question is a fraction of a second of computation, and much of it is done
where other threads may run. With one thread, one question that takes seconds makes everybody wait.

Why are people served in turn, and nobody on two threads at once? Whoever asks ten long questions would make everybody
else wait for all ten. So each has a line of their own, the lines take turns, and a thread at least is free for others.

Why is a question given up after a time? It may cost more than anybody foresaw. What was found until then is not shown:
it would pass for all that there is.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol, TypeVar

from index.answering.answer import Answer, NoAnswer
from index.errors import BrokenGeneration, NoGeneration, TooLong
from index.time_limit import time_limit

if TYPE_CHECKING:
    from content.answers import OfficeAnswer
    from index.searcher import Searcher

T = TypeVar("T")
LOG = logging.getLogger("bot.search")
SECONDS = 20.0
"""What a question may cost. The longest ones take a second over the largest library that was tried."""


class NoIndexYet(Exception):
    """There is no index yet."""


class Live(Protocol):
    """Gives the live generation's searcher; `index.searcher.LiveSearcher` is the one that is used."""

    def get(self) -> Searcher: ...

    def put_aside(self, generation: str, fault: BrokenGeneration) -> bool: ...


class Search:
    """The live index, looked at from the event loop."""

    def __init__(
        self,
        live: Live,
        office: Callable[[], Sequence[OfficeAnswer]] = lambda: (),
        *,
        threads: int | None = None,
        seconds: float = SECONDS,
    ) -> None:
        """`office`: gives the office's own answers as they stand now. `threads`: one for each core without it."""
        self._live = live
        self._office = office
        self._seconds = seconds
        self._free = threads or cores()
        self._executor = ThreadPoolExecutor(self._free, thread_name_prefix="search")
        self._lines: OrderedDict[object, deque[asyncio.Future[None]]] = OrderedDict()
        """By who asks: what waits; whose turn comes next is first."""
        self._served: set[object] = set()
        """Who has a thread now."""

    async def ask(self, question: str, history: Sequence[str], asker: object = None) -> Answer | NoAnswer:
        """Answer a question, with the index as it stands now. `asker`: whose turn it takes.

        Raises `NoIndexYet`, `IndexFault`, of which `TooLong` says that it took too long.
        """
        return await self.look(lambda searcher: searcher.ask(question, history=history, office=self._office()), asker)

    async def look(self, function: Callable[[Searcher], T], asker: object = None) -> T:
        """`function(searcher)` in a search thread, in the turn of who asks. Raises what `ask` raises."""
        asker = object() if asker is None else asker
        await self._turn(asker)
        try:
            return await asyncio.wrap_future(self._executor.submit(self._run, function))
        finally:
            self._pass_on(asker)

    async def _turn(self, asker: object) -> None:
        """Wait until a thread is free, and until those have had a turn who came before or had fewer."""
        if self._free and asker not in self._served:  # nobody else can be waiting who might be served
            self._free -= 1
            self._served.add(asker)
            return
        turn = asyncio.get_running_loop().create_future()
        self._lines.setdefault(asker, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._pass_on(asker)
            raise

    def _pass_on(self, asker: object) -> None:
        """A thread is free: the next turn is the first of the line that has waited longest for one."""
        self._free += 1
        self._served.discard(asker)
        for waiting in tuple(self._lines):
            if not self._free:
                return
            if waiting not in self._served:
                self._serve(waiting)

    def _serve(self, waiting: object) -> None:
        """Give a free thread to the first of a line who did not give up; the line goes to the end."""
        line = self._lines.pop(waiting)
        while line:
            turn = line.popleft()
            if turn.done():
                continue
            self._free -= 1
            self._served.add(waiting)
            turn.set_result(None)
            break
        if line:
            self._lines[waiting] = line

    def close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _run(self, function: Callable[[Searcher], T]) -> T:
        """Where a generation turns out to be damaged, the one before it is asked."""
        while True:
            try:
                searcher = self._live.get()
            except NoGeneration as error:
                raise NoIndexYet(str(error)) from error
            try:
                with time_limit(self._seconds):
                    return function(searcher)
            except TooLong:
                LOG.warning("a question was given up after %.0f s", self._seconds)
                raise
            except BrokenGeneration as fault:
                if not self._live.put_aside(searcher.generation, fault):
                    raise NoIndexYet(str(fault)) from fault


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
