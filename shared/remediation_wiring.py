"""The part of the composition root that is about exemptions and remediation.

Importing this module imports neither an SDK nor the product; each part is made when it is first
used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

    from shared.adapters.arm_reads import ArmReader
    from shared.adapters.arm_writes import ArmWriter
    from shared.adapters.inventory import AzureInventory
    from shared.adapters.subject_reads import SubjectReads
    from shared.adapters.tables import TableStores
    from shared.config import Settings
    from shared.exposure.assessment import Question
    from shared.remediation.limits import Limits
    from shared.usecases.applying import ApplyingDesk
    from shared.usecases.approving import DecisionDesk
    from shared.usecases.exemptions import ExemptionDesk
    from shared.usecases.interfaces import Clock, Notifier, WorkQueue
    from shared.usecases.plan_news import PlanTelling
    from shared.usecases.planning import PlanningDesk
    from shared.usecases.remediate import RemediationDesk
    from shared.usecases.remediation_interfaces import PlanStore
    from shared.usecases.sweep import Judge


@dataclass(frozen=True, slots=True)
class Shared:
    """What remediation shares with the rest of a running program."""

    settings: Settings
    credential: TokenCredential
    write_credential: TokenCredential
    reader: ArmReader
    inventory: AzureInventory
    tables: TableStores
    queue: WorkQueue
    notifier: Notifier | None
    clock: Clock
    judge: Judge
    question: Callable[[], Question]
    jitter: Callable[[], float]


class RemediationParts:
    """Exemptions, and what plans, decides, applies and tells."""

    def __init__(self, shared: Shared) -> None:
        """Take what is shared; nothing is asked of anybody."""
        self._shared = shared

    @property
    def plans(self) -> PlanStore:
        """The plans."""
        return self._shared.tables.remediations

    @cached_property
    def exemptions(self) -> ExemptionDesk:
        """What exemptions need."""
        from shared.adapters.exempt_tags import exempt_tags
        from shared.usecases.exemptions import ExemptionDesk
        from shared.usecases.interfaces import Scope

        shared = self._shared
        tags = exempt_tags(shared.settings.arm, shared.credential, shared.clock, shared.jitter)

        def members(group: str) -> Sequence[str]:
            below = shared.inventory.subscriptions(Scope(management_group=group))
            return [one.id.lower() for one in below]

        tables = shared.tables
        return ExemptionDesk(tables.exemptions, tables.findings, shared.clock, tags, members)

    def ask_for_plans(self, sweep: str, shard: int) -> None:
        """Ask for plans for what a shard of a sweep found, unless the mode is off."""
        from shared.remediation.limits import may_plan
        from shared.usecases.remediate import ask_for_plans

        if may_plan(self._limits()):
            ask_for_plans(self.planning, self._shared.tables.sweeps, sweep, shard)

    @property
    def planning(self) -> PlanningDesk:
        """What planning needs."""
        from shared.usecases.planning import PlanningDesk

        shared = self._shared
        return PlanningDesk(
            inventory=shared.inventory,
            findings=shared.tables.findings,
            exemptions=self.exemptions,
            plans=self.plans,
            writer=self._writer,
            subjects=self._subjects,
            log=shared.inventory,
            queue=shared.queue,
            clock=shared.clock,
            question=shared.question,
            limits=self._limits,
        )

    @property
    def decisions(self) -> DecisionDesk:
        """What decisions about plans need."""
        from shared.usecases.approving import DecisionDesk

        shared = self._shared
        rules = shared.settings.remediation.rules
        return DecisionDesk(self.plans, self._writer, shared.queue, shared.clock, rules)

    @property
    def applying(self) -> ApplyingDesk:
        """What applying needs."""
        from shared.usecases.applying import ApplyingDesk
        from shared.usecases.verifying import Looks

        shared = self._shared
        looks = Looks(
            shared.inventory,
            shared.tables.findings,
            self.exemptions,
            shared.clock,
            shared.judge,
            shared.question,
        )
        rules = shared.settings.remediation.rules
        return ApplyingDesk(self.plans, self._writer, self._subjects, looks, rules, self._limits)

    @property
    def desk(self) -> RemediationDesk:
        """What the queue and the timer need."""
        from shared.usecases.remediate import RemediationDesk

        return RemediationDesk(self.planning, self.applying, self.decisions, self.telling)

    @property
    def telling(self) -> PlanTelling:
        """What the telling of plans needs."""
        from shared.usecases.plan_news import PlanTelling

        shared = self._shared
        return PlanTelling(self.plans, shared.notifier, shared.settings.links)

    def _limits(self) -> Limits:
        return self._shared.settings.remediation.limits

    @cached_property
    def _writer(self) -> ArmWriter:
        from shared.adapters.arm_writes import ArmWriter

        return ArmWriter(self._shared.settings.arm, self._shared.write_credential)

    @cached_property
    def _subjects(self) -> SubjectReads:
        from shared.adapters.graph_client import GraphClient
        from shared.adapters.subject_reads import subject_reads

        shared = self._shared
        graph = GraphClient(shared.settings.arm, shared.credential)
        return subject_reads(graph, shared.reader, shared.inventory, shared.clock, shared.jitter)
