"""Application gateways: their listeners for plain TCP, which can front any port."""

from __future__ import annotations

from dataclasses import dataclass

from shared.network.ids import ResourceId


@dataclass(frozen=True, slots=True)
class TcpListener:
    """A layer-4 listener, the port that it takes, and where its rule sends connections.

    `addresses` are the pool's private addresses as numbers of the address line, `configurations`
    the IP configurations that are members of it.
    """

    id: ResourceId
    public_ip: ResourceId | None
    port: int
    backend_port: int
    addresses: tuple[int, ...] = ()
    configurations: tuple[ResourceId, ...] = ()


@dataclass(frozen=True, slots=True)
class ApplicationGateway:
    """An application gateway with its layer-4 listeners and the subnet that it opens from.

    Source: Microsoft Learn, "Application Gateway TCP/TLS proxy overview".
    """

    id: ResourceId
    subnet: ResourceId | None = None
    listeners: tuple[TcpListener, ...] = ()
