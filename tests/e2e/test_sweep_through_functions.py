"""The main job through the triggers: sweep, judge, record, tell; and how its parts may fail."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.findings.finding import FindingState
from shared.findings.posture import Requirement, Standing
from shared.usecases.interfaces import EventState, ShardState, Sweep
from shared.usecases.posture import kept_posture
from simulator.estate import Verdict, one_change, sample_estate
from tests.e2e.functions_world import World, eventually, running_world

ESTATE = sample_estate().with_service_tags()
GRAPH = "/providers/Microsoft.ResourceGraph/resources"
LEGACY = "5e6bad46-95e4-424f-8e9b-40afbed15005"

pytestmark = pytest.mark.slow


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with running_world(tmp_path) as running:
        yield running


@dataclass(frozen=True)
class Swept:
    """A world after its first sweep, to be looked at by several tests and changed by none."""

    world: World
    sweep: Sweep


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swept]:
    with running_world(tmp_path_factory.mktemp("app")) as world:
        with world.host() as host:
            sweep = world.sweep(host)
        yield Swept(world, sweep)


def told_by_the_story() -> Counter[tuple[str, str, str]]:
    """Check, resource and severity of every finding that a correct reader makes.

    A security group of which nothing certain can be said is no finding.
    """
    doors = [
        ("vm-ssh-reachable", chapter.vm_id.lower(), str(door.outcome.severity))
        for chapter in ESTATE.story
        for door in chapter.doors
        if door.outcome.severity is not None
    ]
    public = [("vm-public-ip", vm_id.lower(), "medium") for vm_id in ESTATE.public_ip_vms]
    groups = [
        ("nsg-ssh-open", told.nsg_id.lower(), str(told.severity))
        for told in ESTATE.nsg_stories
        if told.severity is not None and told.outcome.verdict is Verdict.EXPOSED
    ]
    others = [(one.check, one.resource_id.lower(), str(one.severity)) for one in ESTATE.objections]
    return Counter(doors + public + groups + others)


def recorded(world: World) -> Counter[tuple[str, str, str]]:
    found = [one.record.finding for one in world.findings()]
    return Counter((one.check, one.resource.key, str(one.severity)) for one in found)


def test_first_sweep_records_what_the_estates_story_tells(swept: Swept) -> None:
    assert {shard.state for shard in swept.sweep.shards} == {ShardState.DONE}
    assert recorded(swept.world) == told_by_the_story()


def test_first_sweep_writes_a_history_step_for_each_finding(swept: Swept) -> None:
    store = swept.world.runtime.findings
    fingerprints = [one.record.finding.fingerprint for one in swept.world.findings()]
    steps = [[step.run for step in store.history(each)] for each in fingerprints]
    assert steps == [[swept.sweep.id]] * len(fingerprints)


def test_first_sweep_keeps_the_scorecard_of_every_machine(swept: Swept) -> None:
    scored, heads = kept_posture(swept.world.runtime.reports.postures, swept.sweep)
    assert {head.sweep for head in heads} == {swept.sweep.id}
    with_address = {
        one.machine.key
        for one in scored.estate.machines
        if one.scores[Requirement.NO_PUBLIC_IP].standing is Standing.NOT_MET
    }
    assert with_address == {vm_id.lower() for vm_id in ESTATE.public_ip_vms}
    reached = {
        one.machine.key
        for one in scored.estate.machines
        if one.scores[Requirement.NO_DIRECT_SSH].standing is Standing.NOT_MET
    }
    assert reached == {
        chapter.vm_id.lower()
        for chapter in ESTATE.story
        for door in chapter.doors
        if door.outcome.verdict is Verdict.EXPOSED and door.outcome.severity is not None
    }


def test_first_sweep_is_told_as_one_digest(swept: Swept) -> None:
    assert len(swept.world.cards()) == 1
    assert swept.world.outbox() == []


def test_second_sweep_changes_nothing_and_posts_nothing(world: World) -> None:
    with world.host() as host:
        world.sweep(host)
        states, cards = world.states(), world.cards()
        world.sweep(host)
    assert (world.states(), world.cards()) == (states, cards)


def test_change_in_azure_is_told_by_one_closing_card(world: World) -> None:
    with world.host() as host:
        world.sweep(host)
        world.make_the_one_change()
        world.sweep(host)
    change = one_change()
    closed = {
        one.record.finding.resource.key
        for one in world.findings()
        if one.record.state is FindingState.RESOLVED
    }
    assert closed == {change.vm_id.lower(), change.nsg_id.lower()}
    assert [change.vm in json.dumps(card) for card in world.cards()[1:]] == [True]


def test_subscription_that_vanishes_keeps_its_findings_and_is_named(world: World) -> None:
    with world.host() as host:
        world.sweep(host)
        states = world.states()
        world.control("PATCH", "/simulator/settings", {"unreadable_subscriptions": [LEGACY]})
        sweep = world.sweep(host)
    assert sweep.vanished == (LEGACY,)
    assert world.states() == states
    assert len(world.cards()) == 1


def test_shard_that_always_fails_is_unread_and_resolves_nothing(world: World) -> None:
    with world.host() as host:
        world.sweep(host)
    states = world.states()
    with world.host("assess_shard") as host:
        world.run(host, "sweep_estate")
        eventually(lambda: world.messages_in("portcullis-shards"))
    world.fail({"match": {"path": GRAPH}, "status": 401})
    with world.host() as host:
        failed = eventually(lambda: next((one for one in world.sweeps()[:1] if one.closed), None))
    subscriptions = {
        f"/subscriptions/{each}" for shard in failed.shards for each in shard.subscriptions
    }
    assert [shard.state for shard in failed.shards] == [ShardState.UNREAD]
    assert set(failed.shards[0].unread) == subscriptions
    assert world.states() == states


def test_end_of_a_sweep_is_one_line_of_the_log(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with world.host() as host:
        ended = world.sweep(host)
        lines = eventually(
            lambda: [r.message for r in caplog.records if "event=sweep.ended" in r.message]
        )
    (line,) = lines
    assert f"sweep={ended.id} " in line
    assert 'shards=1 unread=0 unread_subscriptions=""' in line


def test_shard_message_that_nobody_wrote_stays_to_be_seen(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with world.host("abandon_shard") as host:
        world.sweep(host)
        world.put_in("portcullis-shards", "not ours")
        eventually(lambda: world.messages_in("portcullis-shards-poison"))
    assert world.messages_in("portcullis-shards-poison") == ["not ours"]
    events = [record.getMessage() for record in caplog.records if record.name == "portcullis"]
    failures = [event for event in events if "error=InvalidMessageError" in event]
    assert len(failures) == 5
    assert not any("not ours" in event for event in events)


def test_card_that_teams_refuses_is_kept_with_the_reason_and_not_sent_again(world: World) -> None:
    world.fail({"match": {"path": "^/teams/"}, "status": 400})
    with world.host() as host:
        world.sweep(host)
        world.fail()
        world.run(host, "tell_pending")
        world.sweep(host)
    kept = world.outbox()
    assert len(kept) == len(world.findings())
    assert {(event.state, event.reason) for event in kept} == {
        (EventState.REFUSED, "Teams refused the card with status 400")
    }
    assert world.cards() == []


def test_throttled_card_is_sent_when_teams_is_ready_without_a_failed_try(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    busy = {"status": 429, "headers": {"Retry-After": "1"}, "times": 6}
    world.fail({"match": {"path": "^/teams/"}, **busy})
    with world.host("abandon_announcement") as host:
        world.sweep(host)
    assert len(world.cards()) == 1
    assert world.messages_in("portcullis-notifications-poison") == []
    postponed = [record for record in caplog.records if "event=news.postponed" in record.message]
    assert [record.levelno for record in postponed] == [logging.WARNING] * 6


def test_faulty_settings_are_named_together_when_a_function_runs(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    faults = {"PORTCULLIS_CLOUD": "mars", "PORTCULLIS_SUBSCRIPTION": LEGACY}
    with running_world(tmp_path, **faults) as world, world.host() as host:
        world.run(host, "sweep_estate")
        (failure,) = eventually(
            lambda: [r.message for r in caplog.records if "event=work.failed" in r.message]
        )
    assert "error=InvalidSettingsError" in failure
    assert "PORTCULLIS_CLOUD: is 'mars'" in failure
    assert "PORTCULLIS_SUBSCRIPTION: is no setting; write PORTCULLIS_SUBSCRIPTIONS" in failure
