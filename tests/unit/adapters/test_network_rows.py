"""Interfaces, addresses, networks and routes as Azure writes them."""

from __future__ import annotations

from typing import Any

import pytest

from shared.network.ids import ResourceId
from shared.network.topology import (
    IpConfiguration,
    NetworkInterface,
    Peering,
    PublicIpAddress,
    RouteTable,
    Sku,
    VirtualNetwork,
)
from shared.packetset.addresses import AddressSet, Family, address_number
from tests.rows import (
    Part,
    Row,
    ip_configuration,
    ip_configuration_id,
    nic,
    public_ip,
    resource_id,
    route,
    route_table,
    subnet,
    subnet_id,
    vnet,
)
from tests.rows.network import peering
from tests.unit.adapters.row_reading import only, snapshot_of, unread


def interface_of(row: Row) -> NetworkInterface:
    return only(snapshot_of(row).network_interfaces.values())


def configuration_with(**members: object) -> IpConfiguration:
    """Read one IP configuration with these members, by their names in ARM."""
    part = ip_configuration()
    part["properties"] |= members
    return only(interface_of(nic("nic-1", [part])).ip_configurations)


def address_of(row: Row) -> PublicIpAddress:
    return only(snapshot_of(row).public_ips.values())


def network_of(row: Row) -> VirtualNetwork:
    return only(snapshot_of(row).virtual_networks.values())


def table_of(*routes: Part) -> RouteTable:
    return only(snapshot_of(route_table("rt-1", routes)).route_tables.values())


def test_interface_is_read_with_what_it_refers_to() -> None:
    interface = interface_of(nic("nic-1", vm="vm-1", nsg="nsg-1", enableIPForwarding=True))
    assert interface.virtual_machine == ResourceId(resource_id("vm", "vm-1"))
    assert interface.security_group == ResourceId(resource_id("nsg", "nsg-1"))
    assert interface.forwards


def test_every_configuration_is_read_with_the_public_address_on_the_second() -> None:
    parts = [ip_configuration("one"), ip_configuration("two", "10.0.0.5", public_ip="pip-1")]
    first, second = interface_of(nic("nic-1", parts)).ip_configurations
    assert (first.name, first.public_ip) == ("one", None)
    assert (second.name, second.public_ip) == ("two", ResourceId(resource_id("pip", "pip-1")))


def test_configuration_is_read_with_its_memberships() -> None:
    found = configuration_with(
        applicationSecurityGroups=[{"id": "/asg/web"}, {"id": None}],
        loadBalancerBackendAddressPools=[{"id": "/lb/backendAddressPools/p"}],
        loadBalancerInboundNatRules=[{"id": "/lb/inboundNatRules/r"}],
        loadBalancerInboundNatPools=[{"id": "/lb/inboundNatPools/n"}],
    )
    assert found.application_security_groups == (ResourceId("/asg/web"),)
    assert found.balancer_pools == (ResourceId("/lb/backendAddressPools/p"),)
    assert found.nat_rules == (ResourceId("/lb/inboundNatRules/r"),)
    assert found.nat_pools == (ResourceId("/lb/inboundNatPools/n"),)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        pytest.param("10.0.0.4", address_number("10.0.0.4"), id="address"),
        pytest.param("fd00::4", address_number("fd00::4"), id="ipv6"),
        pytest.param("10.0.0.16/28", None, id="delegated-block"),
        pytest.param("", None, id="empty-text"),
        pytest.param(None, None, id="null"),
    ],
)
def test_private_address_is_known_or_not(text: str | None, number: int | None) -> None:
    assert configuration_with(privateIPAddress=text).private_ip == number


@pytest.mark.parametrize("text", ["10.0.0.400", "10.0.0.16/33", "somewhere"])
def test_interface_with_an_impossible_private_address_is_unread(text: str) -> None:
    rows = [nic("nic-1", [ip_configuration(private_ip=text)]), vnet()]
    assert list(unread(*rows)) == ["nic-1"]


@pytest.mark.parametrize(
    ("version", "family"),
    [("IPv4", Family.IPV4), ("IPv6", Family.IPV6), ("ipv6", Family.IPV6), (None, Family.IPV4)],
)
def test_family_is_read_in_any_case_and_is_ipv4_by_default(
    version: str | None, family: Family
) -> None:
    assert configuration_with(privateIPAddressVersion=version).family is family
    assert address_of(public_ip() | {"properties": {"publicIPAddressVersion": version}}).family is (
        family
    )


@pytest.mark.parametrize(
    "reference",
    [
        pytest.param(None, id="null"),
        pytest.param("", id="empty-text"),
        pytest.param({}, id="empty-object"),
        pytest.param({"id": None}, id="null-id"),
        pytest.param({"id": ""}, id="empty-id"),
    ],
)
def test_reference_to_nothing_is_none(reference: object) -> None:
    found = configuration_with(publicIPAddress=reference, subnet=reference)
    assert (found.public_ip, found.subnet) == (None, None)


