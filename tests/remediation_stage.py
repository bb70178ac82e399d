"""Remediation over a simulated Azure: real reads and writes, stores in memory, time by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import requests

from shared.adapters.admin_rule_reads import AdminRuleReads
from shared.adapters.arm_endpoint import arm_endpoint
from shared.adapters.arm_reads import ArmReader
from shared.adapters.arm_resources import ArmResources
from shared.adapters.arm_writes import ArmWriter
from shared.adapters.bastion_reads import BastionReads
from shared.adapters.graph_client import GraphClient
from shared.adapters.identity import SimulatorCredential
from shared.adapters.inventory import azure_inventory
from shared.adapters.scale_set_reads import ScaleSetReads
from shared.adapters.subject_reads import subject_reads
from shared.checks.result import Json
from shared.exposure.assessment import Question
from shared.findings.finding import FindingState, Transition
from shared.findings.judgement import Judgement
from shared.network.ids import ResourceId
from shared.network.service_tags import NO_SERVICE_TAGS
from shared.network.snapshot import Snapshot
from shared.packetset.addresses import NO_ADDRESSES, AddressSet
from shared.remediation.approval import APPROVER_ROLE, ApprovalRules, Principal
from shared.remediation.limits import Limits, Mode, ResourceScope
from shared.remediation.plan import PlanId
from shared.usecases.applying import Advance, ApplyingDesk, advance
from shared.usecases.approving import Decision, DecisionDesk, decide
from shared.usecases.interfaces import Queue, Scope
from shared.usecases.plan_news import PlanTelling
from shared.usecases.plan_record import PlanRecord
from shared.usecases.planning import Planned, PlanningDesk, plan_subscription
from shared.usecases.remediate import RemediationDesk
from shared.usecases.scan import scan
from shared.usecases.sweep import Surroundings, assess_shard, plan_sweep
from shared.usecases.verifying import Looks
from simulator.initial_estate import Estate
from simulator.server import RunningSimulator, start
from tests.change_stage import Channel
from tests.fresh_azure import QuickClock
from tests.memory_exemptions import exemption_desk
from tests.memory_plans import MemoryPlans
from tests.memory_store import MemoryFindingStore, MemoryQueue, MemorySweepStore, Writes

BEN = Principal("ben-id", frozenset({"ben@contoso.example"}), frozenset({APPROVER_ROLE}))
VERSION = {"api-version": "2026-03-01"}
EVERYTHING = (ResourceScope(ResourceId("/subscriptions")),)
STEPS = 200


@dataclass
class RemediationStage:
    """An estate in a simulator, and the desks of remediation over it."""

    simulator: RunningSimulator
    limits: Limits = field(default_factory=lambda: Limits(Mode.APPROVE, EVERYTHING, per_hour=1_000))
    trusted: AddressSet = NO_ADDRESSES

    def __post_init__(self) -> None:
        """Connect everything; nothing is read yet."""
        self.clock = QuickClock()
        endpoint, credential = arm_endpoint(override=self.simulator.url), SimulatorCredential()
        reader = ArmReader(endpoint, credential, self.clock)
        graph = GraphClient(endpoint, credential)
        supplements = [kind(reader) for kind in (ScaleSetReads, AdminRuleReads, BastionReads)]
        self.inventory = azure_inventory(
            graph,
            ArmResources(endpoint, credential, reader),
            self.clock,
            lambda: 0.0,
            supplements,
        )
        self.writer = ArmWriter(endpoint, credential)
        self.subjects = subject_reads(graph, reader, self.inventory, self.clock, lambda: 0.0)
        self.findings = MemoryFindingStore()
        self.plans = MemoryPlans()
        self.sweeps = MemorySweepStore()
        self.queue = MemoryQueue()
        self.channel = Channel()
        self.exemptions = exemption_desk(self.findings, self.clock)
        self.control("PATCH", "/simulator/settings", {"quota_queries": None})

    @property
    def desk(self) -> RemediationDesk:
        """All desks."""
        telling = PlanTelling(self.plans, self.channel)
        return RemediationDesk(self.planning, self.applying, self.decisions, telling)

    @property
    def planning(self) -> PlanningDesk:
        """The desk of planning."""
        return PlanningDesk(
            self.inventory,
            self.findings,
            self.exemptions,
            self.plans,
            self.writer,
            self.subjects,
            self.inventory,
            self.queue,
            self.clock,
            self.question,
            lambda: self.limits,
        )

    @property
    def applying(self) -> ApplyingDesk:
        """The desk of applying."""
        looks = Looks(
            self.inventory,
            self.findings,
            self.exemptions,
            self.clock,
            self.judge,
            self.question,
        )
        rules = ApprovalRules()
        return ApplyingDesk(
            self.plans, self.writer, self.subjects, looks, rules, lambda: self.limits
        )

    @property
    def decisions(self) -> DecisionDesk:
        """The desk of decisions."""
        return DecisionDesk(self.plans, self.writer, self.queue, self.clock, ApprovalRules())

    def question(self) -> Question:
        """What is asked of an estate."""
        return Question((22,), self.trusted, NO_SERVICE_TAGS)

    def judge(self, snapshot: Snapshot) -> Judgement:
        """Judge a snapshot by every check."""
        found = scan(snapshot, self.question())
        return Judgement(found.findings, found.unjudged, found.counts)

    def sweep(self) -> None:
        """Sweep the whole estate."""
        self.clock.sleep(60)
        surroundings = Surroundings(
            self.inventory,
            self.findings,
            self.sweeps,
            self.queue,
            self.clock,
            self.inventory,
            self.exemptions,
        )
        planned = plan_sweep(surroundings, Scope())
        for shard in planned.shards:
            assess_shard(surroundings, self.judge, planned.id, shard.number)

    def plan(self, subscription: str) -> Planned:
        """Plan for one subscription."""
        self.clock.sleep(1)
        return plan_subscription(self.planning, subscription)

    def approve(self, record: PlanRecord, who: Principal = BEN) -> PlanRecord:
        """Approve a plan as it is recorded."""
        self.clock.sleep(1)
        return decide(self.decisions, record.plan.id, Decision.APPROVE, who, record.hash)

    def undo(self, record: PlanRecord) -> PlanRecord:
        """Have a plan rolled back."""
        self.clock.sleep(1)
        return decide(self.decisions, record.plan.id, Decision.ROLL_BACK, BEN, record.hash)

    def step(self, plan_id: PlanId, owner: str = "message") -> Advance:
        """Take one step."""
        self.clock.sleep(0.01)
        return advance(self.applying, plan_id, owner)

    def work_off(self, record: PlanRecord, owner: str = "message") -> PlanRecord:
        """Take steps until nothing is to be done, waiting in between as told."""
        for _ in range(STEPS):
            advanced = self.step(record.plan.id, owner)
            if advanced.again_seconds is None:
                return advanced.record
            self.clock.sleep(advanced.again_seconds)
        raise AssertionError(f"not ended: {advanced.record.state}, {advanced.record.note}")

    def kill_at(self, deadly: int | None) -> Writes:
        """Kill before this write to the plans from now on; None for never."""
        self.plans.writes = Writes(deadly)
        return self.plans.writes

    def history(self, record: PlanRecord) -> list[str]:
        """Name what happened to a plan, oldest first."""
        return [step.event for step in reversed(self.plans.history(record.plan.id))]

    def states(self, record: PlanRecord) -> set[FindingState]:
        """Give the states of a plan's findings."""
        stored = [self.findings.finding(one) for one in record.plan.findings]
        return {one.record.state for one in stored if one is not None}

    def last_steps(self, record: PlanRecord) -> list[Transition]:
        """Give the newest step of each of a plan's findings."""
        return [self.findings.history(one)[0] for one in record.plan.findings]

    def send(self, method: str, path: str, body: object = None) -> requests.Response:
        """Send one request to Azure, as somebody else."""
        answer = requests.request(
            method,
            f"{self.simulator.url}{path}",
            params=VERSION,
            json=body,
            headers={"Authorization": "Bearer somebody-else"},
            timeout=30,
        )
        answer.raise_for_status()
        return answer

    def control(self, method: str, path: str, body: object = None) -> None:
        """Turn one of the simulator's knobs."""
        address = f"{self.simulator.url}{path}"
        requests.request(method, address, json=body, timeout=30).raise_for_status()

    def fail(self, *faults: Mapping[str, object]) -> None:
        """Put faults in force in the place of those before."""
        self.control("PUT", "/simulator/faults", {"faults": list(faults)})

    def writes(self) -> list[str]:
        """Name the writes that Azure accepted: method and path."""
        return [
            f"{one.method} {one.path}"
            for one in self.simulator.simulation.log
            if one.method in {"PUT", "DELETE"} and 200 <= one.status < 300
        ]

    def document(self, resource: ResourceId) -> Any:  # noqa: ANN401 - any JSON value
        """Give a resource as Azure shows it."""
        return self.send("GET", resource.text).json()

    def messages(self) -> list[Mapping[str, Json]]:
        """Give what was put on the queue of remediation."""
        return list(self.queue.sent(Queue.REMEDIATIONS))


@contextmanager
def remediation_stage(estate: Estate, limits: Limits | None = None) -> Iterator[RemediationStage]:
    """Serve an estate, and sweep it once."""
    with start(estate) as simulator:
        stage = RemediationStage(simulator)
        if limits is not None:
            stage.limits = limits
        stage.sweep()
        yield stage


def later(stage: RemediationStage, hours: float) -> None:
    """Let hours pass."""
    stage.clock.sleep(timedelta(hours=hours).total_seconds())


def stopped(limits: Limits) -> Limits:
    """Give limits with the emergency stop set."""
    return replace(limits, stopped=True)
