"""Machines, interfaces and balancers: what follows from their own members."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shared.network.ids import ResourceId
from shared.network.load_balancer import BackendPool, Frontend, LoadBalancer
from shared.network.snapshot import Snapshot, Unread
from shared.network.topology import IpConfiguration, NetworkInterface, Sku, VirtualMachine

NAME = ResourceId("/subscriptions/s/x")
WEB, DATA = ResourceId("/asg/web"), ResourceId("/asg/data")


@pytest.mark.parametrize(
    ("power_state", "latent"),
    [
        ("running", False),
        ("starting", False),
        ("stopped", True),
        ("stopping", True),
        ("deallocating", True),
        ("deallocated", True),
        pytest.param("unknown", False, id="azure-does-not-know-it-either"),
        pytest.param(None, False, id="not-told"),
    ],
)
def test_machine_is_latent_when_it_is_known_not_to_run(
    power_state: str | None, *, latent: bool
) -> None:
    assert VirtualMachine(NAME, power_state=power_state).is_latent is latent


def test_interface_is_in_the_application_groups_of_all_its_configurations() -> None:
    first = IpConfiguration("one", application_security_groups=(WEB,))
    second = IpConfiguration("two", application_security_groups=(WEB, DATA))
    interface = NetworkInterface(NAME, ip_configurations=(first, second))
    assert interface.application_security_groups == {WEB, DATA}
    assert NetworkInterface(NAME).application_security_groups == frozenset()


@pytest.mark.parametrize(
    ("frontend", "public"),
    [
        pytest.param(Frontend(NAME, public_ip=ResourceId("/pip")), True, id="address"),
        pytest.param(Frontend(NAME, public_prefix=ResourceId("/prefix")), True, id="prefix"),
        pytest.param(Frontend(NAME, private_ip=1, subnet=ResourceId("/s")), False, id="internal"),
    ],
)
def test_frontend_is_public_by_its_address_or_prefix(frontend: Frontend, *, public: bool) -> None:
    assert frontend.is_public is public


def test_balancer_finds_its_pools_by_id_in_any_case() -> None:
    pool, other = BackendPool(ResourceId("/lb/pool")), BackendPool(ResourceId("/lb/other"))
    balancer = LoadBalancer(NAME, Sku.STANDARD, pools=(other, pool))
    assert list(balancer.pools_of((ResourceId("/LB/Pool"), NAME))) == [pool]


def test_snapshot_is_complete_when_nothing_is_unread() -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    assert Snapshot(now).complete
    assert not Snapshot(now, unread=(Unread(NAME, "403"),)).complete
