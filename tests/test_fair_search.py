"""Who is answered first, where several people ask at once; a searcher that notes the order stands for the index."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest
from shelf import Shelf

from bot.base.search import Live, Search
from index.errors import TooLong
from index.time_limit import check_time, time_limit


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
    search = Search(cast(Live, slow), threads=1)
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
    search = Search(cast(Live, slow), threads=1)
    first, given_up, last = (asyncio.ensure_future(search.ask(name, (), name)) for name in ("a", "b", "c"))
    await asyncio.sleep(0)
    given_up.cancel()
    slow.may.release()
    slow.may.release()
    assert await asyncio.wait_for(asyncio.gather(first, last), 20) == ["a", "c"]
    search.close()
    assert slow.order == ["a", "c"]


async def test_nobody_has_two_threads_so_that_one_is_free_for_others() -> None:
    began: list[str] = []
    may = threading.Event()

    class Waiting(Slow):
        def ask(self, question: str, **options: Any) -> str:
            began.append(question)
            assert question.startswith("Cem") or may.wait(20)
            return question

    search = Search(cast(Live, Waiting()), threads=2)
    slow = [asyncio.ensure_future(search.ask(f"Bo {number}", (), "Bo")) for number in range(3)]
    await asyncio.sleep(0)
    for number in range(3):
        assert await asyncio.wait_for(search.ask(f"Cem {number}", (), "Cem"), 20) == f"Cem {number}"
    assert began == ["Bo 0", "Cem 0", "Cem 1", "Cem 2"]
    may.set()
    assert await asyncio.wait_for(asyncio.gather(*slow), 20) == ["Bo 0", "Bo 1", "Bo 2"]
    search.close()


async def test_threads_are_all_given_back_whoever_gave_up_or_failed() -> None:
    class Failing(Slow):
        def ask(self, question: str, **options: Any) -> str:
            if question == "bad":
                raise ValueError("bad")
            return super().ask(question, **options)

    failing = Failing()
    search = Search(cast(Live, failing), threads=2)
    for _ in range(3):
        with pytest.raises(ValueError, match="bad"):
            await search.ask("bad", (), "a")
    tasks = [asyncio.ensure_future(search.ask(str(number), (), number % 3)) for number in range(12)]
    await asyncio.sleep(0)
    for task in tasks[4:8]:
        task.cancel()
    for _ in range(12):
        failing.may.release()
    done = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 20)
    assert [str(number) for number in range(12) if not 4 <= number < 8] == [one for one in done if isinstance(one, str)]
    assert await asyncio.wait_for(search.ask("last", (), "a"), 20) == "last"
    search.close()


async def test_question_over_its_time_is_given_up_and_the_next_is_answered() -> None:
    class Endless(Slow):
        def ask(self, question: str, **options: Any) -> str:
            while question == "endless":
                check_time()
            return question

    search = Search(cast(Live, Endless()), threads=1, seconds=0.05)
    with pytest.raises(TooLong):
        await search.ask("endless", (), "a")
    assert await search.ask("short", (), "a") == "short"
    search.close()


def test_searcher_looks_at_the_clock(lake: Shelf) -> None:
    """A limit that is over before it begins ends a question of any kind; without a limit it is answered."""
    searcher = lake.searcher()
    for question in ("How deep is the lake?", '"the lake"', "湖有多深？", "lake year:2019"):
        with pytest.raises(TooLong), time_limit(-1):
            searcher.ask(question)
        searcher.ask(question)


def test_threads_agree_on_the_answers(lake: Shelf) -> None:
    """One searcher serves all threads."""
    questions = [
        "How deep is the lake?",
        "湖有多深？",
        "Where does the river end?",
        '"the lake"',
        "Какова глубина?",
    ] * 8
    alone = [lake.searcher().ask(question) for question in questions]
    searcher = lake.searcher()
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(searcher.ask, questions)) == alone
