"""bastion-missing and bastion-blocked: does a Bastion serve each network, and get in?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from shared.checks.bastion_controls import REACH
from shared.checks.check import Answer, Check, Facts
from shared.checks.result import CheckResult, Severity, Unjudged
from shared.exposure.bastion_reach import Passage
from shared.exposure.documents import step_document
from shared.exposure.targets import Target
from shared.network.bastion import BastionHost
from shared.network.ids import ResourceId
from shared.network.topology import OperatingSystem
from shared.packetset.addresses import Family

MISSING_ID: Final = "bastion-missing"
BLOCKED_ID: Final = "bastion-blocked"


def _missing(facts: Facts) -> Iterator[Answer]:
    reach = facts.assessment.bastions
    for network, machines in machines_by_network(facts).items():
        if network not in facts.snapshot.virtual_networks:
            yield Unjudged(MISSING_ID, network, "the virtual network could not be read")
        elif not reach.hosts(network):
            peers = reach.unread_peers(network)
            if peers:
                names = ", ".join(peer.name for peer in peers)
                reason = f"peered networks that could not be read may hold a Bastion: {names}"
                yield Unjudged(MISSING_ID, network, reason)
            else:
                yield CheckResult(
                    check=MISSING_ID,
                    resource=network,
                    severity=Severity.MEDIUM,
                    title=f"No Azure Bastion serves {network.name}, which holds machines",
                    controls=REACH.labels,
                    evidence={"machines": [machine.text for machine in sorted(machines)]},
                )


def machines_by_network(facts: Facts) -> Mapping[ResourceId, Mapping[ResourceId, Sequence[Target]]]:
    """Give the machines of each virtual network, with their configurations in it."""
    found: dict[ResourceId, dict[ResourceId, list[Target]]] = defaultdict(dict)
    for target in facts.assessment.targets:
        owner = facts.assessment.owner_of(target.interface)
        if owner is not None and target.network is not None:
            found[target.network].setdefault(owner, []).append(target)
    return found


def _blocked(facts: Facts) -> Iterator[Answer]:
    """Judge each machine that some host serves; one way in is enough."""
    reach = facts.assessment.bastions
    passages: dict[ResourceId, list[Passage]] = defaultdict(list)
    for network, machines in machines_by_network(facts).items():
        hosts = reach.hosts(network)
        for machine, targets in machines.items() if hosts else ():
            passages[machine].extend(_passages(facts, hosts, machine, targets))
    for machine, tried in passages.items():
        if any(passage.through for passage in tried):
            continue
        unknown = [doubt for passage in tried for doubt in passage.doubts]
        if unknown:
            yield Unjudged(BLOCKED_ID, machine, unknown[0].text)
        else:
            yield _blocked_result(machine, _port(facts, machine), tried)


def _passages(
    facts: Facts, hosts: Sequence[BastionHost], machine: ResourceId, targets: Sequence[Target]
) -> Iterator[Passage]:
    port = _port(facts, machine)
    for target in targets:
        if target.configuration.family is Family.IPV4:
            yield from facts.assessment.bastions.passages(
                hosts, target.interface, target.configuration, port
            )


def _port(facts: Facts, machine: ResourceId) -> int:
    known = facts.snapshot.virtual_machines.get(machine)
    windows = known is not None and known.operating_system is OperatingSystem.WINDOWS
    return 3389 if windows else 22


def _blocked_result(machine: ResourceId, port: int, tried: Sequence[Passage]) -> CheckResult:
    hosts = ", ".join(dict.fromkeys(passage.host.id.name for passage in tried))
    return CheckResult(
        check=BLOCKED_ID,
        resource=machine,
        severity=Severity.MEDIUM,
        title=f"Azure Bastion ({hosts}) does not get through to port {port} of {machine.name}",
        controls=REACH.labels,
        evidence={
            "port": port,
            "hosts": [
                {
                    "bastion": passage.host.id.text,
                    "trace": [step_document(step) for step in passage.trace],
                }
                for passage in tried
            ],
        },
    )


BASTION_MISSING: Final = Check(
    id=MISSING_ID,
    finds=(
        "a virtual network with machines and neither a working Bastion of its own nor one in a"
        " directly peered network"
    ),
    severity_rule="medium",
    controls=REACH,
    run=_missing,
)
BASTION_BLOCKED: Final = Check(
    id=BLOCKED_ID,
    finds="a machine that a Bastion serves, but that none gets through to",
    severity_rule="medium",
    controls=REACH,
    run=_blocked,
)
