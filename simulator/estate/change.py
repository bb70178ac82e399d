"""The one change that the demo makes between two sweeps."""

from dataclasses import dataclass
from typing import Any

from simulator.estate.company import HUB_NETWORK


@dataclass(frozen=True, slots=True)
class Change:
    """One ARM request, and what it puts right.

    `path` has no query: the caller adds the api-version.  After the request the machine `vm` is
    not exposed any more and the NSG `nsg_id` lets nobody in; the machine keeps its public address.
    """

    method: str
    path: str
    body: dict[str, Any] | None
    vm: str
    vm_id: str
    nsg_id: str
    says: str


def one_change() -> Change:
    """Delete the forgotten Allow above the Deny of just-in-time access.

    Nothing is added: the protection that everybody believed in begins to decide.
    """
    place = HUB_NETWORK.place
    nsg_id = place.network_id("networkSecurityGroups", "nsg-jit-outranked")
    vm = "vm-jit-outranked"
    return Change(
        method="DELETE",
        path=f"{nsg_id}/securityRules/allow-ssh-migration",
        body=None,
        vm=vm,
        vm_id=place.machine_id(vm),
        nsg_id=nsg_id,
        says="Delete the forgotten rule allow-ssh-migration, so that the Deny below it decides.",
    )
