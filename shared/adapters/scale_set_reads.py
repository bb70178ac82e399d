"""Interfaces and addresses of uniform scale sets, where Resource Graph's rows leave a gap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from shared.adapters.arm_reads import ArmReader, unread_row
from shared.network.ids import InvalidResourceIdError, ResourceId, resource_id
from shared.network.snapshot import Snapshot
from shared.usecases.interfaces import InventoryError

if TYPE_CHECKING:
    from azure.mgmt.network.models import NetworkInterface, PublicIPAddress

SETS_PER_READ: Final = 100
_INSTANCE: Final = "microsoft.compute/virtualmachinescalesets/virtualmachines"
_INTERFACE: Final = f"{_INSTANCE}/networkinterfaces"
_ADDRESS: Final = f"{_INTERFACE}/ipconfigurations/publicipaddresses"


class ScaleSetReads:
    """A `Supplement`: what the instances of uniform scale sets have, asked of Resource Manager.

    Asked for is each set that should have instances and has no row of any, or one of whose
    interfaces is missing or without IP configurations.  Two lists tell of a whole set; an
    instance that only they tell of gets a row that names its interfaces and nothing else.  A set
    that could not be read is unread, and so is what is beyond `SETS_PER_READ`.

    Source: Microsoft Learn, "Networking for Azure virtual machine scale sets", instances'
    addresses and interfaces through the REST API.
    """

    def __init__(self, reader: ArmReader) -> None:
        """Take the way to Resource Manager."""
        self._reader = reader

    def __call__(self, snapshot: Snapshot, subscriptions: Sequence[str]) -> Iterator[bytes]:
        """Give rows as `computeresources` has them."""
        del subscriptions
        for number, scale_set in enumerate(_sets_with_gaps(snapshot)):
            if number >= SETS_PER_READ:
                yield unread_row(scale_set, "its instances have no rows, as those of many others")
                continue
            try:
                yield from self._rows(scale_set, snapshot)
            except InventoryError as error:
                yield unread_row(scale_set, str(error))

    def _rows(self, scale_set: ResourceId, snapshot: Snapshot) -> Sequence[bytes]:
        client = self._reader.network(scale_set.subscription)
        group, name = scale_set.resource_group, scale_set.name
        doing = f"reading the instances of scale set {name}"
        interfaces = self._reader.ask(
            doing,
            lambda: _documents(
                client.network_interfaces.list_virtual_machine_scale_set_network_interfaces(
                    group, name
                )
            ),
        )
        addresses = self._reader.ask(
            doing,
            lambda: _documents(
                client.public_ip_addresses.list_virtual_machine_scale_set_public_ip_addresses(
                    group, name
                )
            ),
        )
        try:
            return [
                *_instance_rows(interfaces, snapshot),
                *(_row(_INTERFACE, one) for one in interfaces),
                *(_row(_ADDRESS, one) for one in addresses),
            ]
        except (KeyError, InvalidResourceIdError) as error:
            raise InventoryError(f"{doing}: an answer without a usable id") from error


def _sets_with_gaps(snapshot: Snapshot) -> Sequence[ResourceId]:
    """Name the uniform sets of whose instances something is missing, sorted."""
    known: set[ResourceId] = set()
    gaps: set[ResourceId] = set()
    for machine in snapshot.virtual_machines.values():
        if machine.scale_set is None:
            continue
        known.add(machine.scale_set)
        for nic in machine.network_interfaces:
            interface = snapshot.network_interfaces.get(nic)
            if interface is None or not interface.ip_configurations:
                gaps.add(machine.scale_set)
    gaps.update(
        scale_set.id
        for scale_set in snapshot.scale_sets.values()
        if scale_set.uniform and scale_set.capacity and scale_set.id not in known
    )
    return sorted(gaps)


def _documents(
    found: Iterable[NetworkInterface] | Iterable[PublicIPAddress],
) -> Sequence[Mapping[str, Any]]:
    """Give every element of a list, over all of its pages, as JSON data."""
    return [one.as_dict() for one in found]


def _instance_rows(interfaces: Iterable[Mapping[str, Any]], snapshot: Snapshot) -> Iterator[bytes]:
    """Write a row for each instance that has interfaces and no row yet."""
    by_instance: dict[ResourceId, list[Mapping[str, str]]] = {}
    for interface in interfaces:
        identity = resource_id(interface["id"])
        instance = identity.parent("networkInterfaces")
        if instance is not None and instance not in snapshot.virtual_machines:
            by_instance.setdefault(instance, []).append({"id": identity.text})
    for instance, listed in by_instance.items():
        profile = {"networkProfile": {"networkInterfaces": listed}}
        row = {"id": instance.text, "type": _INSTANCE, "properties": profile}
        yield msgspec.json.encode(row)


def _row(row_type: str, document: Mapping[str, Any]) -> bytes:
    members = {name: document.get(name) for name in ("sku", "properties", "location")}
    identity = resource_id(document["id"])
    return msgspec.json.encode({"id": identity.text, "type": row_type, **members})
