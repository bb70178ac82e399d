"""Our verdict beside an account of Azure that agrees, differs, or cannot be had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from shared.adapters.payloads import SnapshotBuilder
from shared.exposure.assessment import Question
from shared.exposure.effective import RuleList
from shared.exposure.layers import LayerKind
from shared.exposure.verification import Difference, Matter, Verification
from shared.network.ids import ResourceId
from shared.network.security_group import DEFAULT_SECURITY_RULES
from shared.network.security_rule import Access, Direction, Endpoint, SecurityRule
from shared.network.snapshot import Snapshot
from shared.packetset.addresses import AddressSet, address_text
from shared.packetset.intervals import IntervalSet
from shared.packetset.protocols import Protocol
from shared.usecases.interfaces import AccessDeniedError
from shared.usecases.verify import Flow, verify
from tests.rows import (
    Row,
    admin_rule,
    allow,
    deny,
    effective_admin_rules,
    instance_id,
    ip_configuration,
    nic,
    nsg,
    one_vm_estate,
    resource_id,
    rule,
    scale_set_instance,
    scale_set_nic,
    subnet,
    subnet_id,
    vm,
    vnet,
)

VM = ResourceId(resource_id("vm", "vm-1"))
ALL_PORTS = IntervalSet.span(0, 65_535)
VNET = Endpoint(addresses=AddressSet.of(["10.0.0.0/16", "168.63.129.16"]))
OFFICE = "20.40.0.0/16"


def azure_rule(
    name: str,
    priority: int,
    access: Access = Access.ALLOW,
    *,
    source: str = "0.0.0.0/0",
    port: int | None = 22,
) -> SecurityRule:
    """Return an inbound rule as Azure's account has it: no tags, `*` as 0.0.0.0/0."""
    return SecurityRule(
        name,
        priority,
        Direction.INBOUND,
        access,
        Protocol.TCP,
        Endpoint(addresses=AddressSet.parse(source), ipv4_everywhere=source == "0.0.0.0/0"),
        ALL_PORTS,
        Endpoint(addresses=AddressSet.parse("0.0.0.0/0"), ipv4_everywhere=True),
        ALL_PORTS if port is None else IntervalSet.span(port, port),
    )


def with_defaults(*rules: SecurityRule) -> tuple[SecurityRule, ...]:
    """Add the default rules with what their tags expand to."""
    expanded = {
        "AllowVnetInBound": {"source": VNET, "destination": VNET},
        "AllowAzureLoadBalancerInBound": {
            "source": Endpoint(addresses=AddressSet.parse("168.63.129.16"))
        },
    }
    return (
        *rules,
        *(replace(one, **expanded.get(one.name, {})) for one in DEFAULT_SECURITY_RULES),  # type: ignore[arg-type]
    )


class Azure:
    """An account with these lists, and flows let in from the office alone."""

    def __init__(
        self,
        *lists: RuleList,
        refused: bool = False,
        flows: Mapping[str, Access] | None = None,
    ) -> None:
        self.lists = lists
        self.refused = refused
        self.flows = flows
        self.asked: list[str] = []

    def rule_lists(self, interface: ResourceId) -> Sequence[RuleList]:
        if self.refused:
            raise AccessDeniedError(f"{interface.name} is not for you")
        return self.lists

    def access(self, machine: ResourceId, interface: ResourceId, flow: Flow) -> Access:
        del machine, interface
        if self.refused:
            raise AccessDeniedError("not for you")
        source = address_text(flow.source)
        self.asked.append(source)
        if self.flows is not None and source in self.flows:
            return self.flows[source]
        lets_in = flow.source in AddressSet.parse(OFFICE) and flow.port == 22
        return Access.ALLOW if lets_in else Access.DENY


AGREEING = (
    RuleList(LayerKind.NIC_NSG, with_defaults(azure_rule("allow-100", 100, source=OFFICE))),
)


def snapshot_of(rows: Sequence[Row]) -> Snapshot:
    builder = SnapshotBuilder()
    for row in rows:
        builder.add_row(row)
    return builder.so_far()


def office_estate(*, power: str = "running") -> list[Row]:
    return [
        vm(power=power),
        nic(nsg="nsg-nic"),
        vnet(subnets=[subnet()]),
        nsg("nsg-nic", [allow(100, source=OFFICE, name="allow-100")]),
    ]


