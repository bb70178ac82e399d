"""A small simulated estate that changes, and the app that hears of it well or badly.

Everything between Azure's requests and the record is the product's own; storage and Event Grid
are in memory, so that each step of a walk, and nothing else, decides what happens next.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Any, Final, TypeAlias

import requests

from shared.adapters.payloads import SnapshotBuilder
from shared.adapters.resource_events import read_event
from shared.checks import CHECKS
from shared.exposure.assessment import Question
from shared.findings.coverage import Coverage
from shared.findings.finding import Cause, Finding, FindingState
from shared.findings.judgement import Judgement
from shared.network.snapshot import Snapshot
from shared.usecases.assess import Assessment, record
from shared.usecases.change_inbox import ChangeInbox, LookRequests, receive_event
from shared.usecases.changes import ChangeDesk, look_again
from shared.usecases.interfaces import Queue, Scope
from shared.usecases.notify import Announcer
from shared.usecases.scan import scan
from shared.usecases.sweep import Surroundings, assess_shard, plan_sweep
from simulator.events.event_grid import EventGrid
from simulator.events.messages import Schema, event_of
from simulator.events.occurrence import Occurrence
from simulator.events.subscription import EventSubscription
from simulator.initial_estate import Estate
from simulator.server import RunningSimulator, start
from simulator.settings import Settings
from tests.fresh_azure import QuickClock, inventory_at
from tests.memory_marks import MemoryLags, MemoryMarks
from tests.memory_store import MemoryFindingStore, MemoryQueue, MemorySweepStore
from tests.simulated_azure import COMPUTE, NETWORK, SUBSCRIPTION, VERSION, resource, rule

JsonObject = dict[str, Any]
Standing: TypeAlias = frozenset[tuple[str, str, str]]
"""Check, resource and severity of what stands open."""

LAGS_SECONDS: Final = (0.0, 45.0, None)
PAUSE_SECONDS: Final = 20.0
LOOK_SECONDS: Final = 2.0
NETWORK_ID: Final = f"{NETWORK}/virtualNetworks/vnet"
GROUPS: Final = ("outer", "shared", "own")


class Act(StrEnum):
    """What may happen next."""

    CHANGE = "change"
    DELIVER = "deliver"
    REPEAT = "repeat"
    LOSE = "lose"
    SWEEP = "sweep"
    LAG = "lag"
    CATCH_UP = "catch-up"
    WAIT = "wait"


@dataclass(frozen=True)
class Step:
    """One thing that happens; `number` picks what or which."""

    act: Act
    number: int


@dataclass(frozen=True)
class Change:
    """A request to Azure, which may be refused."""

    method: str
    path: str
    body: JsonObject | None = None


def group_id(name: str) -> str:
    return f"{NETWORK}/networkSecurityGroups/{name}"


def interface(number: int, group: str | None, *, is_public: bool = True) -> JsonObject:
    """Give an interface in one of the two subnets."""
    subnet = "front" if number % 2 else "back"
    public = {"publicIPAddress": {"id": f"{NETWORK}/publicIPAddresses/pip-{number}"}}
    own = {"networkSecurityGroup": {"id": group_id(group)}} if group else {}
    configuration = {
        "privateIPAddress": f"10.0.{number % 2}.{number + 4}",
        "subnet": {"id": f"{NETWORK_ID}/subnets/{subnet}"},
        **(public if is_public else {}),
    }
    configurations = [{"name": "ipconfig1", "properties": configuration}]
    interface_id = f"{NETWORK}/networkInterfaces/nic-{number}"
    return resource(interface_id, ipConfigurations=configurations, **own)


def machine(number: int) -> JsonObject:
    """Give a running machine with its interface."""
    interfaces = [{"id": f"{NETWORK}/networkInterfaces/nic-{number}"}]
    power = {"powerState": {"code": "PowerState/running", "displayStatus": "VM running"}}
    return resource(
        f"{COMPUTE}/virtualMachines/vm-{number}",
        networkProfile={"networkInterfaces": interfaces},
        extended={"instanceView": power},
    )


def subnet(name: str, prefix: str, group: str | None) -> JsonObject:
    """Give a subnet as it stands in its network."""
    own = {"networkSecurityGroup": {"id": group_id(group)}} if group else {}
    return {"name": name, "properties": {"addressPrefix": prefix, **own}}


def network(front: str | None = "outer") -> JsonObject:
    """Give the network of everything."""
    subnets = [subnet("front", "10.0.1.0/24", front), subnet("back", "10.0.0.0/24", None)]
    return resource(NETWORK_ID, addressSpace={"addressPrefixes": ["10.0.0.0/16"]}, subnets=subnets)


def address(number: int) -> JsonObject:
    """Give a public address, which is closed unless a security group opens it."""
    found = resource(
        f"{NETWORK}/publicIPAddresses/pip-{number}",
        ipAddress=f"20.1.2.{number}",
        publicIPAllocationMethod="Static",
    )
    return {**found, "sku": {"name": "Standard"}}


def estate() -> Sequence[JsonObject]:
    """Give three machines; all groups but the subnet's are closed."""
    opened = [{"name": "ssh", **rule(200)}]
    return (
        *(resource(group_id(name), securityRules=[]) for name in GROUPS[1:]),
        resource(group_id("outer"), securityRules=opened),
        network(),
        *(address(number) for number in (1, 2, 3)),
        *(interface(number, "shared") for number in (1, 2, 3)),
        *(machine(number) for number in (1, 2, 3)),
    )


