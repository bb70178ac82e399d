"""The scorecard of a snapshot, reckoned from what the checks say of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from shared.checks.bastion_access import BASTION_ACCESS_GAP
from shared.checks.bastion_reach import BASTION_BLOCKED, BASTION_MISSING
from shared.checks.bastion_setup import BASTION_AUDIT_OFF, BASTION_SHAREABLE_LINKS
from shared.checks.check import Answer, Check, Facts
from shared.checks.machine_login import VM_NO_ENTRA_LOGIN, VM_PASSWORD_LOGIN, system_of
from shared.checks.public_ip import PUBLIC_IP
from shared.checks.result import Unjudged
from shared.checks.ssh_reachable import SSH_REACHABLE
from shared.exposure.verdict import Exposed
from shared.findings.posture import (
    MachineScore,
    PlaceScore,
    Posture,
    Proof,
    Requirement,
    Score,
    Standing,
)
from shared.network.ids import ResourceId
from shared.network.topology import OperatingSystem

_CHECKS: Final = (
    PUBLIC_IP,
    SSH_REACHABLE,
    BASTION_MISSING,
    BASTION_BLOCKED,
    BASTION_AUDIT_OFF,
    VM_PASSWORD_LOGIN,
    VM_NO_ENTRA_LOGIN,
    BASTION_ACCESS_GAP,
    BASTION_SHAREABLE_LINKS,
)
_MET_BY: Final = {
    PUBLIC_IP.id: "no public address of its own",
    SSH_REACHABLE.id: "the internet reaches no management port",
    BASTION_MISSING.id: "a Bastion serves the network",
    BASTION_BLOCKED.id: "Bastion gets through",
    BASTION_AUDIT_OFF.id: "the Bastion's audit log is kept",
    VM_PASSWORD_LOGIN.id: "provisioned without password login",
    VM_NO_ENTRA_LOGIN.id: "signing in with Entra ID is set up",
    BASTION_ACCESS_GAP.id: "somebody holds the roles to open it through Bastion",
    BASTION_SHAREABLE_LINKS.id: "the Bastion has no shareable links",
}
"""What it says of a resource that a check has nothing against it."""

_LOGIN_UNSEEN: Final = "how people log in is looked at on Linux machines alone"
_MODEL_ALONE: Final = "none of its instances was read"
_NOWHERE: Final = "the virtual network of its interfaces is not known"

_Answers: TypeAlias = Mapping[tuple[str, ResourceId], Sequence[Answer]]


def posture(facts: Facts) -> Posture:
    """Judge every machine of a snapshot, and roll the scores up."""
    judgement = _Judgement(facts)
    judged = judgement.machines()
    loose = tuple(judgement.loose_ends())
    unread = {gap.scope.subscription for gap in facts.snapshot.unread}
    by_subscription: defaultdict[ResourceId, list[MachineScore]] = defaultdict(list)
    by_network: defaultdict[ResourceId, list[MachineScore]] = defaultdict(list)
    for one in judged:
        by_subscription[ResourceId(f"/subscriptions/{one.machine.subscription}")].append(one)
        for network in one.networks:
            by_network[network].append(one)

    def is_whole(place: ResourceId) -> bool:
        return unread.isdisjoint({"", place.subscription})

    return Posture(
        PlaceScore(None, judged, _proofs_of_place(loose), is_whole=facts.snapshot.complete),
        tuple(
            PlaceScore(
                place,
                found,
                _proofs_of_place(
                    one for one in loose if one.resource.subscription == place.subscription
                ),
                is_whole=is_whole(place),
            )
            for place, found in sorted(by_subscription.items())
        ),
        tuple(
            PlaceScore(place, found, is_whole=is_whole(place))
            for place, found in sorted(by_network.items())
        ),
    )


def _proofs_of_place(loose: Iterable[Proof]) -> Mapping[Requirement, Sequence[Proof]]:
    return {Requirement.NO_DIRECT_SSH: tuple(loose)}


class _Judgement:
    """Scores machines by the answers of the checks, each asked once."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        found: defaultdict[tuple[str, ResourceId], list[Answer]] = defaultdict(list)
        for check in _CHECKS:
            for answer in check.run(facts):
                found[check.id, answer.resource].append(answer)
        self._answers: _Answers = found
        self._networks: defaultdict[ResourceId, list[ResourceId]] = defaultdict(list)
        for network, machines in facts.inhabitants.items():
            for machine in machines:
                self._networks[machine].append(network)

    def machines(self) -> tuple[MachineScore, ...]:
        """Score every machine, and scale sets of which no instance was read, by id."""
        known = {*self._facts.snapshot.virtual_machines, *self._networks}
        scorers: Mapping[Requirement, Callable[[ResourceId], Iterator[Proof]]] = {
            Requirement.NO_PUBLIC_IP: lambda machine: self._proofs(PUBLIC_IP, machine),
            Requirement.NO_DIRECT_SSH: self._direct,
            Requirement.SESSIONS_RECORDED: self._sessions,
            Requirement.OWN_IDENTITY: self._identity,
        }
        return tuple(
            MachineScore(
                machine,
                tuple(sorted(self._networks.get(machine, ()))),
                {
                    requirement: Score(tuple(score(machine)))
                    for requirement, score in scorers.items()
                },
            )
            for machine in sorted(known)
        )

    def loose_ends(self) -> Iterator[Proof]:
        """Give what may lead on to machines nobody knows of, such as a firewall's rule."""
        known = {*self._facts.snapshot.virtual_machines, *self._networks}
        for check, resource in self._answers:
            if check == SSH_REACHABLE.id and resource not in known:
                yield from self._proofs(SSH_REACHABLE, resource)

    def _direct(self, machine: ResourceId) -> Iterator[Proof]:
        """Prove that nobody dials the machine; an objection may say that it cannot be told."""
        ways_in = self._facts.exposures_of.get(machine, ())
        is_reached = any(isinstance(way.verdict, Exposed) for way in ways_in)
        for proof in self._proofs(SSH_REACHABLE, machine):
            is_doubt = proof.standing is Standing.NOT_MET and not is_reached
            yield replace(proof, standing=Standing.UNKNOWN) if is_doubt else proof

    def _sessions(self, machine: ResourceId) -> Iterator[Proof]:
        """Prove that people come in through Bastion, and that each Bastion records it."""
        ways = self._facts.behind_bastion.get(machine, ())
        if not ways:
            yield from self._unserved(machine)
            return
        yield from self._proofs(BASTION_BLOCKED, machine)
        for host in self._hosts(machine):
            yield from self._proofs(BASTION_AUDIT_OFF, host)

    def _identity(self, machine: ResourceId) -> Iterator[Proof]:
        """Prove that people come in as themselves, and that there is somebody who may."""
        known = self._facts.snapshot.virtual_machines.get(machine)
        if known is None:
            yield Proof(Standing.UNKNOWN, VM_NO_ENTRA_LOGIN.id, machine, _MODEL_ALONE)
        elif system_of(self._facts.snapshot, known) is OperatingSystem.WINDOWS:
            yield Proof(Standing.UNKNOWN, VM_NO_ENTRA_LOGIN.id, machine, _LOGIN_UNSEEN)
        else:
            yield from self._proofs(VM_NO_ENTRA_LOGIN, machine)
            yield from self._proofs(VM_PASSWORD_LOGIN, machine)
        if machine not in self._facts.behind_bastion:
            yield from self._unserved(machine)
            return
        yield from self._proofs(BASTION_ACCESS_GAP, machine)
        for host in self._hosts(machine):
            yield from self._proofs(BASTION_SHAREABLE_LINKS, host)

    def _unserved(self, machine: ResourceId) -> Iterator[Proof]:
        """Prove that no Bastion serves any network of a machine, as far as that is known."""
        networks = self._networks.get(machine, ())
        if not networks:
            yield Proof(Standing.UNKNOWN, BASTION_MISSING.id, machine, _NOWHERE)
        for network in networks:
            yield from self._proofs(BASTION_MISSING, network)

    def _hosts(self, machine: ResourceId) -> Sequence[ResourceId]:
        ways = self._facts.behind_bastion[machine]
        return sorted({host.id for way in ways for host in way.hosts})

    def _proofs(self, check: Check, resource: ResourceId) -> Iterator[Proof]:
        """Turn what a check says of a resource into proofs; silence is one in its favour."""
        answers = self._answers.get((check.id, resource), ())
        if not answers:
            yield Proof(Standing.MET, check.id, resource, _MET_BY[check.id])
        for answer in answers:
            if isinstance(answer, Unjudged):
                yield Proof(Standing.UNKNOWN, check.id, resource, answer.reason)
            else:
                yield Proof(Standing.NOT_MET, check.id, resource, answer.title)
