"""From a write in Azure to the card: Event Grid tells the app, well or badly; nothing is lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, TypeAlias

import pytest

from functions_host.host import start as start_host
from shared.findings.finding import Cause, FindingState
from simulator.estate import one_opening, sample_estate
from simulator.settings import Settings
from tests.e2e.card_browser import texts_of
from tests.e2e.event_world import ANA, GRAPH, Changes, rule, told_by_events
from tests.e2e.functions_world import LEASE, World, eventually, running_world
from tests.e2e.test_kill import host_to_kill

pytestmark = pytest.mark.slow

NSG: Final = one_opening().nsg_id
VM: Final = one_opening().vm_id
CORRELATION: Final = "5f1b2a4e-0c2f-4a7e-9f0e-7d8f1c3b2a10"
BOUND_SECONDS: Final = 30.0
FLOCK: Final = tuple(
    told.nsg_id
    for name in ("front", "app", "strict", "https-only", "nat-front-port-only", "nat-hidden-port")
    for told in sample_estate().nsg_stories
    if told.name == f"nsg-{name}"
)
WRITE: Final = "Microsoft.Resources.ResourceWriteSuccess"

Seen: TypeAlias = tuple[dict[str, tuple[str, str]], int]
"""State and severity of each finding, and the number of cards."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Changes]:
    with (
        running_world(tmp_path_factory.mktemp("app")) as world,
        told_by_events(world) as changes,
    ):
        yield changes


@pytest.fixture
def changes(app: Changes) -> Iterator[Changes]:
    """Give the app whose estate and settings are put back afterwards."""
    yield app
    app.disturb(**{**Settings().as_json(), "quota_queries": None})
    app.subscribe()
    for nsg in (NSG, *FLOCK):
        app.close_ssh(nsg)
    app.settle()


def states_of(world: World, *resources: str) -> set[FindingState]:
    """Give the states of the findings about SSH on some resources."""
    keys = {resource.lower() for resource in resources}
    return {
        one.record.state
        for one in world.findings()
        if one.record.finding.resource.key in keys
        and one.record.finding.check in {"vm-ssh-reachable", "nsg-ssh-open"}
    }


def seen(world: World) -> Seen:
    return world.states(), len(world.cards())


def swept(changes: Changes) -> Seen:
    """Sweep, and give what is seen after it."""
    changes.world.sweep(changes.host)
    return seen(changes.world)


def new_cards(world: World, known: int) -> list[str]:
    """Give the whole text of each card after those known, free of escapes."""
    return [" ".join(texts_of(card)).replace("\\", "") for card in world.cards()[known:]]


def seconds_to_card(world: World, change: Callable[[], None]) -> float:
    """Make a change and give the seconds until the next card is there."""
    cards, began = len(world.cards()), time.monotonic()
    change()
    while len(world.cards()) == cards:
        assert time.monotonic() - began < BOUND_SECONDS
        time.sleep(0.01)
    return time.monotonic() - began


@pytest.mark.parametrize(
    "schema", ["EventGridSchema", "CloudEventSchemaV1_0", "resource-notifications"]
)
def test_opened_rule_becomes_a_card_with_few_requests(changes: Changes, schema: str) -> None:
    world = changes.world
    changes.subscribe(schema)
    changes.forget()
    seconds = seconds_to_card(world, lambda: changes.open_ssh(NSG))
    changes.settle()
    reads, queries = changes.asked()
    print(f"{schema}: card after {seconds:.2f} s, {reads} ARM reads, {queries} queries")
    assert states_of(world, VM, NSG) == {FindingState.OPEN}
    assert reads <= 4
    assert queries <= 2


def test_change_that_was_told_is_nothing_new_to_a_sweep(changes: Changes) -> None:
    changes.open_ssh(NSG)
    changes.settle()
    before = seen(changes.world)
    assert swept(changes) == before


def test_card_of_a_change_names_who_made_it(changes: Changes) -> None:
    known = len(changes.world.cards())
    changes.open_ssh(NSG, CORRELATION)
    changes.settle()
    told = new_cards(changes.world, known)
    assert told
    assert all(ANA in text and CORRELATION in text for text in told)


def test_closed_rule_resolves_by_event(changes: Changes) -> None:
    changes.open_ssh(NSG)
    changes.settle()
    sweeps = len(changes.world.sweeps())
    seconds = seconds_to_card(changes.world, lambda: changes.close_ssh(NSG))
    changes.settle()
    print(f"closing card after {seconds:.2f} s")
    assert states_of(changes.world, VM, NSG) == {FindingState.RESOLVED}
    assert len(changes.world.sweeps()) == sweeps


def test_deleted_group_closes_its_finding_by_event(changes: Changes) -> None:
    forgotten = next(one.nsg_id for one in sample_estate().nsg_stories if not one.attached)
    changes.send("DELETE", forgotten)
    changes.settle()
    assert states_of(changes.world, forgotten) == {FindingState.RESOLVED}
    before = seen(changes.world)
    assert swept(changes) == before


