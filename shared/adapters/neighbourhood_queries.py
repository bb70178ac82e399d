"""The queries that tell what lies around some resources."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from shared.adapters.graph_query import (
    INSTANCES,
    NETWORK_CHILDREN,
    WHOLE_ROWS,
    GraphQuery,
    listed,
    literal,
)
from shared.network.ids import ResourceId

DOOR_TYPES: Final = (
    "microsoft.network/applicationgateways",
    "microsoft.network/azurefirewalls",
    "microsoft.network/firewallpolicies",
    "microsoft.network/ipgroups",
    "microsoft.network/loadbalancers",
    "microsoft.network/networkmanagers",
)
"""What may lead to a machine, or stand before it, without being named by it: all of a subscription
is read of these."""

_OTHER_DOORS_ADDRESS: Final = (
    "(type =~ 'microsoft.network/publicipaddresses'"
    " and isnotempty(properties.ipConfiguration.id)"
    " and tostring(properties.ipConfiguration.id) !contains '/networkInterfaces/')"
)
_LOOSE_GROUP: Final = (
    "(type =~ 'microsoft.network/networksecuritygroups'"
    " and isempty(properties.subnets[0].id) and isempty(properties.networkInterfaces[0].id))"
)
_OWNER: Final = (
    "case("
    "type =~ 'microsoft.network/publicipaddresses',"
    " tostring(split(tolower(tostring(properties.ipConfiguration.id)), '/ipconfigurations/')[0]), "
    "type =~ 'microsoft.compute/virtualmachines',"
    " tostring(properties.networkProfile.networkInterfaces[0].id), "
    "type =~ 'microsoft.network/networksecuritygroups',"
    " tostring(properties.networkInterfaces[0].id), "
    "'')"
)
"""The interface that a row belongs to, as far as one member tells; other rows come by their id."""


def around_query(
    ids: Collection[ResourceId],
    interfaces: Collection[ResourceId],
    application_groups: Collection[ResourceId],
    *,
    with_loose_groups: bool = False,
) -> GraphQuery:
    """Take resources by id, what belongs to interfaces, members of groups, and every door.

    Security groups that nobody uses are taken where somebody may just have left one.
    """
    wanted = [f"type in~ {listed(DOOR_TYPES)}", _OTHER_DOORS_ADDRESS]
    if ids:
        wanted.append(f"id in~ {listed(one.text for one in ids)}")
    if interfaces:
        wanted.append(f"{_OWNER} in~ {listed(one.text for one in interfaces)}")
    if with_loose_groups:
        wanted.append(_LOOSE_GROUP)
    wanted.extend(
        "(type =~ 'microsoft.network/networkinterfaces'"
        f" and tostring(properties.ipConfigurations) contains {literal(group.text)})"
        for group in application_groups
    )
    return WHOLE_ROWS.where(" or ".join(wanted))


def children_query(networks: Collection[ResourceId]) -> GraphQuery:
    """Take rule collections and admin rules, those in force on some networks only."""
    effective = "microsoft.network/effectivesecurityadminrules"
    wanted = [f"type !~ '{effective}'"]
    if networks:
        network = f"tostring(split(tolower(id), '/providers/{effective}')[0])"
        wanted.append(f"{network} in~ {listed(one.text for one in networks)}")
    return NETWORK_CHILDREN.where(" or ".join(wanted))


def instances_query(scale_sets: Collection[ResourceId]) -> GraphQuery:
    """Take the instances of some uniform scale sets, their interfaces and addresses."""
    scale_set = "tostring(split(tolower(id), '/virtualmachines/')[0])"
    return INSTANCES.where(f"{scale_set} in~ {listed(one.text for one in scale_sets)}")