def _put(document: JsonObject) -> Change:
    return Change("PUT", document["id"], document)


def _changes() -> Iterator[Change]:
    for name in GROUPS:
        path = f"{group_id(name)}/securityRules/ssh"
        yield Change("PUT", path, rule(200))
        yield Change("PUT", path, rule(200, sourceAddressPrefix="198.51.100.0/28"))
        yield Change("DELETE", path)
    for number in (1, 2):
        for group in ("shared", "own", None):
            yield _put(interface(number, group))
        yield _put(interface(number, "shared", is_public=False))
        yield Change("DELETE", f"{COMPUTE}/virtualMachines/vm-{number}")
        yield _put(machine(number))
    for group in ("outer", "own", None):
        yield Change("PUT", f"{NETWORK_ID}/subnets/front", subnet("front", "10.0.1.0/24", group))
    yield _put(network(None))
    yield Change("POST", f"{COMPUTE}/virtualMachines/vm-3/deallocate")
    yield Change("POST", f"{COMPUTE}/virtualMachines/vm-3/start")
    yield Change("DELETE", f"{NETWORK}/networkInterfaces/nic-2")
    yield Change("DELETE", f"{NETWORK}/publicIPAddresses/pip-2")
    yield _put(address(2))
    yield Change("DELETE", group_id("own"))
    yield _put(resource(group_id("own"), securityRules=[]))


CHANGES: Final = tuple(_changes())


class KeptEvents(EventGrid):
    """An Event Grid that sends nothing by itself."""

    def __init__(self) -> None:
        super().__init__(lambda: None)
        self.texts: list[str] = []

    @property
    def subscriptions(self) -> Sequence[EventSubscription]:
        return (EventSubscription("http://127.0.0.1", Schema.EVENT_GRID),)

    def publish(self, occurrence: Occurrence, settings: Settings) -> None:
        del settings
        event = event_of(occurrence, Schema.EVENT_GRID, f"event-{len(self.texts)}")
        self.texts.append(json.dumps(event))


