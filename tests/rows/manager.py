"""Rows of security admin rules: as ARM answers for a virtual network, and as Resource Graph."""

from __future__ import annotations

from collections.abc import Sequence

from tests.rows.envelope import Part, Row, direct_read, resource_id, row

MANAGER = "nm-1"


def _prefixes(values: Sequence[str]) -> list[Part]:
    kinds = {True: "IPPrefix", False: "ServiceTag"}
    return [
        {"addressPrefix": one, "addressPrefixType": kinds[one[0].isdigit() or one == "*"]}
        for one in values
    ]


def admin_rule(
    priority: int,
    access: str,
    *,
    sources: Sequence[str] = ("*",),
    destinations: Sequence[str] = ("*",),
    ports: Sequence[str] = ("22",),
    source_ports: Sequence[str] = ("0-65535",),
    protocol: str = "Tcp",
    direction: str = "Inbound",
    configuration: str = "config-1",
    collection: str = "collection-1",
    name: str | None = None,
) -> Part:
    """Return one security admin rule with its id; `access` is Allow, AlwaysAllow or Deny."""
    spoken = name or f"admin-{access}-{priority}".lower()
    return {
        "id": f"{configuration_id(configuration)}/ruleCollections/{collection}/rules/{spoken}",
        "kind": "Custom",
        "properties": {
            "access": access,
            "direction": direction,
            "priority": priority,
            "protocol": protocol,
            "sources": _prefixes(sources),
            "destinations": _prefixes(destinations),
            "sourcePortRanges": list(source_ports),
            "destinationPortRanges": list(ports),
            "provisioningState": "Succeeded",
        },
    }


def configuration_id(name: str = "config-1") -> str:
    """Return the id of a security admin configuration."""
    return f"{resource_id('network-manager', MANAGER)}/securityAdminConfigurations/{name}"


def effective_admin_rules(vnet: str = "vnet-1", rules: Sequence[Part] = ()) -> Row:
    """Return the row that keeps ARM's list of the admin rules in force on a virtual network."""
    answer: Part = {"value": list(rules)}
    return direct_read("effective-security-admin-rules", resource_id("vnet", vnet), answer)


def effective_configurations(
    vnet: str = "vnet-1",
    snapshots: Sequence[tuple[str, int]] = (("config-1", 0),),
    *,
    pascal_case: bool = False,
) -> Row:
    """Return the `networkresources` row of the configuration snapshots in force on a network.

    Azure writes its members in both casings; `pascal_case` picks the rarer one.
    """
    full_id = f"{resource_id('vnet', vnet)}/providers/Microsoft.Network"
    ids = [f"{configuration_id(name)}/snapshots/{number}" for name, number in snapshots]
    listed: Part = {"effectiveSecurityAdminConfigurations": [{"id": one} for one in ids]}
    if pascal_case:
        listed = {"EffectiveSecurityAdminConfigurations": [{"Id": one} for one in ids]}
    return row(
        f"{full_id}/effectiveSecurityAdminRules/default",
        {"provisioningState": "Succeeded", **listed},
        type="microsoft.network/effectivesecurityadminrules",
        name="default",
    )


def admin_rule_snapshot(rule: Part, number: int = 0) -> Row:
    """Return the `networkresources` row of the body of a rule in one configuration snapshot."""
    return row(f"{rule['id']}/snapshots/{number}", rule["properties"], kind=rule["kind"])
