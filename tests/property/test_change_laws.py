"""Laws of assessing changes: whatever happens meanwhile, no change is left behind.

A script drives the world: at each step of a worker machines may open or close, messages may be
delivered (late, twice, out of order) to other workers, sweeps may run, and the worker may be
killed.  When everything has come to rest the store is what judging the final estate gives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.checks.result import Json
from shared.findings.finding import Cause
from shared.findings.resource_change import ResourceChange
from shared.usecases.interfaces import Queue, Scope
from shared.usecases.sweep import assess_shard, plan_sweep
from tests.change_stage import ChangeStage, change
from tests.memory_marks import MemoryMarks
from tests.memory_store import Killed
from tests.recording_samples import SUBSCRIPTION

NAMES = ("a", "b", "c")
DEPTH = 3
VISIBILITY_SECONDS = 30.0


class Act(StrEnum):
    """What can happen between two steps of a worker."""

    ARRIVE = "arrive"
    CHANGE = "change"
    DELIVER = "deliver"
    REPEAT = "repeat"
    SWEEP = "sweep"
    KILL = "kill"


@dataclass(frozen=True)
class Happening:
    """Something that happens after so many steps; `number` picks what or which."""

    steps: int
    act: Act
    number: int


Script = list[Happening]
Told = ResourceChange | Mapping[str, Json]
"""What is on its way: an event, or a message of the queue."""
ACTS: Final = (*Act, Act.ARRIVE, Act.ARRIVE)
scripts: st.SearchStrategy[Script] = st.lists(
    st.builds(Happening, st.integers(0, 16), st.sampled_from(ACTS), st.integers(0, 5)),
    max_size=12,
)


@dataclass
class WatchedMarks(MemoryMarks):
    """Marks that let the script go on before and after each use."""

    happens: Callable[[], None] = field(default=lambda: None)

    def __getattribute__(self, name: str) -> object:
        found = super().__getattribute__(name)
        if name not in {"mark", "marks", "settle", "claim", "release"}:
            return found

        def watched(*arguments: object) -> object:
            self.happens()
            result = found(*arguments)
            self.happens()
            return result

        return watched


class Play:
    """Runs one script, then lets everything come to rest."""

    def __init__(self, script: Script) -> None:
        self.script = list(script)
        self.marks = WatchedMarks()
        self.stage = ChangeStage(self.marks)
        self.stage.world.before_reading = self.stage.world.after_reading = self.happens
        self.marks.happens = self.happens
        self.waiting: list[tuple[str, Told]] = []
        self.old: list[tuple[str, Told]] = []
        self.number = 0
        self.depth = 0
        self.told = 0
        self.passed = 0

    def happens(self) -> None:
        """Let the script go on inside of whatever a worker is doing."""
        self.stage.clock.sleep(0.01)
        self.passed += 1
        while self.script and self.script[0].steps <= self.passed and self.depth <= DEPTH:
            self.passed = 0
            self.act(self.script.pop(0))

    def act(self, happening: Happening) -> None:
        """Do one thing of the script."""
        number = happening.number
        match happening.act:
            case Act.ARRIVE:
                self.change(NAMES[number % len(NAMES)])
                self.deliver(len(self.waiting) - 1)
                self.deliver(len(self.waiting) - 1)
            case Act.CHANGE:
                self.change(NAMES[number % len(NAMES)])
            case Act.DELIVER:
                self.deliver(number)
            case Act.REPEAT if self.old:
                self.waiting.append(self.old[number % len(self.old)])
            case Act.SWEEP:
                self.sweep()
            case Act.KILL if self.depth:
                raise Killed
            case _:
                pass

    def change(self, name: str) -> None:
        """Open or close a machine in Azure, which sends an event."""
        self.number += 1
        world = self.stage.world
        is_open = next((o for one, o in world.machines.items() if one.name == name), False)
        world.set(name, is_open=not is_open)
        told = change(name, f"event-{self.number}", occurred=self.stage.clock.now())
        self.waiting.append((f"event-{self.number}", told))

    def deliver(self, number: int) -> None:
        """Have an event taken, or a message worked on; after a kill it comes back."""
        if not self.waiting:
            return
        owner, told = self.waiting.pop(number % len(self.waiting))
        self.old.append((owner, told))
        self.depth += 1
        try:
            if isinstance(told, ResourceChange):
                self.stage.receive(told)
            else:
                work = self.stage.deliver(told, owner)
                self.told += sum(delivery.told for delivery in work.deliveries)
        except Killed:
            self.waiting.append((owner, told))
        finally:
            self.depth -= 1
            self.collect()

    def collect(self) -> None:
        """Take what workers sent to the queue."""
        for message in self.stage.queue.sent(Queue.CHANGES):
            self.number += 1
            self.waiting.append((f"message-{self.number}", message))
        self.stage.queue.messages.clear()

    def sweep(self) -> None:
        """Sweep the subscription."""
        surroundings = self.stage.desk.surroundings
        planned = plan_sweep(surroundings, Scope((SUBSCRIPTION,)))
        assess_shard(surroundings, self.stage.world.judge, planned.id, 0)
        self.collect()

    def rest(self) -> None:
        """Let every message be worked on, as long as there are any."""
        while self.script:
            self.happens()
        while self.waiting:
            self.stage.clock.sleep(VISIBILITY_SECONDS)
            self.deliver(0)


often: Final = settings(max_examples=300, deadline=None)


def played(script: Script) -> Play:
    play = Play(script)
    play.rest()
    return play


@often
@given(scripts)
def test_store_ends_as_judging_the_final_estate_whatever_happened(script: Script) -> None:
    stage = played(script).stage
    truth = {one.name for one, is_open in stage.world.machines.items() if is_open}
    assert stage.open_names() == truth


@often
@given(scripts)
def test_no_mark_is_left_behind(script: Script) -> None:
    assert played(script).marks.marks(SUBSCRIPTION, 10) == ()


@often
@given(scripts)
def test_all_news_of_changes_is_told(script: Script) -> None:
    events = played(script).stage.findings.events(SUBSCRIPTION)
    assert not any(event.transition.run.startswith("event-") for event in events)


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 3)), max_size=12), st.randoms())
def test_events_twice_late_and_in_any_order_end_the_same(
    changes: list[tuple[str, int]], random: Random
) -> None:
    play = Play([])
    for name, repeats in changes:
        play.change(name)
        play.stage.clock.sleep(1)
        play.waiting.extend(play.waiting[-1:] * repeats)
    random.shuffle(play.waiting)
    play.rest()
    truth = {one.name for one, is_open in play.stage.world.machines.items() if is_open}
    assert play.stage.open_names() == truth


@often
@given(scripts)
def test_nothing_is_told_twice_unless_somebody_is_killed(script: Script) -> None:
    play = played([each for each in script if each.act is not Act.KILL])
    store = play.stage.findings
    steps = [
        step
        for record in store.findings(SUBSCRIPTION)
        for step in store.history(record.record.finding.fingerprint)
        if step.cause is Cause.EVENT
    ]
    assert play.told == len(steps)
