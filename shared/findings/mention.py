"""Which Azure resources a finding speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from shared.checks.result import Json
from shared.findings.finding import Finding
from shared.network.ids import InvalidResourceIdError, ResourceId, resource_id


def mentioned(finding: Finding) -> frozenset[ResourceId]:
    """Give the finding's own resource and every resource that its evidence names.

    These are the resources that decided: the security groups of a trace, the interface, the front
    door with its public address, the machine.
    """
    return frozenset((finding.resource, *_ids(finding.evidence)))


def speaks_of(finding: Finding, resources: Iterable[ResourceId]) -> bool:
    """Tell whether a finding names one of some resources, or a part of one."""
    wholes = tuple(resource.key for resource in resources)
    parts = tuple(f"{key}/" for key in wholes)
    return any(one.key in wholes or one.key.startswith(parts) for one in mentioned(finding))


def _ids(evidence: Json | Mapping[str, Json]) -> Iterator[ResourceId]:
    match evidence:
        case str() if evidence.startswith("/"):
            try:
                yield resource_id(evidence)
            except InvalidResourceIdError:
                return
        case Mapping():
            for value in evidence.values():
                yield from _ids(value)
        case list() | tuple():
            for value in evidence:
                yield from _ids(value)
        case _:
            return
