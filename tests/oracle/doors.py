"""Every way in from the internet that the rows of an estate describe.

Source: the notes on Azure's semantics, 2 and 5; the notes on resource shapes, 6, 8 and 9.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Final

from tests.oracle.addresses import is_public, ports
from tests.oracle.estate import Estate, key, link
from tests.oracle.path import Route, public_address_route
from tests.rows import Part, Row

TCP_OF_BALANCERS: Final = {"tcp", "all"}
TCP_OF_FIREWALLS: Final = {"tcp", "any"}


@dataclass(frozen=True, slots=True)
class Door:
    """A front door: its kind, the id of what opens it (lower case), and the way behind it."""

    kind: str
    opened_by: str
    route: Route


def doors(estate: Estate, management_ports: Sequence[int]) -> list[Door]:
    """Return the doors that lead to a management port, or from one."""
    return [
        *_public_addresses(estate, management_ports),
        *_balancers(estate, management_ports),
        *_nat_pools(estate, management_ports),
        *_firewalls(estate, management_ports),
    ]


def _public_addresses(estate: Estate, management_ports: Sequence[int]) -> Iterator[Door]:
    for configuration_id, (interface, configuration) in estate.configurations.items():
        address_id = link(configuration["properties"], "publicIPAddress")
        if address_id is None or not _belongs_to_a_machine(estate, interface):
            continue
        uniform = "/virtualmachinescalesets/" in configuration_id
        kind = "scale-set-public-ip" if uniform else "public-ip"
        for port in management_ports:
            route = public_address_route(estate, configuration_id, port)
            yield Door(kind, address_id, route)


def _belongs_to_a_machine(estate: Estate, interface: Row) -> bool:
    is_endpoint = link(interface["properties"], "privateEndpoint") is not None
    return not is_endpoint and estate.machine_of(interface) is not None


def _balancers(estate: Estate, management_ports: Sequence[int]) -> Iterator[Door]:
    for balancer in estate.of_type("microsoft.network/loadbalancers"):
        parts = balancer["properties"]
        fronts = {key(one["id"]): one for one in parts["frontendIPConfigurations"]}
        pools = {key(one["id"]): one for one in parts["backendAddressPools"]}
        for kind, collection in (
            ("load-balancer-nat-rule", "inboundNatRules"),
            ("load-balancer-rule", "loadBalancingRules"),
        ):
            for rule in parts[collection]:
                front = fronts[link(rule["properties"], "frontendIPConfiguration") or ""]
                address = estate.rows.get(link(front["properties"], "publicIPAddress") or "")
                if (
                    address is None
                    or rule["properties"]["protocol"].lower() not in TCP_OF_BALANCERS
                ):
                    continue
                for route in _balanced_routes(estate, rule, pools, address, management_ports):
                    yield Door(kind, key(rule["id"]), route)


def _nat_pools(estate: Estate, management_ports: Sequence[int]) -> Iterator[Door]:
    """Give the doors of NAT pools, save those that a NAT rule of the pool's range spells out."""
    for balancer in estate.of_type("microsoft.network/loadbalancers"):
        parts = balancer["properties"]
        fronts = {key(one["id"]): one for one in parts["frontendIPConfigurations"]}
        for pool in parts["inboundNatPools"]:
            front = fronts[link(pool["properties"], "frontendIPConfiguration") or ""]
            address = estate.rows.get(link(front["properties"], "publicIPAddress") or "")
            if address is None:
                continue
            sku = (address.get("sku") or {}).get("name")
            for target in _instances_behind(estate, key(pool["id"])):
                if _is_spelt_out(pool, parts["inboundNatRules"], target):
                    continue
                for port in _ports_behind(pool["properties"], management_ports):
                    route = Route(target, "ipv4", port, sku, front_rule=pool["name"])
                    yield Door("load-balancer-nat-rule", key(pool["id"]), route)


def _instances_behind(estate: Estate, pool_id: str) -> list[str]:
    sets = {
        key(one["id"])
        for one in estate.of_type("microsoft.compute/virtualmachinescalesets")
        for model in one["properties"]["virtualMachineProfile"]["networkProfile"][
            "networkInterfaceConfigurations"
        ]
        for configuration in model["properties"]["ipConfigurations"]
        for pool in configuration["properties"].get("loadBalancerInboundNatPools", [])
        if key(pool["id"]) == pool_id
    }
    return [one for one in estate.configurations if one.split("/virtualmachines/")[0] in sets]


def _is_spelt_out(pool: Part, rules: Sequence[Part], target: str) -> bool:
    first = pool["properties"]["frontendPortRangeStart"]
    last = pool["properties"]["frontendPortRangeEnd"]
    return any(
        link(one["properties"], "backendIPConfiguration") == target
        and first <= one["properties"]["frontendPort"] <= last
        for one in rules
    )


