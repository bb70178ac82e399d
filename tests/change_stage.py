"""The assessment of changes in memory, over machines that are open or closed as a test wants."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.checks.result import Json
from shared.findings.finding import Actor, ActorKind, Finding, FindingState, Transition
from shared.findings.judgement import Judgement
from shared.findings.resource_change import ResourceChange
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot
from shared.network.topology import VirtualMachine
from shared.usecases.change_inbox import (
    SPACING,
    ChangeInbox,
    LookRequests,
    ReadEvent,
    Received,
    receive_event,
)
from shared.usecases.changes import ChangeDesk, Work, look_again
from shared.usecases.interfaces import Neighbourhood, Queue, Scope, Subscription
from shared.usecases.notify import Announcer
from shared.usecases.sweep import Surroundings
from tests.memory_marks import MemoryLags, MemoryMarks
from tests.memory_store import MemoryFindingStore, MemoryQueue, MemorySweepStore, Writes
from tests.recording_samples import SUBSCRIPTION, SetClock, finding, vm

ANA = Actor("ana@contoso.example", ActorKind.USER, "Azure CLI", "write", "c0ffee")


def change(
    name: str = "web",
    event: str = "event-1",
    *,
    of: str = SUBSCRIPTION,
    actor: Actor | None = ANA,
    occurred: datetime | None = None,
    deleted: bool = False,
) -> ResourceChange:
    """Give the change of one virtual machine, received a second after it occurred."""
    at = occurred or SetClock().present
    received = at + timedelta(seconds=1)
    return ResourceChange(vm(name, of), at, received, event, deleted, actor)


def _nothing() -> None:
    """Let the reading go on."""


@dataclass
class World:
    """Virtual machines, and an `Inventory` that reads them fresh; the open ones are findings."""

    clock: SetClock
    machines: dict[ResourceId, bool] = field(default_factory=dict)
    beside: dict[ResourceId, ResourceId] = field(default_factory=dict)
    doors: dict[ResourceId, ResourceId] = field(default_factory=dict)
    wide: frozenset[str] = frozenset()
    before_reading: Callable[[], None] = _nothing
    after_reading: Callable[[], None] = _nothing
    loose: frozenset[ResourceId] = frozenset()
    is_behind: bool = False
    asked: list[Sequence[ResourceId]] = field(default_factory=list)
    recent: list[Collection[ResourceId]] = field(default_factory=list)
    confirmed: list[Sequence[ResourceId]] = field(default_factory=list)

    def set(self, name: str, *, is_open: bool, of: str = SUBSCRIPTION) -> None:
        """Open or close a machine."""
        self.machines[vm(name, of)] = is_open

    def around(
        self, changed: Sequence[ResourceId], recent: Collection[ResourceId] = ()
    ) -> Neighbourhood:
        """Read these machines, and those that they touch."""
        self.before_reading()
        self.asked.append(changed)
        self.recent.append(recent)
        self.clock.sleep(0.001)
        observed_at = self.clock.now()
        touched = {*changed, *(self.beside[one] for one in changed if one in self.beside)}
        gone = frozenset(touched - self.machines.keys())
        seen = {one: _machine(one) for one in sorted(touched) if self.machines.get(one)}
        snapshot = Snapshot(observed_at, virtual_machines=seen)
        self.after_reading()
        return Neighbourhood(
            snapshot,
            frozenset(touched),
            gone,
            self.wide,
            self.loose,
            frozenset(changed),
            self.is_behind,
            arm_reads=len(touched),
        )

    def subscriptions(self, scope: Scope) -> Sequence[Subscription]:
        """List what was asked for."""
        return [Subscription(one, one, 1) for one in scope.subscriptions]

    def read(self, subscriptions: Sequence[str]) -> Snapshot:
        """Read every machine of some subscriptions."""
        self.clock.sleep(0.001)
        seen = {
            one: _machine(one)
            for one, is_open in self.machines.items()
            if is_open and one.subscription in subscriptions
        }
        return Snapshot(self.clock.now(), virtual_machines=seen)

    def refreshed(self, snapshot: Snapshot, resources: Sequence[ResourceId]) -> Snapshot:
        """Confirm whatever was read."""
        self.confirmed.append(resources)
        return snapshot

    def judge(self, snapshot: Snapshot) -> Judgement:
        """Find what is open, through the machine's door where it has one."""
        return Judgement(tuple(map(self._finding, snapshot.virtual_machines)))

    def _finding(self, machine: ResourceId) -> Finding:
        door = self.doors.get(machine, machine)
        evidence: Mapping[str, Json] = {"exposures": [{"front_door": {"id": door.text}}]}
        return finding(machine.name, of=machine.subscription, evidence=evidence)