def verified(azure: Azure, rows: Sequence[Row] | None = None, port: int = 22) -> Verification:
    estate = snapshot_of(office_estate() if rows is None else rows)
    return verify(estate, Question((port,)), VM, azure)


def test_equal_accounts_agree() -> None:
    azure = Azure(*AGREEING)
    found = verified(azure)
    assert (found.differences, found.unasked) == ((), ())
    assert (found.rules, found.sources, found.flows) == (7, 1, 5)


def test_flows_are_a_witness_and_both_sides_of_each_edge() -> None:
    azure = Azure(*AGREEING)
    verified(azure)
    assert azure.asked == [
        "20.40.0.1",
        "20.40.0.0",
        "20.40.255.255",
        "20.39.255.255",
        "20.41.0.0",
    ]


def test_flows_of_a_closed_port_come_from_both_ends_of_the_internet() -> None:
    azure = Azure(*AGREEING)
    found = verified(azure, port=23)
    assert azure.asked == ["1.0.0.1", "223.255.255.255"]
    assert found.agrees


@pytest.mark.parametrize(
    ("rules", "place", "ours", "azures"),
    [
        (
            with_defaults(),
            "nic-nsg inbound rule allow-100",
            "Allow at priority 100",
            "nothing",
        ),
        (
            with_defaults(azure_rule("allow-100", 300, source=OFFICE)),
            "nic-nsg inbound rule allow-100",
            "Allow at priority 100",
            "Allow at priority 300",
        ),
        (
            with_defaults(azure_rule("allow-100", 100, Access.DENY, source=OFFICE)),
            "nic-nsg inbound rule allow-100",
            "Allow at priority 100",
            "Deny at priority 100",
        ),
        (
            with_defaults(
                azure_rule("allow-100", 100, source=OFFICE), azure_rule("later", 400, port=80)
            ),
            "nic-nsg inbound rule later",
            "nothing",
            "Allow at priority 400",
        ),
    ],
    ids=["missing", "other-priority", "other-access", "more"],
)
def test_rule_that_differs_is_told(
    rules: tuple[SecurityRule, ...], place: str, ours: str, azures: str
) -> None:
    found = verified(Azure(RuleList(LayerKind.NIC_NSG, rules)))
    told = [one for one in found.differences if one.matter is Matter.RULE]
    assert told == [Difference(Matter.RULE, place, ours, azures)]


@pytest.mark.parametrize(
    ("source", "ours", "azures"),
    [
        ("20.40.0.0/15", "keeps them out", "lets in 20.41.0.0/16"),
        ("20.40.0.0/17", "lets in 20.40.128.0/17", "keeps them out"),
    ],
    ids=["azure-lets-in-more", "azure-lets-in-less"],
)
def test_sources_that_differ_are_told(source: str, ours: str, azures: str) -> None:
    rules = with_defaults(azure_rule("allow-100", 100, source=source))
    (told,) = verified(Azure(RuleList(LayerKind.NIC_NSG, rules))).differences
    assert told == Difference(Matter.SOURCES, "nic-1/ipconfig1 port 22", ours, azures)


def test_flow_that_differs_is_told() -> None:
    azure = Azure(*AGREEING, flows={"20.41.0.0": Access.ALLOW})
    (told,) = verified(azure).differences
    place = "nic-1/ipconfig1 port 22 from 20.41.0.0 source port 1024"
    assert told == Difference(Matter.FLOW, place, "Deny", "Allow")


def test_refused_questions_are_unasked_and_no_difference() -> None:
    found = verified(Azure(refused=True))
    assert found.agrees
    assert [one.place for one in found.unasked] == [
        "effective rules of nic-1",
        "IP flow verify to nic-1",
    ]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (office_estate(power="deallocated"), "this one is deallocated"),
        ([vm()], "none of its network interfaces could be read"),
    ],
    ids=["stopped", "no-interface"],
)
def test_machine_that_azure_does_not_tell_about_is_unasked(rows: list[Row], reason: str) -> None:
    azure = Azure(*AGREEING)
    found = verified(azure, rows)
    assert (found.rules, azure.asked) == (0, [])
    assert reason in found.unasked[0].reason


