"""The tally: how many findings there are of each kind, and how ways in came and went."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from typing import Final, NamedTuple

from shared.checks.result import Severity
from shared.checks.ssh_reachable import SSH_REACHABLE
from shared.findings.finding import FindingState
from shared.findings.summary import FindingSummary
from shared.network.ids import ResourceId

LOOK_BACK: Final = timedelta(days=30)
"""How far back the trend goes, and how old a closing may be that counts in the time to close."""
_HOUR: Final = timedelta(hours=1)


class Kind(NamedTuple):
    """What findings are counted by."""

    state: FindingState
    check: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Tally:
    """A count of recorded findings.

    `reachable` counts machines with an open and certain way in, `in_doubt` those about which
    nothing but doubt is open.  By day (UTC), of certain ways in: how many were `opened`, how many
    `ended` to be open, and after how many hours each was `closed` that is resolved now.
    """

    counts: Mapping[Kind, int] = field(default_factory=dict)
    reachable: int = 0
    in_doubt: int = 0
    opened: Mapping[date, int] = field(default_factory=dict)
    ended: Mapping[date, int] = field(default_factory=dict)
    closed: Mapping[date, tuple[int, ...]] = field(default_factory=dict)

    def count(
        self,
        state: FindingState,
        checks: Iterable[str] | None = None,
        severities: Iterable[Severity] = tuple(Severity),
    ) -> int:
        """Count the findings in a state, of all checks unless some are named."""
        wanted, grades = None if checks is None else set(checks), set(severities)
        return sum(
            number
            for kind, number in self.counts.items()
            if kind.state is state
            and kind.severity in grades
            and (wanted is None or kind.check in wanted)
        )

    @property
    def ways_in(self) -> int:
        """The open and certain ways in."""
        return self.count(FindingState.OPEN, [SSH_REACHABLE.id], CERTAIN)


CERTAIN: Final = tuple(severity for severity in Severity if severity is not Severity.INFO)
"""The severities of what is certain: `vm-ssh-reachable` tells of doubts as `info`."""


class Day(NamedTuple):
    """How many ways in were open at the end of a day."""

    day: date
    ways_in: int


def tally_of(findings: Iterable[FindingSummary], now: datetime) -> Tally:
    """Count findings; what was opened or closed longer than `LOOK_BACK` ago has no day."""
    counts: Counter[Kind] = Counter()
    certain: set[ResourceId] = set()
    doubtful: set[ResourceId] = set()
    opened: Counter[date] = Counter()
    ended: Counter[date] = Counter()
    closed: defaultdict[date, list[int]] = defaultdict(list)
    horizon = now - LOOK_BACK
    for one in findings:
        counts[Kind(one.state, one.check, one.severity)] += 1
        if one.check != SSH_REACHABLE.id:
            continue
        is_certain = one.severity is not Severity.INFO
        if one.state is FindingState.OPEN:
            (certain if is_certain else doubtful).add(one.resource)
        if is_certain and one.first_seen >= horizon:
            opened[one.first_seen.date()] += 1
        if is_certain and one.state is not FindingState.OPEN and one.since >= horizon:
            ended[one.since.date()] += 1
            if one.state is FindingState.RESOLVED:
                closed[one.since.date()].append(max(0, round((one.since - one.first_seen) / _HOUR)))
    return Tally(
        counts=dict(counts),
        reachable=len(certain),
        in_doubt=len(doubtful - certain),
        opened=dict(opened),
        ended=dict(ended),
        closed={day: tuple(sorted(hours)) for day, hours in closed.items()},
    )


def total(tallies: Iterable[Tally]) -> Tally:
    """Add tallies of different subscriptions."""
    counts: Counter[Kind] = Counter()
    opened: Counter[date] = Counter()
    ended: Counter[date] = Counter()
    closed: defaultdict[date, tuple[int, ...]] = defaultdict(tuple)
    reachable = in_doubt = 0
    for tally in tallies:
        counts.update(tally.counts)
        opened.update(tally.opened)
        ended.update(tally.ended)
        reachable += tally.reachable
        in_doubt += tally.in_doubt
        for day, hours in tally.closed.items():
            closed[day] += hours
    return Tally(dict(counts), reachable, in_doubt, dict(opened), dict(ended), dict(closed))


def trend(tally: Tally, today: date) -> Sequence[Day]:
    """Give the open ways in at the end of each day, the oldest first and today last.

    They are reckoned back from what is open now by when each record was first seen and when it
    left the state `open`: one that was closed for a while in between counts as open meanwhile.
    """
    days: list[Day] = []
    open_then = tally.ways_in
    for back in range(LOOK_BACK.days):
        day = today - timedelta(days=back)
        days.append(Day(day, max(0, open_then)))
        open_then += tally.ended.get(day, 0) - tally.opened.get(day, 0)
    return tuple(reversed(days))


def hours_to_close(tally: Tally, today: date) -> float | None:
    """Give the median of hours from first sight to closing, of what was closed lately.

    None where nothing was.
    """
    first = today - LOOK_BACK
    hours = [hour for day, some in tally.closed.items() if day >= first for hour in some]
    return median(hours) if hours else None
