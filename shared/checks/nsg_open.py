"""nsg-ssh-open: a security group whose own rules let the internet in to a management port."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from shared.checks.check import Answer, Check, Facts
from shared.checks.result import CheckResult, Severity, Unjudged
from shared.checks.ssh_reachable import FROM, SEVERITY, SSH_CONTROLS, controls_for, port_name
from shared.exposure.documents import sources_document, step_document
from shared.exposure.verdict import Exposed, Undetermined
from shared.network.ids import ResourceId
from shared.network.security_group import NetworkSecurityGroup
from shared.network.snapshot import Snapshot

CHECK_ID: Final = "nsg-ssh-open"


def _run(facts: Facts) -> Iterator[Answer]:
    attached = _attached(facts.snapshot)
    for group in facts.snapshot.security_groups.values():
        if group.faults:
            yield Unjudged(CHECK_ID, group.id, "; ".join(group.faults))
            continue
        for port in facts.question.ports:
            answer = _judge(facts, group, port, attached=group.id in attached)
            if answer is not None:
                yield answer


def _attached(snapshot: Snapshot) -> frozenset[ResourceId]:
    subnets = (subnet.security_group for subnet in snapshot.subnets.values())
    interfaces = (nic.security_group for nic in snapshot.network_interfaces.values())
    models = (nic.security_group for one in snapshot.scale_sets.values() for nic in one.interfaces)
    return frozenset(group for group in (*subnets, *interfaces, *models) if group is not None)


def _judge(
    facts: Facts, group: NetworkSecurityGroup, port: int, *, attached: bool
) -> Answer | None:
    verdict = facts.assessment.group_verdict(group, port)
    if isinstance(verdict, Undetermined):
        return Unjudged(CHECK_ID, group.id, verdict.reasons[0].text)
    if not isinstance(verdict, Exposed):
        return None
    return CheckResult(
        check=CHECK_ID,
        resource=group.id,
        severity=SEVERITY[verdict.reach].lowered() if attached else Severity.LOW,
        title=f"{group.id.name} lets {FROM[verdict.reach]} through to {port_name(port)}"
        + ("" if attached else ", attached to nothing"),
        discriminator=(str(port),),
        controls=controls_for(port).labels,
        evidence={
            "port": port,
            "reach": verdict.reach.value,
            "attached": attached,
            "sources": sources_document(verdict),
            "rules": [step_document(step) for step in verdict.trace],
        },
    )


NSG_OPEN: Final = Check(
    id=CHECK_ID,
    finds=(
        "a network security group whose own rules let untrusted internet sources through to a"
        " management port, attached or not"
    ),
    severity_rule="one step below vm-ssh-reachable by who is let in; low when attached to nothing",
    controls=SSH_CONTROLS,
    run=_run,
)
