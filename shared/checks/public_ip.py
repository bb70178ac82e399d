"""vm-public-ip: a machine with a public front door of its own, reachable or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from shared.checks.check import Answer, Check, Facts, unread_interfaces
from shared.checks.controls import Controls
from shared.checks.result import CheckResult, Severity
from shared.exposure.exposure import Exposure
from shared.exposure.front_door import FrontDoorKind

CHECK_ID: Final = "vm-public-ip"
_OWN_DOORS: Final = frozenset({FrontDoorKind.PUBLIC_IP, FrontDoorKind.SCALE_SET_PUBLIC_IP})

_CONTROLS: Final = Controls(
    cis_4_0=("8.7",),
    cis_5_0=("7.7",),
    cis_6_0=("7.7",),
    mcsb=("NS-1", "NS-2"),
    nist=("SC-7",),
    iso=("A.8.20",),
    pci=("1.4.4",),
    soc=("CC6.6",),
)


def _run(facts: Facts) -> Iterator[Answer]:
    for machine, exposures in facts.exposures_of.items():
        own = {e.front_door.id: e for e in exposures if e.front_door.kind in _OWN_DOORS}
        if own:
            addresses = ", ".join(_address(exposure) for exposure in own.values())
            yield CheckResult(
                check=CHECK_ID,
                resource=machine,
                severity=Severity.MEDIUM,
                title=f"{machine.name} has a public IP address of its own ({addresses})",
                controls=_CONTROLS.labels,
                evidence={"front_doors": [_door(exposure) for exposure in own.values()]},
            )
    yield from unread_interfaces(facts, CHECK_ID)


def _address(exposure: Exposure) -> str:
    """Give the address; one of unknown SKU was not read, so whether it is allocated is unknown."""
    door = exposure.front_door
    return door.address or ("not known" if door.sku is None else "not allocated")


def _door(exposure: Exposure) -> dict[str, str | None]:
    door = exposure.front_door
    return {
        "kind": door.kind.value,
        "id": door.id.text,
        "address": door.address,
        "sku": door.sku,
        "nic": exposure.nic.text,
        "ip_configuration": exposure.ip_configuration,
    }


PUBLIC_IP: Final = Check(
    id=CHECK_ID,
    finds="a virtual machine or scale set with a public IP address of its own, reachable or not",
    severity_rule="medium",
    controls=_CONTROLS,
    run=_run,
)
