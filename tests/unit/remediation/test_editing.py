"""Edits applied to a snapshot, and those that Azure would refuse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pytest

from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot
from shared.packetset.addresses import AddressSet
from shared.remediation.edit import (
    AddRule,
    DetachNatRule,
    DissociatePublicIp,
    Edit,
    MoveRule,
    NarrowRule,
    RemoveDnatRule,
    RemoveNatRule,
    RemoveRule,
    deny_rule,
)
from shared.remediation.editing import EditRefused, edited
from tests.plan_judging import snapshot_of
from tests.rows import (
    FIREWALL_SUBNET,
    Part,
    allow,
    classic_nat_collection,
    deny,
    dnat_rule,
    firewall,
    ip_configuration,
    ip_configuration_id,
    load_balancer,
    nat_rule,
    nat_rule_id,
    nic,
    one_vm_behind,
    one_vm_estate,
    public_ip,
    subnet,
)
from tests.unit.remediation.edits import (
    BALANCER,
    COLLECTION,
    DENY,
    FIREWALL,
    GROUP,
    NAT_RULE,
    NIC,
    OFFICE,
    PUBLIC_IP,
    SSH,
)

RULE: Final = "allow-inbound-100"
ELSEWHERE: Final = ResourceId(GROUP.text + "-other")


def one_vm(*rules: Part) -> Snapshot:
    return snapshot_of(one_vm_estate(rules or [allow(100)]))


def behind_doors() -> Snapshot:
    """Return `vm-1` behind a NAT rule, which its interface names, and a DNAT rule."""
    configuration = ip_configuration()
    configuration["properties"]["loadBalancerInboundNatRules"] = [{"id": nat_rule_id()}]
    rows = one_vm_behind(
        public_ip("pip-fw", "20.9.9.9"),
        firewall(nat_collections=[classic_nat_collection(rules=[dnat_rule()])]),
        load_balancer(nat_rules=[nat_rule(target=ip_configuration_id())]),
        subnets=[subnet(FIREWALL_SUBNET, ["10.0.1.0/26"])],
    )
    others = [one for one in rows if not one["id"].endswith("/nic-1")]
    return snapshot_of([*others, nic("nic-1", [configuration])])


def rules_after(snapshot: Snapshot, *edits: Edit) -> dict[str, tuple[int, AddressSet]]:
    rules = edited(snapshot, edits).security_groups[GROUP].rules
    return {rule.name: (rule.priority, rule.source.addresses) for rule in rules}


def test_removed_rule_is_gone_whatever_the_case_of_its_name() -> None:
    assert rules_after(one_vm(), RemoveRule(GROUP, RULE.upper())) == {}


def test_narrowed_rule_names_nothing_else() -> None:
    assert rules_after(one_vm(), NarrowRule(GROUP, RULE, OFFICE)) == {RULE: (100, OFFICE)}


def test_edits_are_made_in_their_order() -> None:
    names = rules_after(one_vm(), MoveRule(GROUP, RULE, 101), AddRule(GROUP, DENY))
    assert [(name, priority) for name, (priority, _) in names.items()] == [
        (RULE, 101),
        (DENY.name, 199),
    ]


def test_priority_of_the_other_direction_is_free() -> None:
    outbound = deny(101, direction="Outbound")
    rules = rules_after(one_vm(allow(100), outbound), MoveRule(GROUP, RULE, 101))
    assert rules[RULE][0] == 101


def test_dissociated_address_stays_and_belongs_to_nothing() -> None:
    after = edited(one_vm(), [DissociatePublicIp(NIC, "IPCONFIG1", PUBLIC_IP)])
    assert after.network_interfaces[NIC].ip_configurations[0].public_ip is None
    assert after.public_ips[PUBLIC_IP].attached_to is None


def test_address_that_was_not_read_can_be_dissociated() -> None:
    rows = [one for one in one_vm_estate() if not one["id"].endswith("/pip-1")]
    after = edited(snapshot_of(rows), [DissociatePublicIp(NIC, "ipconfig1", PUBLIC_IP)])
    assert after.network_interfaces[NIC].ip_configurations[0].public_ip is None


def test_balancer_forgets_an_interface_that_lets_go() -> None:
    after = edited(behind_doors(), [DetachNatRule(NIC, "ipconfig1", NAT_RULE)])
    assert after.network_interfaces[NIC].ip_configurations[0].nat_rules == ()
    assert after.load_balancers[BALANCER].nat_rules[0].configuration is None


def test_interface_lets_go_of_a_balancer_that_was_not_read() -> None:
    configuration = ip_configuration()
    configuration["properties"]["loadBalancerInboundNatRules"] = [{"id": nat_rule_id()}]
    after = edited(
        snapshot_of([nic("nic-1", [configuration])]), [DetachNatRule(NIC, "ipconfig1", NAT_RULE)]
    )
    assert after.network_interfaces[NIC].ip_configurations[0].nat_rules == ()


def test_doors_of_balancer_and_firewall_are_removed() -> None:
    edits: list[Edit] = [
        RemoveNatRule(BALANCER, "nat-ssh"),
        RemoveDnatRule(FIREWALL, COLLECTION, "DNAT-ssh"),
    ]
    after = edited(behind_doors(), edits)
    assert after.load_balancers[BALANCER].nat_rules == ()
    assert after.firewalls[FIREWALL].rules == ()


def test_original_stays_as_it_was() -> None:
    snapshot = one_vm()
    edited(snapshot, [RemoveRule(GROUP, RULE)])
    assert len(snapshot.security_groups[GROUP].rules) == 1


@pytest.mark.parametrize(
    ("rules", "edit"),
    [
        pytest.param([allow(100)], RemoveRule(GROUP, "other"), id="no-such-rule"),
        pytest.param([allow(100)], RemoveRule(ELSEWHERE, RULE), id="no-such-group"),
        pytest.param([allow(100), deny(101)], MoveRule(GROUP, RULE, 101), id="priority-of-another"),
        pytest.param([deny(199)], AddRule(GROUP, DENY), id="priority-taken"),
        pytest.param([deny(100, name=DENY.name)], AddRule(GROUP, DENY), id="name-taken"),
        pytest.param(
            [deny(200 + number) for number in range(1000)], AddRule(GROUP, DENY), id="rule-1001"
        ),
        pytest.param(
            [deny(200, source=[f"10.{n // 128}.{n % 128 * 2}.1" for n in range(4000)])],
            AddRule(GROUP, deny_rule("portcullis-deny-ipv4-22", 199, OFFICE, SSH)),
            id="prefix-4001",
        ),
        pytest.param([], DissociatePublicIp(NIC, "ipconfig1", GROUP), id="another-address"),
        pytest.param([], DissociatePublicIp(NIC, "ipconfig2", PUBLIC_IP), id="configuration"),
        pytest.param([], DissociatePublicIp(GROUP, "ipconfig1", PUBLIC_IP), id="no-interface"),
        pytest.param([], DetachNatRule(NIC, "ipconfig1", NAT_RULE), id="not-held"),
        pytest.param([], RemoveNatRule(BALANCER, "nat-ssh"), id="no-balancer"),
        pytest.param([], RemoveDnatRule(FIREWALL, COLLECTION, "dnat-ssh"), id="no-firewall"),
    ],
)
def test_edit_that_azure_would_refuse_is_refused(rules: Sequence[Part], edit: Edit) -> None:
    with pytest.raises(EditRefused) as refused:
        edited(snapshot_of(one_vm_estate(rules)), [edit])
    assert refused.value.edit == edit


def test_nat_rule_that_is_not_there_is_refused() -> None:
    with pytest.raises(EditRefused):
        edited(behind_doors(), [RemoveNatRule(BALANCER, "other")])
