"""Azure Bastion hosts, and what is read about them besides their description."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shared.network.ids import ResourceId

BASTION_SUBNET: Final = "azurebastionsubnet"
"""The name, in lower case, of the one subnet that a dedicated host may live in.

Source: Microsoft Learn, "About Bastion configuration settings", Azure Bastion subnet.
"""


class BastionSku(StrEnum):
    """The SKUs of Bastion; an old host without one is Basic."""

    DEVELOPER = "Developer"
    BASIC = "Basic"
    STANDARD = "Standard"
    PREMIUM = "Premium"

    @property
    def reaches_peers(self) -> bool:
        """Whether hosts of this SKU reach machines in peered networks.

        Source: Microsoft Learn, "Choose the right Azure Bastion SKU", comparison.
        """
        return self is not BastionSku.DEVELOPER

    @property
    def has_links(self) -> bool:
        """Whether hosts of this SKU can have shareable links; a SKU is never lowered.

        Source: as above; "Upgrade or view a SKU".
        """
        return self in {BastionSku.STANDARD, BastionSku.PREMIUM}


@dataclass(frozen=True, slots=True)
class BastionHost:
    """A Bastion host; one of the Developer SKU is shared and has no subnet of its own.

    `network` is the virtual network that it serves, None where its description names none.
    """

    id: ResourceId
    sku: BastionSku
    network: ResourceId | None
    subnet: ResourceId | None = None
    succeeded: bool = True
    shareable_links: bool = False
    private_only: bool = False


@dataclass(frozen=True, slots=True)
class DiagnosticSettings:
    """What of a resource's logs is sent somewhere: categories and groups, in lower case.

    `idle` are those that are enabled in settings which name no destination.
    """

    sent: frozenset[str] = frozenset()
    idle: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ShareableLinks:
    """The shareable links that exist on a Bastion, by the machine that each one opens."""

    machines: tuple[ResourceId | None, ...] = ()
