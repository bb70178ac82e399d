"""What rows refer to and no row tells of."""

from __future__ import annotations

from collections.abc import Container, Iterator

from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot
from shared.network.topology import IpConfiguration, NetworkInterface, Subnet


def missing_dependencies(snapshot: Snapshot) -> Iterator[tuple[ResourceId, ResourceId]]:
    """Give each missing resource that a verdict depends on, with one that refers to it."""
    made = {ip.id for scale_set in snapshot.scale_sets.values() for ip in scale_set.public_ips}
    for machine in snapshot.virtual_machines.values():
        yield from _missing(snapshot.network_interfaces, machine.id, *machine.network_interfaces)
    for nic in (*snapshot.network_interfaces.values(), *_models(snapshot)):
        if nic.security_group not in snapshot.security_groups:
            yield from _missing(snapshot.security_groups, nic.id, nic.security_group)
        for configuration in nic.ip_configurations:
            if configuration.public_ip is not None and configuration.public_ip not in made:
                yield from _missing(snapshot.public_ips, nic.id, configuration.public_ip)
            if configuration.subnet not in snapshot.subnets:
                yield from _missing_of_subnet(snapshot, nic.id, configuration.subnet)
            if balancers := _balancers(configuration):
                yield from _missing(snapshot.load_balancers, nic.id, *balancers)
    for subnet in _subnets_in_use(snapshot):
        yield from _missing(snapshot.security_groups, subnet.id, subnet.security_group)
        yield from _missing(snapshot.route_tables, subnet.id, subnet.route_table)
    yield from _missing_of_firewalls(snapshot)


def _missing_of_subnet(
    snapshot: Snapshot, referrer: ResourceId, subnet: ResourceId | None
) -> Iterator[tuple[ResourceId, ResourceId]]:
    """Give what no row tells of a subnet: its network, or the subnet in a network that was read."""
    network = subnet.parent("subnets") if subnet else None
    if network in snapshot.virtual_networks:
        yield from _missing(snapshot.subnets, referrer, subnet)
    yield from _missing(snapshot.virtual_networks, referrer, network)


def _balancers(configuration: IpConfiguration) -> tuple[ResourceId | None, ...]:
    """Give the load balancers that a configuration belongs to."""
    pools, rules, nat_pools = (
        configuration.balancer_pools,
        configuration.nat_rules,
        configuration.nat_pools,
    )
    if not (pools or rules or nat_pools):
        return ()
    return (
        *(pool.parent("backendAddressPools") for pool in pools),
        *(rule.parent("inboundNatRules") for rule in rules),
        *(pool.parent("inboundNatPools") for pool in nat_pools),
    )


def _subnets_in_use(snapshot: Snapshot) -> Iterator[Subnet]:
    """Give the subnets that a configuration lies in; no verdict depends on the others."""
    used = {
        configuration.subnet
        for nic in (*snapshot.network_interfaces.values(), *_models(snapshot))
        for configuration in nic.ip_configurations
    }
    return (subnet for subnet in snapshot.subnets.values() if subnet.id in used)


def _models(snapshot: Snapshot) -> Iterator[NetworkInterface]:
    """Give the interfaces of the models of scale sets."""
    for scale_set in snapshot.scale_sets.values():
        yield from scale_set.interfaces


def _missing_of_firewalls(snapshot: Snapshot) -> Iterator[tuple[ResourceId, ResourceId]]:
    for firewall in snapshot.firewalls.values():
        network = firewall.subnet.parent("subnets") if firewall.subnet else None
        yield from _missing(snapshot.firewall_policies, firewall.id, firewall.policy)
        yield from _missing(snapshot.public_ips, firewall.id, *firewall.public_ips)
        yield from _missing(snapshot.virtual_networks, firewall.id, network)
    for policy in snapshot.firewall_policies.values():
        yield from _missing(snapshot.firewall_policies, policy.id, policy.base)
        yield from _missing(snapshot.rule_collection_groups, policy.id, *policy.groups)
    for group in snapshot.rule_collection_groups.values():
        for rule in group.rules:
            yield from _missing(snapshot.ip_groups, group.id, *rule.source_groups)


def missing_neighbours(snapshot: Snapshot) -> Iterator[ResourceId]:
    """Give what is worth a read, but can be done without: peered networks, and their Bastions.

    The security group on a Bastion's subnet belongs to that.
    """
    for subnet in snapshot.subnets.values():
        if subnet.bastion is None:
            continue
        if subnet.bastion not in snapshot.bastions:
            yield subnet.bastion
        if subnet.security_group and subnet.security_group not in snapshot.security_groups:
            yield subnet.security_group
    for network in snapshot.virtual_networks.values():
        for peering in network.peerings:
            if peering.remote not in snapshot.virtual_networks:
                yield peering.remote


def _missing(
    known: Container[ResourceId], referrer: ResourceId, *targets: ResourceId | None
) -> Iterator[tuple[ResourceId, ResourceId]]:
    return ((target, referrer) for target in targets if target is not None and target not in known)
