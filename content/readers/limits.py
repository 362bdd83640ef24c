"""What a reader may cost in; limits that the system itself holds out, in the process that they are for.

A file has so many seconds of processor time, and a little more for each page that was finished: on a busy machine it
takes longer and is read all the same, and a report of 2,000 pages is not refused for being long. The process ends
with the one that started it, however that ended, so that no reader is left that nobody waits for.

Why the system and not a thread here? A regular expression or a library in C that hangs lets no other thread run.
"""

from __future__ import annotations

import math
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

PAGE_SECONDS = 0.25
"""Seconds of processor time that a page which was finished adds to what is left; PDFium takes about 0.01 for one."""
WHOLE = 10
"""Times its seconds that a file may take in all, however many pages it has."""
COUNTS_PROCESSOR_TIME = hasattr(signal, "setitimer")
"""Whether the system can count it. Windows cannot; the one who waits looks at the clock there."""
TIMED_OUT = frozenset(
    getattr(signal, name).value for name in ("SIGPROF", "SIGXCPU", "SIGVTALRM") if hasattr(signal, name)
)
"""The signals that end a process whose time is over."""
_PR_SET_PDEATHSIG = 1
_LOOK = 1.0
"""Seconds between two looks at the parent, where the system does not tell of its end."""


def hold_memory(size: int) -> None:
    """Let this process have `size` bytes at most, where the system can do that."""
    try:
        import resource
    except ImportError:  # Windows has no such limit; the time limit still holds
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    allowed = size if hard == resource.RLIM_INFINITY else min(size, hard)
    resource.setrlimit(resource.RLIMIT_AS, (allowed, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def allow(seconds: float) -> None:
    """Let this process work for so many seconds of processor time from now; 0: as long as it likes."""
    if not COUNTS_PROCESSOR_TIME:
        return
    import resource

    signal.setitimer(signal.ITIMER_PROF, seconds)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    most = math.ceil(time.process_time() + WHOLE * seconds) + 1 if seconds else hard
    resource.setrlimit(resource.RLIMIT_CPU, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def processor_time(process: int) -> float:
    """Seconds of processor time that a process and those it waited for have taken; 0 where the system does not say.

    See proc(5), stat.
    """
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return 0.0


def another_page() -> None:
    """Call it after each page: a long report may take as long as many short ones."""
    if COUNTS_PROCESSOR_TIME and (left := signal.getitimer(signal.ITIMER_PROF)[0]):
        signal.setitimer(signal.ITIMER_PROF, left + PAGE_SECONDS)


def end_with(parent: int) -> None:
    """Let this process be killed when its parent, the process of that id, ends or has ended."""
    if sys.platform != "linux" or not _dies_with_parent():
        threading.Thread(target=_watch, args=(parent, os.getppid, time.sleep, os._exit), daemon=True).start()
    if os.getppid() != parent:  # it ended before
        os._exit(1)


def _dies_with_parent() -> bool:
    """Ask the kernel to kill this process with the thread that started it; whether it will. See prctl(2)."""
    import ctypes

    with suppress(OSError, AttributeError):
        return bool(ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0) == 0)
    return False


def _watch(
    parent: int, parent_now: Callable[[], int], sleep: Callable[[float], None], leave: Callable[[int], object]
) -> None:
    while parent_now() == parent:
        sleep(_LOOK)
    leave(1)
