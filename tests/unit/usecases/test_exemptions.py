from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.findings.exemption_tags import RefusedTags
from shared.findings.finding import Cause, FindingState
from shared.findings.kept_exemption import ExemptionOrigin, KeptExemption
from shared.network.ids import ResourceId
from shared.network.snapshot import Unread
from shared.usecases.exemptions import (
    ExemptionDesk,
    ExemptionRefusedError,
    ExemptionRequest,
    add_exemption,
    end_exemption,
    exemption_scope,
    in_force,
    take_effect,
)
from shared.usecases.interfaces import EventState, InventoryError
from tests.change_stage import ChangeStage, change
from tests.memory_exemptions import MemoryExemptions, Tags, exemption_desk
from tests.recording_samples import CHECK, NOON, exemption, finding, minutes, vm
from tests.sweep_stage import A, B, Estate, Stage

GROUP = ResourceId("/providers/Microsoft.Management/managementGroups/platform")
BEN = "ben@contoso.example"
WHOLE_A = ResourceId(f"/subscriptions/{A}")


class ExemptStage(Stage):
    """A sweep with exemptions, over a finding in each of two subscriptions."""

    def __init__(self) -> None:
        super().__init__(Estate(found=[finding(of=A), finding(of=B)]))
        self.tags = Tags(groups={"platform": [A]})
        self.store = MemoryExemptions()
        self.desk: ExemptionDesk = exemption_desk(self.findings, self.clock, self.tags, self.store)
        self.surroundings = replace(self.surroundings, exemptions=self.desk)

    def ask(self, scope: ResourceId = WHOLE_A, check: str | None = None) -> ExemptionRequest:
        until = self.clock.now() + timedelta(hours=1)
        return ExemptionRequest(scope, check, "being replaced", "ana", until)

    def add(self, scope: ResourceId = WHOLE_A) -> KeptExemption:
        return add_exemption(self.desk, self.ask(scope), BEN)

    def state(self, of: str = A) -> FindingState:
        return self.states(of)["web"]


def test_added_exemption_covers_recorded_findings_at_once() -> None:
    stage = ExemptStage()
    stage.sweep_all()
    stage.clock.present = minutes(1)
    kept = stage.add()
    step = stage.findings.history(finding(of=A).fingerprint)[0]
    assert (kept.created_by, stage.state(A), stage.state(B)) == (
        BEN,
        FindingState.EXEMPT,
        FindingState.OPEN,
    )
    assert (step.cause, step.actor and step.actor.name) == (Cause.EXEMPTION, "ana")


def test_exemption_from_before_the_finding_makes_no_news() -> None:
    stage = ExemptStage()
    stage.add()
    stage.sweep_all(1)
    assert (stage.state(A), stage.state(B)) == (FindingState.EXEMPT, FindingState.OPEN)


def test_expired_exemption_opens_its_finding_again_at_the_next_sweep() -> None:
    stage = ExemptStage()
    stage.add()
    stage.sweep_all(1)
    stage.sweep_all(61)
    step = stage.findings.history(finding(of=A).fingerprint)[0]
    pending = [one.state for one in stage.findings.events(A)]
    assert (stage.state(), step.cause) == (FindingState.OPEN, Cause.EXEMPTION_ENDED)
    assert EventState.PENDING in pending


def test_ended_exemption_opens_its_findings_at_once_and_stays_on_record() -> None:
    stage = ExemptStage()
    stage.sweep_all()
    kept = stage.add()
    stage.clock.present = minutes(5)
    ended = end_exemption(stage.desk, kept.exemption.id, "cy")
    assert (stage.state(), ended.ended, ended.ended_by) == (FindingState.OPEN, minutes(5), "cy")
    assert in_force(stage.desk, [A]) == ()
    assert len(stage.store.every()) == 1


def test_exemption_takes_effect_once() -> None:
    stage = ExemptStage()
    stage.sweep_all()
    stage.add()
    assert take_effect(stage.desk, A, "again") == 0


def test_management_group_exempts_the_subscriptions_below_it() -> None:
    stage = ExemptStage()
    stage.sweep_all()
    kept = stage.add(GROUP)
    assert kept.members == (A,)
    assert (stage.state(A), stage.state(B)) == (FindingState.EXEMPT, FindingState.OPEN)


def test_sweep_learns_which_subscriptions_a_management_group_has_now() -> None:
    stage = ExemptStage()
    stage.add(GROUP)
    stage.tags.groups = {"platform": [A, B]}
    stage.sweep_all(1)
    assert (stage.state(A), stage.state(B)) == (FindingState.EXEMPT, FindingState.EXEMPT)


