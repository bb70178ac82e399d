"""bastion-missing and bastion-blocked: does a Bastion serve each network, and get in?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from shared.checks.bastion_controls import REACH
from shared.checks.check import Access, Answer, Check, Facts
from shared.checks.machine_login import system_of
from shared.checks.result import CheckResult, Severity, Unjudged
from shared.exposure.bastion_reach import Passage
from shared.exposure.documents import step_document
from shared.network.ids import ResourceId
from shared.network.topology import OperatingSystem
from shared.packetset.addresses import Family

MISSING_ID: Final = "bastion-missing"
BLOCKED_ID: Final = "bastion-blocked"
MOST_NAMED: Final = 10
"""How many machines of a network the evidence names; it counts them all."""


def _missing(facts: Facts) -> Iterator[Answer]:
    service = facts.assessment.bastion_service
    for network, machines in facts.inhabitants.items():
        if service.hosts(network):
            continue
        if doubts := service.doubts(network):
            yield Unjudged(MISSING_ID, network, doubts[0].text)
            continue
        unsuccessful = service.unsuccessful(network)
        broken = f" ({unsuccessful[0].id.name} did not succeed)" if unsuccessful else ""
        yield CheckResult(
            check=MISSING_ID,
            resource=network,
            severity=Severity.MEDIUM,
            title=f"No Azure Bastion serves {network.name}, which holds machines{broken}",
            controls=REACH.labels,
            evidence={
                "machine_count": len(machines),
                "machines": [machine.text for machine in sorted(machines)[:MOST_NAMED]],
                "unsuccessful": [host.id.text for host in unsuccessful],
            },
        )


def _blocked(facts: Facts) -> Iterator[Answer]:
    """Judge each machine that some host serves; one way in is enough."""
    for machine, ways in facts.behind_bastion.items():
        port = bastion_port(facts, machine)
        tried = list(passages(facts, ways, port))
        if any(passage.through for passage in tried):
            continue
        if not tried:
            yield Unjudged(BLOCKED_ID, machine, "it has no IPv4 address for Bastion to go to")
            continue
        unknown = [doubt for passage in tried for doubt in passage.doubts]
        if unknown:
            yield Unjudged(BLOCKED_ID, machine, unknown[0].text)
        else:
            yield _blocked_result(machine, port, tried)


def passages(facts: Facts, ways: Sequence[Access], port: int) -> Iterator[Passage]:
    """Try each host on each IPv4 configuration of a machine; Bastion has no IPv6.

    Source: Microsoft Learn, "Azure Bastion FAQ", IPv6.
    """
    for way in ways:
        if way.target.configuration.family is Family.IPV4:
            yield from facts.assessment.bastion_reach.passages(
                way.hosts, way.target.interface, way.target.configuration, port
            )


def bastion_port(facts: Facts, machine: ResourceId) -> int:
    """Give the port at which a Bastion opens a session: SSH's, for Windows RDP's."""
    snapshot = facts.snapshot
    if known := snapshot.virtual_machines.get(machine):
        system = system_of(snapshot, known)
    else:
        model = snapshot.scale_sets.get(machine)
        system = model.operating_system if model else None
    return 3389 if system is OperatingSystem.WINDOWS else 22


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
