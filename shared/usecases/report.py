"""What pages and API read: lists page by page, and counts that are kept up beside the findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final, Generic, Protocol, TypeVar

from shared.checks.result import Severity
from shared.findings.finding import FindingState
from shared.findings.session import Session, SessionOutcome
from shared.findings.session_logging import BastionLog
from shared.findings.summary import FindingSummary
from shared.findings.tally import Tally, tally_of
from shared.usecases.exemption_interfaces import ExemptionStore
from shared.usecases.interfaces import Clock, FindingStore, LagBook, PortcullisError, SweepStore
from shared.usecases.posture_interfaces import PostureStore
from shared.usecases.remediation_interfaces import PlanStore

Row = TypeVar("Row")

WORST_FIRST: Final = tuple(reversed(Severity))
COUNT_AGE: Final = timedelta(minutes=5)
"""A timer counts more often than that; whoever finds an older count takes a new one."""
READS: Final = 6
"""How often the store is asked for one page at most; a page may then be short and yet go on."""


class ContinuationError(PortcullisError):
    """A text that should say where a list goes on does not."""


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """Which findings a list shows; nothing named is everything.

    `subscription` is an id in any case, `text` stands in the resource's id or the title.
    """

    states: tuple[FindingState, ...] = ()
    checks: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()
    subscription: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class SessionFilter:
    """Which sessions of one day (UTC) a list shows; texts are names or ids, in any case."""

    day: date
    machine: str = ""
    user: str = ""
    outcome: SessionOutcome | None = None


@dataclass(frozen=True, slots=True)
class Slice(Generic[Row]):
    """Part of a list, and where it goes on; None at the end.

    A slice may be short, or empty, and the list go on nevertheless.
    """

    rows: tuple[Row, ...]
    following: str | None = None


class FindingLists(Protocol):
    """Findings in brief.

    Every method raises StoreError when the account cannot be reached or refuses.
    """

    def listed(self, wanted: FindingFilter, size: int, after: str | None) -> Slice[FindingSummary]:
        """Ask once for findings in the order of their keys, at most `size` of them.

        Raises:
            ContinuationError: `after` is not from here.
        """

    def summaries(self, subscription: str) -> Iterator[FindingSummary]:
        """Give every finding of a subscription in brief."""


class SessionLists(Protocol):
    """Sessions by day.

    Every method raises StoreError when the account cannot be reached or refuses.
    """

    def logs(self) -> Sequence[BastionLog]:
        """Name the Bastions that are known, with their latest record."""

    def of_day(self, wanted: SessionFilter, size: int, after: str | None) -> Slice[Session]:
        """Give sessions of one day, Bastion by Bastion in the order of time.

        Raises:
            ContinuationError: `after` is not from here.
        """


@dataclass(frozen=True, slots=True)
class Counted:
    """The tally of one subscription, and the watermark's version under which it was taken."""

    tally: Tally
    version: str | None


@dataclass(frozen=True, slots=True)
class EstateCount:
    """The tallies by subscription, all of them as of `at`; None before the first count."""

    at: datetime | None = None
    counted: Mapping[str, Counted] = field(default_factory=dict)


class TallyStore(Protocol):
    """Keeps the tallies.

    Every method raises StoreError when the account cannot be reached or refuses.
    """

    def kept(self) -> EstateCount:
        """Give what was kept last."""

    def keep(self, subscription: str, counted: Counted) -> None:
        """Keep the tally of a subscription in place of the one before."""

    def note(self, at: datetime) -> None:
        """Note that all tallies were true at a time."""


class SigningKeys(Protocol):
    """Keeps the key with which forms are signed."""

    def key(self) -> bytes:
        """Give the key: made by whoever asks first, the same for everybody from then on.

        Raises:
            StoreError: the account cannot be reached or refuses.
        """


@dataclass(frozen=True, slots=True)
class Reports:
    """Everything that pages and API read from."""

    findings: FindingStore
    finding_lists: FindingLists
    session_lists: SessionLists
    sweeps: SweepStore
    lags: LagBook
    exemptions: ExemptionStore
    plans: PlanStore
    tallies: TallyStore
    postures: PostureStore
    keys: SigningKeys
    clock: Clock

    def count(self) -> EstateCount:
        """Give the kept count, or a new one where that is older than `COUNT_AGE`.

        Raises:
            StoreError: the account cannot be reached or refuses.
        """
        kept = self.tallies.kept()
        if kept.at is not None and self.clock.now() - kept.at < COUNT_AGE:
            return kept
        return self.recount()

    def recount(self) -> EstateCount:
        """Count what changed since the last count, as `count_estate` does."""
        return count_estate(self.findings, self.finding_lists, self.tallies, self.clock)


def findings_page(
    lists: FindingLists, wanted: FindingFilter, size: int, after: str | None = None
) -> Slice[FindingSummary]:
    """Give `size` findings, the worst severity first and by their keys within each.

    The list goes severity by severity, so that the store filters and nothing is sorted here.  It
    asks `READS` times at most: where hardly anything fits the filter a page may be short.

    Raises:
        ContinuationError: `after` is not from an earlier page of the same filter.
        StoreError: the account cannot be reached or refuses.
    """
    grades = [one for one in WORST_FIRST if not wanted.severities or one in wanted.severities]
    number, token = _place(after, grades)
    rows: list[FindingSummary] = []
    for _ in range(READS):
        grade = replace(wanted, severities=(grades[number],))
        part = lists.listed(grade, size - len(rows), token)
        rows += part.rows
        token = part.following
        if token is None:
            number += 1
        if number == len(grades):
            return Slice(tuple(rows))
        if len(rows) >= size:
            break
    return Slice(tuple(rows), f"{grades[number]}.{token or ''}")


def _place(after: str | None, grades: Sequence[Severity]) -> tuple[int, str | None]:
    """Read where a page begins: a severity, and a place among its findings."""
    if not after:
        return 0, None
    name, _, token = after.partition(".")
    numbers = {grade.value: number for number, grade in enumerate(grades)}
    if name not in numbers:
        raise ContinuationError("the place to go on from is not one of this list")
    return numbers[name], token or None


def count_estate(
    findings: FindingStore, lists: FindingLists, tallies: TallyStore, clock: Clock
) -> EstateCount:
    """Count what changed since the last count, and keep that.

    A subscription's tally holds as long as its watermark has the same version, since every write
    renews that.  Two who count at once come to the same.

    Raises:
        StoreError: the account cannot be reached or refuses.
    """
    at = clock.now()
    before = tallies.kept().counted
    counted: dict[str, Counted] = {}
    for subscription in findings.subscriptions():
        version = findings.watermark(subscription).version
        known = before.get(subscription)
        if known is None or known.version != version:
            known = Counted(tally_of(lists.summaries(subscription), at), version)
            tallies.keep(subscription, known)
        counted[subscription] = known
    tallies.note(at)
    return EstateCount(at, counted)
