"""A finding: one check on one resource, recognised again in every run by its fingerprint."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from shared.checks.result import CheckResult, Json, Severity
from shared.network.ids import ResourceId

Fingerprint = NewType("Fingerprint", str)


def fingerprint_of(result: CheckResult) -> Fingerprint:
    """Give the SHA-256, in hex, of check id, lower-cased resource id and discriminator.

    It stays the same across runs and across the spellings of a resource id.
    """
    parts = (result.check, result.resource.key, *(part.lower() for part in result.discriminator))
    return Fingerprint(hashlib.sha256("\n".join(parts).encode()).hexdigest())


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check holds against one resource now."""

    fingerprint: Fingerprint
    check: str
    resource: ResourceId
    severity: Severity
    title: str
    controls: tuple[str, ...] = ()
    evidence: Mapping[str, Json] = field(default_factory=dict)


def finding_of(result: CheckResult) -> Finding:
    """Give a check's result its fingerprint."""
    return Finding(
        fingerprint=fingerprint_of(result),
        check=result.check,
        resource=result.resource,
        severity=result.severity,
        title=result.title,
        controls=result.controls,
        evidence=result.evidence,
    )


class FindingState(StrEnum):
    """The states of a recorded finding; the moves between them stand in `lifecycle`."""

    OPEN = "open"
    EXEMPT = "exempt"
    RESOLVED = "resolved"


class Cause(StrEnum):
    """What made a finding change its state."""

    SWEEP = "sweep"
    EVENT = "event"
    REMEDIATION = "remediation"
    EXEMPTION = "exemption"
    EXEMPTION_ENDED = "exemption-ended"


class ActorKind(StrEnum):
    """What kind of identity made a change."""

    USER = "user"
    SERVICE_PRINCIPAL = "service principal"
    MANAGED_IDENTITY = "managed identity"
    SYSTEM = "system"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who made the change behind a transition, as far as Azure tells.

    `client` is the program that was used, `operation` Azure's name of what was done, and
    `correlation_id` is shared by everything that one deployment does.
    """

    name: str
    kind: ActorKind = ActorKind.UNKNOWN
    client: str = ""
    operation: str = ""
    correlation_id: str = ""


@dataclass(frozen=True, slots=True)
class FindingRecord:
    """A finding as it is remembered.

    Times are aware and in UTC.  `observed_at` is the time of the data behind the present state:
    a result from older data never overwrites one from newer data.  `first_seen` is when the
    finding was first recorded, `since` when it took its present state.
    """

    finding: Finding
    state: FindingState
    observed_at: datetime
    first_seen: datetime
    since: datetime
    exempt_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """One step in the life of a finding: a row of its history, and news to tell.

    `before` is None when the finding is new.  `severity_before` differs from the finding's own
    when the step is a change of severity.  `run` is the sweep or event that caused the step.

    A step that an event brought has the times on its way: the change `occurred`, its event was
    `received`, it was judged (`at`), and `told` once a receiver took it.
    """

    finding: Finding
    before: FindingState | None
    after: FindingState
    at: datetime
    observed_at: datetime
    cause: Cause
    run: str
    severity_before: Severity | None = None
    actor: Actor | None = None
    occurred: datetime | None = None
    received: datetime | None = None
    told: datetime | None = None

    @property
    def key(self) -> str:
        """A text that sorts by time and is the same whenever the same step is recorded again."""
        stamp = self.observed_at.strftime("%Y%m%dT%H%M%S%f")
        return f"{stamp}-{self.finding.fingerprint[:24]}-{self.after}-{self.finding.severity}"