def _balanced_routes(
    estate: Estate,
    rule: Part,
    pools: dict[str, Part],
    address: Row,
    management_ports: Sequence[int],
) -> Iterator[Route]:
    said = rule["properties"]
    single = link(said, "backendIPConfiguration")
    pool = pools.get(link(said, "backendAddressPool") or "")
    targets = [single] if single else _members(estate, pool)
    floating = address["properties"].get("ipAddress") if said["enableFloatingIP"] else None
    sku = (address.get("sku") or {}).get("name")
    for target in targets:
        for port in _ports_behind(said, management_ports):
            yield Route(target, "ipv4", port, sku, floating, front_rule=rule["name"])


def _ports_behind(said: Part, management_ports: Sequence[int]) -> list[int]:
    behind, front = said["backendPort"], said.get("frontendPort")
    first, last = said.get("frontendPortRangeStart") or 0, said.get("frontendPortRangeEnd") or 0
    if behind == 0:
        return list(management_ports)
    counts = any(port in {behind, front} or first <= port <= last != 0 for port in management_ports)
    return [behind] if counts else []


def _members(estate: Estate, pool: Part | None) -> list[str]:
    if pool is None:
        return []
    said = pool["properties"]
    found = [key(one["id"]) for one in said.get("backendIPConfigurations") or []]
    for one in said["loadBalancerBackendAddresses"]:
        member = one["properties"]
        by_link = link(member, "networkInterfaceIPConfiguration")
        by_address = _configuration_at(
            estate, member.get("ipAddress"), link(member, "virtualNetwork")
        )
        found += [target for target in (by_link, by_address) if target and target not in found]
    return found


def _configuration_at(estate: Estate, address: str | None, vnet_id: str | None) -> str | None:
    for configuration_id, (_, configuration) in estate.configurations.items():
        properties = configuration["properties"]
        vnet = (link(properties, "subnet") or "").split("/subnets/")[0]
        if address is not None and properties["privateIPAddress"] == address and vnet == vnet_id:
            return configuration_id
    return None


def _firewalls(estate: Estate, management_ports: Sequence[int]) -> Iterator[Door]:
    for firewall in estate.of_type("microsoft.network/azurefirewalls"):
        said = firewall["properties"]
        subnets = [
            subnet
            for one in said.get("ipConfigurations") or []
            if (subnet := estate.subnet(one)) is not None
        ]
        if not subnets:
            continue
        translated = _given_out(subnets[0])
        for opened_by, rule in _dnat_rules(estate, firewall):
            for route in _dnat_routes(estate, rule, translated, management_ports):
                yield Door("firewall-dnat", opened_by, route)


def _given_out(subnet: Part) -> tuple[str, ...]:
    """Return the addresses of a subnet that Azure gives out: all but five."""
    prefix = ip_network(subnet["properties"]["addressPrefix"])
    return tuple(str(one) for one in list(prefix)[4:-1])


def _dnat_rules(estate: Estate, firewall: Row) -> Iterator[tuple[str, Part]]:
    for collection in firewall["properties"].get("natRuleCollections") or []:
        if collection["properties"]["action"]["type"].lower() == "dnat":
            for rule in collection["properties"]["rules"]:
                yield key(collection["id"]), rule
    policy_id = link(firewall["properties"], "firewallPolicy")
    while policy_id is not None and policy_id in estate.rows:
        for group in estate.of_type("microsoft.network/firewallpolicies/rulecollectiongroups"):
            if key(group["id"]).split("/rulecollectiongroups/")[0] == policy_id:
                for rule in _nat_rules(group):
                    yield key(group["id"]), rule
        policy_id = link(estate.rows[policy_id]["properties"], "basePolicy")


def _nat_rules(group: Row) -> Iterator[Part]:
    for collection in group["properties"]["ruleCollections"]:
        if collection["ruleCollectionType"] == "FirewallPolicyNatRuleCollection":
            yield from collection["rules"]


def _dnat_routes(
    estate: Estate, rule: Part, translated: tuple[str, ...], management_ports: Sequence[int]
) -> Iterator[Route]:
    spoken = {one.lower() for one in rule.get("protocols") or rule.get("ipProtocols") or []}
    public = any(is_public("ipv4", int(ip_address(one))) for one in rule["destinationAddresses"])
    fronts = [ports(text) for text in rule["destinationPorts"]]
    behind = int(rule["translatedPort"])
    counts = behind in management_ports or any(
        first <= port <= last for port in management_ports for first, last in fronts
    )
    if not (spoken & TCP_OF_FIREWALLS and public and counts):
        return
    groups = [estate.rows.get(key(one)) for one in rule["sourceIpGroups"]]
    grouped = [text for one in groups if one for text in one["properties"]["ipAddresses"]]
    for configuration_id, (_, configuration) in estate.configurations.items():
        if configuration["properties"]["privateIPAddress"] == rule.get("translatedAddress"):
            yield Route(
                configuration_id,
                "ipv4",
                behind,
                None,
                clients=(*rule["sourceAddresses"], *grouped),
                clients_unread=None in groups,
                translated=translated,
                front_rule=rule["name"],
            )
