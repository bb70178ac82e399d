"""What an NSG on AzureBastionSubnet must let through, flow by flow, judged by effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pytest

from shared.exposure.bastion_flows import BastionFlows, BastionSubnet
from shared.network.service_tags import ServiceTagTable
from shared.packetset.addresses import AddressSet
from tests.rows import BASTION_PREFIX, Part, allow, deny, nsg, resource_id
from tests.unit.adapters.row_reading import snapshot_of

SPACE: Final = ("10.0.0.0/16", "10.9.0.0/16")
LISTED: Final = {
    "gatewaymanager": AddressSet.parse("20.10.0.0/16"),
    "azurecloud": AddressSet.of(["20.0.0.0/8", "40.0.0.0/8"]),
}


def inside(name: str, priority: int, direction: str) -> Part:
    return allow(
        priority,
        name=name,
        direction=direction,
        source="VirtualNetwork",
        destination="VirtualNetwork",
        port=["8080", "5701"],
        protocol="*",
    )


def out(
    name: str, priority: int, destination: str, port: str | Sequence[str], protocol: str = "*"
) -> Part:
    return allow(
        priority,
        name=name,
        direction="Outbound",
        destination=destination,
        port=port,
        protocol=protocol,
    )


REQUIRED: Final[Mapping[str, Part]] = {
    "clients": allow(120, name="clients", source="Internet", port="443"),
    "gateway-manager": allow(130, name="gateway-manager", source="GatewayManager", port="443"),
    "load-balancer": allow(140, name="load-balancer", source="AzureLoadBalancer", port="443"),
    "hosts-in": inside("hosts-in", 150, "Inbound"),
    "ssh-rdp": out("ssh-rdp", 105, "VirtualNetwork", ["22", "3389"]),
    "azure-cloud": out("azure-cloud", 110, "AzureCloud", "443", "Tcp"),
    "hosts-out": inside("hosts-out", 120, "Outbound"),
    "session-information": out("session-information", 130, "Internet", "80"),
}
"""The rules as they are documented."""
NOTHING_ELSE: Final = (
    deny(4000, name="no-more-in", port="*", protocol="*"),
    deny(4000, name="no-more-out", direction="Outbound", port="*", protocol="*"),
)

CLIENTS: Final = "inbound: from clients (Internet), port 443, Tcp"
GATEWAY: Final = "inbound: from GatewayManager, port 443, Tcp"
PROBE: Final = "inbound: from AzureLoadBalancer, port 443, Tcp"
HOSTS_IN: Final = {f"inbound: from VirtualNetwork, port {port}, Tcp" for port in (8080, 5701)}
SSH: Final = "outbound: to VirtualNetwork, port 22, Tcp"
RDP: Final = "outbound: to VirtualNetwork, port 3389, Tcp"
CLOUD: Final = "outbound: to AzureCloud, port 443, Tcp"
HOSTS_OUT: Final = {f"outbound: to VirtualNetwork, port {port}, Tcp" for port in (8080, 5701)}
SESSION: Final = "outbound: to Internet, port 80, Tcp"


def complete(*instead: Part, without: Sequence[str] = ()) -> list[Part]:
    """Return the required rules but some, others instead, and a Deny for all the rest."""
    kept = [rule for name, rule in REQUIRED.items() if name not in without]
    return [*kept, *instead, *NOTHING_ELSE]


def missing(
    rules: Sequence[Part],
    *,
    listed: Mapping[str, AddressSet] | None = None,
    private_only: bool = False,
) -> dict[str, bool]:
    """Name what is missing, and whether that is in doubt."""
    group_id = resource_id("nsg", "nsg-bas")
    group = next(iter(snapshot_of(nsg("nsg-bas", rules)).security_groups.values()))
    assert str(group.id) == group_id
    place = BastionSubnet(AddressSet.parse(BASTION_PREFIX), AddressSet.of(SPACE), private_only)
    flows = BastionFlows(ServiceTagTable(listed or {})).missing(group, place)
    return {flow.name: flow.doubtful for flow in flows}


@pytest.mark.parametrize("listed", [None, LISTED], ids=["tags-unresolved", "tags-resolved"])
def test_documented_rules_pass_with_nothing_else_let_through(
    listed: Mapping[str, AddressSet] | None,
) -> None:
    assert missing(complete(), listed=listed) == {}


@pytest.mark.parametrize(
    ("rule", "flows"),
    [
        ("clients", {CLIENTS}),
        ("gateway-manager", set()),
        ("load-balancer", {PROBE}),
        ("hosts-in", HOSTS_IN),
        ("ssh-rdp", {SSH, RDP}),
        ("azure-cloud", {CLOUD}),
        ("hosts-out", HOSTS_OUT),
        ("session-information", {SESSION}),
    ],
)
@pytest.mark.parametrize("listed", [None, LISTED], ids=["tags-unresolved", "tags-resolved"])
def test_each_missing_rule_is_named_by_its_flows(
    rule: str, flows: set[str], listed: Mapping[str, AddressSet] | None
) -> None:
    assert missing(complete(without=[rule]), listed=listed) == dict.fromkeys(flows, False)


CHOSEN: Final = allow(120, source="203.0.113.0/24", port="443")


@pytest.mark.parametrize(
    ("rules", "flows"),
    [
        pytest.param(complete(CHOSEN, without=["clients"]), set(), id="chosen-client-ranges"),
        pytest.param(
            complete(CHOSEN, without=["clients", "gateway-manager"]),
            {GATEWAY},
            id="control-plane-is-not-among-chosen-clients",
        ),
        pytest.param([], {CLIENTS, GATEWAY}, id="default-rules-alone"),
        pytest.param([REQUIRED["gateway-manager"]], {CLIENTS}, id="control-plane-is-no-client"),
        pytest.param(
            complete(allow(200, port="*"), without=["clients", "gateway-manager", "load-balancer"]),
            set(),
            id="broader-rule-inbound",
        ),
        pytest.param(
            complete(
                allow(200, direction="Outbound", port="*", protocol="*"),
                without=["ssh-rdp", "azure-cloud", "hosts-out", "session-information"],
            ),
            set(),
            id="broader-rule-outbound",
        ),
        pytest.param(
            complete(out("all-cloud", 110, "Internet", "443"), without=["azure-cloud"]),
            set(),
            id="internet-holds-azure-cloud",
        ),
        pytest.param(
            complete(
                out("one", 103, "10.0.0.0/16", ["22", "3389"]),
                out("two", 104, "10.9.0.0/16", ["22", "3389"]),
                without=["ssh-rdp"],
            ),
            set(),
            id="every-space-of-the-network-by-prefix",
        ),
        pytest.param(
            complete(out("one", 103, "10.0.0.0/16", ["22", "3389"]), without=["ssh-rdp"]),
            {SSH, RDP},
            id="peers-left-out",
        ),
        pytest.param(
            complete(deny(100, source="GatewayManager", port="443")),
            {GATEWAY},
            id="required-rule-shadowed",
        ),
        pytest.param(
            complete(deny(100, port="443")), {CLIENTS, GATEWAY, PROBE}, id="all-443-shadowed"
        ),
        pytest.param(
            complete(deny(100, direction="Outbound", destination="10.0.3.0/24")),
            {SSH},
            id="part-of-the-network-shadowed",
        ),
        pytest.param(
            complete(deny(100, source="Internet", source_port="1-1024", port="443")),
            {GATEWAY},
            id="some-source-ports-shadowed-leaves-clients",
        ),
        pytest.param(
            complete(deny(100, port="443", destination="10.0.255.32/27")),
            {CLIENTS, GATEWAY, PROBE},
            id="half-of-the-subnet-shadowed",
        ),
        pytest.param(
            complete(deny(100, port="443", destination="10.0.255.0/30")),
            set(),
            id="addresses-that-azure-keeps-shadowed",
        ),
        pytest.param(
            complete(
                allow(120, source="Internet", port="443", destination=BASTION_PREFIX),
                without=["clients"],
            ),
            set(),
            id="destination-is-the-subnet",
        ),
        pytest.param(
            complete(
                allow(120, source="Internet", port="443", destination="10.0.255.0/27"),
                without=["clients"],
            ),
            {CLIENTS},
            id="destination-is-half-of-the-subnet",
        ),
        pytest.param(
            complete(
                allow(120, source="Internet", port="443", protocol="Udp"), without=["clients"]
            ),
            {CLIENTS},
            id="wrong-protocol",
        ),
    ],
)
@pytest.mark.parametrize("listed", [None, LISTED], ids=["tags-unresolved", "tags-resolved"])
def test_group_is_judged_by_effect(
    rules: list[Part], flows: set[str], listed: Mapping[str, AddressSet] | None
) -> None:
    assert missing(rules, listed=listed) == dict.fromkeys(flows, False)


def test_clients_of_a_tag_whose_addresses_are_not_known_are_clients() -> None:
    rules = complete(allow(120, source="AzureFrontDoor", port="443"), without=["clients"])
    assert CLIENTS not in missing(rules)


def test_flow_that_only_tcp_gets_through_leaves_a_doubt() -> None:
    tcp = out("ssh-rdp", 105, "VirtualNetwork", ["22", "3389"], "Tcp")
    assert missing(complete(tcp, without=["ssh-rdp"])) == {
        "outbound: to VirtualNetwork, port 22, Udp": True,
        "outbound: to VirtualNetwork, port 3389, Udp": True,
    }


def test_rule_for_a_part_of_the_bastions_own_addresses_leaves_a_doubt() -> None:
    part = deny(100, direction="Outbound", source="10.0.255.0/27", port="22")
    assert missing(complete(part)) == {SSH: True}


def test_rule_for_other_own_addresses_is_not_about_the_bastion() -> None:
    assert missing(complete(deny(100, direction="Outbound", source="10.0.1.0/24"))) == {}


def test_rule_for_some_source_ports_of_the_bastion_leaves_a_doubt() -> None:
    part = deny(100, direction="Outbound", source_port="40000", port="22")
    assert missing(complete(part)) == {SSH: True}


def test_clients_by_a_rule_that_cannot_be_told_leave_a_doubt() -> None:
    unclear = deny(100, source="", port="443")
    assert missing(complete(unclear))[CLIENTS]


def test_private_only_host_may_need_no_clients_from_the_internet() -> None:
    assert missing(complete(without=["clients"]), private_only=True) == {CLIENTS: True}


def test_tiny_subnet_is_judged_by_its_first_address() -> None:
    (group,) = snapshot_of(nsg("nsg-bas", complete())).security_groups.values()
    place = BastionSubnet(AddressSet.parse("10.0.255.4/30"), AddressSet.of(SPACE))
    assert list(BastionFlows(ServiceTagTable()).missing(group, place)) == []
