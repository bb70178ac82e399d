"""Which changes in Azure can matter to a finding, by the type of what changed.

Deployments, tags, and whatever else is not named here are ignored.  Types and actions are lower
case: their spelling differs between services.  Source: Microsoft Learn, "Azure subscription as an
Event Grid source" (operations are named as permissions are) and "Azure permissions for Compute".
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from shared.network.ids import ResourceId

_PROVIDERS: Final = "/providers/"
_GROUP: Final = "microsoft.resources/subscriptions/resourcegroups"


class Verb(StrEnum):
    """What an event tells that was done."""

    WRITE = "write"
    DELETE = "delete"
    ACTION = "action"


class Look(StrEnum):
    """What to look at after a change.

    Everything that Azure does not tell the neighbourhood of takes a sweep of the subscription.
    """

    RESOURCE = "the resource and what it touches"
    SUBSCRIPTION = "the whole subscription"


WRITTEN: Final = {
    "microsoft.network/networksecuritygroups": Look.RESOURCE,
    "microsoft.network/networkinterfaces": Look.RESOURCE,
    "microsoft.network/publicipaddresses": Look.RESOURCE,
    "microsoft.network/virtualnetworks": Look.RESOURCE,
    "microsoft.network/routetables": Look.RESOURCE,
    "microsoft.network/loadbalancers": Look.RESOURCE,
    "microsoft.network/applicationgateways": Look.RESOURCE,
    "microsoft.network/azurefirewalls": Look.RESOURCE,
    "microsoft.network/firewallpolicies": Look.RESOURCE,
    "microsoft.network/ipgroups": Look.RESOURCE,
    "microsoft.network/networkmanagers": Look.RESOURCE,
    "microsoft.network/bastionhosts": Look.RESOURCE,
    "microsoft.network/bastionhosts/microsoft.insights/diagnosticsettings": Look.RESOURCE,
    "microsoft.compute/virtualmachines": Look.RESOURCE,
    "microsoft.compute/virtualmachinescalesets": Look.RESOURCE,
    "microsoft.authorization/roleassignments": Look.SUBSCRIPTION,
}
"""Types whose writes and deletions are looked at; those of their parts count as theirs."""

DELETED: Final = {_GROUP: Look.SUBSCRIPTION}
"""Types of which only deletions are looked at."""

ACTIONS: Final = {
    "microsoft.compute/virtualmachines": frozenset(
        {"start", "deallocate", "poweroff", "redeploy", "restart"}
    ),
    "microsoft.compute/virtualmachinescalesets": frozenset(
        {"start", "deallocate", "poweroff", "manualupgrade", "reimage", "delete"}
    ),
    "microsoft.network/networkmanagers": frozenset({"commit"}),
    "microsoft.network/bastionhosts": frozenset({"createshareablelinks", "deleteshareablelinks"}),
}
"""Actions that are looked at, by type: they change power states, instances, or rules in force."""


def look_at(resource: ResourceId, verb: Verb, action: str) -> Look | None:
    """Tell what to look at after a change of a resource; None when it cannot matter.

    `action` is the name of an action, in any case: `start` of `.../virtualMachines/start/action`.
    """
    type_ = watched_type(resource)
    match verb:
        case Verb.ACTION if action.lower() in ACTIONS.get(type_, ()):
            return Look.RESOURCE
        case Verb.ACTION:
            return None
        case Verb.DELETE if type_ in DELETED:
            return DELETED[type_]
        case _:
            return WRITTEN.get(type_)


def watched_type(resource: ResourceId) -> str:
    """Give the type of a resource, or of the whole of a part, in lower case.

    An extension's type follows that of what it extends, except for role assignments.
    """
    head, *extensions = resource.key.split(_PROVIDERS)
    types = ["/".join(each.split("/")[:2]) for each in extensions]
    if not types:
        parts = head.strip("/").split("/")
        return _GROUP if parts[2:3] == ["resourcegroups"] and len(parts) == len("sgid") else ""
    if types[-1] == "microsoft.authorization/roleassignments":
        return types[-1]
    return "/".join(types)
