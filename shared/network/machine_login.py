"""How people can log in to a machine, as far as Azure's description tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

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
class ExtensionKind:
    """What an extension is: its publisher and type, in lower case; its name is free."""

    publisher: str
    type: str

    @classmethod
    def of(cls, publisher: str | None, extension_type: str | None) -> ExtensionKind:
        """Give a kind, however it is spelt."""
        return cls((publisher or "").lower(), (extension_type or "").lower())


ENTRA_LOGIN: Final = ExtensionKind("microsoft.azure.activedirectory", "aadsshloginforlinux")
"""Source: Microsoft Learn, "Log in to a Linux virtual machine in Azure by using Microsoft Entra ID
and OpenSSH", the extension's definition."""


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension of a machine."""

    id: ResourceId
    machine: ResourceId
    kind: ExtensionKind
    succeeded: bool
