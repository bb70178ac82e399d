"""What the checks about Bastion and login must say of the estate, reckoned from its plan.

Source of what is required: Microsoft Learn, "About Bastion configuration settings", "Virtual
network peering and Azure Bastion", "Working with NSG access and Azure Bastion", "Log in to a Linux
virtual machine in Azure by using Microsoft Entra ID and OpenSSH".
"""

import ipaddress
from collections.abc import Iterator, Sequence
from typing import Final

from simulator.estate.company import peers_of
from simulator.estate.plan import BastionSku, Login, Machine, Subnet
from simulator.estate.site import Site
from simulator.estate.story import Objection, Severity

_LONGEST_PREFIX: Final = 26


def objections(sites: Sequence[Site]) -> tuple[Objection, ...]:
    """Give every finding that a correct reader makes about Bastion and login, site by site."""
    return tuple(objection for site in sites for objection in _of_site(site, sites))


def _of_site(site: Site, sites: Sequence[Site]) -> Iterator[Objection]:
    is_served = _is_served(site, sites)
    if not is_served and (site.machines or site.scale_sets):
        yield Objection("bastion-missing", site.network.resource_id, Severity.MEDIUM)
    for machine in site.machines:
        yield from _of_login(site, machine)
    for scale_set in site.scale_sets:
        for instance in scale_set.instances:
            instance_id = scale_set.instance_id(instance)
            yield Objection("vm-no-entra-login", instance_id, Severity.LOW)
    for trap in site.traps:
        machine_id = site.network.place.machine_id(trap.machine.name)
        if is_served and trap.bastion_reaches is False:
            yield Objection("bastion-blocked", machine_id, Severity.MEDIUM)
        if trap.has_access_gap:
            yield Objection("bastion-access-gap", machine_id, Severity.LOW)
    yield from _of_host(site)
    for subnet in site.subnets:
        if subnet.name == "AzureBastionSubnet":
            yield from _of_bastion_subnet(site, subnet)


def _is_served(site: Site, sites: Sequence[Site]) -> bool:
    if site.bastion is not None:
        return True
    peers = peers_of(site.network)
    hosts = (each.bastion for each in sites if each.network in peers)
    return any(host is not None and host.sku is not BastionSku.DEVELOPER for host in hosts)


def _of_login(site: Site, machine: Machine) -> Iterator[Objection]:
    machine_id = site.network.place.machine_id(machine.name)
    if machine.windows:
        return
    if machine.login is Login.PASSWORD:
        yield Objection("vm-password-login", machine_id, Severity.MEDIUM)
    if machine.login is not Login.ENTRA:
        yield Objection("vm-no-entra-login", machine_id, Severity.LOW)


def _of_host(site: Site) -> Iterator[Objection]:
    if site.bastion is None:
        return
    host_id = site.network.place.network_id("bastionHosts", site.bastion.name)
    if not site.bastion.is_audited:
        yield Objection("bastion-audit-off", host_id, Severity.MEDIUM)
    if site.bastion.linked_machines:
        yield Objection("bastion-shareable-links", host_id, Severity.MEDIUM)


def _of_bastion_subnet(site: Site, subnet: Subnet) -> Iterator[Objection]:
    (prefix,) = subnet.prefixes
    if ipaddress.ip_network(prefix).prefixlen > _LONGEST_PREFIX:
        subnet_id = site.network.subnet_id(subnet.name)
        yield Objection("bastion-subnet-too-small", subnet_id, Severity.LOW)
    if subnet.group is not None and subnet.group.stops_bastion:
        group_id = site.network.place.network_id("networkSecurityGroups", subnet.group.name)
        yield Objection("bastion-nsg-incomplete", group_id, Severity.MEDIUM)