@pytest.mark.parametrize(
    "reference",
    [
        pytest.param({"id": "/pip"}, id="id-alone"),
        pytest.param({"id": "/pip", "resourceGroup": "rg-app"}, id="with-a-resource-group"),
        pytest.param({"id": "/pip", "properties": {"ipAddress": "20.1.1.1"}}, id="expanded"),
        pytest.param("/pip", id="bare-text"),
    ],
)
def test_reference_is_read_by_its_id_alone(reference: object) -> None:
    assert configuration_with(publicIPAddress=reference).public_ip == ResourceId("/pip")


def test_name_of_a_configuration_comes_from_its_id_when_it_has_none() -> None:
    part = {"id": ip_configuration_id("nic-1", "Primary"), "properties": {}}
    row = nic() | {"properties": {"ipConfigurations": [part]}}
    assert only(interface_of(row).ip_configurations).name == "Primary"


def test_interface_of_a_private_endpoint_has_no_configurations() -> None:
    row = nic(privateEndpoint={"id": "/subscriptions/s/pe"}, vm=None)
    assert interface_of(row).ip_configurations == ()


@pytest.mark.parametrize("members", [{}, {"ipConfigurations": None}, {"virtualMachine": None}])
def test_bare_interface_is_read(members: Part) -> None:
    interface = interface_of(nic() | {"properties": members})
    assert (interface.ip_configurations, interface.virtual_machine) == ((), None)
    assert (interface.security_group, interface.forwards) == (None, False)


def test_interface_with_a_reference_that_is_no_id_is_unread() -> None:
    assert "nic-1" in unread(nic(networkSecurityGroup={"id": "nsg-1"}), vnet())


def test_address_is_read_with_what_it_is_attached_to() -> None:
    found = address_of(public_ip("pip-1", "20.1.2.3", owner=ip_configuration_id()))
    assert (found.address, found.sku, found.family) == ("20.1.2.3", Sku.STANDARD, Family.IPV4)
    assert found.attached_to == ResourceId(ip_configuration_id())


@pytest.mark.parametrize("text", [None, ""])
def test_address_that_is_not_allocated_is_none(text: str | None) -> None:
    assert address_of(public_ip() | {"properties": {"ipAddress": text}}).address is None


@pytest.mark.parametrize("text", ["20.9.9.999", "somewhere"])
def test_impossible_address_is_unread(text: str) -> None:
    assert list(unread(public_ip(address=text))) == ["pip-1"]


@pytest.mark.parametrize(
    ("sku", "expected"),
    [
        pytest.param({"name": "Standard", "tier": "Regional"}, Sku.STANDARD, id="standard"),
        pytest.param({"name": "STANDARD"}, Sku.STANDARD, id="upper-case"),
        pytest.param({"name": "standardv2"}, Sku.STANDARD_V2, id="v2"),
        pytest.param({"name": "Basic"}, Sku.BASIC, id="basic"),
        pytest.param({"tier": "Regional"}, Sku.BASIC, id="no-name"),
        pytest.param({"name": ""}, Sku.BASIC, id="empty-name"),
        pytest.param(None, Sku.BASIC, id="null"),
        pytest.param("", Sku.BASIC, id="empty-text"),
    ],
)
def test_missing_sku_is_basic_and_others_are_read_in_any_case(sku: object, expected: Sku) -> None:
    assert address_of(public_ip() | {"sku": sku}).sku is expected


@pytest.mark.parametrize("sku", [{"name": "Premium"}, "Premium"])
def test_unknown_sku_is_unread_and_no_guess(sku: object) -> None:
    assert list(unread(public_ip() | {"sku": sku})) == ["pip-1"]


@pytest.mark.parametrize(
    ("members", "prefixes"),
    [
        pytest.param({"addressPrefix": "10.0.0.0/24"}, ["10.0.0.0/24"], id="singular"),
        pytest.param(
            {"addressPrefixes": ["10.0.0.0/24", "10.0.2.0/24"]},
            ["10.0.0.0/24", "10.0.2.0/24"],
            id="plural",
        ),
        pytest.param(
            {"addressPrefix": "10.0.0.0/25", "addressPrefixes": ["10.0.0.128/25"]},
            ["10.0.0.0/24"],
            id="both",
        ),
        pytest.param({"addressPrefix": "", "addressPrefixes": None}, [], id="neither"),
    ],
)
def test_prefixes_of_a_subnet_are_those_of_both_members(members: Part, prefixes: list[str]) -> None:
    row = vnet(subnets=[{"name": "default", "properties": members}])
    found = only(network_of(row).subnets)
    assert (found.id, list(found.prefixes.prefixes())) == (ResourceId(subnet_id()), prefixes)


