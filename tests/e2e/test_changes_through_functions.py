"""A change through the triggers: an event of Azure becomes a record and a card, kills or not."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest
import requests

from shared.findings.finding import ActorKind, Cause, FindingState, Transition
from shared.usecases.interfaces import EventState, Queue
from simulator.estate import one_change
from tests.e2e.card_browser import texts_of
from tests.e2e.functions_world import Host, World, eventually, running_world
from tests.e2e.test_kill import host_to_kill

pytestmark = pytest.mark.slow

CHANGE: Final = one_change()
ENDPOINT: Final = "/runtime/webhooks/EventGrid"
UPN: Final = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with running_world(tmp_path) as running:
        yield running


def event(subject: str = CHANGE.path, **members: object) -> dict[str, object]:
    """Give what Event Grid sends after a write."""
    return {
        "id": str(uuid.uuid4()),
        "topic": "/".join(subject.split("/")[:3]),
        "subject": subject,
        "eventType": "Microsoft.Resources.ResourceWriteSuccess",
        "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "dataVersion": "2",
        "data": {
            "claims": {UPN: "ana@contoso.example"},
            "correlationId": "c0ffee",
            "operationName": "Microsoft.Network/networkSecurityGroups/securityRules/write",
        },
        **members,
    }


def post(host: Host, *events: Mapping[str, object]) -> int:
    answer = requests.post(
        f"{host.url}{ENDPOINT}",
        params={"functionName": "on_resource_event"},
        headers={"aeg-event-type": "Notification"},
        json=list(events),
        timeout=30,
    )
    return answer.status_code


def is_at_rest(world: World) -> bool:
    """No change is marked or queued, and nothing is left to tell."""
    marks = world.runtime.changes
    subscription = CHANGE.path.split("/")[2]
    pending = [one for one in world.outbox() if one.state is EventState.PENDING]
    return not (pending or marks.marks(subscription, 1) or world.messages_in(Queue.CHANGES.value))


def steps_by_event(world: World) -> list[Transition]:
    store = world.runtime.findings
    return [
        step
        for one in world.findings()
        for step in store.history(one.record.finding.fingerprint)
        if step.cause is Cause.EVENT
    ]


def test_change_is_told_within_seconds_with_its_actor(world: World) -> None:
    with world.host() as host:
        world.sweep(host)
        before = len(world.cards())
        world.make_the_one_change()
        assert post(host, event()) == 202
        eventually(lambda: len(world.cards()) > before)
        eventually(lambda: is_at_rest(world))
    steps = steps_by_event(world)
    assert {step.after for step in steps} == {FindingState.RESOLVED}
    assert {(step.actor.name, step.actor.kind) for step in steps if step.actor} == {
        ("ana@contoso.example", ActorKind.USER)
    }
    assert len(world.cards()) == before + 1
    assert "ana@contoso" in " ".join(texts_of(world.cards()[-1])).replace("\\", "")
    lags = world.runtime.lags.lags()
    assert len(lags) == len(steps)
    assert all(0 <= lag.received <= lag.judged <= lag.told < 15 for lag in lags)


def test_events_in_both_schemas_doubled_and_malformed_do_no_harm(world: World) -> None:
    plain = event()
    cloud = {
        "specversion": "1.0",
        "source": plain["topic"],
        "type": plain["eventType"],
        "time": plain["eventTime"],
        **{name: plain[name] for name in ("id", "subject", "data")},
    }
    malformed: list[dict[str, object]] = [
        event(subject="../x"),
        event(id=7),
        {"eventType": "x" * 10},
        {},
    ]
    with world.host() as host:
        world.sweep(host)
        before = world.cards()
        assert post(host, *[plain, cloud] * 20, *malformed, event(eventTime="rubbish")) == 202
        eventually(lambda: is_at_rest(world))
    assert world.cards() == before
    assert world.runtime.changes.refused_count() == 3
    assert world.messages_in(f"{Queue.CHANGES}-poison") == []


def is_marked(world: World) -> bool:
    return bool(world.runtime.changes.marks(CHANGE.path.split("/")[2], 1))


def is_recorded(world: World) -> bool:
    return bool(steps_by_event(world))


@pytest.mark.parametrize("is_time", [is_marked, is_recorded])
def test_change_that_a_kill_interrupts_ends_as_if_it_had_not(
    world: World, is_time: Callable[[World], bool]
) -> None:
    with world.host() as host:
        world.sweep(host)
    before = world.cards()
    world.make_the_one_change()
    world.fail({"match": {"path": "/Microsoft.ResourceGraph/"}, "delay_seconds": 0.3})
    with host_to_kill(world) as doomed:
        post(doomed, event())
        eventually(lambda: is_time(world))
        doomed.kill()
    with world.host():
        eventually(lambda: bool(steps_by_event(world)) and is_at_rest(world))
    assert {step.after for step in steps_by_event(world)} == {FindingState.RESOLVED}
    new = world.cards()[len(before) :]
    assert [card["body"] for card in new] == [new[0]["body"]] * len(new)
    assert world.messages_in(f"{Queue.CHANGES}-poison") == []
