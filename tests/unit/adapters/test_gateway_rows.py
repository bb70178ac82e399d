"""Application gateways as Azure writes them, as far as they pass plain TCP on."""

from __future__ import annotations

import pytest

from shared.network.application_gateway import ApplicationGateway, TcpListener
from shared.network.ids import ResourceId
from shared.packetset.addresses import address_number
from tests.rows import Part, Row, ip_configuration_id, resource_id, subnet_id
from tests.unit.adapters.gateway_row import GATEWAY, gateway
from tests.unit.adapters.row_reading import only, snapshot_of, unread


def gateway_of(row: Row) -> ApplicationGateway:
    return only(snapshot_of(row).gateways.values())


def test_listener_is_read_with_where_its_rule_leads() -> None:
    found = gateway_of(gateway(members=(ip_configuration_id(),)))
    assert found.subnet == ResourceId(subnet_id(name="agw"))
    assert only(found.listeners) == TcpListener(
        id=ResourceId(f"{GATEWAY}/listeners/ssh"),
        public_ip=ResourceId(resource_id("pip", "pip-agw")),
        port=2222,
        backend_port=22,
        addresses=(address_number("10.0.0.4"),),
        configurations=(ResourceId(ip_configuration_id()),),
    )


@pytest.mark.parametrize(
    "collection",
    [
        "frontendIPConfigurations",
        "frontendPorts",
        "backendSettingsCollection",
        "backendAddressPools",
    ],
)
def test_listener_with_a_part_missing_is_still_a_listener(collection: str) -> None:
    row = gateway()
    row["properties"][collection] = None
    assert len(gateway_of(row).listeners) == 1


@pytest.mark.parametrize(
    "properties",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"routingRules": [{"properties": {}}]}, id="rule-without-a-listener"),
        pytest.param(
            {"routingRules": [{"properties": {"listener": {"id": "/gone"}}}]},
            id="listener-that-is-not-there",
        ),
        pytest.param({"gatewayIPConfigurations": [{"properties": {}}]}, id="no-subnet"),
    ],
)
def test_gateway_without_a_layer_4_listener_has_none(properties: Part) -> None:
    found = gateway_of(gateway() | {"properties": properties})
    assert (found.listeners, found.subnet) == ((), None)


def test_member_by_name_is_no_address() -> None:
    row = gateway(addresses=())
    row["properties"]["backendAddressPools"][0]["properties"]["backendAddresses"] = [
        {"fqdn": "jump.example.org"}
    ]
    assert only(gateway_of(row).listeners).addresses == ()


def test_gateway_that_cannot_be_understood_is_unread() -> None:
    assert list(unread(gateway() | {"properties": {"listeners": "none"}})) == ["agw-1"]
