"""A whole small estate in one call: one VM whose address and filters are what a test varies."""

from __future__ import annotations

from collections.abc import Sequence

from tests.rows.compute import vm
from tests.rows.envelope import Part, Row, ip_configuration_id
from tests.rows.network import (
    ip_configuration,
    nic,
    public_ip,
    route_table,
    subnet,
    vnet,
)
from tests.rows.security import asg, nsg


def one_vm_estate(
    rules: Sequence[Part] | None = (),
    *,
    nic_rules: Sequence[Part] | None = None,
    sku: str | None = "Standard",
    address: str | None = "20.1.2.3",
    private_ip: str | None = "10.0.0.4",
    space: Sequence[str] = ("10.0.0.0/16",),
    prefixes: Sequence[str] = ("10.0.0.0/24",),
    routes: Sequence[Part] = (),
    peerings: Sequence[Part] = (),
    asgs: Sequence[str] = (),
    power: str | None = "running",
) -> list[Row]:
    """Return the rows of one VM `vm-1` with a public address on its only NIC.

    `rules` are the custom rules of the NSG `nsg-subnet` on the subnet, None for no NSG there;
    `nic_rules` likewise of `nsg-nic` on the NIC `nic-1`.  The address `pip-1` leads to
    10.0.0.4, IP configuration `ipconfig1`, in the subnet `default` of `vnet-1` (10.0.0.0/16).
    """
    subnet_nsg = None if rules is None else "nsg-subnet"
    nic_nsg = None if nic_rules is None else "nsg-nic"
    table = "rt-default" if routes else None
    configuration = ip_configuration(private_ip=private_ip, public_ip="pip-1", asgs=asgs)
    estate = [
        vm(power=power),
        nic("nic-1", [configuration], nsg=nic_nsg),
        public_ip("pip-1", address, sku=sku, owner=ip_configuration_id()),
        vnet(
            space=space,
            subnets=[subnet(prefixes=prefixes, nsg=subnet_nsg, route_table=table)],
            peerings=peerings,
        ),
        *(asg(name) for name in asgs),
    ]
    if rules is not None:
        estate.append(nsg("nsg-subnet", rules))
    if nic_rules is not None:
        estate.append(nsg("nsg-nic", nic_rules))
    if routes:
        estate.append(route_table("rt-default", routes))
    return estate


def one_dual_stack_vm_estate(
    rules: Sequence[Part] | None = (),
    *,
    space: Sequence[str] = ("10.0.0.0/16", "fd00:db8::/48"),
    ipv4_address: str | None = None,
) -> list[Row]:
    """Return one VM with an IPv6 public address beside its IPv4 configuration.

    The address `pip-6` (2a01:111::5) leads to fd00:db8::4, IP configuration `ipconfig6`;
    `ipv4_address` gives `ipconfig1` the public address `pip-1` as well.
    """
    ipv4_name = None if ipv4_address is None else "pip-1"
    estate = [
        vm(),
        nic(
            "nic-1",
            [
                ip_configuration(public_ip=ipv4_name),
                ip_configuration(
                    "ipconfig6", "fd00:db8::4", public_ip="pip-6", family="IPv6", primary=False
                ),
            ],
        ),
        public_ip(
            "pip-6", "2a01:111::5", family="IPv6", owner=ip_configuration_id("nic-1", "ipconfig6")
        ),
        vnet(
            space=space,
            subnets=[
                subnet(
                    prefixes=("10.0.0.0/24", "fd00:db8::/64"),
                    nsg=None if rules is None else "nsg-subnet",
                ),
            ],
        ),
    ]
    if ipv4_address is not None:
        estate.append(public_ip("pip-1", ipv4_address, owner=ip_configuration_id()))
    return estate if rules is None else [*estate, nsg("nsg-subnet", rules)]


def one_vm_behind(
    *doors: Row, rules: Sequence[Part] | None = (), subnets: Sequence[Part] = ()
) -> list[Row]:
    """Return `vm-1` at 10.0.0.4 without an address of its own, and these doors."""
    estate = [
        vm(),
        nic(),
        vnet(subnets=[subnet(nsg=None if rules is None else "nsg-subnet"), *subnets]),
        *doors,
    ]
    return estate if rules is None else [*estate, nsg("nsg-subnet", rules)]
