"""The checks of a Bastion's own set-up: its subnet, its logs and its shareable links."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from shared.checks.bastion_controls import AUDIT, LINKS, SUBNET
from shared.checks.check import Answer, Check, Facts
from shared.checks.result import CheckResult, Severity, Unjudged
from shared.exposure.bastion_flows import BastionSubnet
from shared.network.bastion import BASTION_SUBNET, BastionHost
from shared.network.ids import ResourceId
from shared.network.topology import Subnet
from shared.packetset.addresses import FAMILY_ADDRESSES, Family

NSG_ID: Final = "bastion-nsg-incomplete"
SMALL_ID: Final = "bastion-subnet-too-small"
AUDIT_ID: Final = "bastion-audit-off"
LINKS_ID: Final = "bastion-shareable-links"

_SMALLEST: Final = 1 << (32 - 26)
_AUDIT_CATEGORIES: Final = frozenset({"bastionauditlogs", "alllogs", "audit"})
"""The category, and the groups that hold it.

Source: Microsoft Learn, "Enable Azure Bastion diagnostics", "Diagnostic settings in Azure Monitor",
category groups.
"""


def _bastion_subnets(facts: Facts) -> Iterator[Subnet]:
    for subnet in facts.snapshot.subnets.values():
        if subnet.id.name.lower() == BASTION_SUBNET:
            yield subnet


def _nsg_incomplete(facts: Facts) -> Iterator[Answer]:
    for subnet in _bastion_subnets(facts):
        if subnet.security_group is not None:
            yield from _nsg_of(facts, subnet, subnet.security_group)


def _nsg_of(facts: Facts, subnet: Subnet, group_id: ResourceId) -> Iterator[Answer]:
    group = facts.snapshot.security_groups.get(group_id)
    addresses = subnet.prefixes.intersect(FAMILY_ADDRESSES[Family.IPV4])
    if group is None or group.faults or not addresses:
        why = group.faults[0] if group and group.faults else "it could not be read"
        yield Unjudged(NSG_ID, group_id, why)
        return
    hosts = [host for host in facts.snapshot.bastions.values() if host.subnet == subnet.id]
    place = BastionSubnet(
        addresses,
        facts.assessment.space(subnet.id.parent("subnets")).intersect(
            FAMILY_ADDRESSES[Family.IPV4]
        ),
        private_only=any(host.private_only for host in hosts),
    )
    missing = tuple(facts.assessment.bastion_flows.missing(group, place))
    lacking = [flow.name for flow in missing if not flow.doubtful]
    if lacking:
        more = f", and {len(lacking) - 1} more" if len(lacking) > 1 else ""
        yield CheckResult(
            check=NSG_ID,
            resource=group.id,
            severity=Severity.MEDIUM,
            title=f"{group.id.name} stops what Azure Bastion needs: {lacking[0]}{more}",
            discriminator=(subnet.id.key,),
            controls=SUBNET.labels,
            evidence={"subnet": subnet.id.text, "missing": lacking},
        )
    elif missing:
        names = "; ".join(flow.name for flow in missing)
        yield Unjudged(NSG_ID, group.id, f"whether it lets through what Bastion needs: {names}")


def _subnet_too_small(facts: Facts) -> Iterator[Answer]:
    """Find Bastion subnets smaller than /26.

    Source: Microsoft Learn, "About Bastion configuration settings", Azure Bastion subnet.
    """
    for subnet in _bastion_subnets(facts):
        addresses = subnet.prefixes.intersect(FAMILY_ADDRESSES[Family.IPV4])
        longest = max((high - low + 1 for low, high in addresses.numbers.spans), default=0)
        if not addresses:
            yield Unjudged(SMALL_ID, subnet.id, "its prefixes are not known")
        elif longest < _SMALLEST:
            prefixes = list(addresses.prefixes())
            yield CheckResult(
                check=SMALL_ID,
                resource=subnet.id,
                severity=Severity.LOW,
                title=f"AzureBastionSubnet is smaller than /26 ({', '.join(prefixes)})",
                controls=SUBNET.labels,
                evidence={"prefixes": prefixes},
            )


def _audit_off(facts: Facts) -> Iterator[Answer]:
    for host in facts.snapshot.bastions.values():
        settings = facts.snapshot.diagnostic_settings.get(host.id)
        if settings is None:
            yield Unjudged(AUDIT_ID, host.id, "its diagnostic settings were not read")
        elif settings.sent.isdisjoint(_AUDIT_CATEGORIES):
            yield CheckResult(
                check=AUDIT_ID,
                resource=host.id,
                severity=Severity.MEDIUM,
                title=f"Nobody records who uses Bastion {host.id.name}: no audit log is kept",
                controls=AUDIT.labels,
                evidence={
                    "sent": sorted(settings.sent),
                    "without_destination": sorted(settings.idle),
                },
            )


def _shareable_links(facts: Facts) -> Iterator[Answer]:
    """Find hosts with the switch on, and links that exist, whatever the switch says now."""
    for host in facts.snapshot.bastions.values():
        links = facts.snapshot.shareable_links.get(host.id)
        machines = links.machines if links else ()
        if not host.sku.has_links and not host.shareable_links and not machines:
            continue
        if links is None and not host.shareable_links:
            yield Unjudged(LINKS_ID, host.id, "its shareable links were not read")
        elif host.shareable_links or machines:
            yield CheckResult(
                check=LINKS_ID,
                resource=host.id,
                severity=Severity.MEDIUM,
                title=_links_title(host, len(machines), read=links is not None),
                controls=LINKS.labels,
                evidence={
                    "switched_on": host.shareable_links,
                    "links_read": links is not None,
                    "machines": [machine.text if machine else None for machine in machines],
                },
            )


def _links_title(host: BastionHost, count: int, *, read: bool) -> str:
    switch = "on" if host.shareable_links else "off"
    known = f"{count} exist" if read else "which ones exist was not read"
    return f"Shareable links of Bastion {host.id.name} are switched {switch}, {known}"


BASTION_NSG_INCOMPLETE: Final = Check(
    id=NSG_ID,
    finds=(
        "a network security group on AzureBastionSubnet that lacks a required rule, judged by"
        " effect; every missing flow is named"
    ),
    severity_rule="medium",
    controls=SUBNET,
    run=_nsg_incomplete,
)
BASTION_SUBNET_TOO_SMALL: Final = Check(
    id=SMALL_ID,
    finds="an AzureBastionSubnet smaller than /26",
    severity_rule="low",
    controls=SUBNET,
    run=_subnet_too_small,
)
BASTION_AUDIT_OFF: Final = Check(
    id=AUDIT_ID,
    finds="a Bastion whose audit log is sent nowhere",
    severity_rule="medium",
    controls=AUDIT,
    run=_audit_off,
)
BASTION_SHAREABLE_LINKS: Final = Check(
    id=LINKS_ID,
    finds="a Bastion with shareable links switched on, or with links that exist",
    severity_rule="medium",
    controls=LINKS,
    run=_shareable_links,
)
