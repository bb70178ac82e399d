"""The rows of an estate, joined by lower-case ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from tests.oracle.addresses import holds
from tests.rows import Part, Row

DIVERTING_HOPS: Final = {"virtualappliance", "virtualnetworkgateway"}


def key(full_id: str) -> str:
    """Return an id as all rows spell it."""
    return full_id.strip().rstrip("/").lower()


def link(properties: Mapping[str, Any], member: str) -> str | None:
    """Return the id that a reference holds, None for no reference."""
    target = properties.get(member)
    return key(target["id"]) if target else None


class Estate:
    """Rows by id, with the few questions that deciding a packet asks.

    `tags` maps the lower-case name of each resolved service tag to its prefixes.
    """

    def __init__(
        self, rows: Iterable[Row], tags: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self.rows: dict[str, Row] = {}
        self.answers: dict[tuple[str, str], Part] = {}
        self.tags = dict(tags or {})
        self.configurations: dict[str, tuple[Row, Part]] = {}
        for one in rows:
            self._add(one)

    @classmethod
    def with_tag_list(cls, rows: Iterable[Row], tag_list: Part | None) -> Estate:
        """Return the estate with the tags of a list as Azure publishes it, None for no list."""
        values = [] if tag_list is None else tag_list["values"]
        return cls(
            rows, {one["name"].lower(): one["properties"]["addressPrefixes"] for one in values}
        )

    def _add(self, one: Row) -> None:
        full_id, row_type = key(one["id"]), one["type"].lower()
        if row_type.startswith("portcullis/"):
            self.answers[full_id, row_type] = one["properties"]
            return
        self.rows[full_id] = one
        if row_type.endswith("/networkinterfaces"):
            for configuration in one["properties"]["ipConfigurations"]:
                self.configurations[key(configuration["id"])] = (one, configuration)

    def of_type(self, row_type: str) -> list[Row]:
        """Return the rows of a type, in the order in which they came."""
        return [one for one in self.rows.values() if one["type"].lower() == row_type]

    def machine_of(self, interface: Row) -> Row | None:
        """Return the VM of a network interface, by the NIC's reference or else by the VM's."""
        attached = link(interface["properties"], "virtualMachine")
        if attached is not None:
            return self.rows.get(attached)
        machines = self.of_type("microsoft.compute/virtualmachines")
        return next((one for one in machines if key(interface["id"]) in _nics_of(one)), None)

    def subnet(self, configuration: Part) -> Part | None:
        """Return the subnet of an IP configuration, None when its network has no row."""
        wanted = link(configuration["properties"], "subnet")
        if wanted is None or (network := self.rows.get(wanted.split("/subnets/")[0])) is None:
            return None
        subnets: list[Part] = network["properties"]["subnets"]
        return next((one for one in subnets if key(one["id"]) == wanted), None)

    def space(self, vnet_id: str) -> list[str]:
        """Return the address space of a network and of the networks peered with it."""
        vnet = self.rows.get(vnet_id)
        if vnet is None:
            return []
        own: list[str] = list(vnet["properties"]["addressSpace"]["addressPrefixes"])
        for peering in vnet["properties"]["virtualNetworkPeerings"]:
            own += self._peered_space(vnet_id, peering["properties"])
        return own

    def _peered_space(self, vnet_id: str, peering: Part) -> list[str]:
        remote_id = link(peering, "remoteVirtualNetwork")
        if remote_id is None or not _is_up(peering):
            return []
        remote = self.rows.get(remote_id)
        if remote is None:
            return list(peering["remoteAddressSpace"]["addressPrefixes"])
        back = [
            one["properties"]
            for one in remote["properties"]["virtualNetworkPeerings"]
            if link(one["properties"], "remoteVirtualNetwork") == vnet_id
        ]
        if not any(_is_up(one) for one in back):
            return []
        return list(remote["properties"]["addressSpace"]["addressPrefixes"])

    def diverts_replies(self, subnet: Part | None) -> bool:
        """Whether a user-defined default route of the subnet leads to an appliance or gateway."""
        table_id = None if subnet is None else link(subnet["properties"], "routeTable")
        if table_id is None or table_id not in self.rows:
            return False
        routes = self.rows[table_id]["properties"]["routes"]
        return any(
            one["properties"]["addressPrefix"] == "0.0.0.0/0"
            and one["properties"]["nextHopType"].lower() in DIVERTING_HOPS
            for one in routes
        )


def _nics_of(machine: Row) -> set[str]:
    listed = machine["properties"]["networkProfile"]["networkInterfaces"]
    return {key(one["id"]) for one in listed}


def _is_up(peering: Part) -> bool:
    allowed = peering.get("allowVirtualNetworkAccess") is not False
    return bool(peering["peeringState"].lower() == "connected" and allowed)


def inside(space: Iterable[str], family: str, address: int) -> bool:
    """Whether an address lies in one of these prefixes."""
    return any(holds(text, family, address) for text in space)
