"""What is planned for a security group: nothing that more than the unwanted would feel."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from shared.remediation.wording import PlanKind
from tests.rows import (
    Part,
    allow,
    bastion,
    bastion_subnet,
    deny,
    ip_configuration,
    nic,
    nsg,
    one_dual_stack_vm_estate,
    one_vm_estate,
    subnet,
    vnet,
)
from tests.unit.remediation.planning import (
    OFFICE,
    codes_against,
    only,
    plan_for,
    proposed,
    steps_for,
)

GROUP = "network security group nsg-subnet"
REMOVED = f"Remove rule allow-inbound-100 from {GROUP}."
NARROWED = f"Leave rule allow-inbound-100 of {GROUP} only {OFFICE}."


def denied(priority: int, senders: str = "the internet", name: str = "internet-22") -> str:
    port = name.partition("-")[2]
    return (
        f"Add rule portcullis-deny-{name} with priority {priority} to {GROUP}:"
        f" deny TCP to port {port} from {senders}."
    )


def moved(old: int, new: int) -> str:
    return f"Give rule allow-inbound-{old} of {GROUP} priority {new}."


@pytest.mark.parametrize(
    ("rules", "trusted", "steps"),
    [
        pytest.param([allow(100)], (), [REMOVED], id="all-that-it-lets-in-is-unwanted"),
        pytest.param([allow(100, source="Internet")], (), [REMOVED], id="tag-internet"),
        pytest.param([allow(100, protocol="*")], (), [REMOVED], id="any-protocol"),
        pytest.param([allow(100, source="198.51.100.7")], (), [REMOVED], id="one-address"),
        pytest.param(
            [allow(100, source=["198.51.100.7", "10.0.0.0/8"])],
            (),
            [REMOVED],
            id="private-sources-that-the-default-rules-let-in",
        ),
        pytest.param([allow(100)], (OFFICE,), [NARROWED], id="trusted-sources-stay"),
        pytest.param(
            [allow(100, source="198.51.100.0/24")], (OFFICE,), [REMOVED], id="nobody-trusted-in-it"
        ),
        pytest.param(
            [allow(100, source=["198.51.100.7", "10.0.0.0/8"]), deny(200)],
            (),
            [f"Leave rule allow-inbound-100 of {GROUP} only 10.0.0.0/8."],
            id="private-sources-that-a-deny-stops",
        ),
        pytest.param(
            [allow(100, source="0.0.0.0/1"), allow(110, source="128.0.0.0/1")],
            (),
            [REMOVED, f"Remove rule allow-inbound-110 from {GROUP}."],
            id="one-after-the-other",
        ),
        pytest.param(
            [allow(100), deny(101, source="10.0.0.0/8", port="80")],
            (),
            [REMOVED],
            id="deny-of-another-port-does-not-matter",
        ),
    ],
)
def test_rule_is_removed_or_narrowed(
    rules: Sequence[Part], trusted: Sequence[str], steps: list[str]
) -> None:
    assert steps_for(*rules, trusted=trusted) == steps


@pytest.mark.parametrize(
    ("rules", "steps"),
    [
        pytest.param([allow(200, port=["22", "443"])], [denied(199)], id="other-ports"),
        pytest.param([allow(200, port="*")], [denied(199)], id="every-port"),
        pytest.param([allow(200), deny(300)], [denied(199)], id="private-senders-need-the-rule"),
        pytest.param(
            [allow(200, source=["10.0.0.0/8", "0.0.0.0/0"], port="*"), allow(199, port="80")],
            [denied(198)],
            id="nearest-free-priority",
        ),
        pytest.param(
            [allow(200, port="*"), allow(150, port=["22", "80"])], [denied(149)], id="above-both"
        ),
        pytest.param(
            [allow(100, port="*")], [moved(100, 101), denied(100)], id="the-rule-moves-down"
        ),
        pytest.param(
            [allow(100, port="*"), allow(101, port="80"), allow(103, port="81")],
            [moved(101, 102), moved(100, 101), denied(100)],
            id="as-many-as-must",
        ),
        pytest.param(
            [
                allow(200, port="*"),
                allow(300, port="80", name="portcullis-deny-internet-22"),
            ],
            [denied(199, name="internet-22").replace("-22 with", "-22-2 with")],
            id="name-is-taken",
        ),
    ],
)
def test_deny_is_put_just_above(rules: Sequence[Part], steps: list[str]) -> None:
    assert steps_for(*rules) == steps


def test_deny_spares_trusted_sources_and_names_each_family() -> None:
    steps = steps_for(allow(200, port="*"), trusted=["0.0.0.0/1"])
    assert [step.partition(" to network")[0] for step in steps] == [
        "Add rule portcullis-deny-ipv4-22 with priority 198",
        "Add rule portcullis-deny-ipv6-22 with priority 199",
    ]
    assert "from 128.0.0.0/3" in steps[0]
    assert steps[1].endswith("from 2000::/3.")


def test_trusted_sources_that_are_private_need_no_exception() -> None:
    assert steps_for(allow(200, port="*"), trusted=["10.0.0.0/8"]) == [denied(199)]


def test_denies_of_both_families_need_the_fewest_moves() -> None:
    steps = steps_for(allow(101, port="*"), allow(102, port="80"), trusted=[OFFICE])
    assert steps[:2] == [moved(102, 103), moved(101, 102)]
    assert ["priority 100 " in steps[2], "priority 101 " in steps[3]] == [True, True]


def test_deny_is_about_every_port_that_is_open() -> None:
    steps = steps_for(allow(200, port="*"), ports=[22, 3389])
    assert steps == [denied(199, name="internet-22-3389").replace("22-3389 from", "22, 3389 from")]


def test_one_plan_closes_the_group_and_the_machine_behind_it() -> None:
    plan = plan_for(allow(100))
    assert len(plan.findings) == 2
    assert set(plan.rehearsal.closes) == set(plan.findings)


@pytest.mark.parametrize(
    ("rules", "trusted", "codes"),
    [
        pytest.param(
            [allow(100, source="AzureCloud")],
            (),
            ["opaque-tag", "opaque-tag"],
            id="only-an-unresolved-tag",
        ),
    ],
)
def test_reasons_are_told(rules: Sequence[Part], trusted: Sequence[str], codes: list[str]) -> None:
    found = proposed(one_vm_estate(rules), trusted=trusted)
    assert codes_against(found[0]) == codes


def test_rule_that_may_hold_trusted_sources_by_a_tag_is_not_removed() -> None:
    rules = [allow(100, source=["198.51.100.0/24", "Storage"])]
    plan = plan_for(*rules, trusted=[OFFICE])
    assert plan.kind is PlanKind.DENY_RULE


def test_rule_with_trusted_sources_of_both_families_is_not_narrowed() -> None:
    plan = plan_for(allow(100), trusted=[OFFICE, "2a01::/32"])
    assert plan.kind is PlanKind.DENY_RULE


def test_full_group_cannot_take_a_deny() -> None:
    rules = [allow(100 + number, port="80") for number in range(999)]
    found = proposed(one_vm_estate([allow(4000, port="*"), *rules]))
    assert codes_against(found[0]) == ["serves-other-ports", "cannot-be-made"]


def test_group_without_a_free_priority_cannot_take_a_deny() -> None:
    rules = [allow(number, port="80") for number in range(3997, 4097)]
    lower = [allow(number, port="80") for number in range(100, 300)]
    found = proposed(one_vm_estate([*rules[:-1], allow(4096, port="*"), *lower]))
    assert only(found).best is not None


def test_own_public_networks_leave_no_plan_beside_trusted_sources() -> None:
    rows = one_vm_estate([allow(100, port="*")], space=["20.50.0.0/16"], prefixes=["20.50.0.0/24"])
    found = proposed(rows, trusted=[OFFICE])
    assert codes_against(found[0]) == ["serves-other-ports", "own-networks"]


def test_rule_narrowed_to_own_public_networks_lets_nobody_else_in() -> None:
    rules = [allow(100, source=["20.50.0.0/16", "52.0.0.0/8"]), deny(200)]
    rows = one_vm_estate(rules, space=["20.50.0.0/16"], prefixes=["20.50.0.0/24"])
    found = proposed(rows, trusted=[OFFICE])
    assert codes_against(found[0]) == ["own-networks", "own-networks"]


def test_ipv6_is_planned_for_as_ipv4_is() -> None:
    found = proposed(one_dual_stack_vm_estate([allow(100, source="2000::/3")]))
    best = only(found).best
    assert best is not None
    assert list(best.steps) == [REMOVED]


def test_bastion_behind_the_removed_rule_keeps_its_way() -> None:
    rows = [
        *one_vm_estate([allow(100), deny(200)])[:3],
        vnet(subnets=[subnet(nsg="nsg-subnet"), bastion_subnet()]),
        nsg("nsg-subnet", [allow(100), deny(200)]),
        bastion(),
    ]
    best = only(proposed(rows)).best
    assert best is not None
    assert best.kind is PlanKind.DENY_RULE
    assert [machine.name for machine in best.rehearsal.keeps_bastion] == ["vm-1"]


def test_trusted_sources_that_stay_are_told() -> None:
    plan = plan_for(allow(100), trusted=[OFFICE])
    assert [machine.name for machine in plan.rehearsal.keeps_trusted] == ["vm-1"]


def test_finding_goes_with_the_group_that_fewer_interfaces_are_behind() -> None:
    second = nic("nic-2", [ip_configuration(private_ip="10.0.0.5")], vm=None)
    rows = [*one_vm_estate([allow(100)], nic_rules=[allow(110)]), second]
    sizes = {one.cause.text.split("/")[-3]: len(one.findings) for one in proposed(rows)}
    assert sizes == {"nsg-subnet": 1, "nsg-nic": 2}
