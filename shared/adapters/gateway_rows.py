"""Rows of application gateways, read for their layer-4 listeners."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import msgspec

from shared.adapters.network_rows import ids_of, reference, single_address
from shared.adapters.wire import Envelope, Part
from shared.adapters.wire_gateway import GatewayBody
from shared.network.application_gateway import ApplicationGateway, TcpListener
from shared.network.ids import ResourceId, resource_id

Body = TypeVar("Body")

_GATEWAY = msgspec.json.Decoder(GatewayBody)


def application_gateway(identity: ResourceId, row: Envelope) -> ApplicationGateway:
    """Read an application gateway.

    Raises:
        msgspec.DecodeError: a member has another type than Azure gives it.
        ValueError: an id is not one.
    """
    body = _GATEWAY.decode(row.properties)
    subnets = (reference(part.properties.subnet) for part in body.gateway_ip_configurations or ())
    return ApplicationGateway(
        identity,
        next((subnet for subnet in subnets if subnet is not None), None),
        tuple(_listeners(body)),
    )


def _listeners(body: GatewayBody) -> Iterator[TcpListener]:
    """Give each listener that a rule leads on from to a pool."""
    listeners = _by_id(body.listeners)
    fronts, ports = _by_id(body.frontend_ip_configurations), _by_id(body.frontend_ports)
    settings, pools = _by_id(body.backend_settings_collection), _by_id(body.backend_address_pools)
    for part in body.routing_rules or ():
        listener_id = reference(part.properties.listener)
        listener = listeners.get(listener_id)
        if listener_id is None or listener is None:
            continue
        front = fronts.get(reference(listener.frontend_ip_configuration))
        front_port = ports.get(reference(listener.frontend_port))
        backend = settings.get(reference(part.properties.backend_settings))
        pool = pools.get(reference(part.properties.backend_address_pool))
        members = (pool.backend_addresses if pool else None) or ()
        addresses = (single_address(member.ip_address) for member in members)
        yield TcpListener(
            id=listener_id,
            public_ip=reference(front.public_ip_address) if front else None,
            port=(front_port.port if front_port else None) or 0,
            backend_port=(backend.port if backend else None) or 0,
            addresses=tuple(address for address in addresses if address is not None),
            configurations=ids_of(pool.backend_ip_configurations if pool else None),
        )


def _by_id(parts: Sequence[Part[Body]] | None) -> dict[ResourceId | None, Body]:
    return {resource_id(part.id): part.properties for part in parts or () if part.id}
