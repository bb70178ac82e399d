"""Reach, doors, rules and remedies in words."""

from dataclasses import replace

import pytest

from shared.network.ids import ResourceId
from shared.rendering.card_evidence import (
    DoorView,
    ExposureView,
    RuleStep,
    Sources,
    WitnessView,
    exposures_of,
)
from shared.rendering.card_wording import (
    bastion_remedy,
    door_words,
    protocols,
    reach_words,
    resource_name,
    rule_fact,
    rules_remedy,
    sources_words,
    witness_words,
)
from tests.golden.card_samples import exposure

PROVIDERS = "/subscriptions/s/resourceGroups/g/providers"
SUBNET = RuleStep("subnet-nsg", "nsg-a", "allow-ssh", 100, "Allow")
NIC = RuleStep("nic-nsg", "nsg-b", "any-in", 4000, "Allow")
DEFAULT = RuleStep("nic-nsg", "nsg-b", "AllowVnetInBound", 65_000, "Allow")
DOOR_RULE = RuleStep("front-door", "lb", "ssh", None, "Allow")
PLATFORM = RuleStep("platform", "", "basic-default-allow", None, "Allow")
FORCED = RuleStep("admin-rules", "config", "always-ssh", 10, "AlwaysAllow")


def way_in(*trace: RuleStep, address: str = "20.1.2.3", port: int | None = 22) -> ExposureView:
    (one,) = exposures_of({"exposures": [exposure()]})
    return replace(one, trace=trace, door=DoorView("public-ip", "pip", address, port))


@pytest.mark.parametrize(
    ("resource", "name"),
    [
        (f"{PROVIDERS}/Microsoft.Compute/virtualMachines/vm-1", "vm-1"),
        (f"{PROVIDERS}/Microsoft.Compute/virtualMachineScaleSets/web/virtualMachines/3", "web/3"),
        (f"{PROVIDERS}/Microsoft.Network/virtualNetworks/vnet/subnets/default", "vnet/default"),
    ],
)
def test_resource_is_named_with_the_parent_that_it_needs(resource: str, name: str) -> None:
    assert resource_name(ResourceId(resource)) == name


@pytest.mark.parametrize(
    ("ports", "words"),
    [
        ([22], "SSH (port 22)"),
        ([3389, 22, 22], "SSH (port 22) and RDP (port 3389)"),
        ([2222], "port 2222"),
        ([None], "a management port"),
    ],
)
def test_protocols_of_ports(ports: list[int | None], words: str) -> None:
    assert protocols(ports) == words


@pytest.mark.parametrize(
    ("translated", "words"),
    [
        ("", "1.0.0.1:1024 to 10.0.0.4:22"),
        ("10.9.0.4", "1.0.0.1:1024 to 10.0.0.4:22, as 10.9.0.4 of the firewall"),
    ],
)
def test_witness_from_end_to_end(translated: str, words: str) -> None:
    assert witness_words(WitnessView("1.0.0.1:1024", "10.0.0.4:22", translated)) == words


@pytest.mark.parametrize(
    ("reach", "words"),
    [("azure-tenants", "any Azure tenant"), ("new_reach", r"new\_reach")],
)
def test_reach_in_words(reach: str, words: str) -> None:
    assert reach_words(reach) == words


@pytest.mark.parametrize(
    ("door", "words"),
    [
        pytest.param(
            DoorView("firewall-dnat", "ssh-in", "20.1.2.3", 22),
            "20.1.2.3 port 22 (firewall DNAT rule ssh-in)",
            id="one-port",
        ),
        pytest.param(
            DoorView("public-ip", "pip", "20.1.2.3", 22, 30),
            "20.1.2.3 ports 22 to 30 (public IP pip)",
            id="range",
        ),
        pytest.param(
            DoorView("public-ip", "pip", "20.1.2.3", 22, 22),
            "20.1.2.3 port 22 (public IP pip)",
            id="range-of-one",
        ),
        pytest.param(
            DoorView("public-ip", "pip", "", None, 30),
            "an address not yet given out, (public IP pip)",
            id="unallocated",
        ),
        pytest.param(DoorView("", "", "20.1.2.3", 22), "20.1.2.3 port 22", id="bare"),
    ],
)
def test_door_in_words(door: DoorView, words: str) -> None:
    assert door_words(door) == words


