"""An announcement while one person presses without end and ten ask nonsense of 4,096 characters: does anybody wait?

`python -m benchmarks.flood [--recipients 1500] [--nonsense 10]`. One server, one bot (`citedesk run`, HTTP), one run:
first an announcement to everybody while nothing else happens, and questions while nothing goes out; then the same
announcement again with the flood, and the same questions meanwhile. What is held against the bars are the ratios of
the two halves: throughput at least .95 of idle, p95 of other people's answers at most twice that of idle.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.broadcast import Stage, build, p95, stage
from bot.sandbox.seats import Seat, SeatError

RATE = 25.0
ASKING = 40
"""Other people, who ask in turn: none of them more often than a person may."""
PER_MINUTE = 20
"""Questions that a person may ask, as the settings have it."""
PRESSES_PER_SECOND = 5.0
SYLLABLES = "ba ko ri tu me la so ni ve du pa xi zho qua the of water policy 科技 政策 湖 水".split()


@dataclass(frozen=True)
class FloodFigures:
    """Both halves of the run."""

    idle_rate: float
    """Messages of the announcement a second, while nothing else happens."""
    busy_rate: float
    idle_answers: list[float]
    """Seconds until other people had their answers."""
    busy_answers: list[float]
    nonsense: int
    """Questions of 4,096 characters that were asked meanwhile."""
    presses: int


def nonsense(chance: random.Random) -> str:
    """A question of exactly 4,096 characters that means nothing, in both alphabets."""
    words = (chance.choice(SYLLABLES) + chance.choice(SYLLABLES) for _ in iter(int, 1))
    text = ""
    while len(text) < 4096:
        text += next(words) + " "
    return text[:4095] + "?"


async def measure(folder: Path, recipients: int, silly: int) -> FloodFigures:
    """The run."""
    index = await asyncio.to_thread(build, folder)
    async with stage(folder / "flood", recipients, RATE, index=index, per_minute=PER_MINUTE) as here:
        await here.start()
        await here.server.polled(60)
        people = [await here.server.seat(f"asking {number}") for number in range(ASKING)]
        fools = [await here.server.seat(f"nonsense {number}") for number in range(silly)]
        presser = await here.server.seat("pressing")
        for seat in (*people, *fools, presser):
            await seat.start()
            await seat.next_message(timeout=60)
        await asked(people, 3)
        idle_answers = await asked(people, 60)
        idle_rate = await announced(here, recipients)

        flood = Flood(fools, presser)
        tasks = flood.tasks()
        try:
            await asyncio.sleep(2)
            busy_rate, busy_answers = await asyncio.gather(announced(here, recipients), asked(people, 100))
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return FloodFigures(idle_rate, busy_rate, idle_answers, busy_answers, flood.questions, flood.presses)


async def announced(here: Stage, recipients: int) -> float:
    """Announce to everybody who subscribed; how many messages a second went out."""
    before = len(here.sends())
    await asyncio.to_thread(here.announce)
    await here.sent(before + recipients, 60 + 4 * recipients / RATE)
    times = sorted(entry.at for entry in here.sends()[before:])
    assert len(times) == recipients, (len(times), recipients)
    return (recipients - 1) / (times[-1] - times[0])


async def asked(people: list[Seat], count: int) -> list[float]:
    """Ask in turn; the seconds that each answer took."""
    taken = []
    for number in range(count):
        seat = people[number % len(people)]
        await asyncio.sleep(random.uniform(0.25, 0.35))
        began = time.perf_counter()
        await seat.say("How deep is the lake?")
        message = await seat.next_message(timeout=60)
        taken.append(time.perf_counter() - began)
        assert "40 metres" in message["text"], message["text"]
    return taken


class Flood:
    """One who presses and some who ask nonsense, as fast as they get their answers."""

    def __init__(self, fools: list[Seat], presser: Seat) -> None:
        self._fools = fools
        self._presser = presser
        self.questions = 0
        self.presses = 0

    def tasks(self) -> list[asyncio.Task[None]]:
        """The flood, under way until it is cancelled."""
        loop = asyncio.get_running_loop()
        asking = [loop.create_task(self._ask(seat, random.Random(number))) for number, seat in enumerate(self._fools)]
        return [*asking, loop.create_task(self._press())]

    async def _ask(self, seat: Seat, chance: random.Random) -> None:
        while True:
            await seat.say(nonsense(chance))
            self.questions += 1
            with contextlib.suppress(SeatError):
                await seat.next_message(timeout=1)

    async def _press(self) -> None:
        seat = self._presser
        await seat.say("How deep is the lake?")
        answer = await seat.next_message(timeout=60)
        data = [one["text"] for row in answer["reply_markup"]["inline_keyboard"] for one in row if "url" not in one]
        for button in self._forever(data):
            with contextlib.suppress(SeatError):
                await seat.press(answer, button, timeout=0)
            self.presses += 1
            await asyncio.sleep(1 / PRESSES_PER_SECOND)

    @staticmethod
    def _forever(buttons: list[str]) -> Iterator[str]:
        while True:
            yield from buttons


async def report(recipients: int, silly: int) -> None:
    """The run, printed."""
    with tempfile.TemporaryDirectory() as name:
        found = await measure(Path(name), recipients, silly)
    share, slower = found.busy_rate / found.idle_rate, p95(found.busy_answers) / p95(found.idle_answers)
    print(f"{'recipients':34} {recipients:>10}")
    print(f"{'nonsense asked, buttons pressed':34} {f'{found.nonsense}, {found.presses}':>10}")
    print(f"{'messages a second, idle':34} {found.idle_rate:>10.2f}")
    print(f"{'messages a second, flooded':34} {found.busy_rate:>10.2f}   {share:.3f} of idle, at least .95")
    for label, answers in (("idle", found.idle_answers), ("flooded", found.busy_answers)):
        print(f"{f'median of an answer, {label}':34} {median(answers) * 1000:>7.0f} ms")
    print(f"{'p95 of an answer, idle':34} {p95(found.idle_answers) * 1000:>7.0f} ms")
    print(
        f"{'p95 of an answer, flooded':34} {p95(found.busy_answers) * 1000:>7.0f} ms   {slower:.2f} of idle, at most 2"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="An announcement and other people's answers during a flood.")
    parser.add_argument("--recipients", type=int, default=1500)
    parser.add_argument("--nonsense", type=int, default=10, help="people who ask nonsense")
    options = parser.parse_args()
    asyncio.run(report(options.recipients, options.nonsense))
