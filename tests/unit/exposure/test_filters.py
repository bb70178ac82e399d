"""Filters before destinations: one object for those that no rule tells apart, and only for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import pytest

from shared.exposure.filters import Filters
from shared.exposure.internet import INTERNET
from shared.exposure.layers import Layer, LayerKind
from shared.exposure.rule_match import Destination, Perspective
from shared.network.ids import ResourceId
from shared.network.security_group import NetworkSecurityGroup
from shared.network.security_rule import EVERYWHERE, Access, Direction, Endpoint, SecurityRule
from shared.network.service_tags import NO_SERVICE_TAGS
from shared.network.snapshot import Snapshot
from shared.network.topology import IpConfiguration, NetworkInterface, Subnet
from shared.packetset.addresses import NO_ADDRESSES, AddressSet, Family, address_number
from shared.packetset.protocols import ports_of

GROUP: Final = ResourceId("/nsg/n")
SUBNET: Final = Subnet(ResourceId("/vnets/v/subnets/s"), AddressSet.parse("10.0.0.0/24"), GROUP)
NIC: Final = NetworkInterface(ResourceId("/nics/n"), security_group=GROUP)
CONFIGURATION: Final = IpConfiguration("one", subnet=SUBNET.id)
SEEN: Final = Perspective(
    Family.IPV4,
    INTERNET[Family.IPV4],
    INTERNET[Family.IPV4],
    NO_ADDRESSES,
    NO_ADDRESSES,
    NO_SERVICE_TAGS,
)
FIRST, SECOND = (Destination(address_number(text)) for text in ("10.0.0.4", "10.0.0.5"))
FLOATING: Final = Destination(address_number("20.1.2.3"), in_virtual_network=False)


def rule(destination: Endpoint = EVERYWHERE, port: str = "22") -> SecurityRule:
    return SecurityRule(
        "ssh",
        100,
        Direction.INBOUND,
        Access.ALLOW,
        destination=destination,
        destination_ports=ports_of([port]),
    )


TO_FIRST: Final = rule(Endpoint(addresses=AddressSet.parse("10.0.0.4")))


def filters(*rules: SecurityRule, faults: Sequence[str] = ()) -> Filters:
    group = NetworkSecurityGroup(GROUP, rules, tuple(faults))
    return Filters(
        Snapshot(
            datetime(2026, 3, 1, tzinfo=UTC),
            security_groups={GROUP: group},
            subnets={SUBNET.id: SUBNET},
        )
    )


def met(
    by: Filters, destination: Destination, configuration: IpConfiguration = CONFIGURATION
) -> tuple[Layer, ...]:
    return by.in_front_of(NIC, configuration, destination, 22, SEEN)


def test_group_on_subnet_and_interface_is_a_layer_of_each_kind() -> None:
    kinds = [layer.kind for layer in met(filters(rule()), FIRST)]
    assert kinds == [LayerKind.SUBNET_NSG, LayerKind.NIC_NSG]


@pytest.mark.parametrize(
    "by",
    [
        pytest.param(filters(rule()), id="rules-for-everywhere"),
        pytest.param(filters(rule(TO_FIRST.destination, port="80")), id="another-port"),
        pytest.param(filters(faults=["rule x: unreadable"]), id="unreadable-group"),
    ],
)
def test_destinations_that_no_rule_tells_apart_meet_the_same_layers(by: Filters) -> None:
    assert met(by, FIRST) == met(by, SECOND)


def test_destinations_that_a_rule_tells_apart_meet_layers_of_their_own() -> None:
    by = filters(TO_FIRST)
    first, second = met(by, FIRST), met(by, SECOND)
    assert not set(first) & set(second)
    assert met(by, FIRST) == first


@pytest.mark.parametrize("order", [(FLOATING, FIRST), (FIRST, FLOATING)])
def test_address_outside_of_the_network_shares_no_layer_with_one_inside(
    order: tuple[Destination, Destination],
) -> None:
    by = filters()
    one, other = (met(by, destination) for destination in order)
    assert not set(one) & set(other)


def test_configurations_without_a_subnet_share_no_doubt() -> None:
    by, lost = filters(rule()), replace(CONFIGURATION, subnet=None)
    elsewhere = replace(NIC, id=ResourceId("/nics/m"))
    here = met(by, FIRST, lost)
    there = by.in_front_of(elsewhere, lost, FIRST, 22, SEEN)
    assert [layers[0].resource for layers in (here, there)] == [NIC.id, elsewhere.id]
