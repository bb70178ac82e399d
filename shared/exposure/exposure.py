"""An exposure: one way in to one port of one IP configuration, and the verdict on it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shared.exposure.front_door import FrontDoor
from shared.exposure.verdict import Verdict
from shared.network.ids import ResourceId
from shared.packetset.addresses import AddressSet, Family
from shared.packetset.protocols import Protocol


class ReturnPath(StrEnum):
    """Whether replies take the way that requests came."""

    DIRECT = "direct"
    ASYMMETRIC = "asymmetric"


@dataclass(frozen=True, slots=True)
class Exposure:
    """One combination of IP configuration, front door, port at the machine and address family.

    `private_ip` and `destination` are numbers of the address line, None while unknown; they differ
    where a floating IP keeps the frontend's address as the destination.  `direct_answers` are the
    senders whom replies reach directly where a default route sends others elsewhere, None where no
    such route is.
    """

    vm: ResourceId
    nic: ResourceId
    ip_configuration: str
    private_ip: int | None
    destination: int | None
    front_door: FrontDoor
    port: int
    family: Family
    verdict: Verdict
    latent: bool
    return_path: ReturnPath
    protocol: Protocol = Protocol.TCP
    direct_answers: AddressSet | None = None
