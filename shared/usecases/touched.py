"""What a look around a change settles, out of all that the checks say about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from shared.checks import CHECKS
from shared.checks.nsg_open import NSG_OPEN
from shared.checks.public_ip import PUBLIC_IP
from shared.checks.result import Unjudged
from shared.checks.ssh_reachable import SSH_REACHABLE
from shared.findings.finding import Finding
from shared.findings.judgement import Judgement
from shared.findings.mention import speaks_of
from shared.network.ids import ResourceId
from shared.usecases.interfaces import Neighbourhood

SETTLED_CHECKS: Final = frozenset(check.id for check in (SSH_REACHABLE, PUBLIC_IP, NSG_OPEN))
"""The checks whose every source a neighbourhood holds; the others are left to sweeps."""


def settled(neighbourhood: Neighbourhood, judgement: Judgement) -> Judgement:
    """Give the part of a judgement that may be recorded.

    That are findings on what the change touched, by the checks that could see all they need.  Of
    each other check, every touched resource that is still there counts as not judged.
    """
    touched = frozenset(one.key for one in neighbourhood.touched)
    findings = tuple(
        finding
        for finding in judgement.findings
        if finding.check in SETTLED_CHECKS and not touched.isdisjoint(_line(finding.resource))
    )
    standing = neighbourhood.touched - neighbourhood.gone
    unsettled = tuple(
        Unjudged(check.id, resource, "a sweep looks at what this check needs")
        for resource in sorted(standing)
        for check in CHECKS
        if check.id not in SETTLED_CHECKS
    )
    return Judgement(findings, (*judgement.unjudged, *unsettled), judgement.counts)


def is_bereft(finding: Finding, neighbourhood: Neighbourhood) -> bool:
    """Tell whether a change took away what an untouched finding rests on.

    So it is where its evidence names something gone, or says that somebody uses a security group
    that Resource Graph shows without a user.  Only findings that a change can settle count: others
    wait for the sweep.
    """
    if finding.check not in SETTLED_CHECKS or finding.resource in neighbourhood.touched:
        return False
    is_left = finding.resource in neighbourhood.loose and finding.evidence.get("attached") is True
    return is_left or speaks_of(finding, neighbourhood.gone)


def _line(resource: ResourceId) -> Iterator[str]:
    """Give a resource's key, and those of all that it lies in."""
    key = resource.key
    while key:
        yield key
        key = key.rpartition("/")[0]
