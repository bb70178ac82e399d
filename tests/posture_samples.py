"""Scorecards of made-up machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from shared.findings.kept_posture import SweptPosture
from shared.findings.posture import (
    MachineScore,
    PlaceScore,
    Proof,
    Requirement,
    Score,
    Standing,
)
from shared.network.ids import ResourceId
from tests.recording_samples import NOON, vm

IP, SSH = Requirement.NO_PUBLIC_IP, Requirement.NO_DIRECT_SSH
SESSIONS, IDENTITY = Requirement.SESSIONS_RECORDED, Requirement.OWN_IDENTITY
MET, NOT_MET, UNKNOWN = Standing.MET, Standing.NOT_MET, Standing.UNKNOWN
_CHECKS = {
    IP: "vm-public-ip",
    SSH: "vm-ssh-reachable",
    SESSIONS: "bastion-audit-off",
    IDENTITY: "vm-password-login",
}


def machine_id(of: str, name: str) -> ResourceId:
    return vm(name, of)


def network_id(of: str, name: str = "vnet-1") -> ResourceId:
    return ResourceId(
        f"/subscriptions/{of}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/{name}"
    )


def bastion_id(of: str) -> ResourceId:
    return ResourceId(
        f"/subscriptions/{of}/resourceGroups/rg/providers/Microsoft.Network/bastionHosts/bas-1"
    )


def proof(standing: Standing, requirement: Requirement, resource: ResourceId) -> Proof:
    return Proof(standing, _CHECKS[requirement], resource, f"{requirement} is {standing} é")


def machine(
    of: str,
    name: str,
    worse: Mapping[Requirement, Standing] | None = None,
    networks: Sequence[str] = ("vnet-1",),
) -> MachineScore:
    """Give a machine that meets everything but what is `worse`."""
    own = machine_id(of, name)
    scores = {}
    for requirement in Requirement:
        standing = (worse or {}).get(requirement, MET)
        resource = bastion_id(of) if requirement is SESSIONS else own
        scores[requirement] = Score((proof(standing, requirement, resource),))
    return MachineScore(own, tuple(network_id(of, one) for one in networks), scores)


def place(
    of: str, *machines: MachineScore, proofs: Sequence[Proof] = (), is_whole: bool = True
) -> PlaceScore:
    """Give a subscription; `proofs` are about direct SSH into it."""
    own = {SSH: tuple(proofs)} if proofs else {}
    return PlaceScore(ResourceId(f"/subscriptions/{of}"), machines, own, is_whole)


def swept(scored: PlaceScore, at: datetime = NOON, sweep: str = "sweep-1") -> SweptPosture:
    """Give a subscription as a sweep brings it."""
    assert scored.place is not None
    return SweptPosture(scored.place.subscription, at, sweep, scored)
