"""Findings, judgements and times for the tests of recording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from shared.checks.result import CheckResult, Json, Severity
from shared.findings.comparison import Change
from shared.findings.exemption import Exemption
from shared.findings.finding import (
    Cause,
    Finding,
    FindingRecord,
    FindingState,
    Transition,
    fingerprint_of,
)
from shared.network.ids import ResourceId

SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
OTHER_SUBSCRIPTION = "99999999-2222-3333-4444-555555555555"
NOON = datetime(2026, 11, 3, 12, 0, 0, 123456, tzinfo=UTC)
CHECK = "vm-ssh-reachable"


def minutes(count: float) -> datetime:
    """Give a time some minutes after noon."""
    return NOON + timedelta(minutes=count)


def subscription(number: int) -> str:
    """Give the id of a made-up subscription."""
    return str(UUID(int=number))


def vm(name: str = "web", of: str = SUBSCRIPTION) -> ResourceId:
    """Give the id of a virtual machine."""
    return ResourceId(
        f"/subscriptions/{of}/resourceGroups/shop"
        f"/providers/Microsoft.Compute/virtualMachines/{name}"
    )


def finding(
    name: str = "web",
    severity: Severity = Severity.CRITICAL,
    *,
    of: str = SUBSCRIPTION,
    check: str = CHECK,
    evidence: Mapping[str, Json] | None = None,
    title: str = "",
) -> Finding:
    """Give a finding of one check on one virtual machine."""
    resource = vm(name, of)
    result = CheckResult(check, resource, severity, title)
    return Finding(
        fingerprint=fingerprint_of(result),
        check=check,
        resource=resource,
        severity=severity,
        title=title or f"{name} can be reached on port 22",
        controls=("CIS 7.2",),
        evidence={"port": 22} if evidence is None else evidence,
    )


def opened(of: Finding, at: datetime = NOON, version: str | None = None) -> Change:
    """Give the change that records a finding for the first time."""
    record = FindingRecord(of, FindingState.OPEN, at, at, at)
    step = Transition(of, None, FindingState.OPEN, at, at, Cause.SWEEP, "sweep-1")
    return Change(record, version, step)


def exemption(
    scope: ResourceId | str = f"/subscriptions/{SUBSCRIPTION}",
    *,
    check: str | None = None,
    expires: datetime | None = None,
) -> Exemption:
    """Give an exemption that lasts an hour unless told otherwise."""
    return Exemption(
        id="waiver-1",
        scope=ResourceId(str(scope)),
        check=check,
        reason="the jump host is being replaced",
        owner="ana@contoso.example",
        expires=expires or minutes(60),
    )


@dataclass
class SetClock:
    """A clock that stands still until it is set or slept on."""

    present: datetime = NOON

    def now(self) -> datetime:
        """Give the time that was set."""
        return self.present

    def sleep(self, seconds: float) -> None:
        """Move on by that much at once."""
        self.present += timedelta(seconds=seconds)
