from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from shared.network.ids import ResourceId
from shared.network.overlay import overlaid
from shared.network.security_group import NetworkSecurityGroup
from shared.network.snapshot import Snapshot, Unread
from shared.network.topology import NetworkInterface, Subnet, VirtualMachine, VirtualNetwork

EARLY, LATE = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
PLACE = "/subscriptions/s/resourceGroups/rg/providers"
VNET = ResourceId(f"{PLACE}/Microsoft.Network/virtualNetworks/vnet")
NSG = ResourceId(f"{PLACE}/Microsoft.Network/networkSecurityGroups/nsg")
NIC = ResourceId(f"{PLACE}/Microsoft.Network/networkInterfaces/nic")
VM = ResourceId(f"{PLACE}/Microsoft.Compute/virtualMachines/vm")


def network(*names: str, group: ResourceId | None = None) -> dict[str, Any]:
    """Give the parts of a snapshot that hold one network with some subnets."""
    subnets = tuple(Subnet(VNET.child("subnets", name), security_group=group) for name in names)
    return {
        "virtual_networks": {VNET: VirtualNetwork(VNET, subnets=subnets)},
        "subnets": {subnet.id: subnet for subnet in subnets},
    }


def snapshot(at: datetime = EARLY, **parts: Any) -> Snapshot:  # noqa: ANN401 - parts of every kind
    return Snapshot(at, **parts)


def test_fresh_resource_replaces_the_older_one_and_the_time_stays() -> None:
    older = NetworkSecurityGroup(NSG, faults=("older",))
    newer = NetworkSecurityGroup(NSG)
    laid = overlaid(
        snapshot(security_groups={NSG: older}), snapshot(LATE, security_groups={NSG: newer})
    )
    assert laid.security_groups == {NSG: newer}
    assert laid.observed_at == EARLY


def test_nothing_fresh_changes_nothing() -> None:
    before = snapshot(**network("a"), unread=(Unread(NSG, "403"),))
    assert overlaid(before, snapshot(LATE)) == before


def test_fresh_network_brings_all_of_its_subnets() -> None:
    laid = overlaid(snapshot(**network("old", "kept")), snapshot(**network("kept", "new")))
    assert {one.name for one in laid.subnets} == {"kept", "new"}


def test_gone_resource_is_taken_out_with_what_lies_below() -> None:
    laid = overlaid(snapshot(**network("a", "b")), snapshot(), gone=[VNET])
    assert (laid.virtual_networks, laid.subnets) == ({}, {})


def test_interface_forgets_the_machine_that_is_gone() -> None:
    before = snapshot(
        virtual_machines={VM: VirtualMachine(VM, (NIC,))},
        network_interfaces={NIC: NetworkInterface(NIC, virtual_machine=VM)},
    )
    laid = overlaid(before, snapshot(), gone=[VM])
    assert laid.virtual_machines == {}
    assert laid.network_interfaces[NIC].virtual_machine is None


def test_what_was_read_or_is_gone_is_not_unread_any_more() -> None:
    before = snapshot(unread=(Unread(NSG, "403"), Unread(VM, "403"), Unread(NIC, "403")))
    fresh = snapshot(security_groups={NSG: NetworkSecurityGroup(NSG)})
    assert [gap.scope for gap in overlaid(before, fresh, gone=[VM]).unread] == [NIC]


def test_failed_read_is_unread_and_the_older_resource_stays() -> None:
    group = NetworkSecurityGroup(NSG)
    gap = Unread(NSG, "503")
    laid = overlaid(snapshot(security_groups={NSG: group}), snapshot(), unread=[gap])
    assert (laid.security_groups, laid.unread) == ({NSG: group}, (gap,))
