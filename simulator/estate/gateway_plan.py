"""Application gateways in the words of the plan: one TCP listener and the machines behind it."""

from dataclasses import dataclass

from simulator.estate.places import Network
from simulator.estate.plan import PublicAddress, Way
from simulator.estate.story import DoorKind, Outcome


@dataclass(frozen=True, slots=True)
class Gateway:
    """One application gateway that passes plain TCP on to port 22 of its members."""

    network: Network
    name: str
    subnet: str
    public: PublicAddress
    members: tuple[str, ...]
    front_port: int = 22

    @property
    def resource_id(self) -> str:
        """Id of the gateway."""
        return self.network.place.network_id("applicationGateways", self.name)

    @property
    def public_ip(self) -> str:
        """Id of its public address."""
        return self.network.place.network_id("publicIPAddresses", f"pip-{self.name}")

    def part_id(self, collection: str, name: str) -> str:
        """Id of one of its parts."""
        return f"{self.resource_id}/{collection}/{name}"

    def way(self, outcome: Outcome) -> Way:
        """Lead in through the listener."""
        return Way(
            DoorKind.GATEWAY_LISTENER,
            self.part_id("listeners", "ssh"),
            self.front_port,
            self.public_ip,
            self.public,
            outcome,
        )
