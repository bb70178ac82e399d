"""From the plan of one site to its ARM resources and to what readers must find in it."""

from simulator.estate.compute_shapes import extensions, virtual_machine
from simulator.estate.envelope import Resource
from simulator.estate.interface_shapes import machine_interfaces, private_endpoint, public_doors
from simulator.estate.network_shapes import (
    bastion_host,
    public_address,
    route_table,
    virtual_network,
)
from simulator.estate.plan import Machine, Site, Trap
from simulator.estate.security_shapes import application_security_group, security_group
from simulator.estate.story import Chapter, Door, NsgStory


def site_resources(site: Site) -> list[Resource]:
    """Give every resource of the site, freshly built, the network first."""
    place = site.network.place
    resources = [virtual_network(site)]
    resources += [
        security_group(place, group) for group in (*site.attached_groups, *site.loose_groups)
    ]
    resources += [application_security_group(place, name) for name in site.asgs]
    resources += [
        route_table(place, subnet.route_table)
        for subnet in site.subnets
        if subnet.route_table is not None
    ]
    if site.bastion is not None:
        resources.append(public_address(place, f"pip-{site.bastion.name}", site.bastion.public))
        resources.append(bastion_host(site, site.bastion))
    for endpoint in site.private_endpoints:
        resources += private_endpoint(site, endpoint)
    resources += [public_address(place, name, public) for name, public in site.loose_addresses]
    for machine in site.machines:
        resources += _machine_resources(site, machine)
    return resources


def site_chapters(site: Site) -> tuple[Chapter, ...]:
    """Tell what each trap of the site shows."""
    return tuple(_chapter(site, trap) for trap in site.traps)


def site_nsg_stories(site: Site) -> tuple[NsgStory, ...]:
    """Tell what each NSG of the site lets in."""
    place = site.network.place
    return tuple(
        NsgStory(
            group.name,
            place.network_id("networkSecurityGroups", group.name),
            group.outcome,
            attached,
        )
        for groups, attached in ((site.attached_groups, True), (site.loose_groups, False))
        for group in groups
    )


def _machine_resources(site: Site, machine: Machine) -> list[Resource]:
    place = site.network.place
    return [
        virtual_machine(place, machine),
        *extensions(place, machine),
        *machine_interfaces(site, machine),
    ]


def _chapter(site: Site, trap: Trap) -> Chapter:
    place = site.network.place
    doors = tuple(
        Door(public_ip, public.address, f"ipv{public.version}", outcome)
        for (public_ip, public), outcome in zip(
            public_doors(place, trap.machine), trap.outcomes, strict=True
        )
    )
    return Chapter(
        vm=trap.machine.name,
        vm_id=place.machine_id(trap.machine.name),
        shows=trap.shows,
        doors=doors,
        facts=trap.facts,
        bastion_reaches=trap.bastion_reaches,
    )
