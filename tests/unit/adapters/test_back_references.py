from __future__ import annotations

from typing import Final

import msgspec
import pytest

from shared.adapters.back_references import users_of
from shared.network.ids import ResourceId

PLACE: Final = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network"
NIC: Final = f"{PLACE}/networkInterfaces/nic"
CONFIGURATION: Final = f"{NIC}/ipConfigurations/one"
SUBNET: Final = f"{PLACE}/virtualNetworks/vnet/subnets/default"


def users(**properties: object) -> list[str]:
    return [one.text for one in users_of(msgspec.json.encode({"properties": properties})).ids]


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        pytest.param(
            {"networkInterfaces": [{"id": NIC}], "subnets": [{"id": SUBNET}]},
            [NIC, SUBNET],
            id="security-group",
        ),
        pytest.param({"ipConfiguration": {"id": CONFIGURATION}}, [CONFIGURATION], id="address"),
        pytest.param(
            {
                "backendAddressPools": [
                    {"id": "/p", "properties": {"backendIPConfigurations": [{"id": CONFIGURATION}]}}
                ],
                "inboundNatRules": [
                    {"id": "/r", "properties": {"backendIPConfiguration": {"id": CONFIGURATION}}}
                ],
            },
            [CONFIGURATION, CONFIGURATION],
            id="balancer",
        ),
        pytest.param({"subnets": None, "networkInterfaces": [{}]}, [], id="nobody"),
    ],
)
def test_members_that_point_back_are_read(
    properties: dict[str, object], expected: list[str]
) -> None:
    assert users(**properties) == expected


def test_users_of_a_network_are_told_by_subnet() -> None:
    subnet = {"id": SUBNET, "properties": {"ipConfigurations": [{"id": CONFIGURATION}]}}
    found = users_of(msgspec.json.encode({"properties": {"subnets": [subnet]}}))
    assert found.of_subnets == {ResourceId(SUBNET): (ResourceId(CONFIGURATION),)}
