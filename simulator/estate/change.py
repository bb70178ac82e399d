"""The changes that the demo makes: one that a sweep notices, one that Event Grid tells of."""

from dataclasses import dataclass
from typing import Any

from simulator.estate.company import HUB_NETWORK


@dataclass(frozen=True, slots=True)
class Change:
    """One ARM request about the NSG `nsg_id`, and the machine `vm` that it closes or opens.

    `path` has no query: the caller adds the api-version.  `by` is who makes it, a user's principal
    name, with the application `client_id`; both are empty where that does not matter.  The machine
    has a public address, before and after.
    """

    method: str
    path: str
    body: dict[str, Any] | None
    vm: str
    vm_id: str
    nsg_id: str
    says: str
    by: str = ""
    client_id: str = ""


def one_change() -> Change:
    """Delete the forgotten Allow above the Deny of just-in-time access.

    Nothing is added: the protection that everybody believed in begins to decide.  After it the
    machine is not exposed any more, and the NSG lets nobody in.
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


def one_opening() -> Change:
    """Open SSH from the internet on the machine whose design is to be copied.

    The new Allow outranks the Deny that kept everybody out, so that machine and NSG are open.
    """
    place = HUB_NETWORK.place
    nsg_id = place.network_id("networkSecurityGroups", "nsg-target-design")
    vm = "vm-target-design"
    rule = {
        "direction": "Inbound",
        "access": "Allow",
        "priority": 150,
        "protocol": "Tcp",
        "sourceAddressPrefix": "Internet",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": "22",
    }
    return Change(
        method="PUT",
        path=f"{nsg_id}/securityRules/allow-ssh-quick-test",
        body={"properties": rule},
        vm=vm,
        vm_id=place.machine_id(vm),
        nsg_id=nsg_id,
        says="Add the rule allow-ssh-quick-test above the Deny, for the whole internet.",
        by="noor.devries@larkspur.example",
        client_id="04b07795-8ddb-461a-bbee-02f9e1bf7b46",
    )
