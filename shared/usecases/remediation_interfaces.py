"""What remediation needs of the outside world: where plans are kept, and what writes to Azure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

from shared.network.ids import ResourceId
from shared.remediation.edit import Edit
from shared.remediation.guards import Circumstances
from shared.remediation.lifecycle import PlanState
from shared.remediation.limits import Place
from shared.remediation.plan import PlanId
from shared.usecases.interfaces import PortcullisError
from shared.usecases.plan_record import Ledger, PlanRecord, PlanStep, Seen


class FailureKind(StrEnum):
    """Why Azure did not do what it was asked, by what is to be done about it.

    Source: Microsoft Learn, "Troubleshoot common Azure deployment errors", "Understand how Azure
    Resource Manager throttles requests"; azure-sdk-for-net issue 7986 and Azure's Kubernetes
    controller on `RetryableError` and `PreconditionFailed` of network resources.
    """

    BUSY = "busy"
    THROTTLED = "throttled"
    UNREACHABLE = "unreachable"
    STALE = "stale"
    SUPERSEDED = "superseded"
    CONFLICT = "conflict"
    LOCKED = "locked"
    DENIED = "denied"
    REFUSED = "refused"

    @property
    def is_retryable(self) -> bool:
        """Whether the same request may succeed later, as nothing stands against it."""
        return self in _RETRYABLE

    @property
    def is_drift(self) -> bool:
        """Whether it says that somebody else writes, or wrote, the same resource."""
        return self in _DRIFT


_RETRYABLE = frozenset({FailureKind.BUSY, FailureKind.THROTTLED, FailureKind.UNREACHABLE})
_DRIFT = frozenset({FailureKind.STALE, FailureKind.SUPERSEDED, FailureKind.CONFLICT})


@dataclass(frozen=True, slots=True)
class WriteFailure:
    """What Azure answered in the place of success.

    `code` and `text` are Azure's own; `missing_action` is the permission that is lacking, where it
    says so; `retry_after_seconds` is None where it names no time.
    """

    kind: FailureKind
    code: str
    text: str
    retry_after_seconds: float | None = None
    missing_action: str = ""

    @property
    def words(self) -> str:
        """What went wrong, in one line for people."""
        if self.missing_action:
            return f"{self.code}: the action {self.missing_action} is not granted"
        return f"{self.code}: {self.text}" if self.text else self.code


class WriteFailedError(PortcullisError):
    """A write that Azure did not accept, or a read for it that did not succeed.

    After a failure of kind `unreachable` nobody knows whether the write was accepted: read the
    image before anything else.
    """

    def __init__(self, failure: WriteFailure) -> None:
        """Keep what was answered."""
        super().__init__(failure.words)
        self.failure = failure


class EditImpossibleError(PortcullisError):
    """An edit names something that its target does not have any more."""


@dataclass(frozen=True, slots=True)
class Running:
    """An operation that has not ended; ask again after `retry_after_seconds`."""

    retry_after_seconds: float


@dataclass(frozen=True, slots=True)
class Succeeded:
    """An operation that ended well."""


@dataclass(frozen=True, slots=True)
class Failed:
    """An operation that was accepted and failed."""

    failure: WriteFailure


@dataclass(frozen=True, slots=True)
class Forgotten:
    """An operation that Azure does not know any more: only the image tells what became of it."""


Progress: TypeAlias = Running | Succeeded | Failed | Forgotten


class Standing(StrEnum):
    """How a resource stands to an edit that was to be made."""

    BEFORE = "before"
    AFTER = "after"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class WireRequest:
    """A request to Azure Resource Manager, as it is sent; `body` is JSON text or empty."""

    method: str
    path: str
    api_version: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class SubjectFacts:
    """What is known of a resource that may be written: what stands against it, where it lies."""

    circumstances: Circumstances
    place: Place


class SubjectReader(Protocol):
    """Tells what a snapshot does not hold of resources: tags, locks, owners."""

    def about(self, subjects: Sequence[ResourceId]) -> Mapping[ResourceId, SubjectFacts]:
        """Read about some resources; each is among the answers.

        Raises:
            InventoryError: Azure could not be read.
        """


class ChangeWriter(Protocol):
    """Reads and writes single resources; no method waits for a long-running operation."""

    def image(self, target: ResourceId) -> Seen:
        """Read a resource as it is now.

        Raises:
            WriteFailedError: it could not be read.
        """

    def request(self, edit: Edit, seen: Seen) -> WireRequest:
        """Give the request that makes an edit to what was seen; nothing is sent.

        Raises:
            EditImpossibleError: what the edit is about is not there.
        """

    def restoration(self, before: Seen, now: Seen) -> WireRequest | None:
        """Give the request that makes what is `now` as it was `before`; None where both lack it."""

    def begin(self, request: WireRequest) -> str:
        """Send a request, and give the token of its operation; empty where it ended at once.

        Raises:
            WriteFailedError: it was not accepted, or nobody knows whether it was.
        """

    def resume(self, token: str) -> Progress:
        """Ask once how an operation stands.

        Raises:
            WriteFailedError: it could not be asked for.
        """

    def standing(self, edit: Edit, before: Seen, now: Seen) -> Standing:
        """Tell whether an edit to what was seen `before` is in what is seen `now`.

        It is `other` where somebody else wrote, also on top of the edit.
        """


class PlanStore(Protocol):
    """The table `remediations`, and the steps of plans in `history`.

    Every method raises StoreError when the account cannot be reached or refuses.
    """

    def plan(self, plan_id: PlanId) -> PlanRecord | None:
        """Give one plan."""

    def plans(
        self, subscription: str | None = None, states: Collection[PlanState] = ()
    ) -> Iterator[PlanRecord]:
        """Give the plans of a subscription, or of all, in some states, or in any."""

    def save(self, record: PlanRecord) -> PlanRecord:
        """Write a plan on top of the version that was read; give it in its new version.

        Its `recent` steps are added to the history afterwards, under keys that make a repeat
        harmless.

        Raises:
            StoreConflictError: somebody else wrote it in the meantime.
        """

    def settle(self, record: PlanRecord) -> None:
        """Add the recent steps of a record to the history, in case its writer died before."""

    def history(self, plan_id: PlanId) -> Sequence[PlanStep]:
        """Give the steps of one plan, newest first."""

    def claim(self, what: str, owner: str, now: datetime, until: datetime) -> bool:
        """Take or prolong the right to something, by its name; False while another one has it."""

    def release(self, what: str, owner: str) -> None:
        """Give the right back; nothing happens where another one has it."""

    def ledger(self) -> Ledger:
        """Give what was begun lately, and how it ended, everywhere."""

    def enter(self, ledger: Ledger) -> None:
        """Write the ledger on top of the version that was read.

        Raises:
            StoreConflictError: somebody else wrote it in the meantime.
        """
