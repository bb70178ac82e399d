from __future__ import annotations

from dataclasses import replace

import pytest

from shared.checks.result import CheckResult, Severity, Unjudged
from shared.checks.ssh_reachable import SSH_REACHABLE
from shared.findings.finding import Finding, finding_of
from shared.findings.judgement import Judgement
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot
from shared.usecases import touched
from shared.usecases.interfaces import Neighbourhood
from tests.recording_samples import NOON

PLACE = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute"
VM = ResourceId(f"{PLACE}/virtualMachines/vm")
GROUP = ResourceId(f"{PLACE}/networkSecurityGroups/group")
OTHER = ResourceId(f"{PLACE}/virtualMachines/other")
SET = ResourceId(f"{PLACE}/virtualMachineScaleSets/set")


def near(*of: ResourceId, gone: tuple[ResourceId, ...] = ()) -> Neighbourhood:
    return Neighbourhood(Snapshot(NOON), frozenset(of), frozenset(gone))


def found(resource: ResourceId, check: str = "vm-ssh-reachable") -> Finding:
    return finding_of(CheckResult(check, resource, Severity.HIGH, "title"))


def used(group: ResourceId, check: str = "nsg-ssh-open") -> Finding:
    return replace(found(group, check), evidence={"attached": True})


def test_finding_on_what_is_touched_is_settled() -> None:
    part = touched.settled(near(VM), Judgement((found(VM),)))
    assert part.findings == (found(VM),)


def test_finding_on_what_only_lies_around_is_not() -> None:
    assert touched.settled(near(VM), Judgement((found(OTHER),))).findings == ()


def test_finding_on_an_instance_of_a_touched_scale_set_is_settled() -> None:
    instance = found(SET.child("virtualMachines", "0"))
    assert touched.settled(near(SET), Judgement((instance,))).findings == (instance,)


def test_other_check_neither_opens_nor_resolves(monkeypatch: pytest.MonkeyPatch) -> None:
    other = replace(SSH_REACHABLE, id="another-check")
    monkeypatch.setattr(touched, "CHECKS", (SSH_REACHABLE, other))
    part = touched.settled(near(VM), Judgement((found(VM, "another-check"),)))
    assert part.findings == ()
    assert [(doubt.check, doubt.resource) for doubt in part.unjudged] == [("another-check", VM)]


@pytest.mark.parametrize(
    ("finding", "loose", "is_bereft"),
    [
        pytest.param(used(GROUP), {GROUP}, True, id="left-by-all"),
        pytest.param(used(GROUP), set(), False, id="in-use"),
        pytest.param(found(GROUP, "nsg-ssh-open"), {GROUP}, False, id="never-used"),
        pytest.param(used(VM), {VM}, False, id="looked-at"),
        pytest.param(used(GROUP, "another-check"), {GROUP}, False, id="of-another-check"),
    ],
)
def test_group_is_bereft_when_the_index_shows_no_user_any_more(
    finding: Finding, loose: set[ResourceId], *, is_bereft: bool
) -> None:
    around = replace(near(VM), loose=frozenset(loose))
    assert touched.is_bereft(finding, around) is is_bereft


def test_doubts_of_the_judgement_stay() -> None:
    doubt = Unjudged("vm-ssh-reachable", VM, "no rows")
    assert doubt in touched.settled(near(VM), Judgement((), (doubt,))).unjudged


def test_every_check_settles_what_is_gone() -> None:
    assert touched.settled(near(VM, gone=(VM,)), Judgement()).unjudged == ()