def test_members_stay_while_azure_does_not_tell_them() -> None:
    stage = ExemptStage()
    stage.add(GROUP)
    stage.tags.groups = None
    stage.sweep_all(1)
    assert stage.state(A) is FindingState.EXEMPT


def test_management_group_that_cannot_be_seen_exempts_nothing() -> None:
    stage = ExemptStage()
    stage.tags.groups = {}
    with pytest.raises(ExemptionRefusedError, match="no subscription can be seen"):
        stage.add(GROUP)


def test_tags_exempt_from_the_next_sweep_on_and_until_they_are_gone() -> None:
    stage = ExemptStage()
    stage.tags.found = [exemption(vm(of=A), expires=minutes(600))]
    stage.sweep_all(1)
    tagged = stage.state()
    stage.tags.found = []
    stage.sweep_all(2)
    assert (tagged, stage.state()) == (FindingState.EXEMPT, FindingState.OPEN)


@pytest.mark.parametrize("unreadable", ["tags", "subscription"])
def test_what_cannot_be_read_ends_no_exemption(unreadable: str) -> None:
    stage = ExemptStage()
    stage.tags.found = [exemption(vm(of=A), expires=minutes(600))]
    stage.sweep_all(1)
    stage.tags.found = None if unreadable == "tags" else []
    if unreadable == "subscription":
        stage.estate.unread = [Unread(WHOLE_A, "403")]
    stage.sweep_all(2)
    assert stage.state() is FindingState.EXEMPT


def test_tags_that_exempt_nothing_are_kept_to_be_shown() -> None:
    stage = ExemptStage()
    refused = RefusedTags(vm(of=A), "portcullis-exempt-owner missing or empty")
    stage.tags.found = [refused]
    stage.sweep_all(1)
    assert stage.store.refused_tags() == [refused]
    assert stage.state() is FindingState.OPEN


def test_exemption_by_tags_is_ended_where_it_stands() -> None:
    stage = ExemptStage()
    stage.tags.found = [exemption(vm(of=A), expires=minutes(600))]
    stage.sweep_all(1)
    (kept,) = stage.store.every()
    assert kept.origin is ExemptionOrigin.TAG
    with pytest.raises(ExemptionRefusedError, match="stands in the tags of"):
        end_exemption(stage.desk, kept.exemption.id, BEN)


def test_what_is_not_there_or_over_cannot_be_ended() -> None:
    stage = ExemptStage()
    kept = stage.add()
    end_exemption(stage.desk, kept.exemption.id, BEN)
    for name, fault in ((kept.exemption.id, "has ended already"), ("nothing", "no exemption has")):
        with pytest.raises(ExemptionRefusedError, match=fault):
            end_exemption(stage.desk, name, BEN)


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        (ExemptionRequest(GROUP, None, "r", "o", NOON), "is over already"),
        (ExemptionRequest(GROUP, "no-such", "r", "o", minutes(9)), "no check is called"),
        (ExemptionRequest(GROUP, CHECK, " ", "o", minutes(9)), "the reason is empty"),
        (ExemptionRequest(ResourceId("/x"), CHECK, "r", "o", minutes(9)), "is no resource"),
        (
            ExemptionRequest(ResourceId("/subscriptions/x"), CHECK, "r", "o", minutes(9)),
            "is no resource",
        ),
    ],
)
def test_request_that_is_not_whole_is_refused(asked: ExemptionRequest, fault: str) -> None:
    with pytest.raises(ExemptionRefusedError, match=fault):
        add_exemption(ExemptStage().desk, asked, BEN)


def test_unlisted_management_group_is_no_exemption() -> None:
    stage = ExemptStage()
    stage.tags.groups = None
    with pytest.raises(InventoryError):
        stage.add(GROUP)
    assert stage.store.every() == []


@pytest.mark.parametrize(
    ("text", "scope"), [(A, WHOLE_A), (f" {WHOLE_A.text}/ ", WHOLE_A), (GROUP.text, GROUP)]
)
def test_scope_is_an_id_or_that_of_a_subscription_alone(text: str, scope: ResourceId) -> None:
    assert exemption_scope(text) == scope


def test_change_of_what_is_exempt_opens_nothing() -> None:
    stage = ChangeStage()
    desk = exemption_desk(stage.findings, stage.clock)
    stage.desk = replace(stage.desk, surroundings=replace(stage.desk.surroundings, exemptions=desk))
    until = stage.clock.now() + timedelta(hours=1)
    add_exemption(desk, ExemptionRequest(vm(), None, "being replaced", "ana", until), BEN)
    stage.world.set("web", is_open=True)
    stage.note(change())
    states = [one.record.state for one in stage.findings.findings(vm().subscription)]
    assert states == [FindingState.EXEMPT]
