"""Azure's account of one interface, as the SDK brings it from the wire."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from shared.adapters.arm_endpoint import arm_endpoint
from shared.adapters.arm_reads import ArmReader
from shared.adapters.effective_rules import EffectiveRules
from shared.adapters.identity import SimulatorCredential
from shared.exposure.layers import LayerKind
from shared.network.ids import ResourceId
from shared.network.security_rule import Access, Direction, SecurityRule
from shared.packetset.addresses import AddressSet, address_number
from shared.packetset.intervals import IntervalSet
from shared.packetset.protocols import Protocol
from shared.usecases.interfaces import AccessDeniedError, InventoryError
from shared.usecases.verify import Flow
from simulator.initial_estate import Estate
from simulator.server import RunningSimulator
from simulator.server import start as start_simulator
from tests.rows import Part
from tests.unit.adapters.graph_fakes import FakeClock

RULES_PATH = "effectiveNetworkSecurityGroups"
FLOW_PATH = "ipFlowVerify"
RESOURCES = {one["name"]: one for one in Estate.sample().resources}
NIC = ResourceId(RESOURCES["nic-web-1"]["id"])
VM = ResourceId(RESOURCES["vm-web-1"]["id"])
RULE: Part = {
    "name": "securityRules/allow-ssh",
    "protocol": "Tcp",
    "sourcePortRange": "0-65535",
    "destinationPortRange": "22-22",
    "sourceAddressPrefix": "Internet",
    "destinationAddressPrefix": "0.0.0.0/0",
    "expandedSourceAddressPrefix": ["32.0.0.0/3", "4.0.0.0/6"],
    "expandedDestinationAddressPrefix": [],
    "access": "Allow",
    "priority": 300,
    "direction": "Inbound",
}
"""A rule in the form of Microsoft Learn, "Diagnose a virtual machine network traffic filter"."""


@pytest.fixture(scope="module")
def running() -> Iterator[RunningSimulator]:
    with start_simulator(Estate.sample(), 0) as simulator:
        yield simulator


@pytest.fixture
def azure(running: RunningSimulator) -> RunningSimulator:
    """Give the simulator as it was at its start."""
    requests.post(f"{running.url}/simulator/reset", timeout=10).raise_for_status()
    return running


@pytest.fixture
def account(azure: RunningSimulator) -> EffectiveRules:
    endpoint = arm_endpoint(override=azure.url)
    return EffectiveRules(ArmReader(endpoint, SimulatorCredential(), FakeClock()))


def answer(azure: RunningSimulator, path: str, body: object, status: int = 200) -> None:
    fault = {"match": {"path": path}, "status": status, "body": body}
    requests.put(
        f"{azure.url}/simulator/faults", json={"faults": [fault]}, timeout=10
    ).raise_for_status()


def one_rule(azure: RunningSimulator, account: EffectiveRules, **members: object) -> SecurityRule:
    """Read a list of one rule with these members."""
    group = {
        "association": {"networkInterface": {"id": NIC.text}},
        "effectiveSecurityRules": [{**RULE, **members}],
    }
    answer(azure, RULES_PATH, {"value": [group]})
    ((rule,),) = (one.rules for one in account.rule_lists(NIC))
    return rule


def flow(source: str, port: int = 22) -> Flow:
    configuration = RESOURCES["nic-web-1"]["properties"]["ipConfigurations"][0]["properties"]
    return Flow(
        address_number(source), 50_000, address_number(configuration["privateIPAddress"]), port
    )


def test_rule_is_read_with_the_prefixes_of_its_tags(
    azure: RunningSimulator, account: EffectiveRules
) -> None:
    rule = one_rule(azure, account)
    assert (rule.name, rule.priority, rule.access) == ("allow-ssh", 300, Access.ALLOW)
    assert (rule.direction, rule.protocol) == (Direction.INBOUND, Protocol.TCP)
    assert rule.destination_ports == IntervalSet.span(22, 22)
    assert rule.source.addresses == AddressSet.of(["32.0.0.0/3", "4.0.0.0/6"])
    assert rule.source.tags == ()


@pytest.mark.parametrize(
    ("members", "addresses"),
    [
        ({"sourceAddressPrefix": "20.1.2.3/32", "expandedSourceAddressPrefix": None}, ["20.1.2.3"]),
        (
            {
                "sourceAddressPrefix": None,
                "sourceAddressPrefixes": ["20.1.0.0/16", "Storage"],
                "expandedSourceAddressPrefix": ["20.60.0.0/16"],
            },
            ["20.1.0.0/16", "20.60.0.0/16"],
        ),
        (
            {
                "sourceAddressPrefixes": ["20.1.0.0/16", "20.1.0.0/16"],
                "sourceAddressPrefix": "20.1.0.0/16",
                "expandedSourceAddressPrefix": [],
            },
            ["20.1.0.0/16"],
        ),
    ],
    ids=["literal", "literal-beside-a-tag", "repeated"],
)
def test_sources_are_literal_and_expanded_prefixes(
    azure: RunningSimulator, account: EffectiveRules, members: Part, addresses: list[str]
) -> None:
    assert one_rule(azure, account, **members).source.addresses == AddressSet.of(addresses)


def test_tag_that_azure_does_not_expand_stays_a_tag(
    azure: RunningSimulator, account: EffectiveRules
) -> None:
    rule = one_rule(azure, account, expandedSourceAddressPrefix=[])
    assert [tag.key for tag in rule.source.tags] == ["internet"]


def test_side_that_names_nothing_is_not_everywhere(
    azure: RunningSimulator, account: EffectiveRules
) -> None:
    rule = one_rule(azure, account, destinationAddressPrefix=None)
    assert rule.destination.unresolved
    assert not rule.destination.everywhere


@pytest.mark.parametrize(
    ("association", "kind"),
    [
        ("networkManager", LayerKind.ADMIN_RULES),
        ("subnet", LayerKind.SUBNET_NSG),
        ("networkInterface", LayerKind.NIC_NSG),
    ],
)
def test_association_tells_the_filter(
    azure: RunningSimulator, account: EffectiveRules, association: str, kind: LayerKind
) -> None:
    group = {"association": {association: {"id": NIC.text}}, "effectiveSecurityRules": []}
    answer(azure, RULES_PATH, {"value": [group]})
    assert [(one.kind, one.rules) for one in account.rule_lists(NIC)] == [(kind, ())]


@pytest.mark.parametrize(
    "group",
    [
        {"association": {}, "effectiveSecurityRules": []},
        {"association": {"subnet": {}}, "effectiveSecurityRules": [{**RULE, "access": "Perhaps"}]},
        {"association": {"subnet": {}}, "effectiveSecurityRules": [{"name": "nothing-else"}]},
        {
            "association": {"subnet": {}},
            "effectiveSecurityRules": [{**RULE, "expandedSourceAddressPrefix": ["1.2.3.4/99"]}],
        },
    ],
    ids=["nowhere", "unknown-access", "half-a-rule", "impossible-prefix"],
)
def test_answer_that_cannot_be_understood_is_an_error(
    azure: RunningSimulator, account: EffectiveRules, group: Part
) -> None:
    answer(azure, RULES_PATH, {"value": [group]})
    with pytest.raises(InventoryError, match="effective rules of nic-web-1"):
        account.rule_lists(NIC)


@pytest.mark.parametrize(("access", "expected"), [("Allow", Access.ALLOW), ("Deny", Access.DENY)])
def test_flow_is_let_in_or_not(
    azure: RunningSimulator, account: EffectiveRules, access: str, expected: Access
) -> None:
    answer(azure, FLOW_PATH, {"access": access, "ruleName": "UserRule_x"})
    assert account.access(VM, NIC, flow("20.1.2.3")) is expected


def test_flow_with_an_answer_of_neither_is_an_error(
    azure: RunningSimulator, account: EffectiveRules
) -> None:
    answer(azure, FLOW_PATH, {"access": "Perhaps"})
    with pytest.raises(InventoryError):
        account.access(VM, NIC, flow("20.1.2.3"))


def test_both_questions_wait_for_the_end_of_their_operations(
    azure: RunningSimulator, account: EffectiveRules
) -> None:
    requests.patch(
        f"{azure.url}/simulator/settings",
        json={"operation_polls": 1, "retry_after_seconds": 0},
        timeout=10,
    ).raise_for_status()
    assert [one.kind for one in account.rule_lists(NIC)] == [LayerKind.SUBNET_NSG]
    assert account.access(VM, NIC, flow("20.1.2.3", 2)) is Access.DENY


def test_region_without_a_network_watcher_is_told(
    azure: RunningSimulator, account: EffectiveRules
) -> None:
    answer(azure, "networkWatchers$", {"value": []})
    with pytest.raises(InventoryError, match="there is no Network Watcher in westeurope"):
        account.access(VM, NIC, flow("20.1.2.3"))


def test_refusal_names_what_was_asked(azure: RunningSimulator, account: EffectiveRules) -> None:
    body = {"error": {"code": "AuthorizationFailed", "message": "You may not."}}
    answer(azure, RULES_PATH, body, 403)
    with pytest.raises(AccessDeniedError, match="nic-web-1: AuthorizationFailed: You may not"):
        account.rule_lists(NIC)
