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
OTHER = ResourceId(f"{PLACE}/virtualMachines/other")
SET = ResourceId(f"{PLACE}/virtualMachineScaleSets/set")


def near(*of: ResourceId, gone: tuple[ResourceId, ...] = ()) -> Neighbourhood:
    return Neighbourhood(Snapshot(NOON), frozenset(of), frozenset(gone))


def found(resource: ResourceId, check: str = "vm-ssh-reachable") -> Finding:
    return finding_of(CheckResult(check, resource, Severity.HIGH, "title"))


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


def test_doubts_of_the_judgement_stay() -> None:
    doubt = Unjudged("vm-ssh-reachable", VM, "no rows")
    assert doubt in touched.settled(near(VM), Judgement((), (doubt,))).unjudged


def test_every_check_settles_what_is_gone() -> None:
    assert touched.settled(near(VM, gone=(VM,)), Judgement()).unjudged == ()
