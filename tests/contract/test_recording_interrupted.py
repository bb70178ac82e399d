"""Recording in Azure Table Storage that is killed at any request, or done by several at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import count
from typing import NamedTuple

import pytest
from azure.data.tables import TableServiceClient

from shared.adapters.tables import TableStores
from shared.findings.coverage import Coverage
from shared.findings.finding import Cause, Finding, FindingState
from shared.usecases.assess import Assessment, record
from tests.azurite import Azurite
from tests.memory_store import Killed
from tests.recording_samples import SetClock, finding, minutes, subscription

_numbers = count(1)

FIRST = ("kept", "gone")
SECOND = ("kept", "new", "newer")


class Deadly:
    """Kills the process at one of its requests: before it is sent, or with its answer lost."""

    def __init__(self, at: int | None = None) -> None:
        self.at = at
        self.requests = 0

    def __call__(self, _: object) -> None:
        self.requests += 1
        if self.at is not None and self.requests > self.at:
            raise Killed


def sweep(service: TableServiceClient, home: str, names: tuple[str, ...], at: int) -> None:
    found: list[Finding] = [finding(name, of=home) for name in names]
    assessment = Assessment(Coverage(home, minutes(at)), found, Cause.SWEEP, f"sweep-{at}")
    record(assessment, TableStores(service).findings, SetClock(minutes(at + 1)))


class LeftBehind(NamedTuple):
    """What is recorded, by the names of the virtual machines."""

    told: list[tuple[str, FindingState]]
    states: dict[str, tuple[FindingState, datetime, datetime]]
    steps: dict[str, list[tuple[FindingState | None, FindingState, datetime]]]
    watermark: datetime | None


def left_behind(azurite: Azurite, home: str) -> LeftBehind:
    """Tell everything, and give what is then recorded."""
    store = TableStores.from_connection_string(azurite.connection_string).findings
    told = [(e.transition.finding.resource.name, e.transition.after) for e in store.events(home)]
    store.settle(list(store.events(home)))
    records = {s.record.finding.resource.name: s.record for s in store.findings(home)}
    return LeftBehind(
        told=sorted(told),
        states={name: (r.state, r.observed_at, r.since) for name, r in records.items()},
        steps={
            name: [
                (step.before, step.after, step.at)
                for step in store.history(each.finding.fingerprint)
            ]
            for name, each in records.items()
        },
        watermark=store.watermark(home).observed_at,
    )


@pytest.mark.parametrize("hook", ["raw_request_hook", "raw_response_hook"])
def test_kill_at_any_request_is_made_good_by_the_next_run(azurite: Azurite, hook: str) -> None:
    calm = TableServiceClient.from_connection_string(azurite.connection_string)
    whole = subscription(0xF4_0000 + next(_numbers))
    sweep(calm, whole, FIRST, 0)
    counted = Deadly()
    service = TableServiceClient.from_connection_string(
        azurite.connection_string, **{hook: counted}
    )
    sweep(service, whole, SECOND, 60)
    expected = left_behind(azurite, whole)

    for at in range(counted.requests):
        home = subscription(0xF4_0000 + next(_numbers))
        sweep(calm, home, FIRST, 0)
        deadly = TableServiceClient.from_connection_string(
            azurite.connection_string, **{hook: Deadly(at)}
        )
        with pytest.raises(Killed):
            sweep(deadly, home, SECOND, 60)
        sweep(calm, home, SECOND, 60)
        assert left_behind(azurite, home) == expected


def test_concurrent_recorders_leave_one_of_each_step(azurite: Azurite) -> None:
    home = subscription(0xF4_0000 + next(_numbers))
    calm = TableServiceClient.from_connection_string(azurite.connection_string)
    sweep(calm, home, FIRST, 0)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: sweep(calm, home, SECOND, 60), range(4)))

    alone = subscription(0xF4_0000 + next(_numbers))
    sweep(calm, alone, FIRST, 0)
    sweep(calm, alone, SECOND, 60)
    assert without_times(azurite, home) == without_times(azurite, alone)


def without_times(azurite: Azurite, home: str) -> object:
    """Give what was told and the steps of each finding, whenever they were recorded."""
    left = left_behind(azurite, home)
    return left.told, {name: [step[:2] for step in taken] for name, taken in left.steps.items()}
