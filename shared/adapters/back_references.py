"""Who uses a resource, as far as Resource Manager says so itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import msgspec

from shared.adapters.wire import Reference
from shared.network.ids import ResourceId, resource_id


class _Inner(msgspec.Struct, rename="camel"):
    """The properties of a subnet, a pool or a NAT rule."""

    ip_configurations: list[Reference] | None = None
    backend_ip_configurations: list[Reference] | None = msgspec.field(
        default=None, name="backendIPConfigurations"
    )
    backend_ip_configuration: Reference | None = msgspec.field(
        default=None, name="backendIPConfiguration"
    )


class _Part(msgspec.Struct):
    """A subnet, a pool or a NAT rule; where only its id stands, it is a reference."""

    id: str | None = None
    properties: _Inner = msgspec.field(default_factory=_Inner)


class _Body(msgspec.Struct, rename="camel"):
    """The members that point back, of all types together: each has a few of them."""

    network_interfaces: list[Reference] | None = None
    subnets: list[_Part] | None = None
    ip_configuration: Reference | None = None
    backend_address_pools: list[_Part] | None = None
    inbound_nat_rules: list[_Part] | None = None


class _Resource(msgspec.Struct):
    properties: _Body = msgspec.field(default_factory=_Body)


_RESOURCE: Final = msgspec.json.Decoder(_Resource)


@dataclass(frozen=True, slots=True)
class Users:
    """What uses a resource: interfaces, subnets, and IP configurations of anything.

    `of_subnets` are the IP configurations in each subnet of a virtual network.
    """

    ids: tuple[ResourceId, ...] = ()
    of_subnets: Mapping[ResourceId, tuple[ResourceId, ...]] = field(default_factory=dict)


def users_of(text: bytes) -> Users:
    """Read the members of a resource that point back, from what ARM or Resource Graph gave.

    That is `networkInterfaces` and `subnets` of security groups and route tables,
    `ipConfiguration` of public addresses, the backend configurations of load balancers, and the
    configurations in the subnets of a virtual network.

    Source: ARM type definitions of Microsoft.Network, read-only members.

    Raises:
        msgspec.DecodeError: a member has another type than Azure gives it.
        ValueError: an id is none.
    """
    body = _RESOURCE.decode(text).properties
    parts = (*(body.backend_address_pools or ()), *(body.inbound_nat_rules or ()))
    references = (
        *(body.network_interfaces or ()),
        *((body.ip_configuration,) if body.ip_configuration else ()),
        *(reference for part in parts for reference in _backends(part.properties)),
    )
    subnets = {
        resource_id(part.id): tuple(_ids(part.properties.ip_configurations or ()))
        for part in body.subnets or ()
        if part.id
    }
    return Users((*_ids(references), *subnets), subnets)


def _backends(part: _Inner) -> Iterator[Reference]:
    yield from part.backend_ip_configurations or ()
    if part.backend_ip_configuration is not None:
        yield part.backend_ip_configuration


def _ids(references: Iterable[Reference]) -> Iterator[ResourceId]:
    return (resource_id(one.id) for one in references if one.id)
