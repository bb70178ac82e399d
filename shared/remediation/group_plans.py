"""What could be done about a security group that lets the internet in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce

from shared.exposure.assessment import Assessment
from shared.exposure.layers import Reason
from shared.exposure.verdict import Exposed, Undetermined
from shared.network.ids import ResourceId
from shared.network.security_group import NetworkSecurityGroup
from shared.network.security_rule import SecurityRule
from shared.packetset.addresses import NO_ADDRESSES, AddressSet, Family
from shared.packetset.protocols import ports_of
from shared.remediation.clearing import ANYONE, clearing
from shared.remediation.denying import Denial, denied_sources, deny_above
from shared.remediation.edit import Edit, InvalidEditError, NarrowRule, RemoveRule, RuleEdit
from shared.remediation.editing import EditRefused, edited_group, windowless
from shared.remediation.rehearsal import Stage
from shared.remediation.wording import PlanKind


@dataclass(frozen=True, slots=True)
class Candidate:
    """Edits that may close a cause; only a rehearsal tells."""

    kind: PlanKind
    cause: ResourceId
    edits: tuple[Edit, ...]


class NoCandidateError(Exception):
    """There is no way to close a cause of this kind, for a reason."""

    def __init__(self, reason: Reason) -> None:
        """Keep the reason."""
        super().__init__(reason.text)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Opening:
    """A rule that lets in somebody who should not get in, and the family of that sender."""

    rule: SecurityRule
    family: Family


class GroupPlans:
    """Finds candidates for one security group.

    Just-in-time windows are left out where openings are looked for, and stay where they are.
    """

    def __init__(self, stage: Stage, group: NetworkSecurityGroup) -> None:
        """Take one group of a stage's estate."""
        self._group = group
        self._question = stage.question
        self._spares_somebody = stage.question.trusted.overlaps(ANYONE)
        self._part = stage.neighbourhoods.around(frozenset((group.id,)))
        space = stage.judged.facts.assessment.space
        networks = {
            configuration.subnet.parent("subnets")
            for interface in stage.neighbourhoods.behind(group.id)
            for configuration in interface.ip_configurations
            if configuration.subnet is not None
        }
        self._own = reduce(AddressSet.union, map(space, networks), NO_ADDRESSES)

    def candidates(self) -> Iterator[Candidate | Reason]:
        """Give candidates from what changes least; a reason in the place of one that cannot be."""
        for propose in (self._cleared, self._denied):
            try:
                yield propose()
            except NoCandidateError as error:
                yield error.reason
            except (EditRefused, InvalidEditError) as error:
                yield Reason("cannot-be-made", str(error))

    def _cleared(self) -> Candidate:
        """Remove or narrow one deciding rule after the other, until none is left."""
        group, edits = windowless(self._group), list[RemoveRule | NarrowRule]()
        while (opening := self._opening(group)) is not None:
            made = clearing(group, opening.rule, self._question, self._own)
            if isinstance(made, Reason):
                raise NoCandidateError(made)
            group = edited_group(group, made)
            edits.append(made)
        only_removed = all(isinstance(edit, RemoveRule) for edit in edits)
        kind = PlanKind.REMOVE_RULE if only_removed else PlanKind.NARROW_RULE
        return Candidate(kind, edits[0].target, tuple(edits))

    def _denied(self) -> Candidate:
        """Put a Deny above the first deciding rule: one, or one for each family.

        Each round moves a Deny above a rule with a lower number, so that the rounds end.  Where it
        cannot be told then whether anybody gets in by the other family, that has a Deny, too.

        Raises:
            NoCandidateError: a rule below a Deny still lets somebody in whom that must spare.
        """
        anchors: dict[Family | None, SecurityRule] = {}
        group, edits = self._group, tuple[RuleEdit, ...]()
        while (opening := self._opening(windowless(group))) is not None:
            family = opening.family if self._spares_somebody else None
            anchor = next(rule for rule in self._group.rules if rule.name == opening.rule.name)
            if family in anchors and anchor.priority >= anchors[family].priority:
                text = f"rule {anchor.name} lets in addresses that own networks use, too"
                raise NoCandidateError(Reason("own-networks", text))
            anchors[family] = anchor
            group, edits = self._with_denies(anchors)
        first = min(anchors.values(), key=lambda rule: rule.priority)
        if self._spares_somebody and self._is_unclear(windowless(group)):
            _, edits = self._with_denies({family: anchors.get(family, first) for family in Family})
        cause = self._group.id.child("securityRules", first.name)
        return Candidate(PlanKind.DENY_RULE, cause, edits)

    def _with_denies(
        self, anchors: Mapping[Family | None, SecurityRule]
    ) -> tuple[NetworkSecurityGroup, tuple[RuleEdit, ...]]:
        """Give the group with a Deny for each family above its anchor, and the edits for that."""
        ports = ports_of(str(port) for port in self._question.ports if self._is_open(port))
        spared = self._own.union(self._question.trusted)
        denials: dict[str, list[Denial]] = defaultdict(list)
        for family, anchor in anchors.items():
            sources = None if family is None else denied_sources(family, spared)
            denials[anchor.name].append(Denial(sources, ports))
        group, edits = self._group, list[RuleEdit]()
        for name, wanted in denials.items():
            anchor = next(rule for rule in group.rules if rule.name == name)
            for edit in deny_above(group, anchor, wanted):
                group = edited_group(group, edit)
                edits.append(edit)
        return group, tuple(edits)

    def _is_unclear(self, group: NetworkSecurityGroup) -> bool:
        return any(self._verdict(group, port) is not None for port in self._question.ports)

    def _is_open(self, port: int) -> bool:
        return isinstance(self._verdict(windowless(self._group), port), Exposed)

    def _opening(self, group: NetworkSecurityGroup) -> Opening | None:
        """Give the rule that decides for a witness of the worst verdict; None when closed.

        Raises:
            NoCandidateError: only tags whose addresses are not known let anybody in.
        """
        for port in self._question.ports:
            verdict = self._verdict(group, port)
            if isinstance(verdict, Exposed):
                if verdict.witness is None:
                    text = "only a service tag whose addresses are not known lets anybody in"
                    raise NoCandidateError(Reason("opaque-tag", text))
                decided = verdict.trace[-1].rule
                rule = next(rule for rule in group.rules if rule.name == decided)
                return Opening(rule, Family.of(verdict.witness.source))
        return None

    def _verdict(self, group: NetworkSecurityGroup, port: int) -> Exposed | Undetermined | None:
        """Judge one form of the group; an assessment knows groups by id, so each has its own."""
        return Assessment(self._part, self._question).group_verdict(group, port)
