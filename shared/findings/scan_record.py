"""A scan as it is remembered: what it saw, what was wrong, and what it could not see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from shared.checks.result import Json, Severity
from shared.checks.ssh_reachable import SEVERITY
from shared.exposure.exposure import ReturnPath
from shared.exposure.front_door import FrontDoor, FrontDoorKind
from shared.exposure.internet import Reach
from shared.exposure.layers import Step
from shared.network.ids import ResourceId
from shared.packetset.addresses import AddressSet


class VerdictName(StrEnum):
    """The answers about one way in, from the mildest to the worst."""

    CLOSED = "not-exposed"
    UNKNOWN = "undetermined"
    EXPOSED = "exposed"


@dataclass(frozen=True, slots=True)
class RecordedExposure:
    """One way in to one port of a machine as a scan recorded it.

    `certain` and `possible_tags` get in for sure and perhaps; `reach` is None unless exposed.
    """

    vm: ResourceId
    nic: ResourceId
    ip_configuration: str
    front_door: FrontDoor
    port: int
    family: str
    verdict: VerdictName
    reach: Reach | None
    latent: bool
    return_path: ReturnPath
    certain: AddressSet
    less_tags: tuple[str, ...] = ()
    possible_tags: tuple[str, ...] = ()
    trace: tuple[Step, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def severity(self) -> Severity | None:
        """How bad it is, as `vm-ssh-reachable` rates it; None when it is closed."""
        match self.verdict:
            case VerdictName.CLOSED:
                return None
            case VerdictName.UNKNOWN:
                return Severity.INFO
            case VerdictName.EXPOSED:
                severity = SEVERITY[self.reach or Reach.INTERNET]
                return severity.lowered() if self.latent else severity
            case _ as unreachable:
                assert_never(unreachable)

    @property
    def resources(self) -> Iterator[ResourceId]:
        """The resources that the way leads over, as far as the record names them."""
        yield from (self.vm, self.nic, self.front_door.id)
        if self.front_door.public_ip is not None:
            yield self.front_door.public_ip
        yield from (step.resource for step in self.trace)

    @property
    def identity(self) -> tuple[str, ...]:
        """What makes it the same way in at another time: everything but ports that clients dial."""
        door = self.front_door
        address = door.public_ip.key if door.public_ip else door.address or ""
        is_own = door.kind in {FrontDoorKind.PUBLIC_IP, FrontDoorKind.SCALE_SET_PUBLIC_IP}
        return (
            self.vm.key,
            self.nic.key,
            self.ip_configuration.lower(),
            door.kind,
            door.id.key,
            (door.rule or "").lower(),
            "" if is_own else address,
            str(self.port),
            self.family,
        )


@dataclass(frozen=True, slots=True)
class RecordedFinding:
    """What one check held against one resource."""

    fingerprint: str
    check: str
    resource: ResourceId
    severity: Severity
    title: str
    evidence: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gap:
    """What a scan could not see: a scope, or one check on one resource where `check` is given."""

    scope: ResourceId
    reason: str
    check: str = ""


@dataclass(frozen=True, slots=True)
class ScanRecord:
    """Everything that one scan found.

    `observed_at` is when the estate was as described, None where nobody noted that.
    `subscriptions` are the lower-case ids of those that it tells anything of; about any other it
    says nothing.
    """

    observed_at: datetime | None
    exposures: tuple[RecordedExposure, ...] = ()
    findings: tuple[RecordedFinding, ...] = ()
    unread: tuple[Gap, ...] = ()
    unjudged: tuple[Gap, ...] = ()
    subscriptions: frozenset[str] = frozenset()

    @property
    def complete(self) -> bool:
        """Whether everything in scope was read."""
        return not self.unread