def _machine(resource: ResourceId) -> VirtualMachine:
    return VirtualMachine(resource, ())


@dataclass
class Channel:
    """A receiver that keeps cards, and answers as `answers` says, one error or None a card."""

    answers: list[Exception | None] = field(default_factory=list)
    cards: list[Mapping[str, Json]] = field(default_factory=list)

    def send(self, card: Mapping[str, Json]) -> None:
        """Take or refuse one card."""
        if self.answers and (error := self.answers.pop(0)) is not None:
            raise error
        self.cards.append(card)


class ChangeStage:
    """A desk in memory, which counts and kills all its writes together."""

    def __init__(self, marks: MemoryMarks | None = None) -> None:
        self.clock = SetClock()
        self.world = World(self.clock)
        self.findings = MemoryFindingStore()
        self.sweeps = MemorySweepStore()
        self.queue = MemoryQueue()
        self.marks = marks or MemoryMarks()
        self.lags = MemoryLags()
        self.channel = Channel()
        self.kill_at(None)
        surroundings = Surroundings(self.world, self.findings, self.sweeps, self.queue, self.clock)
        announcer = Announcer(self.findings, self.channel, self.clock, lags=self.lags)
        self.desk = ChangeDesk(surroundings, self.marks, self.world.judge, announcer)
        self.looks_wanted = LookRequests(self.queue, self.clock)

    def kill_at(self, deadly: int | None) -> None:
        """Kill before this write from now on; None for never."""
        self.writes = Writes(deadly)
        for part in (self.findings, self.sweeps, self.queue, self.marks, self.lags):
            part.writes = self.writes

    def note(self, what: ResourceChange, owner: str = "message-1") -> Work:
        """Mark a change, and look at it at once."""
        self.marks.mark(what)
        return look_again(self.desk, what.subject.subscription, owner)

    def receive(self, what: ResourceChange) -> Received:
        """Take the event of a change."""
        return self.take("an event", lambda _text, _at: what)

    def take(self, text: str, read: ReadEvent) -> Received:
        """Take an event, read in some way."""
        inbox = ChangeInbox(read, self.marks, self.looks_wanted, self.clock)
        return receive_event(text, inbox)

    def look(self, of: str = SUBSCRIPTION, owner: str = "look") -> Work:
        """Deliver a message that asks to look again."""
        return look_again(self.desk, of, owner)

    def deliver(self, message: Mapping[str, Json], owner: str) -> Work:
        """Deliver a message of the queue of changes, when its delay is over."""
        self.clock.sleep(SPACING.total_seconds())
        return self.look(str(message["look"]), owner)

    def looks(self) -> list[Json]:
        """Name the subscriptions that messages ask to look at."""
        return [each["look"] for each in self.queue.sent(Queue.CHANGES)]

    def open_names(self, of: str = SUBSCRIPTION) -> set[str]:
        """Name the machines with an open finding."""
        return {
            stored.record.finding.resource.name
            for stored in self.findings.findings(of)
            if stored.record.state is FindingState.OPEN
        }

    def steps(self, of: str = SUBSCRIPTION) -> list[Transition]:
        """Give the newest step of every finding."""
        records = [stored.record.finding for stored in self.findings.findings(of)]
        return [self.findings.history(one.fingerprint)[0] for one in records]
