"""Rows of Microsoft.Compute, read as machines."""

from __future__ import annotations

import msgspec

from shared.adapters.wire import Envelope, OsProfile, StorageProfile, VirtualMachineBody
from shared.network.ids import ResourceId, resource_id
from shared.network.topology import OperatingSystem, VirtualMachine

_SYSTEMS = {system.lower(): system for system in OperatingSystem}
_MACHINE = msgspec.json.Decoder(VirtualMachineBody)


def virtual_machine(identity: ResourceId, row: Envelope) -> VirtualMachine:
    """Read a virtual machine.

    Raises:
        msgspec.DecodeError: a member has another type than Azure gives it.
    """
    body = _MACHINE.decode(row.properties)
    profile = body.network_profile
    references = (profile.network_interfaces if profile else None) or ()
    return VirtualMachine(
        id=identity,
        network_interfaces=tuple(resource_id(nic.id) for nic in references if nic.id),
        power_state=_power_state(body),
        operating_system=operating_system(body.storage_profile, body.os_profile),
        tags=tags_of(row),
    )


def tags_of(row: Envelope) -> dict[str, str]:
    """Give the tags of a row as texts; Resource Graph gives null or an empty text for none."""
    tags = row.tags
    if not tags or isinstance(tags, str):
        return {}
    return {name: value or "" for name, value in tags.items()}


def _power_state(body: VirtualMachineBody) -> str | None:
    """Give the word behind `PowerState/`.

    Source: Resource Graph documentation, query language, extended properties.
    """
    view = body.extended.instance_view if body.extended else None
    code = view.power_state.code if view and view.power_state else None
    return code.rpartition("/")[2].lower() if code else None


def operating_system(
    storage: StorageProfile | None, profile: OsProfile | None
) -> OperatingSystem | None:
    """Give the operating system that the disk names, or the one that was provisioned."""
    disk = storage.os_disk if storage else None
    named = _SYSTEMS.get((disk.os_type or "").lower()) if disk else None
    if named is not None:
        return named
    has_linux = profile is not None and bytes(profile.linux_configuration) != b"null"
    return OperatingSystem.LINUX if has_linux else None
