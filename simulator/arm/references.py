"""Which resource points at which, and the read-only members that show it from the other end.

Azure keeps only the forward references (an interface names its NSG); the members that point back
are made when a resource is read.  Source: Azure REST API reference of Microsoft.Network, members
marked read-only (`networkInterfaces` and `subnets` of an NSG, `ipConfiguration` of a public IP).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from simulator.arm.identifiers import key_of
from simulator.exchange import JsonObject


@dataclass(frozen=True, slots=True)
class Reference:
    """One forward reference.

    `holder` is the id of the innermost resource or child that holds it, `member` the property
    that it stands in, `target` the key of what it points at.
    """

    holder: str
    member: str
    target: str


@dataclass(frozen=True, slots=True)
class BackReference:
    """A read-only member that lists, or names, the holders of a forward reference.

    Types are lower case; `holder_type` is compared with the end of the holder's type.
    """

    target_type: str
    member: str
    holder_type: str
    shown_as: str
    many: bool = True


_NETWORK: Final = "microsoft.network/"
_IP_CONFIGURATION: Final = "ipconfigurations"
_SUBNET: Final = "virtualnetworks/subnets"

BACK_REFERENCES: Final[tuple[BackReference, ...]] = (
    BackReference(
        _NETWORK + "networksecuritygroups",
        "networkSecurityGroup",
        "networkinterfaces",
        "networkInterfaces",
    ),
    BackReference(_NETWORK + "networksecuritygroups", "networkSecurityGroup", _SUBNET, "subnets"),
    BackReference(
        _NETWORK + "publicipaddresses",
        "publicIPAddress",
        _IP_CONFIGURATION,
        "ipConfiguration",
        many=False,
    ),
    BackReference(
        _NETWORK + "publicipaddresses", "publicIpAddresses", "natgateways", "natGateway", many=False
    ),
    BackReference(
        _NETWORK + "publicipprefixes", "publicIPPrefix", "publicipaddresses", "publicIPAddresses"
    ),
    BackReference(
        _NETWORK + "networkinterfaces",
        "networkInterfaces",
        "virtualmachines",
        "virtualMachine",
        many=False,
    ),
    BackReference(_NETWORK + _SUBNET, "subnet", _IP_CONFIGURATION, "ipConfigurations"),
    BackReference(_NETWORK + "routetables", "routeTable", _SUBNET, "subnets"),
    BackReference(_NETWORK + "natgateways", "natGateway", _SUBNET, "subnets"),
    BackReference(
        _NETWORK + "loadbalancers/backendaddresspools",
        "loadBalancerBackendAddressPools",
        _IP_CONFIGURATION,
        "backendIPConfigurations",
    ),
    BackReference(
        _NETWORK + "loadbalancers/inboundnatrules",
        "loadBalancerInboundNatRules",
        _IP_CONFIGURATION,
        "backendIPConfiguration",
        many=False,
    ),
    BackReference(_NETWORK + "firewallpolicies", "firewallPolicy", "azurefirewalls", "firewalls"),
    BackReference(_NETWORK + "firewallpolicies", "basePolicy", "firewallpolicies", "childPolicies"),
)

LISTED_CHILDREN: Final[Mapping[str, str]] = {
    _NETWORK + "firewallpolicies": "ruleCollectionGroups",
}
"""By type, in lower case, the read-only member that lists children with documents of their own.

The member is named as the children's type is.
"""

_BY_TARGET: Final[dict[str, tuple[BackReference, ...]]] = {
    target_type: tuple(back for back in BACK_REFERENCES if back.target_type == target_type)
    for target_type in {back.target_type for back in BACK_REFERENCES}
}


def back_references_of(resource_type: str) -> tuple[BackReference, ...]:
    """Return the read-only members that resources of a type show."""
    return _BY_TARGET.get(resource_type.lower(), ())


def without_back_references(resource_type: str, properties: JsonObject) -> JsonObject:
    """Return the properties without the members that are made on reading."""
    derived = {back.shown_as for back in back_references_of(resource_type)}
    derived.add(LISTED_CHILDREN.get(resource_type.lower(), ""))
    return {name: value for name, value in properties.items() if name not in derived}


def references_of(document: JsonObject) -> tuple[Reference, ...]:
    """Return every forward reference of a resource to something outside of itself."""
    inside = key_of(document["id"]) + "/"
    return tuple(_references(document.get("properties"), document["id"], "", inside))


def _references(value: Any, holder: str, member: str, inside: str) -> Iterator[Reference]:  # noqa: ANN401 - any JSON value
    if isinstance(value, list):
        for element in value:
            yield from _references(element, holder, member, inside)
    if not isinstance(value, dict):
        return
    own_id = value.get("id")
    if isinstance(own_id, str) and own_id.startswith("/"):
        target = key_of(own_id)
        if target.startswith(inside):
            holder = own_id
        else:
            yield Reference(holder, member, target)
    for name, inner in value.items():
        if isinstance(inner, dict | list):
            yield from _references(inner, holder, name if name != "properties" else member, inside)
