"""The objects of an estate by kind, to find one by its id whatever it is."""

from __future__ import annotations

from collections.abc import Mapping

from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot


def objects_by_kind(estate: Snapshot) -> Mapping[str, Mapping[ResourceId, object]]:
    """Give every object of an estate by kind and id; what has no id of its own by its owner's."""
    return {
        "machines": estate.virtual_machines,
        "interfaces": estate.network_interfaces,
        "public IPs": estate.public_ips,
        "groups": estate.security_groups,
        "subnets": estate.subnets,
        "networks": estate.virtual_networks,
        "routes": estate.route_tables,
        "admin rules": estate.admin_rules,
        "balancers": estate.load_balancers,
        "scale sets": estate.scale_sets,
        "firewalls": estate.firewalls,
        "policies": estate.firewall_policies,
        "rule collections": estate.rule_collection_groups,
        "IP groups": estate.ip_groups,
        "gateways": estate.gateways,
        "bastions": estate.bastions,
        "diagnostic settings": estate.diagnostic_settings,
        "links": estate.shareable_links,
        "extensions": estate.extensions,
    }


def subscriptions_in(estate: Snapshot) -> frozenset[str]:
    """Give the subscriptions that an estate holds anything of."""
    return frozenset(
        resource.subscription
        for objects in objects_by_kind(estate).values()
        for resource in objects
    )
