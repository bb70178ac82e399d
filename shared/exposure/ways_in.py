"""Ways in: each front door with the IP configuration that it leads to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.exposure.front_door import FrontDoor, FrontDoorKind
from shared.exposure.layers import Layer
from shared.exposure.surroundings import Translation
from shared.exposure.targets import Target, Targets
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot
from shared.network.topology import Sku
from shared.packetset.addresses import Family


@dataclass(frozen=True, slots=True)
class WayIn:
    """One front door, where it leads, and the port at the machine.

    `sku` decides what happens without any security group, None while it is not known.  `layers`
    are the door's own filters.  `destination` is what packets stay addressed to where a floating
    IP keeps the frontend's address, `keeps_destination` marks that case.  `clients_from` is the
    subnet whose surroundings tell what the internet is, where it is not the target's own.
    """

    door: FrontDoor
    target: Target
    family: Family
    port: int
    sku: Sku | None
    layers: tuple[Layer, ...] = ()
    keeps_destination: bool = False
    destination: int | None = None
    translation: Translation | None = None
    clients_from: ResourceId | None = None


def public_ip_ways(snapshot: Snapshot, targets: Targets, ports: Sequence[int]) -> Iterator[WayIn]:
    """Give a way in for every public IP address on an interface, and every management port.

    The address keeps its ports: each port of the private address can be dialled.

    Source: Microsoft Learn, "Public IP addresses", at-a-glance table, network interface.
    """
    for target, public_id in targets.with_public_ips():
        public = snapshot.public_ips.get(public_id) or target.model_public_ip
        kind = (
            FrontDoorKind.SCALE_SET_PUBLIC_IP
            if public_id.parent("virtualMachineScaleSets")
            else FrontDoorKind.PUBLIC_IP
        )
        for port in ports:
            yield WayIn(
                FrontDoor(
                    kind,
                    public.id if public else public_id,
                    port,
                    public_ip=public_id,
                    address=public.address if public else None,
                    sku=public.sku if public else None,
                ),
                target,
                public.family if public else target.configuration.family,
                port,
                public.sku if public else None,
            )
