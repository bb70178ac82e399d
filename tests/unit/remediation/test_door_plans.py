"""What is planned for front doors that no security group can close."""

from __future__ import annotations

from shared.remediation.plan import Plan
from shared.remediation.planner import Proposal
from tests.rows import (
    FIREWALL_SUBNET,
    Row,
    admin_rule,
    allow,
    classic_nat_collection,
    deny,
    dnat_rule,
    effective_admin_rules,
    firewall,
    firewall_policy,
    ip_configuration,
    ip_configuration_id,
    load_balancer,
    nat_pool,
    nat_pool_id,
    nat_rule,
    nat_rule_id,
    nic,
    nsg,
    one_vm_behind,
    one_vm_estate,
    policy_nat_collection,
    pool,
    pool_nat_rule,
    public_ip,
    rule_collection_group,
    scale_set,
    scale_set_instance,
    scale_set_nic,
    scale_set_public_ip,
    subnet,
    subnet_id,
    vm,
    vnet,
)
from tests.unit.remediation.planning import OFFICE, codes_against, only, proposed


def best_of(rows: list[Row]) -> Plan:
    best = only(proposed(rows)).best
    assert best is not None
    return best


def behind_firewall(*rules: Row) -> list[Row]:
    """Return `vm-1` behind a firewall's own DNAT rules."""
    return one_vm_behind(
        public_ip("pip-fw", "20.9.9.9"),
        firewall(nat_collections=[classic_nat_collection(rules=list(rules))]),
        subnets=[subnet(FIREWALL_SUBNET, ["10.0.1.0/26"])],
    )


def behind_basic_nat(*nat_rules: Row, refers: bool = True) -> list[Row]:
    """Return `vm-1` behind a Basic load balancer, with no security group at all."""
    configuration = ip_configuration()
    if refers:
        held = [{"id": nat_rule_id()}]
        configuration["properties"]["loadBalancerInboundNatRules"] = held
    return [
        vm(),
        nic("nic-1", [configuration]),
        vnet(subnets=[subnet()]),
        public_ip("pip-lb", "20.7.7.7", sku="Basic"),
        load_balancer(
            sku="Basic",
            pools=[pool("pool", [ip_configuration_id()])],
            nat_rules=list(nat_rules),
        ),
    ]


def test_basic_address_without_any_group_is_taken_off() -> None:
    plan = best_of(one_vm_estate(None, sku="Basic"))
    place = "ipconfig1 of network interface nic-1"
    assert list(plan.steps) == [f"Take public IP address pip-1 off {place}; the address is kept."]
    assert [(one.check, one.after) for one in plan.rehearsal.changes] == [("vm-public-ip", "clear")]


def test_address_by_which_trusted_sources_come_in_is_not_taken_off() -> None:
    found = only(proposed(one_vm_estate(None, sku="Basic"), trusted=[OFFICE]))
    assert (found.best, codes_against(found)) == (None, ["cuts-trusted"])


def test_address_that_serves_other_ports_is_not_taken_off() -> None:
    rules = [allow(100 + number, port="80") for number in range(999)]
    rows = one_vm_estate([allow(4000, port="*"), *rules])
    doors = [one for one in proposed(rows) if one.cause.name == "vm-1"]
    assert codes_against(only(doors)) == ["serves-other-ports"]


def test_address_that_serves_nothing_else_is_taken_off_where_a_window_keeps_its_group() -> None:
    window = allow(110, name="SecurityCenter-JITRule-1170687618-0A", port="*")
    others = [allow(300 + number, port="80", source="10.0.0.0/8") for number in range(998)]
    rows = one_vm_estate([window, allow(200), deny(201), *others])
    doors = [one for one in proposed(rows) if one.best and one.cause.name == "pip-1"]
    assert only(doors).best is not None


def test_nat_rule_goes_once_the_interface_let_go_of_it() -> None:
    plan = best_of(behind_basic_nat(nat_rule(target=ip_configuration_id())))
    assert list(plan.steps) == [
        "Let ipconfig1 of network interface nic-1 give up NAT rule nat-ssh.",
        "Remove inbound NAT rule nat-ssh from load balancer lb-1.",
    ]


