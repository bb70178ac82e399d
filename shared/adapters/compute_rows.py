"""Rows of Microsoft.Compute, read as machines."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Final

import msgspec

from shared.adapters.wire import (
    Envelope,
    IdentityBody,
    OsProfile,
    StorageProfile,
    VirtualMachineBody,
)
from shared.network.ids import ResourceId, resource_id
from shared.network.machine_login import MachineLogin
from shared.network.topology import OperatingSystem, VirtualMachine

_SYSTEMS = {system.lower(): system for system in OperatingSystem}
_TAGS = msgspec.json.Decoder(dict[str, str | None] | str | None)
_IDENTITY = msgspec.json.Decoder(IdentityBody | str | None)
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
        login=login(body.os_profile, row),
        tags=tags_of(row),
    )


def login(profile: OsProfile | None, row: Envelope) -> MachineLogin:
    """Read the login posture; an absent or false flag means that passwords were allowed."""
    linux = profile.linux_configuration if profile else None
    identity = _IDENTITY.decode(row.identity)
    kind = (identity.type or "" if isinstance(identity, IdentityBody) else "").lower()
    password = None if linux is None else not linux.disable_password_authentication
    return _login(password, "systemassigned" in kind)


_login: Final = cache(MachineLogin)
"""Machines of one posture, of which there are six, hold one object."""


def tags_of(row: Envelope) -> Mapping[str, str]:
    """Give the tags of a row as texts; Resource Graph gives null or an empty text for none."""
    return _tags(bytes(row.tags))


@lru_cache(maxsize=4_096)
def _tags(text: bytes) -> Mapping[str, str]:
    """Read tags, of which whole estates share a few: machines with the same tags hold one object.

    Raises:
        msgspec.DecodeError: they are no object of texts.
    """
    tags = _TAGS.decode(text)
    named = {} if not tags or isinstance(tags, str) else tags
    return MappingProxyType({name: value or "" for name, value in named.items()})


def _power_state(body: VirtualMachineBody) -> str | None:
    """Give the word behind `PowerState/`, which stands in another place in each source.

    Source: Resource Graph documentation, query language, extended properties; REST reference,
    Virtual Machines, Instance View.
    """
    view = body.extended.instance_view if body.extended else None
    indexed = [view.power_state] if view and view.power_state else []
    direct = body.instance_view.statuses if body.instance_view else None
    for status in (*indexed, *(direct or ())):
        word = _power_word(status.code or "")
        if word is not None:
            return word
    return None


@lru_cache(maxsize=64)
def _power_word(code: str) -> str | None:
    kind, _, word = code.rpartition("/")
    return word.lower() if kind.lower() == "powerstate" else None


def operating_system(
    storage: StorageProfile | None, profile: OsProfile | None
) -> OperatingSystem | None:
    """Give the operating system that the disk names, or the one that was provisioned."""
    disk = storage.os_disk if storage else None
    named = _SYSTEMS.get((disk.os_type or "").lower()) if disk else None
    if named is not None:
        return named
    has_linux = profile is not None and profile.linux_configuration is not None
    return OperatingSystem.LINUX if has_linux else None
