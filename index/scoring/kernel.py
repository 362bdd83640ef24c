"""Weighted postings in, the best passages out: by numpy, or by machine code once that pays.

To load machine code takes about a second, its first compilation ten: too much for one question in a terminal, nothing
for a bot that runs for weeks. So numpy answers until its answers have taken as long as loading would; then numba, where
it is installed (extra `fast`), is loaded beside it in a thread of its own, and takes over. Whoever decides like that
never waits more than twice what the best choice would have taken (the ski rental problem).
"""

from __future__ import annotations

import hashlib
import importlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import numpy as np

from index.scoring.topk import CAUTION, Computed, Given, Ids, Mask, MaxScore, Sums, Values, Weighted
from index.scoring.upper_bounds import Levels

LOG = logging.getLogger(__name__)
LOADING = 1.0
"""Seconds that it takes to load machine code that was compiled before."""
_COMPILED = "index.scoring.compiled"
_SOURCES = ("compiled.py", "upper_bounds.py", "topk.py")
"""What machine code is made from. numba itself looks at the first only, and there at its date."""


class Kernel:
    """Finds the best passages of a corpus. Safe to share between threads."""

    def __init__(self, size: int, cache: Path | None = None, clock: Callable[[], float] = time.perf_counter) -> None:
        """`size`: passages of the corpus; `cache`: where machine code is kept; without it there is none."""
        self._size = size
        self._numpy = MaxScore(size)
        self.cache = cache
        self._clock = clock
        self._spent = 0.0
        self._code: ModuleType | None = None
        self._none = np.zeros(0, bool)

    @property
    def code(self) -> ModuleType | None:
        """`index.compiled` once it is loaded."""
        return self._code

    def best(self, lists: Sequence[Given], k: int, allowed: Mask | None = None) -> tuple[Ids, Sums]:
        """The best k passages, their ties and a few others, ascending by number, and their sums.

        `lists`: shortest first, none empty; `allowed` (bool, passages) leaves passages out.
        """
        code = self._code
        if code is None:
            started = self._clock()
            answer = self._numpy.best(lists, k, allowed)
            self._spend(self._clock() - started)
            return answer
        if not lists:
            return np.zeros(0, np.int32), np.zeros(0)
        plain = [one for one in lists if isinstance(one, Weighted) and one.column is None]
        columns = [(one, one.column) for one in lists if one.column is not None]
        lists = [*plain, *(one for one, _ in columns)]
        none = [0] * len(plain)
        addresses = [
            [_address(one.passages) if isinstance(one, Weighted) else 0 for one in lists],
            [_address(one.values) if isinstance(one, Weighted) else 0 for one in lists],
            [*none, *(_address(column.levels) for _, column in columns)],
            [*none, *(_address(column.blocks) for _, column in columns)],
        ]
        steps = [one.scale * column.unit for one, column in columns]
        ids, sums = code.best(
            np.array(addresses),
            np.array([len(one) if isinstance(one, Weighted) else 0 for one in lists]),
            np.array([one.scale for one in lists], np.float32),
            np.array([one.bound for one in lists]),
            np.array([*none, *steps], np.float32),
            len(plain),
            self._size,
            k,
            max(one.kth for one in lists) if allowed is None else 0.0,
            CAUTION * sum(step * column.error for step, (_, column) in zip(steps, columns, strict=True)),
            self._none if allowed is None else allowed,
        )
        for one in lists:
            if isinstance(one, Computed):
                sums += one.given(ids)
        return ids, sums

    def load(self) -> None:
        """Load the machine code, and compile it where that was not done before."""
        try:
            if find_spec("numba") is None or self.cache is None:
                return
            import numba

            folder = self.cache / _fingerprint()
            folder.mkdir(parents=True, exist_ok=True)
            numba.config.CACHE_DIR = str(folder)
            code = importlib.import_module(_COMPILED)
            # called once, so that nobody's question waits for the compiler
            code.warm()
        except Exception:  # whatever ails a compiler, numpy goes on answering
            LOG.info("machine code cannot be loaded; numpy goes on", exc_info=True)
        else:
            self._code = code

    def _spend(self, seconds: float) -> None:
        before, self._spent = self._spent, self._spent + seconds
        if before < LOADING <= self._spent and self.cache:
            threading.Thread(target=self.load, name="machine code", daemon=True).start()


def _address(array: Ids | Values | Levels) -> int:
    return int(array.__array_interface__["data"][0])


def _fingerprint() -> str:
    """Names the sources of the machine code as they are."""
    sources = b"".join((Path(__file__).parent / name).read_bytes() for name in _SOURCES)
    return hashlib.blake2b(sources, digest_size=8).hexdigest()
