"""Front doors: the public addresses and ports through which a new flow can come in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shared.network.ids import ResourceId


class FrontDoorKind(StrEnum):
    """What kind of resource opens the door."""

    PUBLIC_IP = "public-ip"
    LOAD_BALANCER_NAT_RULE = "load-balancer-nat-rule"
    LOAD_BALANCER_RULE = "load-balancer-rule"
    SCALE_SET_PUBLIC_IP = "scale-set-public-ip"
    FIREWALL_DNAT = "firewall-dnat"
    APPLICATION_GATEWAY = "application-gateway"


@dataclass(frozen=True, slots=True)
class FrontDoor:
    """One public address and port that leads to one IP configuration.

    `id` is the thing that opens the door, `port` what a client dials (the first of `port_range`
    where only a range is known), `address` None while none is allocated.
    """

    kind: FrontDoorKind
    id: ResourceId
    port: int
    public_ip: ResourceId | None = None
    address: str | None = None
    sku: str | None = None
    port_range: tuple[int, int] | None = None
    rule: str | None = None