def test_subnet_without_id_is_named_after_its_network() -> None:
    row = vnet()
    row["properties"]["subnets"] = [{"name": "Web", "properties": {}}]
    assert only(snapshot_of(row).subnets) == ResourceId(subnet_id("vnet-1", "web"))


def test_subnet_is_read_with_its_group_and_its_routes() -> None:
    found = only(network_of(vnet(subnets=[subnet(nsg="nsg-1", route_table="rt-1")])).subnets)
    assert found.security_group == ResourceId(resource_id("nsg", "nsg-1"))
    assert found.route_table == ResourceId(resource_id("route-table", "rt-1"))


def test_services_of_all_delegations_are_kept_in_lower_case() -> None:
    services = ["Microsoft.Sql/managedInstances", "Microsoft.Web/serverFarms"]
    delegations: Any = [{"properties": {"serviceName": service}} for service in services]
    row = vnet(subnets=[subnet("a", delegations=delegations), subnet("b")])
    assert network_of(row).services == {
        "microsoft.sql/managedinstances",
        "microsoft.web/serverfarms",
    }


@pytest.mark.parametrize(
    "prefix", [{"addressPrefix": "10.0.0.0/40"}, {"addressPrefixes": ["Internet"]}]
)
def test_network_with_an_impossible_prefix_is_unread(prefix: Part) -> None:
    assert list(unread(vnet(subnets=[{"name": "default", "properties": prefix}]))) == ["vnet-1"]


@pytest.mark.parametrize("properties", [{}, {"addressSpace": None}, {"addressSpace": {}}])
def test_bare_network_is_read(properties: Part) -> None:
    network = network_of(vnet() | {"properties": properties})
    assert not network.space
    assert (network.subnets, network.peerings) == ((), ())


@pytest.mark.parametrize(
    ("members", "usable"),
    [
        pytest.param({}, True, id="connected-with-access"),
        pytest.param({"peeringState": "CONNECTED"}, True, id="any-case"),
        pytest.param({"allowVirtualNetworkAccess": None}, True, id="access-not-told"),
        pytest.param({"allowVirtualNetworkAccess": False}, False, id="access-refused"),
        pytest.param({"peeringState": "Initiated"}, False, id="one-sided"),
        pytest.param({"peeringState": "Disconnected"}, False, id="disconnected"),
        pytest.param({"peeringState": None}, False, id="state-not-told"),
    ],
)
def test_peering_is_usable_when_connected_with_access(members: Part, *, usable: bool) -> None:
    found = only(network_of(vnet(peerings=[peering("hub", **members)])).peerings)
    assert (found.remote, found.usable) == (ResourceId(resource_id("vnet", "hub")), usable)


@pytest.mark.parametrize(
    ("one", "other", "space"),
    [
        (["10.1.0.0/16"], ["10.2.0.0/16"], ["10.1.0.0/16", "10.2.0.0/16"]),
        (["10.1.0.0/16"], None, ["10.1.0.0/16"]),
        (None, ["10.2.0.0/16"], ["10.2.0.0/16"]),
        (None, None, []),
    ],
)
def test_space_of_a_peer_is_read_from_either_member(
    one: list[str] | None, other: list[str] | None, space: list[str]
) -> None:
    part = peering("hub")
    part["properties"]["remoteAddressSpace"] = {"addressPrefixes": one}
    part["properties"]["remoteVirtualNetworkAddressSpace"] = other and {"addressPrefixes": other}
    found: Peering = only(network_of(vnet(peerings=[part])).peerings)
    assert list(found.remote_space.prefixes()) == space


def test_peering_with_nothing_is_left_out() -> None:
    row = vnet(peerings=[peering("hub", remoteVirtualNetwork=None)])
    assert network_of(row).peerings == ()


def test_routes_are_read_with_their_next_hop_in_lower_case() -> None:
    found = only(table_of(route("0.0.0.0/0", "VirtualAppliance", "10.0.9.4")).routes)
    assert (found.prefix, found.next_hop) == (AddressSet.parse("0.0.0.0/0"), "virtualappliance")


def test_route_to_a_service_tag_has_no_prefix() -> None:
    assert only(table_of(route("AzureCloud", "Internet")).routes).prefix is None


@pytest.mark.parametrize("prefix", ["0.0.0.0/33", "10.0.0.256", ""])
def test_route_table_with_an_impossible_prefix_is_unread(prefix: str) -> None:
    assert list(unread(route_table("rt-1", [route(prefix, "VirtualAppliance")]))) == ["rt-1"]


@pytest.mark.parametrize("properties", [{}, {"routes": None}])
def test_route_table_without_routes_is_read(properties: Part) -> None:
    row = route_table("rt-1", []) | {"properties": properties}
    assert only(snapshot_of(row).route_tables.values()).routes == ()
