"""Resource Graph's quota: how many queries are left, and when there will be more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from shared.usecases.interfaces import Clock, ThrottledError

REMAINING_HEADER: Final = "x-ms-user-quota-remaining"
RESETS_AFTER_HEADER: Final = "x-ms-user-quota-resets-after"
LONGEST_WAIT_SECONDS: Final = 120.0
"""Whoever is told to wait longer than this gives up and comes back: a worker's time is bounded."""


class QueryPacer:
    """Sends no query that the quota of the identity has no room for.

    All workers share one identity and so one quota: what counts is what the last answer said.
    `jitter` gives the seconds to add to a wait, so that workers which wait for one window don't
    all return in the same instant.

    Source: Microsoft Learn, "Guidance for throttled requests in Azure Resource Graph", which names
    both headers; the second is `hh:mm:ss`.
    """

    def __init__(self, clock: Clock, jitter: Callable[[], float]) -> None:
        self._clock = clock
        self._jitter = jitter
        self._remaining: int | None = None
        self._window_ends: datetime | None = None

    def wait_for_turn(self) -> None:
        """Return when there is room for one more query, and count it.

        Raises:
            ThrottledError: that is longer off than `LONGEST_WAIT_SECONDS`.
        """
        if self._remaining == 0 and self._window_ends is not None:
            wait_seconds = (self._window_ends - self._clock.now()).total_seconds()
            if wait_seconds > 0:
                self.pause(wait_seconds)
            self._remaining = None
        if self._remaining is not None:
            self._remaining -= 1

    def pause(self, seconds: float) -> None:
        """Wait as long as the service said, and the jitter.

        Raises:
            ThrottledError: that is more than `LONGEST_WAIT_SECONDS`; nothing was waited.
        """
        if seconds > LONGEST_WAIT_SECONDS:
            raise ThrottledError(f"Resource Graph wants {seconds:.0f} s of rest", seconds)
        self._clock.sleep(seconds + self._jitter())

    def note(self, headers: Mapping[str, str]) -> None:
        """Take in what an answer says of the quota; names are in lower case.

        Headers that are missing or make no sense leave the count as it is.
        """
        remaining = headers.get(REMAINING_HEADER, "")
        seconds = duration_seconds(headers.get(RESETS_AFTER_HEADER, ""))
        if remaining.isdecimal() and seconds is not None:
            self._remaining = int(remaining)
            self._window_ends = self._clock.now() + timedelta(seconds=seconds)


def duration_seconds(text: str) -> float | None:
    """Read `hh:mm:ss`, with or without a fraction; None when it is not that."""
    parts = text.split(":")
    try:
        hours, minutes, seconds = (float(part) for part in parts)
    except ValueError:
        return None
    total = hours * 3600 + minutes * 60 + seconds
    return total if 0 <= total < float("inf") else None
