"""Who is answered first, where several people ask at once; a searcher that notes the order stands for the index."""

from __future__ import annotations

import asyncio
import threading
from typing import Any, cast

from bot.base.search import Live, Search


class Slow:
    """A searcher that answers when it is let, and notes whom."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self.may = threading.Semaphore(0)

    def get(self) -> Slow:
        return self

    def ask(self, question: str, **options: Any) -> str:
        assert self.may.acquire(timeout=20)
        self.order.append(question)
        return question


async def test_people_are_answered_in_turn_however_much_one_of_them_asks() -> None:
    slow = Slow()
    search = Search(cast(Live, slow))
    asked = [("Bo", f"Bo {number}") for number in range(5)] + [("Cem", "Cem 0"), ("Dan", "Dan 0"), ("Cem", "Cem 1")]
    tasks = []
    for who, question in asked:
        tasks.append(asyncio.ensure_future(search.ask(question, (), who)))
        await asyncio.sleep(0)
    for _ in asked:
        slow.may.release()
    await asyncio.gather(*tasks)
    search.close()
    assert slow.order == ["Bo 0", "Bo 1", "Cem 0", "Dan 0", "Bo 2", "Cem 1", "Bo 3", "Bo 4"]


async def test_who_gives_up_waiting_holds_up_nobody() -> None:
    slow = Slow()
    search = Search(cast(Live, slow))
    first, given_up, last = (asyncio.ensure_future(search.ask(name, (), name)) for name in ("a", "b", "c"))
    await asyncio.sleep(0)
    given_up.cancel()
    slow.may.release()
    slow.may.release()
    assert await asyncio.wait_for(asyncio.gather(first, last), 20) == ["a", "c"]
    search.close()
    assert slow.order == ["a", "c"]
