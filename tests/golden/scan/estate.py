"""A small estate in which each kind of line occurs once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from tests.rows import (
    Part,
    Row,
    allow,
    ip_configuration,
    ip_configuration_id,
    nic,
    nsg,
    public_ip,
    resource_id,
    row,
    subnet,
    vm,
    vnet,
)

AT: Final = "2026-03-01T00:00:00Z"
HOSTILE: Final = "Ssh\x1b[2J\u202egpj|`*<b>"


def machine(
    name: str,
    number: int,
    rules: Sequence[Part] | None = (),
    *,
    address: str | None = "20.1.2.3",
    power: str = "running",
    sku: str = "Standard",
) -> list[Row]:
    """Give a machine at 10.0.0.`number` with a public address, and an NSG on its NIC."""
    card, public = f"nic-{name}", f"pip-{name}"
    group = None if rules is None else f"nsg-{name}"
    configuration = ip_configuration(private_ip=f"10.0.0.{number}", public_ip=public)
    rows = [
        vm(name, [card], power=power),
        nic(card, [configuration], vm=name, nsg=group),
        public_ip(public, address, sku=sku, owner=ip_configuration_id(card)),
    ]
    return rows if rules is None else [*rows, nsg(f"nsg-{name}", rules)]


def small_estate() -> list[Row]:
    """Give the rows: open, half open, stopped, hostile, closed, private and not to be known."""
    return [
        vnet(subnets=[subnet()]),
        *machine("web", 4, [allow(100, name="allow-ssh")]),
        *machine("tenants", 5, [allow(100, name="from-azure", source="AzureCloud")]),
        *machine("tag", 6, [allow(100, name="from-storage", source="Storage")]),
        *machine("office", 7, [allow(100, name="from-office", source="203.0.113.0/28")]),
        *machine("asleep", 8, [allow(100, name="any")], power="deallocated", address=None),
        *machine("hostile", 9, [allow(100, name=HOSTILE)]),
        *machine("closed", 10, None),
        *machine("basic", 11, None, sku="Basic"),
        vm("private", ["nic-private"]),
        nic("nic-private", [ip_configuration(private_ip="10.0.0.12")], vm="private"),
        nsg("nsg-unattached", [allow(100, name="all", source="Internet")]),
        row(f"{resource_id('vm', 'web')}/providers/Contoso.Thing/things/one", {}),
    ]


def incomplete_estate() -> list[Row]:
    """Give an estate in which a machine's interface refers to a group that nobody could read."""
    rows: list[Row] = [vnet(subnets=[subnet()]), *machine("web", 4, [])]
    return [one for one in rows if one["type"] != "microsoft.network/networksecuritygroups"]


def broken_rule_estate() -> list[Row]:
    """Give an estate with a security rule for an impossible port."""
    rule: dict[str, Any] = allow(100, name="impossible", port="70000")
    return [vnet(subnets=[subnet()]), *machine("web", 4, [rule])]
