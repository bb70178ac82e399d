"""Audit records and sessions for the tests of sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

from shared.findings.session import Session, SessionOutcome
from shared.network.ids import ResourceId
from simulator.audit_log import record

SUBSCRIPTION: Final = "22222222-0000-4000-8000-000000000001"
NOW: Final = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_numbers = count(1)


def bastion_id(name: str = "bas-hub") -> str:
    """Give the id of a Bastion as ARM spells it."""
    return (
        f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-hub"
        f"/providers/Microsoft.Network/bastionHosts/{name}"
    )


def machine_id(name: str = "vm-app-1") -> str:
    """Give the id of a machine as ARM spells it."""
    return (
        f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-app"
        f"/providers/Microsoft.Compute/virtualMachines/{name}"
    )


def ago(**units: float) -> datetime:
    """Give a time before the present of these tests."""
    return NOW - timedelta(**units)


@dataclass(frozen=True, slots=True)
class Host:
    """A Bastion of a test's own, so that tests share one emulator and nothing else."""

    name: str

    @classmethod
    def new(cls) -> Host:
        """Give one that no other test has."""
        return cls(f"bas-{next(_numbers)}-{id(object())}")

    @property
    def id(self) -> ResourceId:
        """Its id."""
        return ResourceId(bastion_id(self.name))

    def record(self, at: datetime, **properties: object) -> dict[str, Any]:
        """Give the record of a connection to a machine, as Azure writes it."""
        usual = {
            "targetResourceId": machine_id().upper(),
            "targetVMIPAddress": "10.20.1.4",
            "tunnelId": f"tunnel-{next(_numbers)}",
        }
        return record(bastion_id(self.name), at, **{**usual, **properties})


def session(at: datetime = NOW, **fields: Any) -> Session:  # noqa: ANN401 - whatever a test varies
    """Give a session of a person who got in."""
    usual = {
        "bastion": ResourceId(bastion_id()),
        "outcome": SessionOutcome.CONNECTED,
        "message": "Successfully Connected.",
        "machine": ResourceId(machine_id()),
        "target_address": "10.20.1.4",
        "client_address": "203.0.113.40",
        "client_port": 51544,
        "user_name": "opsuser",
        "email": "dana@example.org",
        "protocol": "ssh",
        "tunnel": "tunnel",
    }
    return Session(time=at, **{**usual, **fields})