class Walk:
    """Takes steps; afterwards every event that was not lost can be delivered."""

    def __init__(self, running: RunningSimulator, clock: QuickClock) -> None:
        self._running = running
        self._clock = clock
        self._events = KeptEvents()
        running.simulation.events = self._events
        running.simulation.settings = running.simulation.settings.with_changes(
            {"quota_queries": None}
        )
        self._http = requests.Session()
        self._findings = MemoryFindingStore()
        self._queue = MemoryQueue()
        inventory = inventory_at(running.url, clock)
        self._surroundings = Surroundings(
            inventory, self._findings, MemorySweepStore(), self._queue, clock, log=inventory
        )
        announcer = Announcer(self._findings, None, clock, lags=MemoryLags())
        self._marks = MemoryMarks()
        self._desk = ChangeDesk(self._surroundings, self._marks, _judged, announcer)
        looks = LookRequests(self._queue, clock)
        self._inbox = ChangeInbox(read_event, self._marks, looks, clock)
        self._waiting: list[str] = []
        self._delivered: list[str] = []
        self._taken = 0
        self._messages = 0

    def begin(self) -> None:
        """Record the estate as a first sweep would."""
        coverage = Coverage(SUBSCRIPTION, self._clock.now())
        found = _judged(self._estate()).findings
        record(Assessment(coverage, found, Cause.SWEEP, "first"), self._findings, self._clock)

    def take(self, step: Step) -> None:
        """Let one thing happen."""
        self._clock.sleep(1.0)
        match step.act:
            case Act.CHANGE:
                self._change(CHANGES[step.number % len(CHANGES)])
            case Act.DELIVER if self._waiting:
                self._deliver(self._waiting.pop(step.number % len(self._waiting)))
            case Act.REPEAT if self._delivered:
                self._deliver(self._delivered[step.number % len(self._delivered)])
            case Act.LOSE if self._waiting:
                self._waiting.pop(step.number % len(self._waiting))
            case Act.SWEEP:
                self.sweep()
            case Act.LAG:
                self._set(index_lag_seconds=LAGS_SECONDS[step.number % len(LAGS_SECONDS)])
            case Act.CATCH_UP:
                self.catch_up()
            case Act.WAIT:
                self._clock.sleep(PAUSE_SECONDS)
            case _:
                pass

    def rest(self) -> None:
        """Deliver every event that was not lost."""
        while self._waiting:
            self._clock.sleep(1.0)
            self._deliver(self._waiting.pop(0))

    def sweep(self) -> None:
        """Sweep the whole estate, which takes its time."""
        self._clock.sleep(1.0)
        planned = plan_sweep(self._surroundings, Scope((SUBSCRIPTION,)))
        for shard in planned.shards:
            assess_shard(self._surroundings, _judged, planned.id, shard.number)
        self._work_off()

    def catch_up(self) -> None:
        """Let the index see everything."""
        with self._running.simulation.lock:
            self._running.simulation.index.catch_up()

    def recorded(self) -> Standing:
        """Give what stands open in the record."""
        return _standing(
            entry.record.finding
            for entry in self._findings.findings(SUBSCRIPTION)
            if entry.record.state is FindingState.OPEN
        )

    def true(self) -> Standing:
        """Give what a judgement of the estate as it is finds."""
        return _standing(_judged(self._estate()).findings)

    def differences(self, checks: Collection[str]) -> list[str]:
        """Return a line for everything that record and estate do not agree on, by some checks."""
        recorded, true = self.recorded(), self.true()
        told = sorted((one, "recorded, and not so") for one in recorded - true)
        untold = sorted((one, "so, and not recorded") for one in true - recorded)
        lines = [f"{what}: {one}" for one, what in (*told, *untold) if one[0] in checks]
        return [*lines, f"{self.marked()} marks are left"] if self.marked() else lines

    def marked(self) -> int:
        """Count what is marked and not yet assessed."""
        return len(self._marks.marks(SUBSCRIPTION, 100))

    def _estate(self) -> Snapshot:
        """Read every resource as Azure Resource Manager has it, past requests and index."""
        resources = self._running.simulation.store.resources
        builder = SnapshotBuilder()
        for each in resources:
            builder.add_row({**resources.rendered(each), "subscriptionId": SUBSCRIPTION})
        return builder.build(self._clock.now())

    def _change(self, change: Change) -> None:
        self._http.request(
            change.method,
            f"{self._running.url}{change.path}",
            params=VERSION,
            json=change.body,
            headers={"Authorization": "Bearer walk"},
            timeout=10,
        )
        with self._running.simulation.lock:
            self._running.simulation.settle()
        self._waiting.extend(self._events.texts[self._taken :])
        self._taken = len(self._events.texts)

    def _deliver(self, text: str) -> None:
        self._delivered.append(text)
        receive_event(text, self._inbox)
        self._work_off()

    def _work_off(self) -> None:
        """Work off the queues, whatever was delayed included."""
        while self._queue.messages:
            queue, message = self._queue.messages.pop(0)
            self._messages += 1
            owner = f"message-{self._messages}"
            match queue:
                case Queue.CHANGES:
                    look_again(self._desk, str(message["look"]), owner)
                    self._clock.sleep(LOOK_SECONDS)
                case Queue.SHARDS:
                    sweep, shard = str(message["sweep"]), int(str(message["shard"]))
                    assess_shard(self._surroundings, _judged, sweep, shard)
                case Queue.NOTIFICATIONS:
                    pass

    def _set(self, **settings: object) -> None:
        simulation = self._running.simulation
        simulation.settings = simulation.settings.with_changes(settings)


def _standing(findings: Iterable[Finding]) -> Standing:
    return frozenset((one.check, one.resource.key, one.severity) for one in findings)


def _judged(snapshot: Snapshot) -> Judgement:
    found = scan(snapshot, Question())
    return Judgement(found.findings, found.unjudged, found.counts)


@contextmanager
def walk(*steps: Step) -> Iterator[Walk]:
    """Record the estate as it is, take some steps, and give where they led."""
    clock = QuickClock()
    with start(Estate.from_resources(list(estate())), now=clock.now) as running:
        walking = Walk(running, clock)
        walking.begin()
        for step in steps:
            walking.take(step)
        yield walking


def disagreements(steps: Sequence[Step]) -> list[str]:
    """Return a line for everything in which record and estate differ after a last sweep.

    Before it every event comes that was not lost, and the index catches up.
    """
    with walk(*steps) as walking:
        walking.rest()
        walking.catch_up()
        walking.sweep()
        return walking.differences({check.id for check in CHECKS})


def disagreements_of_events(steps: Sequence[Step], checks: Collection[str]) -> list[str]:
    """Return a line for everything in which record and estate differ when no event is left."""
    with walk(*steps) as walking:
        walking.rest()
        return walking.differences(checks)


def random_steps(seed: int) -> Sequence[Step]:
    """Give a walk by chance, in which changes and deliveries come most often."""
    chance = Random(seed)
    acts = (*Act, Act.CHANGE, Act.CHANGE, Act.DELIVER, Act.DELIVER)
    return [
        Step(chance.choice(acts), chance.randrange(len(CHANGES)))
        for _ in range(chance.randrange(1, 16))
    ]
