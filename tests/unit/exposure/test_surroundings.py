"""The internet as a subnet sees it: own and peered space, and where replies are sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pytest

from shared.exposure.internet import INTERNET
from shared.exposure.surroundings import Surroundings
from shared.network.ids import ResourceId
from shared.network.service_tags import NO_SERVICE_TAGS
from shared.packetset.addresses import NO_ADDRESSES, AddressSet, Family
from tests.rows import Part, Row, default_route, resource_id, route, route_table, subnet, vnet
from tests.rows.envelope import subnet_id
from tests.rows.network import peering
from tests.unit.adapters.row_reading import snapshot_of

DEFAULT: Final = ResourceId(subnet_id())
VNET: Final = ResourceId(resource_id("vnet", "vnet-1"))
HUB: Final = ResourceId(resource_id("vnet", "hub"))
EVERYONE: Final = INTERNET[Family.IPV4]
OUR_PUBLIC_SPACE: Final = "20.50.0.0/16"


def around(*rows: Row) -> Surroundings:
    return Surroundings(snapshot_of(*rows), NO_SERVICE_TAGS)


def routed(*routes: Part) -> Surroundings:
    return around(vnet(subnets=[subnet(route_table="rt-1")]), route_table("rt-1", routes))


def prefixes(addresses: AddressSet | None) -> list[str]:
    return list((addresses or NO_ADDRESSES).prefixes())


def test_own_space_is_not_the_internet() -> None:
    seen = around(vnet(space=[OUR_PUBLIC_SPACE])).internet(DEFAULT, Family.IPV4)
    assert seen.universe == EVERYONE.subtract(AddressSet.parse(OUR_PUBLIC_SPACE))
    assert (seen.internet, seen.virtual_network) == (seen.universe, NO_ADDRESSES)


def test_unknown_subnet_sees_the_whole_internet() -> None:
    assert around().internet(None, Family.IPV4).universe == EVERYONE
    assert around().internet(DEFAULT, Family.IPV6).universe == INTERNET[Family.IPV6]


def test_subnets_that_see_the_same_share_one_view() -> None:
    surroundings = around(vnet(subnets=[subnet(), subnet("other", ["10.0.1.0/24"])]))
    other = ResourceId(subnet_id("vnet-1", "other"))
    view = surroundings.internet(DEFAULT, Family.IPV4)
    assert surroundings.internet(other, Family.IPV4) is view
    assert surroundings.internet(DEFAULT, Family.IPV4) is view
    assert surroundings.internet(DEFAULT, Family.IPV6) is not view


@pytest.mark.parametrize(
    ("rows", "space"),
    [
        pytest.param([], ["10.0.0.0/16"], id="hub-not-told"),
        pytest.param(
            [vnet("hub", ["20.50.0.0/16"], peerings=[peering("vnet-1")])],
            ["10.0.0.0/16", "20.50.0.0/16"],
            id="both-halves",
        ),
        pytest.param([vnet("hub", ["20.50.0.0/16"])], ["10.0.0.0/16"], id="one-sided"),
        pytest.param(
            [vnet("hub", ["20.50.0.0/16"], peerings=[peering("vnet-1", state="Disconnected")])],
            ["10.0.0.0/16"],
            id="other-half-disconnected",
        ),
        pytest.param(
            [vnet("hub", ["20.50.0.0/16"], peerings=[peering("vnet-1", access=False)])],
            ["10.0.0.0/16"],
            id="other-half-without-access",
        ),
        pytest.param(
            [vnet("hub", ["20.50.0.0/16"], peerings=[peering("another")])],
            ["10.0.0.0/16"],
            id="other-half-of-another-peering",
        ),
    ],
)
def test_space_holds_that_of_networks_peered_on_both_sides(
    rows: Sequence[Row], space: list[str]
) -> None:
    surroundings = around(vnet(peerings=[peering("hub", ["10.0.0.0/16"])]), *rows)
    assert prefixes(surroundings.space(VNET)) == space


@pytest.mark.parametrize(
    ("half", "peers", "space"),
    [
        (peering("hub", ["10.1.0.0/16"]), (HUB,), ["10.0.0.0/15"]),
        (peering("hub", ["10.1.0.0/16"], state="Initiated"), (), ["10.0.0.0/16"]),
        (peering("hub", ["10.1.0.0/16"], access=False), (), ["10.0.0.0/16"]),
    ],
)
def test_peer_without_a_row_is_believed_from_this_side(
    half: Part, peers: tuple[ResourceId, ...], space: list[str]
) -> None:
    surroundings = around(vnet(peerings=[half]))
    assert surroundings.peers(VNET) == peers
    assert prefixes(surroundings.space(VNET)) == space


def test_unknown_network_has_neither_space_nor_peers() -> None:
    assert (around().space(VNET), around().space(None), around().peers(VNET)) == (
        NO_ADDRESSES,
        NO_ADDRESSES,
        (),
    )


@pytest.mark.parametrize(
    ("routes", "doubtful"),
    [
        pytest.param([default_route()], EVERYONE, id="default-route"),
        pytest.param([route("0.0.0.0/0", "VirtualNetworkGateway")], EVERYONE, id="gateway"),
        pytest.param([route("0.0.0.0/0", "Internet")], NO_ADDRESSES, id="to-the-internet"),
        pytest.param([route("10.7.0.0/16", "VirtualAppliance")], NO_ADDRESSES, id="private"),
        pytest.param(
            [route("203.0.113.0/24", "VirtualAppliance")],
            AddressSet.parse("203.0.113.0/24"),
            id="part-of-the-internet",
        ),
        pytest.param([route("AzureCloud", "Internet")], NO_ADDRESSES, id="service-tag"),
        pytest.param([], NO_ADDRESSES, id="no-routes"),
    ],
)
def test_prefixes_of_routes_may_be_in_virtual_network(
    routes: list[Part], doubtful: AddressSet
) -> None:
    assert routed(*routes).internet(DEFAULT, Family.IPV4).doubtful_virtual_network == doubtful


def test_route_table_that_was_not_read_may_route_everything() -> None:
    surroundings = around(vnet(subnets=[subnet(route_table="rt-1")]))
    seen = surroundings.internet(DEFAULT, Family.IPV4)
    assert seen.doubtful_virtual_network == seen.universe
    assert surroundings.direct_answers(DEFAULT, Family.IPV4) == NO_ADDRESSES


@pytest.mark.parametrize(
    ("routes", "direct"),
    [
        pytest.param([default_route()], [], id="default-route"),
        pytest.param(
            [default_route(), route("198.51.100.0/24", "Internet")],
            ["198.51.100.0/24"],
            id="longer-prefix-to-the-internet",
        ),
        pytest.param(
            [route("198.51.100.0/24", "Internet"), default_route()],
            ["198.51.100.0/24"],
            id="whatever-their-order",
        ),
        pytest.param(
            [
                default_route(),
                route("198.51.100.0/24", "Internet"),
                route("198.51.100.128/25", "None"),
            ],
            ["198.51.100.0/25"],
            id="hole-in-the-longer-prefix",
        ),
        pytest.param(
            [route("0.0.0.0/1", "VirtualAppliance"), route("128.0.0.0/1", "VirtualAppliance")],
            [],
            id="default-route-in-halves",
        ),
    ],
)
def test_longest_prefix_tells_who_is_answered_directly(
    routes: list[Part], direct: list[str]
) -> None:
    answered = routed(*routes).direct_answers(DEFAULT, Family.IPV4)
    assert answered is not None
    assert prefixes(answered) == direct


@pytest.mark.parametrize(
    "routes",
    [
        pytest.param([], id="none"),
        pytest.param([route("0.0.0.0/0", "Internet")], id="to-the-internet"),
        pytest.param([route("0.0.0.0/1", "VirtualAppliance")], id="half"),
    ],
)
def test_without_a_default_route_replies_go_straight(routes: list[Part]) -> None:
    assert routed(*routes).direct_answers(DEFAULT, Family.IPV4) is None


def test_ipv4_default_route_says_nothing_of_ipv6() -> None:
    assert routed(default_route()).direct_answers(DEFAULT, Family.IPV6) is None


HOME: Final = vnet(subnets=[subnet(), subnet("fw", ["10.0.1.0/26"])])
FIREWALL: Final = ResourceId(subnet_id("vnet-1", "fw"))


def test_device_in_the_network_is_surely_of_virtual_network() -> None:
    surroundings = around(HOME)
    translation = surroundings.translation(FIREWALL, VNET)
    assert (prefixes(translation.sources), translation.within_network) == (["10.0.1.0/26"], True)
    seen = surroundings.translated(translation)
    assert (seen.universe, seen.virtual_network) == (translation.sources, translation.sources)
    assert (seen.internet, seen.private) == (NO_ADDRESSES, True)
    assert surroundings.translated(translation) is seen


def test_device_outside_of_the_network_may_be_of_virtual_network() -> None:
    translation = around(HOME).translation(FIREWALL, HUB)
    seen = around(HOME).translated(translation)
    assert (seen.virtual_network, seen.doubtful_virtual_network) == (
        NO_ADDRESSES,
        translation.sources,
    )


@pytest.mark.parametrize("subnet_of_device", [None, ResourceId(subnet_id("gone", "fw"))])
def test_device_without_a_known_subnet_sends_from_its_own_address(
    subnet_of_device: ResourceId | None,
) -> None:
    own = AddressSet.parse("10.200.0.4")
    translation = around(HOME).translation(subnet_of_device, VNET, own.first)
    assert (translation.sources, translation.within_network) == (own, False)


def test_device_of_which_nothing_is_known_sends_from_any_private_address() -> None:
    translation = around(HOME).translation(None, VNET)
    assert translation.sources == AddressSet.parse("0.0.0.0/0").subtract(EVERYONE)


def test_device_in_a_subnet_without_prefixes_sends_from_any_private_address() -> None:
    bare = vnet(subnets=[{"name": "fw", "properties": {}}])
    assert around(bare).translation(FIREWALL, VNET).sources
