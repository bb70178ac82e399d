"""A change in Azure as it was told of, before anybody has looked at what it did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.findings.finding import Actor
from shared.network.ids import ResourceId

_PARTS: Final = (
    "securityRules",
    "subnets",
    "virtualNetworkPeerings",
    "ipConfigurations",
    "inboundNatRules",
    "loadBalancingRules",
    "backendAddressPools",
    "frontendIPConfigurations",
    "routes",
    "extensions",
    "ruleCollectionGroups",
)


def whole_resource(resource: ResourceId) -> ResourceId:
    """Give the resource that a part belongs to: the security group of a rule, for instance.

    Parts are described within their whole, by ARM and by Resource Graph alike.
    """
    for collection in _PARTS:
        whole = resource.parent(collection)
        if whole is not None:
            return whole_resource(whole)
    return resource


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """One write or deletion: of what, when, and by whom as far as the message tells.

    `occurred` is the time of the event, `received` when it came in; both aware, in UTC.  The
    message is a hint to look, never the truth about the resource.
    """

    resource: ResourceId
    occurred: datetime
    received: datetime
    event_id: str
    deleted: bool = False
    actor: Actor | None = None

    @property
    def subject(self) -> ResourceId:
        """The whole resource to look at."""
        return whole_resource(self.resource)
