"""Rows of network security groups and application security groups, and their rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tests.rows.envelope import Part, Row, child_id, references, resource_id, row

ABSENT: Final = object()
"""As a value in `fields`: the member is left out of the rule altogether."""

Values = str | Sequence[str] | None


def allow(priority: int, **settings: Any) -> Part:  # noqa: ANN401 - passed on to `rule`
    """Return an inbound Allow rule for TCP 22 from anywhere unless `settings` say otherwise."""
    return rule(priority, "Allow", **settings)


def deny(priority: int, **settings: Any) -> Part:  # noqa: ANN401 - passed on to `rule`
    """Return an inbound Deny rule for TCP 22 from anywhere unless `settings` say otherwise."""
    return rule(priority, "Deny", **settings)


def rule(
    priority: int,
    access: str,
    *,
    name: str | None = None,
    source: Values = None,
    source_port: Values = "*",
    source_asgs: Sequence[str] = (),
    destination: Values = None,
    port: Values = "22",
    destination_asgs: Sequence[str] = (),
    protocol: str = "Tcp",
    direction: str = "Inbound",
    fields: Mapping[str, object] | None = None,
) -> Part:
    """Return one security rule without its id, which the group adds.

    A text fills the singular member and leaves the plural empty; a sequence fills the plural and
    leaves the singular out, as real rows do.  `fields` sets members of `properties` directly, by
    their ARM names, for spellings that this builder would not write (`ABSENT` takes one out).
    """
    properties: Part = {
        "provisioningState": "Succeeded",
        "priority": priority,
        "direction": direction,
        "access": access,
        "protocol": protocol,
        **_values("sourceAddressPrefix", "sourceAddressPrefixes", source, source_asgs),
        **_values(
            "destinationAddressPrefix", "destinationAddressPrefixes", destination, destination_asgs
        ),
        **_values("sourcePortRange", "sourcePortRanges", source_port, ()),
        **_values("destinationPortRange", "destinationPortRanges", port, ()),
    }
    if source_asgs:
        properties["sourceApplicationSecurityGroups"] = references("asg", list(source_asgs))
    if destination_asgs:
        asgs = references("asg", list(destination_asgs))
        properties["destinationApplicationSecurityGroups"] = asgs
    properties |= fields or {}
    kept = {member: value for member, value in properties.items() if value is not ABSENT}
    spoken = name or f"{access}-{direction}-{priority}".lower()
    return {"name": spoken, "properties": kept}


def _values(singular: str, plural: str, values: Values, asgs: Sequence[str]) -> Part:
    if values is None:
        return {singular: "" if asgs else "*", plural: []}
    if isinstance(values, str):
        return {singular: values, plural: []}
    return {plural: list(values)}


_ANY_PORTS: Final[dict[str, Any]] = {"port": "*", "protocol": "*"}

DEFAULT_RULES: Final = (
    rule(
        65000,
        "Allow",
        name="AllowVnetInBound",
        source="VirtualNetwork",
        destination="VirtualNetwork",
        **_ANY_PORTS,
    ),
    rule(
        65001,
        "Allow",
        name="AllowAzureLoadBalancerInBound",
        source="AzureLoadBalancer",
        **_ANY_PORTS,
    ),
    rule(65500, "Deny", name="DenyAllInBound", **_ANY_PORTS),
    rule(
        65000,
        "Allow",
        name="AllowVnetOutBound",
        direction="Outbound",
        source="VirtualNetwork",
        destination="VirtualNetwork",
        **_ANY_PORTS,
    ),
    rule(
        65001,
        "Allow",
        name="AllowInternetOutBound",
        direction="Outbound",
        destination="Internet",
        **_ANY_PORTS,
    ),
    rule(65500, "Deny", name="DenyAllOutBound", direction="Outbound", **_ANY_PORTS),
)
"""What every group holds under its custom rules (network-security-groups-overview, defaults)."""


def nsg(name: str, rules: Sequence[Part] = (), **columns: object) -> Row:
    """Return the row of a network security group with these custom rules and the default ones."""
    full_id = resource_id("nsg", name)
    return row(
        full_id,
        {
            "provisioningState": "Succeeded",
            "securityRules": _with_ids(full_id, "securityRules", rules),
            "defaultSecurityRules": _with_ids(full_id, "defaultSecurityRules", DEFAULT_RULES),
        },
        **columns,
    )


def _with_ids(group_id: str, collection: str, rules: Sequence[Part]) -> list[Part]:
    rule_type = f"Microsoft.Network/networkSecurityGroups/{collection}"
    return [
        {"id": child_id(group_id, collection, one["name"]), "type": rule_type, **one}
        for one in rules
    ]


def asg(name: str) -> Row:
    """Return the row of an application security group; its members are listed on the NICs."""
    return row(resource_id("asg", name), {"provisioningState": "Succeeded"})
