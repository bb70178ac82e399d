from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from shared.adapters.payloads import SnapshotBuilder
from shared.exposure.assessment import Question
from shared.exposure.explanation import Barred, Explanation, Quiet, explain, machines_called
from shared.exposure.exposure import ReturnPath
from shared.exposure.layers import LayerKind, Reason, Step
from shared.exposure.verdict import Exposed, NotExposed, Undetermined
from shared.network.snapshot import Snapshot
from shared.packetset.addresses import AddressSet, address_number, address_text
from tests.cases.admin_rules import ADMIN_CASES
from tests.cases.firewalls import firewalled
from tests.rows import (
    Row,
    allow,
    default_route,
    deny,
    dnat_rule,
    nic,
    one_dual_stack_vm_estate,
    one_vm_estate,
    scale_set,
    scale_set_instance,
    vm,
)

OFFICE = "203.0.113.9"


def snapshot(rows: Sequence[Row]) -> Snapshot:
    builder = SnapshotBuilder()
    for row in rows:
        builder.add_row(row)
    return builder.build(datetime(2026, 3, 1, tzinfo=UTC))


def explained(
    rows: Sequence[Row], source: str | None = None, question: Question | None = None
) -> list[Explanation]:
    estate = snapshot(rows)
    (machine,) = machines_called(estate, "vm-1")
    number = None if source is None else address_number(source)
    return list(explain(estate, question or Question(), machine, number))


def outcomes(told: Explanation) -> list[object]:
    """Give the rules' names, and what else the layers did."""
    return [
        stage.outcome.rule if isinstance(stage.outcome, Step) else stage.outcome
        for stage in told.stages
    ]


def test_open_way_names_the_rule_of_each_layer() -> None:
    rows = one_vm_estate([allow(100, name="first")], nic_rules=[allow(200, name="second")])
    (told,) = explained(rows)
    assert isinstance(told.answer, Exposed)
    assert outcomes(told) == ["first", "second"]


def test_layer_behind_a_deny_is_not_reached() -> None:
    (told,) = explained(one_vm_estate([deny(100, name="stop")], nic_rules=[allow(100)]))
    assert isinstance(told.answer, NotExposed)
    assert outcomes(told) == ["stop", Quiet.NOT_REACHED]


def test_absent_groups_stand_in_their_places() -> None:
    (told,) = explained(one_vm_estate(None))
    assert [stage.kind for stage in told.stages] == [
        LayerKind.SUBNET_NSG,
        LayerKind.NIC_NSG,
        LayerKind.PLATFORM,
    ]
    assert outcomes(told) == [Quiet.ABSENT, Quiet.ABSENT, "standard-default-deny"]


def test_unreadable_layer_gives_its_reason_and_the_rule_behind_it_still_shows() -> None:
    rows = one_vm_estate([], nic_rules=[deny(100, name="stop")])
    without_group = [row for row in rows if row["name"] != "nsg-subnet"]
    (told,) = explained(without_group)
    reason, stop = outcomes(told)
    assert isinstance(told.answer, NotExposed)
    assert isinstance(reason, Reason)
    assert (reason.code, stop) == ("security-group-unread", "stop")


@pytest.mark.parametrize(
    ("source", "verdict", "rule"),
    [
        pytest.param(OFFICE, Exposed, "office", id="let-in"),
        pytest.param("198.51.100.1", NotExposed, "nobody", id="kept-out"),
    ],
)
def test_asked_sender_is_judged_alone(source: str, verdict: type, rule: str) -> None:
    rules = [allow(100, name="office", source="203.0.113.0/28"), deny(200, name="nobody")]
    (told,) = explained(one_vm_estate(rules), source)
    assert isinstance(told.answer, verdict)
    assert outcomes(told)[0] == rule
    assert told.packet is not None
    assert address_text(told.packet.source) == source


