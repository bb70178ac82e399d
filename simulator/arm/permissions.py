"""What the caller may do, where a list of granted actions is in force.

Source: Microsoft Learn, "Azure permissions for Networking"; the texts of the refusals are those of
Azure Resource Manager, codes `AuthorizationFailed` and `LinkedAuthorizationFailed`.
"""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Final

from simulator.arm.errors import ArmError
from simulator.arm.identifiers import type_of
from simulator.arm.references import Reference, references_of
from simulator.exchange import JsonObject, Request
from simulator.simulation import Simulation

_NETWORK: Final = "Microsoft.Network/"
_VERBS: Final = {"GET": "read", "PUT": "write", "PATCH": "write", "DELETE": "delete"}
_JOINS: Final[Mapping[tuple[str, str], str]] = {
    ("networksecuritygroups", "*"): "networkSecurityGroups/join/action",
    ("publicipaddresses", "*"): "publicIPAddresses/join/action",
    ("virtualnetworks/subnets", "*"): "virtualNetworks/subnets/join/action",
    ("loadbalancers/backendaddresspools", "*"): "loadBalancers/backendAddressPools/join/action",
    ("loadbalancers/inboundnatrules", "*"): "loadBalancers/inboundNatRules/join/action",
    ("firewallpolicies", "*"): "firewallPolicies/join/action",
    ("ipgroups", "*"): "ipGroups/join/action",
    (
        "applicationsecuritygroups",
        "networksecuritygroups",
    ): "applicationSecurityGroups/joinNetworkSecurityRule/action",
    ("applicationsecuritygroups", "*"): "applicationSecurityGroups/joinIpConfiguration/action",
}
"""By the type referred to, and that of the resource that refers to it: the action it takes."""


def require_granted(simulation: Simulation, request: Request) -> None:
    """Refuse a request whose action is not granted; requests for operations need none."""
    action = action_of(request)
    if action is not None and not is_granted(simulation, action):
        message = (
            "The client 'portcullis' with object id '00000000-0000-0000-0000-000000000000' does "
            f"not have authorization to perform action '{action}' over scope '{request.path}' or "
            "the scope is invalid. If access was recently granted, please refresh your "
            "credentials."
        )
        raise ArmError(403, "AuthorizationFailed", message)


def require_joins(simulation: Simulation, document: JsonObject) -> None:
    """Refuse a written resource that refers to what the caller may not join, changed or not."""
    for reference in references_of(document):
        action = _join_of(document, reference)
        if action is not None and not is_granted(simulation, action):
            message = (
                "The client 'portcullis' with object id '00000000-0000-0000-0000-000000000000' "
                f"has permission to perform action '{document['type']}/write' on scope "
                f"'{document['id']}'; however, it does not have permission to perform action "
                f"'{action}' on the linked scope(s) '{reference.target}' or the linked scope(s) "
                "are invalid."
            )
            raise ArmError(403, "LinkedAuthorizationFailed", message)


def action_of(request: Request) -> str | None:
    """Return the action that a request of Azure Resource Manager takes; None for none."""
    path = request.path.rstrip("/")
    if "/operations/" in path.lower() or "/operationresults/" in path.lower():
        return None
    if request.method == "POST":
        target, _, name = path.rpartition("/")
        return f"{type_of(target)}/{name}/action"
    kind = type_of(path)
    return f"{kind}/{_VERBS[request.method]}" if kind else None


def is_granted(simulation: Simulation, action: str) -> bool:
    """Tell whether an action is in the list in force; without a list everything is."""
    granted = simulation.settings.granted_actions
    return granted is None or any(
        fnmatchcase(action.lower(), pattern.lower()) for pattern in granted
    )


def _join_of(document: JsonObject, reference: Reference) -> str | None:
    target = type_of(reference.target).lower().removeprefix(_NETWORK.lower())
    holder = type_of(document["id"]).lower().removeprefix(_NETWORK.lower())
    if reference.member.lower() in {"networkinterfaceipconfiguration", "remotevirtualnetwork"}:
        return None
    action = _JOINS.get((target, holder)) or _JOINS.get((target, "*"))
    return None if action is None else _NETWORK + action