def test_nat_rule_of_a_pool_goes_at_once() -> None:
    plan = best_of(behind_basic_nat(pool_nat_rule(), refers=False))
    assert [edit.target.name for edit in plan.edits] == ["nat-ssh"]


def test_nat_pool_is_left_to_a_person() -> None:
    rows = [
        scale_set(),
        scale_set_instance(),
        scale_set_nic(subnet_id("vnet-1", "default"), public=False, nat_rules=[nat_pool_id()]),
        vnet(subnets=[subnet()]),
        public_ip("pip-lb", "20.7.7.7", sku="Basic"),
        load_balancer(sku="Basic", nat_pools=[nat_pool()]),
    ]
    assert codes_against(only(proposed(rows))) == ["needs-a-person"]


def test_door_of_an_interface_of_nothing_needs_no_plan() -> None:
    loose = nic("nic-2", [ip_configuration(public_ip="pip-2", private_ip="10.0.0.9")], vm=None)
    address = public_ip("pip-2", "20.1.2.9", sku="Basic", owner=ip_configuration_id("nic-2"))
    rows = [*one_vm_estate(None, sku="Standard"), loose, address]
    assert proposed(rows, trusted=[OFFICE]) == ()


def test_dnat_rule_of_a_firewall_goes() -> None:
    plan = best_of(behind_firewall(dnat_rule()))
    assert list(plan.steps) == ["Remove DNAT rule dnat-ssh from fw-1."]


def test_dnat_rule_of_a_policy_goes() -> None:
    rows = one_vm_behind(
        public_ip("pip-fw", "20.9.9.9"),
        firewall(policy="policy-1"),
        firewall_policy(),
        rule_collection_group(collections=[policy_nat_collection(rules=[dnat_rule()])]),
        subnets=[subnet(FIREWALL_SUBNET, ["10.0.1.0/26"])],
    )
    assert list(best_of(rows).steps) == ["Remove DNAT rule dnat-ssh from group-1."]


def test_two_dnat_rules_of_one_name_are_left_to_a_person() -> None:
    rows = one_vm_behind(
        public_ip("pip-fw", "20.9.9.9"),
        firewall(policy="policy-1"),
        firewall_policy(),
        rule_collection_group(
            collections=[
                policy_nat_collection("one", [dnat_rule()]),
                policy_nat_collection("two", [dnat_rule(ports=["2223"])]),
            ]
        ),
        subnets=[subnet(FIREWALL_SUBNET, ["10.0.1.0/26"])],
    )
    assert codes_against(only(proposed(rows))) == ["cannot-be-made"]


def test_always_allow_is_left_to_its_owner() -> None:
    rules = [admin_rule(1, "AlwaysAllow")]
    found = proposed([*one_vm_estate([]), effective_admin_rules(rules=rules)])
    assert codes_against(only(found)) == ["always-allow"]


def test_instance_address_of_a_scale_set_is_left_to_a_person() -> None:
    rows = [
        scale_set(),
        scale_set_instance(),
        scale_set_nic(subnet_id("vnet-1", "default")),
        scale_set_public_ip(sku="Basic"),
        vnet(subnets=[subnet()]),
    ]
    assert codes_against(only(proposed(rows))) == ["needs-a-person"]


def test_unresolved_tag_is_left_to_a_person() -> None:
    found = proposed(one_vm_estate([allow(100, source="AzureCloud")]))
    assert [codes_against(one) for one in found] == [["opaque-tag", "opaque-tag"], ["opaque-tag"]]


def test_undetermined_door_is_left_to_a_person() -> None:
    found: tuple[Proposal, ...] = proposed(one_vm_estate([allow(100, source="Storage")]))
    assert [codes_against(one) for one in found] == [["undetermined"]]


def test_group_that_was_not_read_does_not_stop_a_plan_for_the_door() -> None:
    rows = [
        *one_vm_estate(None, sku="Basic"),
        nsg("nsg-other", []),
    ]
    assert best_of(rows).kind.value == "dissociate-public-ip"