def test_asked_sender_is_kept_out_without_the_reason_of_others() -> None:
    trusted = Question(trusted=AddressSet.parse("203.0.113.0/28"))
    rows = one_vm_estate([allow(100, source="203.0.113.0/28")])
    (told,) = explained(rows, "198.51.100.1", trusted)
    assert isinstance(told.answer, NotExposed)
    assert told.answer.reasons == ()


def test_trusted_sender_that_is_asked_about_gets_in() -> None:
    trusted = Question(trusted=AddressSet.parse("203.0.113.0/28"))
    rows = one_vm_estate([allow(100, source="203.0.113.0/28")])
    (told,) = explained(rows, OFFICE, trusted)
    assert isinstance(told.answer, Exposed)


def test_asked_sender_may_belong_to_an_unresolved_tag() -> None:
    (told,) = explained(one_vm_estate([allow(100, source="AzureCloud")]), OFFICE)
    assert isinstance(told.answer, Undetermined)


def test_members_of_a_tag_alone_have_no_packet_to_show() -> None:
    (told,) = explained(one_vm_estate([allow(100, source="AzureCloud")]))
    assert isinstance(told.answer, Exposed)
    assert told.packet is None


@pytest.mark.parametrize(
    ("source", "code"),
    [
        pytest.param("10.0.0.9", "not-on-the-internet", id="own-network"),
        pytest.param("127.0.0.1", "not-on-the-internet", id="reserved"),
        pytest.param("2a01::1", "other-family", id="other-family"),
    ],
)
def test_sender_that_cannot_come_this_way_is_told_so(source: str, code: str) -> None:
    (told,) = explained(one_vm_estate([allow(100)]), source)
    assert isinstance(told.answer, Barred)
    assert told.answer.reason.code == code


def test_both_families_are_ways_of_their_own() -> None:
    told = explained(one_dual_stack_vm_estate([allow(100)], ipv4_address="20.1.2.3"), "2a01::1")
    assert [isinstance(way.answer, Barred) for way in told] == [True, False]


def test_default_route_makes_replies_asymmetric() -> None:
    (told,) = explained(one_vm_estate([allow(100)], routes=[default_route()]))
    assert told.return_path is ReturnPath.ASYMMETRIC


def test_firewall_shows_the_source_behind_its_translation() -> None:
    (told,) = explained(firewalled([], dnat_rule(sources=[OFFICE])))
    assert told.packet is not None
    assert told.translated is not None
    assert address_text(told.packet.source) == OFFICE
    assert address_text(told.translated.source).startswith("10.0.1.")


def test_admin_rules_that_let_pass_without_a_rule_say_so() -> None:
    told = [way for case in ADMIN_CASES for way in explained(case.rows)]
    kinds = {stage.kind for way in told for stage in way.stages}
    assert LayerKind.ADMIN_RULES in kinds
    assert any(stage.outcome is Quiet.PASSED for way in told for stage in way.stages)


def test_machine_without_a_front_door_has_no_way_in() -> None:
    rows = [row for row in one_vm_estate() if row["name"] != "nic-1"]
    assert explained([*rows, nic()]) == []


def test_name_is_found_in_any_case_and_by_id() -> None:
    estate = snapshot([vm("VM-One", ["nic-1"])])
    (machine,) = machines_called(estate, "vm-one")
    assert machines_called(estate, machine.text.upper() + "/") == (machine,)


def test_machine_that_only_its_interface_tells_of_is_found() -> None:
    assert [one.name for one in machines_called(snapshot([nic(vm="gone")]), "gone")] == ["gone"]


def test_instance_of_a_scale_set_is_called_by_set_and_number() -> None:
    estate = snapshot([scale_set("vmss-1"), scale_set_instance("vmss-1", 3)])
    assert [one.name for one in machines_called(estate, "VMSS-1/3")] == ["3"]
    assert [one.name for one in machines_called(estate, "vmss-1")] == ["vmss-1"]
