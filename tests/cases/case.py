"""One fact about reachability: an estate, and what must be said of one way into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pytest

from tests.rows import Part, Row

EXPOSED: Final = "exposed"
NOT_EXPOSED: Final = "not-exposed"
UNDETERMINED: Final = "undetermined"
NOT_SAFE: Final = (EXPOSED, UNDETERMINED)
"""Where Azure's own documents leave the answer open, anything but a promise of safety is right."""


@dataclass(frozen=True, slots=True)
class Case:
    """An estate with one fact about it.

    The fact is about the one exposure that `ip_configuration` (name), `nic`, `vm` (last names of
    their ids), `door` (kind), `door_name` (last name of the door's id) and `port` single out.
    What is None is not stated by the documents and therefore not compared.
    """

    name: str
    rows: Sequence[Row]
    verdict: str | tuple[str, ...]
    reach: str | None = None
    certain: Sequence[str] | None = None
    possible_tags: Sequence[str] | None = ()
    less_tags: Sequence[str] | None = ()
    return_path: str | None = "direct"
    latent: bool = False
    decided_by: tuple[str, str] | None = None
    reason: str | None = None
    front_door: Mapping[str, object] | None = None
    ports: tuple[int, ...] = (22,)
    trusted: tuple[str, ...] = ()
    service_tags: Part | None = None
    ip_configuration: str | None = None
    nic: str | None = None
    vm: str | None = None
    door: str | None = None
    door_name: str | None = None
    port: int = 22

    @property
    def verdicts(self) -> tuple[str, ...]:
        """The verdicts that the documents leave as right ones."""
        return (self.verdict,) if isinstance(self.verdict, str) else self.verdict

    @property
    def expected_certain(self) -> Sequence[str] | None:
        """The exact addresses; what is not exposed lets nobody in."""
        return () if self.verdict == NOT_EXPOSED and self.certain is None else self.certain

    def singles_out(self, exposure: Mapping[str, Any]) -> bool:
        """Whether the fact is about this exposure of a scan."""
        wanted = {
            "ip_configuration": self.ip_configuration,
            "nic": self.nic,
            "vm": self.vm,
            "kind": self.door,
            "door": self.door_name,
            "port": self.port,
        }
        found = {
            "ip_configuration": exposure["ip_configuration"],
            "nic": _last_name(exposure["nic"]),
            "vm": _last_name(exposure["vm"]),
            "kind": exposure["front_door"]["kind"],
            "door": _last_name(exposure["front_door"]["id"]),
            "port": exposure["port"],
        }
        return all(value in {None, found[field]} for field, value in wanted.items())


def _last_name(full_id: str | None) -> str | None:
    return None if full_id is None else full_id.rsplit("/", 1)[-1]


def table(cases: Sequence[Case]) -> pytest.MarkDecorator:
    """Return the parametrization of a test over these cases, each under its own name."""
    return pytest.mark.parametrize("case", [pytest.param(one, id=one.name) for one in cases])