def test_instance_of_a_uniform_set_is_unasked() -> None:
    estate = snapshot_of([scale_set_instance(), scale_set_nic(subnet_id()), vnet()])
    found = verify(estate, Question(), ResourceId(instance_id()), Azure())
    assert found.unasked[0].reason == "Azure does not tell about instances of uniform scale sets"


def test_tag_without_addresses_leaves_room_for_azures_prefixes() -> None:
    rows = one_vm_estate([allow(100, source="Storage", name="allow-100")])
    rules = with_defaults(azure_rule("allow-100", 100, source=OFFICE))
    found = verified(Azure(RuleList(LayerKind.SUBNET_NSG, rules)), rows)
    assert found.agrees


def test_addresses_beside_a_tag_without_addresses_are_still_compared() -> None:
    denied = deny(100, source="Storage", name="no-storage")
    rows = one_vm_estate([denied, allow(200, source=OFFICE, name="office")])
    rules = with_defaults(
        azure_rule("no-storage", 100, Access.DENY, source="20.60.0.0/16"),
        azure_rule("office", 200, source="20.0.0.0/8"),
    )
    found = verified(Azure(RuleList(LayerKind.SUBNET_NSG, rules)), rows)
    told = [one.azure for one in found.differences if one.matter is Matter.SOURCES]
    assert told[0].startswith("lets in 20.0.0.0/11, 20.32.0.0/13, 20.41.0.0/16")


def test_rule_for_a_group_of_others_may_be_left_out() -> None:
    stranger = rule(200, "Allow", destination_asgs=["others"], name="stranger")
    rows = office_estate()
    rows[-1] = nsg("nsg-nic", [allow(100, source=OFFICE, name="allow-100"), stranger])
    assert verified(Azure(*AGREEING), rows).agrees


@pytest.mark.parametrize("shown", [Access.ALLOW, Access.ALWAYS_ALLOW])
def test_always_allow_may_be_shown_as_allow(shown: Access) -> None:
    rows = [
        *one_vm_estate([deny(100, name="closed")]),
        effective_admin_rules(rules=[admin_rule(5, "AlwaysAllow", sources=[OFFICE], name="aa")]),
    ]
    account = (
        RuleList(LayerKind.ADMIN_RULES, (azure_rule("aa", 5, shown, source=OFFICE),)),
        RuleList(
            LayerKind.SUBNET_NSG, with_defaults(azure_rule("closed", 100, Access.DENY, port=None))
        ),
    )
    assert verified(Azure(*account), rows).agrees


def test_higher_manager_shields_from_the_lower_one() -> None:
    rows = [
        *one_vm_estate([allow(100, name="open", port="22")]),
        effective_admin_rules(rules=[]),
    ]
    account = (
        RuleList(LayerKind.ADMIN_RULES, (azure_rule("shield", 20, source=OFFICE),)),
        RuleList(LayerKind.ADMIN_RULES, (azure_rule("denied", 1, Access.DENY),)),
        RuleList(LayerKind.SUBNET_NSG, with_defaults(azure_rule("open", 100))),
    )
    told = [
        one.ours
        for one in verified(Azure(*account), rows).differences
        if one.matter is Matter.SOURCES
    ]
    assert len(told) == 1
    assert "20.40.0.0" not in told[0]


def test_ipv6_is_compared_by_sets_and_not_by_flows() -> None:
    six = ip_configuration("six", "fd00::4", family="IPv6", primary=False)
    rows = office_estate()
    rows[1] = nic("nic-1", [ip_configuration(), six], nsg="nsg-nic")
    azure = Azure(*AGREEING)
    found = verified(azure, rows)
    assert (found.agrees, found.sources, found.flows) == (True, 2, 5)


def test_interface_without_any_filter_has_no_flows_to_ask_about() -> None:
    azure = Azure()
    found = verified(azure, [vm(), nic(), vnet(subnets=[subnet()])])
    assert (found.agrees, found.rules, azure.asked) == (True, 0, [])


def test_network_that_could_not_be_read_leaves_room_for_azures_rules() -> None:
    rows = [vm(), nic(nsg="nsg-nic"), nsg("nsg-nic", [allow(100, source=OFFICE, name="allow-100")])]
    found = verified(Azure(*AGREEING), rows)
    assert found.agrees
