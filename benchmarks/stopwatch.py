"""Time by the wall and by the processor, for one stage after the other."""

from __future__ import annotations

from time import perf_counter, process_time


class Stopwatch:
    """Runs from the moment when it is made."""

    def __init__(self) -> None:
        self._began = perf_counter()
        self._cpu_began = process_time()

    def lap(self) -> float:
        """Give the seconds since the last lap, and begin a new one."""
        now = perf_counter()
        seconds, self._began = now - self._began, now
        return seconds

    def cpu_seconds(self) -> float:
        """Give the processor time since the watch was made."""
        return process_time() - self._cpu_began
