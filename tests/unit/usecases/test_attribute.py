"""What a sweep finds is attributed by one question to Azure's own record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from shared.findings.finding import Actor
from shared.network.ids import ResourceId
from shared.usecases.attribute import MARGIN, RECORDED
from shared.usecases.sweep import assess_shard, plan_sweep
from tests.change_stage import ANA
from tests.recording_samples import NOON, finding, minutes, vm
from tests.sweep_stage import EVERYTHING, A, B, Estate, Stage


@dataclass
class Log:
    """A `ChangeLog` that notes what it is asked."""

    known: Mapping[ResourceId, Actor]
    asked: list[tuple[Sequence[ResourceId], datetime]] = field(default_factory=list)

    def actors(
        self, resources: Sequence[ResourceId], since: datetime
    ) -> Mapping[ResourceId, Actor]:
        self.asked.append((resources, since))
        return self.known


def swept(stage: Stage, log: Log, minute: float) -> None:
    stage.clock.present = stage.estate.observed_at = minutes(minute)
    surroundings = replace(stage.surroundings, log=log)
    planned = plan_sweep(surroundings, EVERYTHING)
    assess_shard(surroundings, stage.estate.judge, planned.id, 0)


def test_steps_of_a_shard_take_one_question() -> None:
    stage = Stage(Estate(found=[finding("web", of=A), finding("db", of=B)]))
    log = Log({vm("web", A): ANA})
    swept(stage, log, 0)
    assert [set(resources) for resources, _ in log.asked] == [{vm("web", A), vm("db", B)}]
    steps = {
        event.transition.finding.resource.name: event.transition.actor
        for of in (A, B)
        for event in stage.findings.events(of)
    }
    assert steps == {"web": ANA, "db": None}


def test_sweep_without_a_step_asks_nothing() -> None:
    stage = Stage(Estate(found=[finding("web", of=A)]))
    swept(stage, Log({}), 0)
    log = Log({})
    swept(stage, log, 60)
    assert log.asked == []


def test_first_sweep_asks_for_as_long_as_azure_remembers() -> None:
    stage = Stage(Estate(found=[finding("web", of=A)]))
    log = Log({})
    swept(stage, log, 0)
    assert log.asked[0][1] == NOON - RECORDED


def test_later_sweep_asks_back_to_the_one_before() -> None:
    stage = Stage(Estate())
    swept(stage, Log({}), 0)
    stage.estate.found = [finding("web", of=A)]
    log = Log({})
    swept(stage, log, 60)
    assert log.asked[0][1] == NOON - MARGIN
    assert timedelta(0) < MARGIN
