"""bastion-access-gap: a machine that nobody but owners could open through Bastion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from shared.checks.bastion_controls import ACCESS
from shared.checks.check import Access, Answer, Check, Facts
from shared.checks.grants import Grants, Need
from shared.checks.result import CheckResult, Severity, Unjudged
from shared.network.ids import ResourceId

CHECK_ID: Final = "bastion-access-gap"

LOG_IN: Final = Need(
    "log in to the machine", "microsoft.compute/virtualmachines/login/action", is_data=True
)
SEE_MACHINE: Final = Need("read the machine", "microsoft.compute/virtualmachines/read")
SEE_INTERFACE: Final = Need("read its interface", "microsoft.network/networkinterfaces/read")
SEE_BASTION: Final = Need("read the Bastion", "microsoft.network/bastionhosts/read")
SEE_NETWORK: Final = Need("read its virtual network", "microsoft.network/virtualnetworks/read")


@dataclass(frozen=True, slots=True)
class Way:
    """One way to open a machine through Bastion: what a person needs for it, and over what."""

    bastion: ResourceId
    needs: tuple[tuple[Need, ResourceId], ...]


def ways_to_open(machine: ResourceId, accesses: Sequence[Access]) -> Iterator[Way]:
    """Give the ways to open a machine; a Bastion in a peered network asks for one thing more.

    Source: Microsoft Learn, "Azure Bastion FAQ", roles; "Log in to a Linux virtual machine in
    Azure by using Microsoft Entra ID and OpenSSH", role assignments.
    """
    for access in accesses:
        network = access.target.network
        for host in access.hosts:
            needs = [
                (LOG_IN, machine),
                (SEE_MACHINE, machine),
                (SEE_INTERFACE, access.target.interface.id),
                (SEE_BASTION, host.id),
            ]
            if network is not None and host.network != network:
                needs.append((SEE_NETWORK, network))
            yield Way(host.id, tuple(needs))


def able_people(grants: Grants, way: Way, *, generous: bool = False) -> frozenset[str]:
    """Give who holds all that one way asks for, but for the owners of the machine's subscription.

    An owner could let himself in anyway.
    """
    (first, machine), *others = way.needs
    able = grants.holders(machine, first, generous=generous)
    for need, resource in others:
        if not able:
            return able
        able &= grants.holders(resource, need, generous=generous)
    return able - grants.owners(machine.subscription, generous=not generous)


def _run(facts: Facts) -> Iterator[Answer]:
    if not facts.snapshot.role_assignments:
        reason = "no role assignments were read"
        yield from (Unjudged(CHECK_ID, machine, reason) for machine in facts.behind_bastion)
        return
    grants = Grants(facts.snapshot)
    unread = frozenset(gap.scope.key for gap in facts.snapshot.unread)
    for machine, accesses in facts.behind_bastion.items():
        ways = tuple(ways_to_open(machine, accesses))
        if any(able_people(grants, way) for way in ways):
            continue
        doubt = _doubt(grants, unread, machine, ways)
        if doubt is not None:
            yield Unjudged(CHECK_ID, machine, doubt)
        else:
            yield _gap(grants, machine, ways)


def _doubt(
    grants: Grants, unread: frozenset[str], machine: ResourceId, ways: Sequence[Way]
) -> str | None:
    """Say what leaves it open whether somebody could; None where nothing does.

    `unread` are the keys of all that could not be read.
    """
    resources = {resource for way in ways for _, resource in way.needs}
    for subscription in sorted({resource.subscription for resource in resources}):
        if f"/subscriptions/{subscription}" in unread:
            return f"subscription {subscription} could not be read as a whole"
        if subscription not in grants.subscriptions and subscription != machine.subscription:
            return f"no role assignments of subscription {subscription} were read"
    if any(able_people(grants, way, generous=True) for way in ways):
        return "what some roles permit, what they are held over or by whom is not known"
    return None


def _gap(grants: Grants, machine: ResourceId, ways: Sequence[Way]) -> CheckResult:
    return CheckResult(
        check=CHECK_ID,
        resource=machine,
        severity=Severity.LOW,
        title=f"Nobody but owners could open {machine.name} through Azure Bastion",
        controls=ACCESS.labels,
        evidence={
            "bastions": sorted({way.bastion.text for way in ways}),
            "holders": [
                {
                    "may": need.words,
                    "resource": resource.text,
                    "principals": sorted(grants.holders(resource, need, generous=False)),
                }
                for need, resource in dict.fromkeys(need for way in ways for need in way.needs)
            ],
        },
    )


BASTION_ACCESS_GAP: Final = Check(
    id=CHECK_ID,
    finds=(
        "a machine behind a Bastion that nobody but owners could open: no principal may read"
        " machine, interface and Bastion and log in besides"
    ),
    severity_rule="low",
    controls=ACCESS,
    run=_run,
)
