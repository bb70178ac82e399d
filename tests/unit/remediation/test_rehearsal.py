"""Rehearsals: what stands against edits, and what they change besides."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from shared.findings.finding import Fingerprint
from shared.packetset.addresses import AddressSet
from shared.remediation.edit import AddRule, Edit, MoveRule, RemoveRule, deny_rule
from shared.remediation.plan import Rehearsal
from tests.rows import (
    BASTION_PREFIX,
    Part,
    Row,
    allow,
    bastion,
    bastion_subnet,
    deny,
    ip_configuration,
    nic,
    one_vm_estate,
    public_ip,
    subnet,
    vnet,
)
from tests.unit.remediation.edits import DENY, GROUP, SSH
from tests.unit.remediation.planning import OFFICE, stage_of

JIT_ALLOW = "SecurityCenter-JITRule-1170687618-0A"
JIT_DENY = "SecurityCenter-JITRule_-1105480617_0B"


def rehearsed(
    rules: Sequence[Part],
    edits: Sequence[Edit],
    *,
    trusted: Sequence[str] = (),
    closing: str = "",
) -> Rehearsal:
    """Rehearse edits of `nsg-subnet`; `closing` is the check whose findings they are to close."""
    stage = stage_of(one_vm_estate(rules), trusted=trusted)
    findings = [f for f, one in stage.judged.results.items() if one.check == closing]
    return stage.rehearse(edits, findings)


def removing(name: str) -> list[Edit]:
    return [RemoveRule(GROUP, name)]


def codes(rehearsal: Rehearsal) -> list[str]:
    return [one.code for one in rehearsal.objections]


@pytest.mark.parametrize(
    ("rules", "removed", "objections"),
    [
        pytest.param(
            [deny(100), allow(200)],
            "deny-inbound-100",
            ["new-finding", "new-finding", "opens"],
            id="what-a-deny-kept-closed",
        ),
        pytest.param(
            [deny(100, source="0.0.0.0/1"), allow(200, source=["1.0.0.0/8", "130.0.0.0/24"])],
            "deny-inbound-100",
            ["makes-worse", "makes-worse", "opens"],
            id="more-than-before",
        ),
        pytest.param(
            [deny(100, source="Internet"), allow(200, source="Storage")],
            "deny-inbound-100",
            ["new-finding", "cannot-be-told", "opens"],
            id="what-cannot-be-told",
        ),
        pytest.param(
            [deny(100, source="52.1.0.0/16"), allow(200)],
            "deny-inbound-100",
            ["opens"],
            id="as-severe-but-wider",
        ),
    ],
)
def test_edit_that_opens_is_objected_to(
    rules: Sequence[Part], removed: str, objections: list[str]
) -> None:
    assert codes(rehearsed(rules, removing(removed))) == objections


def test_exposure_that_stays_is_objected_to() -> None:
    rules = [allow(100), allow(110)]
    edits = removing("allow-inbound-100")
    assert codes(rehearsed(rules, edits, closing="vm-ssh-reachable")) == ["not-closed"]


def test_exposure_that_cannot_be_told_any_more_is_objected_to() -> None:
    rules = [allow(100, source="52.0.0.0/8"), allow(110, source="Storage")]
    edits = removing("allow-inbound-100")
    assert codes(rehearsed(rules, edits, closing="nsg-ssh-open")) == ["not-closed"]


def test_milder_finding_is_a_change() -> None:
    rules = [allow(100, source="52.0.0.0/8"), allow(110, source="20.1.2.3")]
    shown = rehearsed(rules, removing("allow-inbound-100"))
    assert {(one.check, one.before, one.after) for one in shown.changes} == {
        ("vm-ssh-reachable", "critical", "low"),
        ("nsg-ssh-open", "high", "info"),
    }
    assert shown.passed


def test_doubt_that_goes_away_is_a_change() -> None:
    shown = rehearsed([allow(100, source="Storage")], removing("allow-inbound-100"))
    assert ("nsg-ssh-open", "undetermined", "clear") in [
        (one.check, one.before, one.after) for one in shown.changes
    ]


def test_trusted_source_that_is_cut_is_objected_to() -> None:
    edits = removing("allow-inbound-100")
    assert codes(rehearsed([allow(100, source=OFFICE)], edits, trusted=[OFFICE])) == [
        "cuts-trusted"
    ]


def test_trusted_source_that_perhaps_gets_in_by_a_tag_is_not_cut_either() -> None:
    edits = removing("allow-inbound-100")
    assert codes(rehearsed([allow(100, source="Storage")], edits, trusted=[OFFICE])) == [
        "cuts-trusted"
    ]


def test_interface_of_nothing_has_no_trusted_sources_to_keep() -> None:
    loose = nic("nic-2", [ip_configuration(public_ip="pip-2", private_ip="10.0.0.9")], vm=None)
    rows = [*one_vm_estate([allow(100), allow(110)]), loose, public_ip("pip-2", "20.1.2.9")]
    shown = stage_of(rows, trusted=[OFFICE]).rehearse(removing("allow-inbound-100"), [])
    assert [machine.name for machine in shown.keeps_trusted] == ["vm-1"]


def with_hub(rules: Sequence[Part]) -> list[Row]:
    """Return `vm-1` beside a Bastion; rules of its group decide whether that gets in."""
    rows = [one for one in one_vm_estate(rules) if not one["id"].endswith("/vnet-1")]
    return [*rows, vnet(subnets=[subnet(nsg="nsg-subnet"), bastion_subnet()]), bastion()]


def test_bastion_that_is_cut_is_objected_to() -> None:
    stage = stage_of(with_hub([allow(100, source=BASTION_PREFIX), deny(200)]))
    shown = stage.rehearse(removing("allow-inbound-100"), [])
    assert codes(shown) == ["new-finding", "cuts-bastion"]


def test_bastion_that_gets_through_is_told() -> None:
    stage = stage_of(with_hub([allow(100, source="Internet"), deny(200, source="Internet")]))
    shown = stage.rehearse(removing("allow-inbound-100"), [])
    assert [machine.name for machine in shown.keeps_bastion] == ["vm-1"]


def test_bastion_that_was_stopped_before_is_not_told() -> None:
    stage = stage_of(with_hub([allow(100, source="Internet"), deny(200)]))
    assert stage.rehearse(removing("allow-inbound-100"), []).keeps_bastion == ()


@pytest.mark.parametrize(
    ("window", "above", "sources", "objections"),
    [
        pytest.param({"source": OFFICE}, 100, None, ["cuts-window"], id="deny-above-the-window"),
        pytest.param({"source": OFFICE}, 120, None, [], id="deny-below-it"),
        pytest.param({"source": OFFICE, "port": "3389"}, 100, None, [], id="another-port"),
        pytest.param({"source": OFFICE}, 100, "52.0.0.0/8", [], id="other-senders"),
        pytest.param({"source": OFFICE}, 100, "203.0.0.0/8", ["cuts-window"], id="same-senders"),
        pytest.param({"source": "*"}, 100, "52.0.0.0/8", ["cuts-window"], id="window-for-all"),
    ],
)
def test_deny_does_not_end_a_window_early(
    window: dict[str, str], above: int, sources: str | None, objections: list[str]
) -> None:
    named = None if sources is None else AddressSet.of([sources])
    rule = deny_rule(DENY.name, above, named, SSH)
    rules = [allow(110, name=JIT_ALLOW, **window), allow(200)]
    assert codes(rehearsed(rules, [AddRule(GROUP, rule)])) == objections


@pytest.mark.parametrize("name", [JIT_ALLOW, JIT_DENY])
def test_rules_of_just_in_time_access_are_not_edited(name: str) -> None:
    rules = [deny(4000, name=name), allow(200)]
    assert codes(rehearsed(rules, [MoveRule(GROUP, name, 4001)])) == ["just-in-time-rule"]


def test_edit_that_cannot_be_made_is_objected_to() -> None:
    assert codes(rehearsed([], removing("other"))) == ["cannot-be-made"]


def test_part_of_the_estate_is_judged_once_before() -> None:
    stage = stage_of(one_vm_estate([allow(100), allow(110)]))
    first = stage.rehearse(removing("allow-inbound-100"), [Fingerprint("none")])
    second = stage.rehearse(removing("allow-inbound-110"), [])
    assert first.closes == second.closes == ()
