"""Plans through the Functions app and the command line, with a host that is killed in between."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.main import main
from functions_host.host import start as start_host
from shared.findings.finding import Cause, FindingState
from shared.remediation.edit import RemoveRule
from shared.remediation.lifecycle import PlanState
from shared.usecases.approving import Decision, decide
from shared.usecases.plan_record import PlanRecord
from simulator.estate import sample_estate
from tests.e2e.functions_world import LEASE, World, eventually, running_world
from tests.e2e.test_kill import host_to_kill
from tests.remediation_stage import BEN

pytestmark = pytest.mark.slow

HOME = sample_estate().subscriptions[4]["subscriptionId"]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    settings = {
        "PORTCULLIS_SUBSCRIPTIONS": HOME,
        "PORTCULLIS_REMEDIATION_MODE": "approve",
        "PORTCULLIS_REMEDIATION_SCOPES": f"/subscriptions/{HOME}",
        "PORTCULLIS_REMEDIATION_MAX_PER_HOUR": "100",
    }
    with running_world(tmp_path_factory.mktemp("app"), **settings) as running:
        yield running


def plans(world: World, state: PlanState) -> list[PlanRecord]:
    return list(world.runtime.remediation.plans.plans(HOME, {state}))


def approve(world: World, record: PlanRecord) -> None:
    desk = world.runtime.remediation.decisions
    decide(desk, record.plan.id, Decision.APPROVE, BEN, record.hash)


def is_written(world: World) -> bool:
    """A write of a plan reached Azure."""
    return any(one.method in {"PUT", "DELETE"} for one in world.simulator.simulation.log)


def ended(world: World, record: PlanRecord, state: PlanState) -> PlanRecord | None:
    kept = world.runtime.remediation.plans.plan(record.plan.id)
    return kept if kept and kept.state is state and not kept.news else None


def test_approved_plan_is_applied_by_whoever_comes_next_and_rolled_back_from_the_command_line(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with world.host() as host:
        world.sweep(host)
        waiting = eventually(lambda: plans(world, PlanState.AWAITING_APPROVAL))
        eventually(lambda: not any(one.news for one in plans(world, PlanState.AWAITING_APPROVAL)))
    record = next(one for one in waiting if isinstance(one.plan.edits[0], RemoveRule))
    world.control("DELETE", "/simulator/requests")
    world.fail({"match": {"path": "securityRules", "method": "DELETE"}, "delay_seconds": 1.0})
    with host_to_kill(world) as doomed:
        approve(world, record)
        eventually(lambda: is_written(world))
        doomed.kill()
    world.fail()
    port = int(doomed.url.rpartition(":")[2])
    with start_host(world.app_dir, world.settings, port, lease=LEASE):
        done = eventually(lambda: ended(world, record, PlanState.DONE))
    log = world.simulator.simulation.log
    accepted = [one for one in log if one.method in {"PUT", "DELETE"} and one.status in {200, 202}]
    assert len(accepted) == 1
    steps = [world.runtime.findings.history(one)[0] for one in done.plan.findings]
    assert {(step.after, step.cause) for step in steps} == {
        (FindingState.RESOLVED, Cause.REMEDIATION)
    }
    heads = [card["body"][0]["items"][0]["text"] for card in world.cards()]
    assert "PLAN AWAITING APPROVAL" in heads
    assert heads[-1] == "CLOSED BY A PLAN"
    for name, value in world.settings.items():
        monkeypatch.setenv(name, value)
    plan_id = str(record.plan.id)
    assert main(["rollback", "--plan", plan_id[:10], "--dry-run", "--format", "json"]) == 0
    (shown,) = json.loads(capsys.readouterr().out)["requests"]
    assert (shown["method"], shown["path"]) == ("PUT", record.plan.edits[0].target.text)
    assert main(["rollback", "--plan", plan_id, "--yes"]) == 0
    assert "rolled-back" in capsys.readouterr().out
    assert main(["plan", plan_id]) == 0
    assert "restored" in capsys.readouterr().out


def test_command_line_plans_shows_requests_and_applies(
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in world.settings.items():
        monkeypatch.setenv(name, value)
    if not plans(world, PlanState.AWAITING_APPROVAL):
        assert main(["sweep"]) in {0, 3}
    capsys.readouterr()
    assert main(["plan", "--format", "json"]) == 0
    shown = json.loads(capsys.readouterr().out)["plans"]
    chosen = next(one for one in shown if one["state"] == "awaiting-approval")
    world.control("DELETE", "/simulator/requests")
    assert main(["apply", "--plan", chosen["id"], "--dry-run"]) == 0
    assert "If-" in capsys.readouterr().out
    assert not is_written(world)
    assert main(["apply", "--plan", chosen["id"], "--yes", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "done"
    assert main(["apply", "--plan", "no-such-plan"]) == 2


def test_plan_says_that_the_mode_is_off(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {**world.settings, "PORTCULLIS_REMEDIATION_MODE": "off"}.items():
        monkeypatch.setenv(name, value)
    assert main(["plan"]) == 0
    assert "PORTCULLIS_REMEDIATION_MODE is off" in capsys.readouterr().err


def test_exemption_from_the_command_line_comes_and_goes(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in world.settings.items():
        monkeypatch.setenv(name, value)
    if not world.findings():
        assert main(["sweep"]) in {0, 3}
    open_before = {
        one.record.finding.fingerprint
        for one in world.findings()
        if one.record.state is FindingState.OPEN
    }
    said = ["--reason", "being replaced", "--owner", "ana", "--until", "2099-12-31"]
    assert main(["exempt", "add", HOME, "--check", "vm-ssh-reachable", *said]) == 0
    exempt = [one for one in world.findings() if one.record.state is FindingState.EXEMPT]
    assert {one.record.finding.check for one in exempt} == {"vm-ssh-reachable"}
    capsys.readouterr()
    assert main(["exempt", "list", "--format", "json"]) == 0
    (kept,) = json.loads(capsys.readouterr().out)["exemptions"]
    assert (kept["owner"], kept["state"]) == ("ana", "in force")
    assert main(["exempt", "end", kept["id"]]) == 0
    open_after = {
        one.record.finding.fingerprint
        for one in world.findings()
        if one.record.state is FindingState.OPEN
    }
    assert open_after == open_before
    assert main(["exempt", "end", kept["id"]]) == 2
