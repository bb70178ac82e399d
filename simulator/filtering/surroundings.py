"""What stands around a network interface: its machine, subnets, networks and groups."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from simulator.arm.identifiers import key_of
from simulator.arm.resource_set import ResourceSet, StoredResource
from simulator.exchange import JsonObject

_SUBNETS: Final = "/subnets/"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """One network interface among the resources of the estate.

    The subnet is that of its first IP configuration; all of them lie in one virtual network.
    """

    resources: ResourceSet
    nic: StoredResource

    @property
    def machine(self) -> StoredResource | None:
        """The machine that has the interface; None for a loose one."""
        shown = self.resources.rendered(self.nic)["properties"].get("virtualMachine")
        return self.resources.get(key_of(shown["id"])) if shown else None

    @property
    def is_running(self) -> bool:
        """Whether the machine runs."""
        if self.machine is None:
            return False
        extended = self.machine.document["properties"].get("extended") or {}
        power = (extended.get("instanceView") or {}).get("powerState") or {}
        return str(power.get("code", "")).lower() == "powerstate/running"

    @property
    def addresses(self) -> tuple[str, ...]:
        """Private addresses of the interface."""
        found = (each.get("privateIPAddress") for each in configurations(self.nic.document))
        return tuple(address for address in found if address)

    @property
    def subnet(self) -> JsonObject:
        """The subnet of the first IP configuration."""
        name = self._subnet_key.rpartition("/")[2]
        for subnet in self.network.document["properties"]["subnets"]:
            if subnet["name"].lower() == name:
                found: JsonObject = subnet
                return found
        raise LookupError(f"There is no subnet {self._subnet_key}.")

    @property
    def network(self) -> StoredResource:
        """The virtual network."""
        key = self._subnet_key.partition(_SUBNETS)[0]
        network = self.resources.get(key)
        if network is None:
            raise LookupError(f"There is no virtual network {key}.")
        return network

    @property
    def _subnet_key(self) -> str:
        return key_of(next(configurations(self.nic.document))["subnet"]["id"])

    def space(self) -> list[str]:
        """Return the address spaces of the network and of those peered and connected with it."""
        properties = self.network.document["properties"]
        spaces = list(properties["addressSpace"]["addressPrefixes"])
        for peering in properties.get("virtualNetworkPeerings") or ():
            remote = peering["properties"]
            allowed = remote.get("allowVirtualNetworkAccess") is not False
            if str(remote.get("peeringState")).lower() == "connected" and allowed:
                shown = remote.get("remoteVirtualNetworkAddressSpace") or {}
                spaces += shown.get("addressPrefixes") or []
        return spaces

    def has_default_route_to(self, *hops: str) -> bool:
        """Tell whether the subnet has a user-defined default route to one of these hop types."""
        table = self.referred(self.subnet["properties"].get("routeTable"))
        routes = (table.document["properties"].get("routes") or []) if table else []
        return any(
            route["properties"].get("addressPrefix") == "0.0.0.0/0"
            and route["properties"].get("nextHopType") in hops
            for route in routes
        )

    def referred(self, reference: JsonObject | None) -> StoredResource | None:
        """Return what a reference leads to, None without one."""
        return self.resources.get(key_of(reference["id"])) if reference else None

    def members_of(self, security_groups: list[JsonObject]) -> Iterator[str]:
        """Yield the private addresses of the members of application security groups."""
        wanted = {key_of(each["id"]) for each in security_groups}
        for resource in self.resources:
            if not resource.type.endswith("/networkinterfaces"):
                continue
            for configuration in configurations(resource.document):
                named = configuration.get("applicationSecurityGroups") or ()
                address = configuration.get("privateIPAddress")
                if address and wanted & {key_of(each["id"]) for each in named}:
                    yield address


def configurations(nic: JsonObject) -> Iterator[JsonObject]:
    """Yield the properties of the IP configurations of an interface."""
    for configuration in nic["properties"].get("ipConfigurations") or ():
        yield configuration["properties"]
