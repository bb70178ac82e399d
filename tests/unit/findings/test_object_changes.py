"""Two states of one object, told field by field in words."""

from __future__ import annotations

from typing import Final

import pytest

from shared.findings.object_changes import ChangeKind, FieldChange, object_changes
from shared.network.admin_rules import AdminRules
from shared.network.application_gateway import ApplicationGateway, TcpListener
from shared.network.firewall import Firewall
from shared.network.ids import ResourceId
from shared.network.load_balancer import LoadBalancer, NatPool
from shared.network.machine_login import MachineLogin
from shared.network.security_group import NetworkSecurityGroup
from shared.network.security_rule import Access, Direction, Endpoint, SecurityRule
from shared.network.service_tags import ServiceTag
from shared.network.topology import (
    NetworkInterface,
    Peering,
    Route,
    RouteTable,
    Sku,
    VirtualMachine,
    VirtualNetwork,
)
from shared.packetset.addresses import AddressSet, address_number
from shared.packetset.intervals import IntervalSet
from shared.packetset.protocols import Protocol

ID: Final = ResourceId("/subscriptions/s/resourceGroups/g/providers/Contoso.Things/things/one")
OTHER: Final = ResourceId(f"{ID.text}/parts/other")


def rule(source: Endpoint, ports: IntervalSet | None = None) -> NetworkSecurityGroup:
    changed = SecurityRule("r", 100, Direction.INBOUND, Access.ALLOW, source=source)
    if ports is not None:
        changed = SecurityRule(
            "r", 100, Direction.INBOUND, Access.ALLOW, source=source, destination_ports=ports
        )
    return NetworkSecurityGroup(ID, (changed,))


def pool(first: int, last: int) -> LoadBalancer:
    return LoadBalancer(
        ID, Sku.STANDARD, nat_pools=(NatPool(OTHER, None, Protocol.TCP, (first, last), 22),)
    )


def listener(*addresses: str) -> ApplicationGateway:
    numbers = tuple(address_number(one) for one in addresses)
    return ApplicationGateway(ID, listeners=(TcpListener(OTHER, None, 22, 22, numbers),))


EVERYWHERE: Final = Endpoint(everywhere=True)
CHANGES = [
    pytest.param(
        rule(EVERYWHERE),
        rule(Endpoint(tags=(ServiceTag.parse("Storage"),), application_security_groups=(OTHER,))),
        ("rule r", FieldChange("source", "*", "Storage, other")),
        id="tags-and-groups",
    ),
    pytest.param(
        rule(Endpoint(unresolved=True)),
        rule(Endpoint()),
        ("rule r", FieldChange("source", "a network group", "nothing")),
        id="network-group",
    ),
    pytest.param(
        rule(EVERYWHERE, IntervalSet.of([(22, 22), (80, 90)])),
        rule(EVERYWHERE),
        ("rule r", FieldChange("destination ports", "22, 80-90", "any")),
        id="ports",
    ),
    pytest.param(
        pool(100, 100),
        pool(100, 200),
        ("NAT pool other", FieldChange("front ports", "100", "100-200")),
        id="range",
    ),
    pytest.param(
        listener("10.0.0.1"),
        listener("10.0.0.1", "10.0.0.2"),
        ("listener other", FieldChange("addresses", None, "10.0.0.2")),
        id="addresses",
    ),
    pytest.param(
        VirtualMachine(ID),
        VirtualMachine(ID, login=MachineLogin(password=True)),
        ("", FieldChange("password", None, "yes")),
        id="part-without-a-name",
    ),
    pytest.param(
        NetworkInterface(ID, forwards=True),
        NetworkInterface(ID),
        ("", FieldChange("forwards", "yes", "no")),
        id="switch",
    ),
    pytest.param(
        RouteTable(ID),
        RouteTable(ID, (Route(AddressSet.parse("0.0.0.0/0"), "internet"),)),
        ("", FieldChange("route", None, "0.0.0.0/0, internet")),
        id="route",
    ),
    pytest.param(
        VirtualNetwork(ID, peerings=(Peering(OTHER, usable=True),)),
        VirtualNetwork(ID, peerings=(Peering(OTHER, usable=False),)),
        ("peering with other", FieldChange("usable", "yes", "no")),
        id="peering",
    ),
    pytest.param(
        Firewall(ID, public_ips=tuple(ID.child("a", f"p{n}") for n in range(6))),
        Firewall(ID),
        ("", FieldChange("public IP", "p0, p1, p2, p3 and 2 more", None)),
        id="long-list",
    ),
]


@pytest.mark.parametrize(("before", "after", "told"), CHANGES)
def test_field_is_told(before: object, after: object, told: tuple[str, FieldChange]) -> None:
    (one,) = object_changes(ID, before, after)
    assert (one.kind, one.part, one.fields) == (ChangeKind.CHANGED, told[0], (told[1],))


def test_order_alone_is_told_as_it_is() -> None:
    first, second = ID.child("a", "x"), ID.child("a", "y")
    (one,) = object_changes(ID, Firewall(ID, (first, second)), Firewall(ID, (second, first)))
    assert one.fields == (FieldChange("public IP", "x, y", "x, y"),)


@pytest.mark.parametrize("state", [VirtualMachine(ID), AdminRules()])
def test_equal_states_have_no_change(state: object) -> None:
    assert list(object_changes(ID, state, state)) == []


def test_label_without_effect_is_not_told() -> None:
    assert list(object_changes(ID, VirtualMachine(ID), VirtualMachine(ID, tags={"a": "b"}))) == []


def test_object_that_is_nowhere_has_no_change() -> None:
    assert list(object_changes(ID, None, None)) == []


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [(None, VirtualMachine(ID), ChangeKind.ADDED), (VirtualMachine(ID), None, ChangeKind.REMOVED)],
)
def test_whole_object_is_told_without_its_fields(
    before: object, after: object, kind: ChangeKind
) -> None:
    (one,) = object_changes(ID, before, after)
    assert (one.kind, one.part, one.fields) == (kind, "", ())
