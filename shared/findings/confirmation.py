"""What a step of a finding rests on: the resources to look at again before it is believed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from shared.checks.result import Json
from shared.findings.finding import Finding
from shared.findings.resource_change import whole_resource
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot
from shared.network.topology import NetworkInterface

NAMED_IN_EVIDENCE: Final = 40
"""Evidence that names more, such as every machine of a network, is taken up to here."""
_READ_ALONE: Final = (
    "publicIPAddresses",
    "networkInterfaces",
    "virtualMachines",
    "ruleCollectionGroups",
)
"""Whose members are read by themselves, also where they lie within a scale set or a policy."""


def deciding_resources(finding: Finding, snapshot: Snapshot) -> frozenset[ResourceId]:
    """Name the whole resources that decide whether a finding stands.

    That is its own resource, whatever its evidence names (the doors, addresses, interfaces and
    rules that let somebody in), and for a machine all that stands before it in the snapshot now:
    what closes a way in is in no evidence.
    """
    evidence = islice(dict.fromkeys(_ids_in(finding.evidence)), NAMED_IN_EVIDENCE)
    named = {finding.resource, *evidence, *_before(finding.resource, snapshot)}
    return frozenset(_whole(one) for one in named if "/providers/" in one.key)


def _ids_in(evidence: Json) -> Iterator[ResourceId]:
    """Give every text in JSON data that is a resource id."""
    if isinstance(evidence, str):
        if evidence.startswith("/subscriptions/"):
            yield ResourceId(evidence)
    elif isinstance(evidence, Mapping):
        for value in evidence.values():
            yield from _ids_in(value)
    elif isinstance(evidence, Sequence):
        for value in evidence:
            yield from _ids_in(value)


def _before(machine_id: ResourceId, snapshot: Snapshot) -> Iterator[ResourceId]:
    """Give what packets to a machine, or to the model of a scale set, meet: its networks too."""
    machine = snapshot.virtual_machines.get(machine_id)
    listed = machine.network_interfaces if machine else ()
    known = snapshot.network_interfaces
    interfaces = [known[one] for one in listed if one in known]
    model = snapshot.scale_sets.get(machine_id)
    yield from listed
    yield from _filters((*interfaces, *(model.interfaces if model else ())), snapshot)


def _filters(interfaces: Iterable[NetworkInterface], snapshot: Snapshot) -> Iterator[ResourceId]:
    for interface in interfaces:
        if interface.security_group is not None:
            yield interface.security_group
        for configuration in interface.ip_configurations:
            if configuration.public_ip is not None:
                yield configuration.public_ip
            subnet = snapshot.subnets.get(configuration.subnet) if configuration.subnet else None
            if subnet is not None:
                yield subnet.id
                if subnet.security_group is not None:
                    yield subnet.security_group


def _whole(resource: ResourceId) -> ResourceId:
    """Cut an id to what is read as one."""
    for collection in _READ_ALONE:
        above = resource.parent(collection)
        if above is not None:
            name = resource.text[len(above.text) :].split("/")[2]
            return above.child(collection, name)
    return whole_resource(resource)
