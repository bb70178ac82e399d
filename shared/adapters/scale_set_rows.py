"""Rows of scale sets and of the instances of uniform ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import msgspec

from shared.adapters.compute_rows import login, operating_system, virtual_machine
from shared.adapters.network_rows import family_of, ids_of, network_interface, reference, sku_named
from shared.adapters.wire import (
    Envelope,
    Part,
    ScaleSetBody,
    ScaleSetConfigurationBody,
    ScaleSetInterfaceBody,
    ScaleSetProfile,
)
from shared.network.ids import ResourceId
from shared.network.machine_login import ExtensionKind
from shared.network.scale_set import ScaleSet
from shared.network.topology import (
    IpConfiguration,
    NetworkInterface,
    PublicIpAddress,
    VirtualMachine,
)


class _Size(msgspec.Struct):
    """The `sku` of a scale set."""

    capacity: int | None = None


class _Upgrade(msgspec.Struct, rename="camel"):
    """What an instance says of the model that it was made from."""

    latest_model_applied: bool | None = None


_SET = msgspec.json.Decoder(ScaleSetBody)
_SIZE = msgspec.json.Decoder(_Size | str | None)
_UPGRADE = msgspec.json.Decoder(_Upgrade)


def scale_set(identity: ResourceId, row: Envelope) -> ScaleSet:
    """Read a scale set with the interfaces of its model.

    Raises:
        msgspec.DecodeError: a member has another type than Azure gives it.
        ValueError: an id or SKU is not one.
    """
    body = _SET.decode(row.properties)
    size = _SIZE.decode(row.sku)
    profile = body.virtual_machine_profile
    network = profile.network_profile if profile else None
    parts = (network.network_interface_configurations if network else None) or ()
    publics: list[PublicIpAddress] = []
    return ScaleSet(
        id=identity,
        uniform=(body.orchestration_mode or "uniform").lower() == "uniform",
        operating_system=operating_system(profile.storage_profile, profile.os_profile)
        if profile
        else None,
        capacity=(size.capacity or 0) if isinstance(size, _Size) else 0,
        interfaces=tuple(_interface(identity, part, publics) for part in parts),
        public_ips=tuple(publics),
        login=login(profile.os_profile if profile else None, row),
        extensions=frozenset(_extensions(profile)),
    )


def _extensions(profile: ScaleSetProfile | None) -> Iterator[ExtensionKind]:
    listed = profile.extension_profile.extensions if profile and profile.extension_profile else ()
    for one in listed or ():
        if one.properties is not None:
            yield ExtensionKind.of(one.properties.publisher, one.properties.type)


def _interface(
    identity: ResourceId, part: Part[ScaleSetInterfaceBody], publics: list[PublicIpAddress]
) -> NetworkInterface:
    body = part.properties
    own = identity.child("networkInterfaceConfigurations", part.name or "")
    return NetworkInterface(
        id=own,
        virtual_machine=identity,
        security_group=reference(body.network_security_group),
        ip_configurations=tuple(
            _configuration(own, one, publics) for one in body.ip_configurations or ()
        ),
        forwards=bool(body.enable_ip_forwarding),
    )


def _configuration(
    interface: ResourceId, part: Part[ScaleSetConfigurationBody], publics: list[PublicIpAddress]
) -> IpConfiguration:
    body = part.properties
    family = family_of(body.version)
    public = body.public_ip_address_configuration
    public_id = None
    if public is not None:
        public_id = interface.child("ipConfigurations", part.name or "").child(
            "publicIPAddresses", public.name or ""
        )
        publics.append(
            PublicIpAddress(public_id, sku_named(public.sku.name if public.sku else None), family)
        )
    return IpConfiguration(
        name=part.name or "",
        family=family,
        subnet=reference(body.subnet),
        public_ip=public_id,
        application_security_groups=ids_of(body.application_security_groups),
        balancer_pools=ids_of(body.load_balancer_backend_address_pools),
        nat_pools=ids_of(body.load_balancer_inbound_nat_pools),
    )


def scale_set_instance(identity: ResourceId, row: Envelope) -> VirtualMachine:
    """Read an instance of a uniform scale set."""
    return replace(
        virtual_machine(identity, row),
        scale_set=identity.parent("virtualMachines"),
        has_latest_model=_UPGRADE.decode(row.properties).latest_model_applied is not False,
    )


def scale_set_interface(identity: ResourceId, row: Envelope) -> NetworkInterface:
    """Read an interface of a uniform instance, which its id names."""
    return replace(
        network_interface(identity, row), virtual_machine=identity.parent("networkInterfaces")
    )
