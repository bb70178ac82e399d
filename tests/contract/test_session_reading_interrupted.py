"""Reading of audit logs that is killed at any request, or done by two at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from azure.data.tables import TableServiceClient

from shared.adapters.tables import TableStores
from shared.findings.session_signals import SignalRules
from shared.packetset.addresses import AddressSet
from shared.usecases.sessions import read_sessions
from simulator.audit_log import FAILED, log_path
from tests.azurite import Azurite
from tests.memory_store import Killed
from tests.session_samples import ago
from tests.session_world import World


@pytest.fixture
def world(azurite: Azurite) -> World:
    return World(azurite)


class Deadly:
    """Kills the process at one of its requests: before it is sent, or with its answer lost."""

    def __init__(self, at: int | None = None) -> None:
        self.at = at
        self.requests = 0

    def __call__(self, _: object) -> None:
        self.requests += 1
        if self.at is not None and self.requests > self.at:
            raise Killed


def busy_hour(world: World) -> None:
    """Write sessions, failures and a broken line, some of them known already."""
    world.rules = SignalRules(failures=3, trusted=AddressSet.of(["203.0.113.0/24"]))
    failures = [
        world.host.record(ago(minutes=30 - n), message=FAILED, clientIpAddress="198.51.100.7")
        for n in range(2)
    ]
    world.log.write(world.host.record(ago(minutes=45)), *failures)
    world.read()
    third = world.host.record(ago(minutes=27), message=FAILED, clientIpAddress="198.51.100.7")
    world.log.write(third, world.host.record(ago(minutes=20), userName="root"))
    world.log.append(world.host.id.text, ago(minutes=20), b"broken\n")


def left_behind(world: World) -> object:
    partition = "broken|logs"
    name = log_path(world.host.id.text, ago(minutes=20))
    kept = [one for one in world.rows("sessionstate", partition) if one["name"] == name]
    cursors = [
        (row["name"] == name, row["sessions"], row["broken"])
        for blob, row in _cursor_rows(world)
        if blob
    ]
    return (
        [(one.time, one.outcome, one.user_name) for one in world.stored()],
        sorted((one.kind, one.client_address, one.count) for one in world.signals()),
        len(kept),
        world.last_record(),
        cursors,
    )


def _cursor_rows(world: World) -> list[tuple[str, dict[str, object]]]:
    reading = world.reading()
    (folder,) = reading.logs[0].folders()
    found = reading.places.cursors(folder, "")
    return [
        (name, {"name": name, "sessions": one.sessions, "broken": one.broken, "seen": one.seen})
        for name, one in found.items()
    ]


@pytest.mark.slow
@pytest.mark.parametrize("hook", ["raw_request_hook", "raw_response_hook"])
def test_kill_at_any_request_loses_nothing_and_adds_nothing_twice(
    azurite: Azurite, hook: str
) -> None:
    def tables(deadly: Deadly) -> TableStores:
        text = azurite.connection_string
        return TableStores(TableServiceClient.from_connection_string(text, **{hook: deadly}))

    calm = World(azurite)
    busy_hour(calm)
    counted = Deadly()
    read_sessions(calm.reading(tables(counted)))
    expected = left_behind(calm)

    for at in range(counted.requests):
        world = World(azurite)
        busy_hour(world)
        with pytest.raises(Killed):
            read_sessions(world.reading(tables(Deadly(at))))
        world.read()
        assert left_behind(world) == expected, at


def test_kill_between_sessions_and_place_is_among_those_kills(world: World) -> None:
    world.log.write(world.host.record(ago(hours=1), tunnelId="once"))
    reading = world.reading()

    class Dying:
        def __getattr__(self, name: str) -> object:
            return getattr(reading.places, name)

        def advance(self, *_: object) -> None:
            raise Killed

    with pytest.raises(Killed):
        read_sessions(replace(reading, places=Dying()))  # type: ignore[arg-type]  # dies as asked
    assert world.tunnels() == ["once"]
    assert world.read().sessions == 1
    assert world.tunnels() == ["once"]


def test_two_readers_of_one_log_leave_one_of_each(world: World) -> None:
    world.log.write(*(world.host.record(ago(minutes=50 - n), tunnelId=f"t{n}") for n in range(5)))
    first, second = world.reading(), world.reading()

    class Overtaken:
        def __getattr__(self, name: str) -> object:
            return getattr(first.places, name)

        def advance(self, *place: Any) -> object:  # noqa: ANN401 - handed on
            read_sessions(second)
            return first.places.advance(*place)

    read_sessions(replace(first, places=Overtaken()))  # type: ignore[arg-type]  # hands on
    assert world.tunnels() == [f"t{n}" for n in range(5)]
    assert [row["sessions"] for _, row in _cursor_rows(world)] == [5]