@pytest.mark.parametrize(
    ("sources", "words"),
    [
        pytest.param(Sources(("1.2.3.4/32",), 1), "1 address; 1.2.3.4/32", id="one"),
        pytest.param(Sources((), 0), "", id="none"),
        pytest.param(
            Sources(("::/1",), 2**127), "more than 10 to the power of 38 addresses; ::/1", id="ipv6"
        ),
        pytest.param(
            Sources(("1.0.0.0/8", "2.0.0.0/8", "4.0.0.0/8", "6.0.0.0/8"), 4 * 2**24),
            "67,108,864 addresses; 1.0.0.0/8, 2.0.0.0/8, 4.0.0.0/8 and 1 more ranges",
            id="many",
        ),
        pytest.param(
            Sources((), None, less_tags=("Sql",), possible_tags=("A", "B", "C", "D")),
            "without what Sql holds; tags not resolved: A, B, C and 1 more",
            id="tags",
        ),
    ],
)
def test_sources_in_words(sources: Sources, words: str) -> None:
    assert sources_words(sources) == words


@pytest.mark.parametrize(
    ("rule", "fact"),
    [
        (SUBNET, ("Subnet NSG", "nsg-a: **allow-ssh**, priority 100, Allow")),
        (PLATFORM, ("Azure's default", "**basic-default-allow**, Allow")),
        (RuleStep("new-layer", "", "", None, "Deny"), ("Rule", "Deny")),
    ],
)
def test_rule_as_a_row(rule: RuleStep, fact: tuple[str, str]) -> None:
    assert rule_fact(rule) == fact


@pytest.mark.parametrize(
    ("trace", "advice"),
    [
        pytest.param([SUBNET], "close rule **allow-ssh** (priority 100) in nsg-a", id="one"),
        pytest.param(
            [DOOR_RULE, SUBNET, NIC],
            "close rule **allow-ssh** (priority 100) in nsg-a"
            " or rule **any-in** (priority 4000) in nsg-b",
            id="two-layers",
        ),
        pytest.param(
            [FORCED],
            "change admin rule **always-ssh** in Virtual Network Manager: no NSG can overrule it",
            id="admin-rule",
        ),
        pytest.param([DEFAULT], "add a rule that denies this port to nsg-b", id="default-rule"),
        pytest.param([PLATFORM], "put a network security group on its subnet", id="no-nsg"),
        pytest.param([], "put a network security group on its subnet", id="no-trace"),
    ],
)
def test_remedy_names_what_to_close(trace: list[RuleStep], advice: str) -> None:
    assert bastion_remedy("vm-1", [way_in(*trace)]) == (
        f"Reach vm-1 through Azure Bastion, and {advice}. "
        "The next sweep shows whether that was all."
    )


def test_remedy_of_several_ways_in_names_what_to_close_for_each() -> None:
    ways = [way_in(SUBNET), way_in(NIC, address="", port=None)]
    assert bastion_remedy("vm-1", ways) == (
        "Reach vm-1 through Azure Bastion, and shut each way in. "
        "For 20.1.2.3 port 22: close rule **allow-ssh** (priority 100) in nsg-a. "
        "For the other: close rule **any-in** (priority 4000) in nsg-b. "
        "The next sweep shows whether that was all."
    )


def test_remedy_of_a_group_without_machines_is_to_delete_it() -> None:
    assert rules_remedy([SUBNET], attached=False) == (
        "It is attached to nothing: delete it, or "
        "close rule **allow-ssh** (priority 100) in nsg-a. "
        "The next sweep shows whether that was all."
    )


def test_remedy_of_many_rules_counts_those_that_it_does_not_name() -> None:
    assert " and 2 more. " in rules_remedy([replace(SUBNET, layer="")] * 5, attached=True)


def test_remedy_of_a_group_names_every_rule_that_lets_in() -> None:
    rules = [replace(SUBNET, layer=""), replace(NIC, layer="", resource="")]
    assert rules_remedy(rules, attached=True) == (
        "Reach the machines behind it through Azure Bastion, and "
        "close rule **allow-ssh** (priority 100) in nsg-a"
        " and rule **any-in** (priority 4000) in its network security group. "
        "The next sweep shows whether that was all."
    )
