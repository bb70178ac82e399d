"""Ways in through application gateways that pass plain TCP on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.judging import scan
from tests.rows import Part, Row, deny, ip_configuration_id, one_vm_behind, public_ip, subnet
from tests.unit.adapters.gateway_row import gateway

HOME = subnet("agw", ("10.0.2.0/24",))
PUBLIC = public_ip("pip-agw", "20.8.8.8")


def doors(row: Row, rules: Sequence[Part] = (), others: Sequence[Row] = (PUBLIC,)) -> Any:  # noqa: ANN401 - JSON
    return scan(one_vm_behind(row, *others, rules=rules, subnets=[HOME]))["exposures"]


def test_public_listener_is_a_door_that_nobody_can_be_sure_of() -> None:
    (found,) = doors(gateway())
    door = found["front_door"]
    assert (door["kind"], door["address"], door["port"], door["rule"]) == (
        "application-gateway",
        "20.8.8.8",
        2222,
        "ssh",
    )
    assert (found["port"], found["verdict"], found["return_path"]) == (22, "undetermined", "direct")
    assert [one["code"] for one in found["reasons"]] == ["application-gateway-listener"]


def test_target_that_denies_the_gateway_is_closed() -> None:
    (found,) = doors(gateway(), [deny(100, source="10.0.2.0/24")])
    assert found["verdict"] == "not-exposed"


@pytest.mark.parametrize(
    ("row", "count"),
    [
        pytest.param(gateway(public_ip=None), 0, id="internal"),
        pytest.param(gateway(port=443, to_port=443), 0, id="another-port"),
        pytest.param(gateway(port=22, to_port=2222), 1, id="dialled"),
        pytest.param(gateway(addresses=("10.0.0.9",)), 0, id="nobody-there"),
        pytest.param(
            gateway(addresses=(), members=(ip_configuration_id(),)), 1, id="by-configuration"
        ),
        pytest.param(gateway(members=(ip_configuration_id(),)), 1, id="named-twice"),
        pytest.param(gateway(addresses=(), members=("/gone",)), 0, id="configuration-not-there"),
    ],
)
def test_listener_leads_to_the_members_of_its_pool(row: Row, count: int) -> None:
    assert len(doors(row)) == count


def test_gateway_without_a_known_subnet_reaches_members_by_configuration_alone() -> None:
    row = gateway(members=(ip_configuration_id(),))
    row["properties"]["gatewayIPConfigurations"] = []
    (found,) = doors(row)
    assert found["verdict"] == "undetermined"


def test_address_that_was_not_read_is_a_door_without_one() -> None:
    (found,) = doors(gateway(), others=())
    assert found["front_door"]["address"] is None
