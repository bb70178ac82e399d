"""Plans under way while Azure fails, others write, and workers die: nothing is lost or untrue."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest

from shared.findings.finding import FindingState
from shared.remediation.edit import AddRule, MoveRule
from shared.remediation.lifecycle import PlanState
from shared.usecases.plan_record import PlanRecord
from simulator.initial_estate import Estate
from tests.door_estate import NSG, door_estate
from tests.memory_plans import MemoryPlans
from tests.memory_store import Killed
from tests.remediation_moves import (
    add_rule,
    approved,
    asked,
    change_other_rule,
    change_rule,
    delete_rule,
    rule_names,
    wide_estate,
    widen_again,
)
from tests.remediation_stage import RemediationStage, later, remediation_stage

pytestmark = pytest.mark.slow

Fault = Mapping[str, object]


@pytest.fixture
def stage() -> Iterator[RemediationStage]:
    with remediation_stage(Estate.from_resources(list(door_estate()))) as running:
        yield running


@pytest.fixture
def wide() -> Iterator[RemediationStage]:
    """Give an estate whose plan takes two writes."""
    with remediation_stage(Estate.from_resources(list(wide_estate()))) as running:
        yield running


def truth(stage: RemediationStage, record: PlanRecord) -> None:
    """A plan that says it is done closed what it was for, and any other left things as they were.

    A write that was accepted is never sent again.
    """
    if record.state is PlanState.DONE:
        assert stage.states(record) == {FindingState.RESOLVED}
    else:
        assert stage.states(record) == {FindingState.OPEN}
    stage.sweep()
    is_closed = stage.states(record) == {FindingState.RESOLVED}
    assert is_closed == (record.state is PlanState.DONE)


def error(code: str, message: str = "no", **more: object) -> dict[str, object]:
    return {"error": {"code": code, "message": message, **more}}


def busy() -> Fault:
    detail = [{"code": "RetryableErrorDueToAnotherOperation", "message": "busy"}]
    return {"status": 429, "body": error("RetryableError", details=detail)}


RETRYABLE: dict[str, Fault] = {
    "another-operation": busy(),
    "throttled-with-time": {"status": 429, "headers": {"Retry-After": "17"}},
    "throttled-without-time": {"status": 429},
    "parent-busy": {"status": 409, "body": error("AnotherOperationInProgress")},
    "server-error": {"status": 503},
    "stale-etag-alone": {"status": 412, "body": error("PreconditionFailed")},
    "no-connection": {"close_connection": True},
    "lost-answer": {"lose_answer": True},
    "superseded-without-trace": {
        "after_accept": True,
        "body": {"code": "Canceled", "message": "Operation was canceled: superseded."},
    },
}
REFUSED: dict[str, tuple[Fault, str]] = {
    "lock": ({"status": 409, "body": error("ScopeLocked")}, "ScopeLocked"),
    "conflict": ({"status": 409, "body": error("Conflict")}, "Conflict"),
    "no-permission": (
        {
            "status": 403,
            "body": error(
                "LinkedAuthorizationFailed",
                "The client has permission to perform action 'a/write' on scope 'x'; however, it"
                " does not have permission to perform action 'b/join/action' on the linked scope",
            ),
        },
        "b/join/action is not granted",
    ),
    "bad-request": ({"status": 400, "body": error("InvalidRequestFormat")}, "InvalidRequestFormat"),
}


def strike(stage: RemediationStage, fault: Fault, write: int = 0, times: int | None = 1) -> None:
    """Put a fault in force on one of the writes to the rules of the group."""
    paths = ["securityRules/ssh", "securityRules/portcullis-"]
    match = {"path": paths[write]}
    stage.fail(
        *({"match": {**match, "method": m}, "times": times, **fault} for m in ("PUT", "DELETE"))
    )


def test_plan_for_the_wide_rule_takes_two_writes(wide: RemediationStage) -> None:
    assert tuple(map(type, asked(wide).plan.edits)) == (MoveRule, AddRule)


@pytest.mark.parametrize("name", RETRYABLE)
@pytest.mark.parametrize("write", [0, 1])
def test_what_time_heals_is_tried_again_and_written_once(
    wide: RemediationStage, name: str, write: int
) -> None:
    record = approved(wide)
    strike(wide, RETRYABLE[name], write)
    done = wide.work_off(record)
    assert done.state is PlanState.DONE
    writes = wide.writes()
    expected = 3 if name == "superseded-without-trace" else 2
    lost = name == "lost-answer"
    assert len(writes) == expected - lost
    truth(wide, done)


@pytest.mark.parametrize("name", REFUSED)
def test_what_azure_refuses_at_the_first_write_needs_a_person_and_changes_nothing(
    stage: RemediationStage, name: str
) -> None:
    fault, words = REFUSED[name]
    record = approved(stage)
    before = rule_names(stage)
    strike(stage, fault, times=None)
    ended = stage.work_off(record)
    assert (ended.state, words in ended.note) == (PlanState.NEEDS_A_PERSON, True)
    assert rule_names(stage) == before
    truth(stage, ended)


@pytest.mark.parametrize("name", REFUSED)
def test_what_azure_refuses_at_the_second_write_is_rolled_back(
    wide: RemediationStage, name: str
) -> None:
    record = approved(wide)
    before = rule_names(wide)
    strike(wide, REFUSED[name][0], write=1, times=None)
    ended = wide.work_off(record)
    assert ended.state is PlanState.ROLLED_BACK
    assert REFUSED[name][1] in ended.note
    assert rule_names(wide) == before
    truth(wide, ended)


def test_accepted_write_that_fails_is_rolled_back(stage: RemediationStage) -> None:
    record = approved(stage)
    before = rule_names(stage)
    strike(stage, {"after_accept": True, "body": {"code": "InternalServerError"}}, times=None)
    ended = stage.work_off(record)
    assert (ended.state, rule_names(stage)) == (PlanState.ROLLED_BACK, before)
    truth(stage, ended)


def test_write_that_is_never_let_through_ends(stage: RemediationStage) -> None:
    record = approved(stage)
    strike(stage, busy(), times=None)
    ended = stage.work_off(record)
    assert ended.state is PlanState.NEEDS_A_PERSON
    truth(stage, ended)


def test_running_operation_is_resumed_and_not_waited_for(stage: RemediationStage) -> None:
    stage.control("PATCH", "/simulator/settings", {"operation_polls": 3})
    record = approved(stage)
    waits = []
    for _ in range(20):
        advanced = stage.step(record.plan.id)
        waits.append(advanced.again_seconds)
        if advanced.again_seconds is None:
            break
    assert waits.count(1.0) >= 3
    assert advanced.record.state is PlanState.DONE
    truth(stage, advanced.record)


def test_lagging_index_hides_neither_the_write_nor_what_is_closed_by_it(
    wide: RemediationStage,
) -> None:
    record = approved(wide)
    wide.control("PATCH", "/simulator/settings", {"index_lag_seconds": None})
    assert wide.work_off(record).state is PlanState.DONE
    assert wide.states(record) == {FindingState.RESOLVED}


@pytest.mark.parametrize(
    "change", [change_rule, change_other_rule, delete_rule, add_rule, widen_again]
)
def test_concurrent_editor_between_plan_and_apply_wins(
    stage: RemediationStage, change: Callable[[RemediationStage], None]
) -> None:
    record = approved(stage)
    change(stage)
    theirs = stage.send("GET", NSG).json()
    ended = stage.work_off(record)
    assert ended.state is PlanState.SUPERSEDED
    assert stage.send("GET", NSG).json() == theirs


@pytest.mark.parametrize("change", [change_rule, change_other_rule, add_rule])
def test_concurrent_editor_between_two_writes_wins_and_ours_is_taken_back(
    wide: RemediationStage, change: Callable[[RemediationStage], None]
) -> None:
    record = approved(wide)
    while not wide.step(record.plan.id).record.made:
        pass
    change(wide)
    theirs = rule_names(wide)
    ended = wide.work_off(record)
    now = rule_names(wide)
    is_same_rule = change is change_rule
    assert ended.state is (PlanState.NEEDS_A_PERSON if is_same_rule else PlanState.ROLLED_BACK)
    assert {**now, "ssh": 0} == {**theirs, "ssh": 0}
    assert now["ssh"] == (theirs["ssh"] if is_same_rule else 100)


def test_editor_after_the_plan_is_done_keeps_its_rollback_from_everything(
    wide: RemediationStage,
) -> None:
    done = wide.work_off(approved(wide))
    change_rule(wide)
    theirs = wide.send("GET", NSG).json()
    wide.undo(done)
    ended = wide.work_off(done)
    assert ended.state is PlanState.NEEDS_A_PERSON
    assert wide.send("GET", NSG).json() == theirs


def killed_then_resumed(stage: RemediationStage, deadly: int | None, owner: str) -> int:
    """Apply a plan of two writes, killed once; another delivery goes on.  All is put back after.

    Gives how many writes to the store the run took, or had taken when it was killed.
    """
    stage.plans = MemoryPlans()
    record = approved(stage)
    before = len(stage.writes())
    writes = stage.kill_at(deadly)
    try:
        stage.work_off(record)
    except Killed:
        later(stage, 0.2)
    taken = writes.done
    stage.kill_at(None)
    ended = stage.work_off(record, owner)
    assert ended.state is PlanState.DONE
    assert stage.states(ended) == {FindingState.RESOLVED}
    assert len(stage.writes()) == before + 2
    stage.undo(ended)
    assert stage.work_off(ended).state is PlanState.ROLLED_BACK
    assert stage.states(ended) == {FindingState.OPEN}
    return taken


def undo_killed(stage: RemediationStage, deadly: int, owner: str) -> None:
    """Roll a finished plan back, killed once; another delivery goes on."""
    stage.plans = MemoryPlans()
    done = stage.work_off(approved(stage))
    before = len(stage.writes())
    stage.undo(done)
    stage.kill_at(deadly)
    try:
        stage.work_off(done)
    except Killed:
        later(stage, 0.2)
    stage.kill_at(None)
    assert stage.work_off(done, owner).state is PlanState.ROLLED_BACK
    assert len(stage.writes()) == before + 2


@pytest.mark.parametrize("part", range(3))
def test_worker_killed_at_any_write_to_the_store_writes_nothing_twice(
    wide: RemediationStage, part: int
) -> None:
    count = killed_then_resumed(wide, None, "message")
    assert count > 15
    for deadly in range(part, count, 3):
        killed_then_resumed(wide, deadly, "message" if deadly % 2 else "another")


def test_worker_killed_while_it_takes_back_takes_nothing_back_twice(
    wide: RemediationStage,
) -> None:
    for deadly in range(0, 24, 3):
        undo_killed(wide, deadly, "another")
