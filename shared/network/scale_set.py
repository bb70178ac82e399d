"""Virtual machine scale sets: the model that instances are made from."""

from __future__ import annotations

from dataclasses import dataclass

from shared.network.ids import ResourceId
from shared.network.machine_login import NOTHING_TOLD, ExtensionKind, MachineLogin
from shared.network.topology import NetworkInterface, OperatingSystem, PublicIpAddress


@dataclass(frozen=True, slots=True)
class ScaleSet:
    """A scale set; `interfaces` and `public_ips` are those of its model, without addresses.

    `login` and `extensions` are its model's, too.  `capacity` is how many instances it should
    have, 0 where that is not told.

    The instances of a flexible set are ordinary machines, those of a uniform set are rows of
    their own.

    Source: Microsoft Learn, "Orchestration modes for Virtual Machine Scale Sets".
    """

    id: ResourceId
    uniform: bool = True
    operating_system: OperatingSystem | None = None
    capacity: int = 0
    interfaces: tuple[NetworkInterface, ...] = ()
    public_ips: tuple[PublicIpAddress, ...] = ()
    login: MachineLogin = NOTHING_TOLD
    extensions: frozenset[ExtensionKind] = frozenset()
