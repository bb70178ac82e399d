"""From the plan of one site to its ARM resources and to what readers must find in it."""

from simulator.estate.balancer_shapes import load_balancer
from simulator.estate.bastion_shapes import bastion_resources
from simulator.estate.compute_shapes import extensions, virtual_machine
from simulator.estate.envelope import Resource
from simulator.estate.firewall_shapes import firewall_resources
from simulator.estate.gateway_shapes import application_gateway
from simulator.estate.interface_shapes import machine_interfaces, private_endpoint, public_doors
from simulator.estate.network_shapes import (
    managed_instance,
    nat_gateway,
    public_address,
    route_table,
    virtual_network,
)
from simulator.estate.plan import Machine, PublicAddress, Trap, Way
from simulator.estate.scale_set_plan import Instance, ScaleSet
from simulator.estate.scale_set_shapes import scale_set_resources
from simulator.estate.security_shapes import application_security_group, security_group
from simulator.estate.site import Site
from simulator.estate.story import Chapter, Door, DoorKind, NsgStory, Outcome


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
        resources += bastion_resources(site, site.bastion)
    resources += _doors_of_others(site)
    for endpoint in site.private_endpoints:
        resources += private_endpoint(site, endpoint)
    resources += [public_address(place, name, public) for name, public in site.loose_addresses]
    for machine in site.machines:
        resources += _machine_resources(site, machine)
    return resources


def site_chapters(site: Site) -> tuple[Chapter, ...]:
    """Tell what each trap of the site shows."""
    instances = [
        _instance_chapter(scale_set, instance)
        for scale_set in site.scale_sets
        for instance in scale_set.instances
    ]
    return (*(_chapter(site, trap) for trap in site.traps), *instances)


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


def _doors_of_others(site: Site) -> list[Resource]:
    gateways = [each.nat_gateway for each in site.subnets if each.nat_gateway is not None]
    resources = [part for each in gateways for part in nat_gateway(site.network.place, each)]
    resources += [part for balancer in site.balancers for part in load_balancer(balancer)]
    resources += [part for each in site.scale_sets for part in scale_set_resources(each)]
    if site.firewall is not None:
        resources += firewall_resources(site.firewall)
    if site.gateway is not None:
        resources += application_gateway(site.gateway)
    if site.managed_instance is not None:
        resources.append(managed_instance(site, site.managed_instance))
    return resources


def _machine_resources(site: Site, machine: Machine) -> list[Resource]:
    place = site.network.place
    return [
        virtual_machine(place, machine),
        *extensions(place, machine),
        *machine_interfaces(site, machine),
    ]


def _chapter(site: Site, trap: Trap) -> Chapter:
    place = site.network.place
    own = [
        _own_door(DoorKind.PUBLIC_IP, public_ip, public, outcome)
        for (public_ip, public), outcome in zip(
            public_doors(place, trap.machine), trap.outcomes, strict=True
        )
    ]
    doors = (*own, *(_door(way) for way in trap.ways))
    return Chapter(
        vm=trap.machine.name,
        vm_id=place.machine_id(trap.machine.name),
        shows=trap.shows,
        doors=doors,
        facts=trap.facts,
        bastion_reaches=trap.bastion_reaches,
    )


def _instance_chapter(scale_set: ScaleSet, instance: Instance) -> Chapter:
    doors = [_door(way) for way in instance.ways]
    if instance.public is not None and instance.outcome is not None:
        public_ip, kind = scale_set.public_ip_id(instance), DoorKind.INSTANCE_PUBLIC_IP
        doors.insert(0, _own_door(kind, public_ip, instance.public, instance.outcome))
    return Chapter(
        vm=f"{scale_set.name}/{instance.number}",
        vm_id=scale_set.instance_id(instance),
        shows=instance.shows,
        doors=tuple(doors),
        facts=instance.facts,
    )


def _own_door(kind: DoorKind, public_ip: str, public: PublicAddress, outcome: Outcome) -> Door:
    return Door(
        kind,
        public_ip,
        front_port=22,
        port=22,
        rule=None,
        public_ip=public_ip,
        address=public.address,
        family=f"ipv{public.version}",
        outcome=outcome,
    )


def _door(way: Way) -> Door:
    return Door(
        way.kind,
        way.opener,
        front_port=way.front_port,
        port=way.port,
        rule=way.rule,
        public_ip=way.public_ip,
        address=way.public.address,
        family=f"ipv{way.public.version}",
        outcome=way.outcome,
    )
