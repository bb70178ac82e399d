"""Who could open a machine through Bastion, and by which roles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.checks.bastion_access import BASTION_ACCESS_GAP, Way, able_people, ways_to_open
from shared.checks.bastion_reach import BASTION_MISSING
from shared.checks.check import Access, Check, Facts
from shared.checks.grants import Grants
from shared.checks.result import Unjudged
from shared.network.authorization import PrincipalType
from shared.network.ids import ResourceId


@dataclass(frozen=True, slots=True)
class Grant:
    """One role held over one scope; `role` is its name, or its id where that is not known."""

    role: str
    scope: str


@dataclass(frozen=True, slots=True)
class Permitted:
    """One thing that opening a machine takes, and the roles that permit it to somebody."""

    may: str
    resource: ResourceId
    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True)
class Opener:
    """Somebody who could open a machine through one Bastion; a group is not looked into."""

    principal: str
    kind: PrincipalType
    bastion: ResourceId
    permissions: tuple[Permitted, ...]


@dataclass(frozen=True, slots=True)
class MachineAccess:
    """Who could open one machine, through the `bastions` that serve it.

    Owners of its subscription, who could let themselves in, are left out.  Where there is nobody,
    `doubt` says why that is not known for sure; it is empty where it is.
    """

    machine: ResourceId
    bastions: tuple[ResourceId, ...]
    openers: tuple[Opener, ...]
    doubt: str = ""


def machine_accesses(facts: Facts) -> tuple[MachineAccess, ...]:
    """Give who could open each machine of a snapshot, by machine id."""
    grants = Grants(facts.snapshot)
    kinds = {one.principal: one.principal_type for one in facts.snapshot.role_assignments.values()}
    doubts = _doubts(facts, BASTION_ACCESS_GAP)
    missing = _doubts(facts, BASTION_MISSING)
    for network, machines in facts.inhabitants.items():
        for machine in machines if network in missing else ():
            doubts.setdefault(machine, missing[network])
    inhabitants = {machine for machines in facts.inhabitants.values() for machine in machines}
    found = []
    for machine in sorted(inhabitants):
        accesses = facts.behind_bastion.get(machine, ())
        openers = tuple(_openers(machine, accesses, grants, kinds))
        hosts = {host.id for access in accesses for host in access.hosts}
        doubt = "" if openers else doubts.get(machine, "")
        found.append(MachineAccess(machine, tuple(sorted(hosts)), openers, doubt))
    return tuple(found)


def _doubts(facts: Facts, check: Check) -> dict[ResourceId, str]:
    answers = (answer for answer in check.run(facts) if isinstance(answer, Unjudged))
    return {answer.resource: answer.reason for answer in answers}


def _openers(
    machine: ResourceId,
    accesses: Sequence[Access],
    grants: Grants,
    kinds: Mapping[str, PrincipalType],
) -> Iterator[Opener]:
    """Give each person once for each Bastion."""
    told: set[tuple[str, ResourceId]] = set()
    for way in ways_to_open(machine, accesses):
        for principal in sorted(able_people(grants, way)):
            if (principal, way.bastion) not in told:
                told.add((principal, way.bastion))
                permissions = tuple(_permissions(way, grants, principal))
                yield Opener(principal, kinds[principal], way.bastion, permissions)


def _permissions(way: Way, grants: Grants, principal: str) -> Iterator[Permitted]:
    for need, resource in way.needs:
        held = grants.assignments(resource, need, principal)
        roles = dict.fromkeys(Grant(grants.role_name(one), one.scope) for one in held)
        yield Permitted(need.words, resource, tuple(roles))
