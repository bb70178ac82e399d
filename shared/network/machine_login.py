"""How people can log in to a machine, as far as Azure's description tells."""

from __future__ import annotations

from dataclasses import dataclass

from shared.network.ids import ResourceId


@dataclass(frozen=True, slots=True)
class MachineLogin:
    """The login posture of a machine.

    `password` tells whether it was provisioned with password login, None where its description
    does not say (disks attached as they are).  `system_identity` tells whether it has a
    system-assigned identity.

    Source: ARM type definitions of Microsoft.Compute/virtualMachines, osProfile and identity.
    """

    password: bool | None = None
    system_identity: bool = False


NOTHING_TOLD = MachineLogin()


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension of a machine, told apart by publisher and type, never by its name."""

    id: ResourceId
    machine: ResourceId
    publisher: str
    type: str
    succeeded: bool