def test_doubled_and_shuffled_events_tell_nothing_twice(changes: Changes) -> None:
    known = len(changes.world.cards())
    changes.disturb(event_copies=3, event_spread_seconds=2.0)
    for _ in range(3):
        changes.open_ssh(NSG)
        changes.close_ssh(NSG)
    changes.open_ssh(NSG)
    changes.settle()
    told = new_cards(changes.world, known)
    assert states_of(changes.world, VM, NSG) == {FindingState.OPEN}
    assert len(set(told)) == len(told)
    before = seen(changes.world)
    assert swept(changes) == before
    assert changes.poisoned() == []


def deploy(changes: Changes, groups: Sequence[str]) -> None:
    """Write many rules in one deployment, one of each group opening SSH."""
    for nsg in groups:
        for number in range(5):
            path = f"{nsg}/securityRules/service-{number}"
            changes.send("PUT", path, rule(110 + number, 8080 + number), CORRELATION)
        changes.open_ssh(nsg, CORRELATION)


def test_burst_of_one_deployment_is_one_card_that_names_it(changes: Changes) -> None:
    known = len(changes.world.cards())
    deploy(changes, FLOCK)
    changes.settle()
    (text,) = new_cards(changes.world, known)
    assert "ONE DEPLOYMENT" in text
    assert ANA in text
    assert CORRELATION in text
    assert states_of(changes.world, *FLOCK) == {FindingState.OPEN}
    before = seen(changes.world)
    assert swept(changes) == before


def test_lost_events_are_made_good_by_the_next_sweep(changes: Changes) -> None:
    changes.disturb(event_share_lost=0.5)
    for nsg in (NSG, *FLOCK):
        changes.open_ssh(nsg)
    changes.settle()
    deliveries = changes.world.simulator.simulation.events.deliveries()
    assert {one["state"] for one in deliveries} == {"delivered", "lost"}
    changes.world.sweep(changes.host)
    assert states_of(changes.world, VM, NSG, *FLOCK) == {FindingState.OPEN}


def test_malformed_posts_are_taken_and_counted(changes: Changes) -> None:
    before = seen(changes.world)
    refused = changes.world.runtime.changes.refused_count()
    changes.post(
        {"id": "1", "eventType": WRITE},
        {"id": "2", "eventType": WRITE, "subject": "/../x"},
        {"id": "3", "eventType": WRITE, "subject": NSG, "data": "}{"},
        {"specversion": "1.0", "id": "4", "type": 7, "subject": NSG},
    )
    changes.post({"id": "5", "eventType": "Microsoft.Storage.BlobCreated", "subject": "/x"})
    changes.settle()
    assert seen(changes.world) == before
    assert changes.world.runtime.changes.refused_count() == refused + 4
    assert changes.poisoned() == []


def causes(world: World) -> list[Cause]:
    """Give why the machine's finding about SSH took its steps, newest first."""
    return [
        step.cause
        for one in world.findings()
        if one.record.finding.resource.key == VM.lower()
        and one.record.finding.check == "vm-ssh-reachable"
        for step in world.runtime.findings.history(one.record.finding.fingerprint)
    ]


def test_lagging_index_makes_no_false_card_and_no_flapping(changes: Changes) -> None:
    world = changes.world
    before = len(causes(world))
    changes.disturb(index_lag_seconds=30.0)
    for change in (changes.open_ssh, changes.close_ssh, changes.open_ssh):
        change(NSG)
        changes.settle()
        told = seen(world)
        assert swept(changes) == told
    world.control("POST", "/simulator/index/catch-up")
    told = seen(world)
    assert swept(changes) == told
    steps = causes(world)
    assert steps[: len(steps) - before] == [Cause.EVENT] * 3


def is_queued(world: World) -> bool:
    """An event reached the app."""
    events = world.simulator.simulation.events.deliveries()
    return any(one["state"] == "delivered" for one in events)


def is_reading(world: World) -> bool:
    """What lies around a change is being read."""
    return any(one.path == GRAPH for one in world.simulator.simulation.log)


def is_telling(world: World) -> bool:
    """A card was accepted, and its news may not be settled yet."""
    return any(one.path.startswith("/teams/") for one in world.simulator.simulation.log)


@pytest.mark.parametrize("is_time", [is_queued, is_reading, is_telling])
def test_worker_that_is_killed_leaves_nothing_undone(
    tmp_path: Path, is_time: Callable[[World], bool]
) -> None:
    with running_world(tmp_path) as world:
        with world.host() as host:
            world.sweep(host)
        known = len(world.cards())
        world.fail({"match": {"path": "/Microsoft.ResourceGraph/"}, "delay_seconds": 0.2})
        with host_to_kill(world) as doomed:
            changes = Changes(world, doomed)
            changes.subscribe()
            changes.forget()
            for nsg in (NSG, *FLOCK):
                changes.open_ssh(nsg, CORRELATION)
            eventually(lambda: is_time(world))
            doomed.kill()
        port = int(doomed.url.rpartition(":")[2])
        with start_host(world.app_dir, world.settings, port, lease=LEASE):
            changes.settle()
            before = seen(world)
            assert states_of(world, VM, NSG, *FLOCK) == {FindingState.OPEN}
            assert swept(changes) == before
        told = new_cards(world, known)
        assert all(CORRELATION in text for text in told)
        assert changes.poisoned() == []
