"""Ways in through application gateways, which Azure's description alone does not settle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shared.exposure.front_door import FrontDoor, FrontDoorKind
from shared.exposure.layers import LayerKind, Reason, UnknownLayer
from shared.exposure.surroundings import Surroundings
from shared.exposure.targets import Target, Targets
from shared.exposure.ways_in import WayIn
from shared.network.application_gateway import ApplicationGateway, TcpListener
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot
from shared.packetset.addresses import Family


def gateway_ways(
    snapshot: Snapshot, targets: Targets, surroundings: Surroundings, ports: Sequence[int]
) -> Iterator[WayIn]:
    """Give a way in for every public layer-4 listener that has a management port on either side.

    The gateway opens its own connection from its subnet.  Who may use the listener is a matter of
    its own settings and of the filters on its subnet, so the verdict is undetermined unless the
    target's filters stop the gateway.

    Source: Microsoft Learn, "Application Gateway TCP/TLS proxy overview".
    """
    for gateway in snapshot.gateways.values():
        for listener in gateway.listeners:
            if listener.public_ip is None or not {listener.port, listener.backend_port} & {*ports}:
                continue
            public = snapshot.public_ips.get(listener.public_ip)
            reason = Reason(
                "application-gateway-listener",
                f"listener {listener.id.name} of application gateway {gateway.id.name} passes"
                " plain TCP on; whom it admits is not told by Azure's description",
            )
            door = FrontDoor(
                FrontDoorKind.APPLICATION_GATEWAY,
                listener.id,
                listener.port,
                public_ip=listener.public_ip,
                address=public.address if public else None,
                rule=listener.id.name,
            )
            layer = UnknownLayer(LayerKind.FRONT_DOOR, listener.id, reason)
            for target in _behind(gateway, listener, targets, surroundings):
                yield WayIn(
                    door,
                    target,
                    Family.IPV4,
                    listener.backend_port,
                    None,
                    layers=(layer,),
                    translation=surroundings.translation(gateway.subnet, target.network),
                    clients_from=gateway.subnet,
                )


def _behind(
    gateway: ApplicationGateway,
    listener: TcpListener,
    targets: Targets,
    surroundings: Surroundings,
) -> Iterator[Target]:
    """Give the members of a listener's pool within the networks that the gateway reaches."""
    found: dict[ResourceId, Target] = {}
    own = gateway.subnet.parent("subnets") if gateway.subnet else None
    for network in (own, *surroundings.peers(own)) if own else ():
        for address in listener.addresses:
            target = targets.by_address.get((network, address))
            if target is not None:
                found[target.id] = target
    for configuration in listener.configurations:
        target = targets.by_id.get(configuration)
        if target is not None:
            found[target.id] = target
    yield from found.values()
