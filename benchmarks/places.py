"""Where a made-up resource lives, and the columns that all its rows have."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

Json: TypeAlias = dict[str, Any]

TENANT: Final = "3c1f0a55-0000-4000-8000-0000000000aa"
LOCATION: Final = "westeurope"


def made_up_guid(chance: random.Random) -> str:
    """Give a GUID that is the same for the same seed."""
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))


def etag(chance: random.Random) -> str:
    """Give an etag as ARM writes it."""
    return f'W/"{made_up_guid(chance)}"'


@dataclass(frozen=True, slots=True)
class Place:
    """A resource group of one subscription."""

    subscription: str
    group: str

    @property
    def group_id(self) -> str:
        """The id of the resource group."""
        return f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"

    def network_id(self, collection: str, name: str) -> str:
        """Give the id of a resource of Microsoft.Network."""
        return f"{self.group_id}/providers/Microsoft.Network/{collection}/{name}"

    def machine_id(self, name: str, *, upper: bool = False) -> str:
        """Give the id of a virtual machine; `upper` is the spelling that back references have."""
        group = self.group_id.replace(self.group, self.group.upper()) if upper else self.group_id
        return f"{group}/providers/Microsoft.Compute/virtualMachines/{name}"

    def row(self, full_id: str, row_type: str, properties: Json, **columns: object) -> Json:
        """Give a row with every column of the table `Resources`."""
        return {
            "id": full_id,
            "name": full_id.rpartition("/")[2],
            "type": row_type,
            "tenantId": TENANT,
            "kind": "",
            "location": LOCATION,
            "resourceGroup": self.group,
            "subscriptionId": self.subscription,
            "managedBy": "",
            "sku": None,
            "plan": None,
            "properties": properties,
            "tags": {"environment": "production", "owner": f"team-{self.group}"},
            "identity": None,
            "zones": None,
            "extendedLocation": None,
        } | columns
