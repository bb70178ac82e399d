"""Rows in, a snapshot out: what is taken, what is counted, and what is named as unread."""

from __future__ import annotations

import json

import pytest

from shared.adapters.payloads import READERS, SILENT_TYPES, InvalidPayloadError, SnapshotBuilder
from shared.network.ids import ResourceId
from shared.network.topology import Sku
from tests.rows import (
    Row,
    admin_rule,
    admin_rule_snapshot,
    allow,
    effective_admin_rules,
    effective_configurations,
    firewall,
    firewall_policy,
    ip_configuration,
    nic,
    nsg,
    one_vm_estate,
    pool_id,
    public_ip,
    resource_id,
    row,
    rule_collection_group,
    scale_set,
    scale_set_instance,
    scale_set_nic,
    scale_set_nic_model,
    scale_set_public_ip,
    subnet,
    subnet_id,
    vm,
    vnet,
)
from tests.rows.firewalls import dnat_rule, policy_nat_collection
from tests.rows.network import nat_gateway, peering
from tests.rows.security import asg
from tests.unit.adapters.row_reading import NOW, builder_of, only, snapshot_of, unread

BASTION = row("/subscriptions/s/resourceGroups/g/providers/Microsoft.Unheard/things/t", {})


def test_nothing_added_is_an_empty_complete_snapshot() -> None:
    snapshot = SnapshotBuilder().build(NOW)
    assert (snapshot.observed_at, snapshot.complete, snapshot.ignored_rows) == (NOW, True, 0)
    assert not snapshot.virtual_machines


def test_small_estate_is_read_whole() -> None:
    snapshot = snapshot_of(*one_vm_estate([allow(100)]))
    sizes = [
        len(part)
        for part in (
            snapshot.virtual_machines,
            snapshot.network_interfaces,
            snapshot.public_ips,
            snapshot.security_groups,
            snapshot.virtual_networks,
            snapshot.subnets,
        )
    ]
    assert (sizes, snapshot.complete, snapshot.ignored_rows) == ([1] * 6, True, 0)


def test_uniform_instances_are_read_like_machines() -> None:
    snapshot = snapshot_of(
        scale_set(), scale_set_instance(), scale_set_nic(subnet_id()), scale_set_public_ip(), vnet()
    )
    assert only(snapshot.virtual_machines).key.endswith("/virtualmachines/0")
    assert only(snapshot.network_interfaces.values()).virtual_machine in snapshot.virtual_machines
    assert only(snapshot.public_ips.values()).address == "20.1.2.50"
    assert snapshot.complete


def test_one_interface_joins_under_three_casings_of_its_id() -> None:
    snapshot = snapshot_of(
        vm(nics=[resource_id("nic", "nic-1").upper()]),
        nic("nic-1", [ip_configuration(public_ip=resource_id("pip", "pip-1").lower())]),
        {**public_ip(), "id": resource_id("pip", "PIP-1")},
        {**vnet(), "id": resource_id("vnet", "VNET-1")},
    )
    assert snapshot.complete
    assert only(snapshot.virtual_machines.values()).network_interfaces == tuple(
        snapshot.network_interfaces
    )


@pytest.mark.parametrize("row_type", ["Microsoft.Network/PublicIPAddresses", "MICROSOFT.NETWORK/"])
def test_type_of_a_row_is_read_in_any_case(row_type: str) -> None:
    snapshot = snapshot_of({**public_ip(), "type": row_type})
    assert (len(snapshot.public_ips), snapshot.ignored_rows) in {(1, 0), (0, 1)}
    assert bool(snapshot.public_ips) == (row_type.lower() in READERS)


def test_rows_of_other_types_are_counted_and_not_unread() -> None:
    untyped = {key: value for key, value in BASTION.items() if key != "type"}
    snapshot = snapshot_of(BASTION, untyped, public_ip())
    assert (snapshot.ignored_rows, snapshot.complete) == (2, True)


@pytest.mark.parametrize("silent", [nat_gateway("ng-1"), asg("asg-1")])
def test_rows_that_open_nothing_are_not_counted(silent: Row) -> None:
    assert silent["type"] in SILENT_TYPES
    assert snapshot_of(silent).ignored_rows == 0


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{", id="cut-off"),
        pytest.param(b"[]", id="array"),
        pytest.param(b"null", id="null"),
        pytest.param(b"\xff\xfe", id="no-utf-8"),
        pytest.param(b'{"type": "microsoft.compute/virtualmachines"}', id="no-id"),
        pytest.param(b'{"id": null}', id="null-id"),
        pytest.param(b'{"id": ""}', id="empty-id"),
        pytest.param(b'{"id": "vm-1"}', id="id-without-a-slash"),
    ],
)
def test_text_that_is_no_row_is_refused(text: bytes) -> None:
    with pytest.raises(InvalidPayloadError):
        SnapshotBuilder().add_json(text)


def test_row_as_object_and_as_text_are_the_same() -> None:
    as_text = SnapshotBuilder()
    as_text.add_json(json.dumps(public_ip()).encode())
    assert as_text.build(NOW).public_ips == snapshot_of(public_ip()).public_ips


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        pytest.param({"properties": None}, "Expected `object`", id="no-properties"),
        pytest.param({"properties": "x"}, "Expected `object`", id="properties-of-another-type"),
        pytest.param({"sku": {"name": "Premium"}}, "'Premium' is not a valid Sku", id="sku"),
        pytest.param({"sku": {"name": 7}}, "Expected `str", id="sku-of-another-type"),
        pytest.param({"sku": [1]}, "Expected", id="sku-that-is-a-list"),
    ],
)
def test_row_that_cannot_be_understood_is_unread_with_the_reason(broken: Row, reason: str) -> None:
    snapshot = snapshot_of(public_ip() | broken)
    assert (only(snapshot.unread).scope.name, snapshot.complete) == ("pip-1", False)
    assert reason in only(snapshot.unread).reason
    assert not snapshot.public_ips


def test_last_row_about_a_resource_wins_under_any_casing() -> None:
    second = {**public_ip(address="20.9.9.9"), "id": resource_id("pip", "PIP-1")}
    snapshot = snapshot_of(public_ip(address="20.1.1.1"), second)
    assert only(snapshot.public_ips.values()).address == "20.9.9.9"


def test_good_row_after_a_broken_one_wins() -> None:
    snapshot = snapshot_of(public_ip() | {"properties": None}, public_ip())
    assert (len(snapshot.public_ips), snapshot.unread) == (1, ())


def test_broken_row_after_a_good_one_is_unread() -> None:
    assert "pip-1" in unread(public_ip(), public_ip() | {"properties": None})


def test_last_network_takes_its_former_subnets_along() -> None:
    snapshot = snapshot_of(
        vnet(subnets=[subnet("old"), subnet("kept")]), vnet(subnets=[subnet("kept")])
    )
    assert [one.name for one in snapshot.subnets] == ["kept"]


def test_scope_marked_unread_is_told_with_its_reason() -> None:
    builder = builder_of(public_ip())
    builder.mark_unread("/subscriptions/gone", "403")
    snapshot = builder.build(NOW)
    assert [(str(one.scope), one.reason) for one in snapshot.unread] == [
        ("/subscriptions/gone", "403")
    ]
    assert not snapshot.complete


def test_scope_that_is_no_id_is_refused() -> None:
    with pytest.raises(InvalidPayloadError, match="not an Azure resource id"):
        SnapshotBuilder().mark_unread("gone", "403")


def test_unread_scopes_are_sorted_and_each_named_once() -> None:
    builder = builder_of()
    builder.mark_unread("/subscriptions/b", "first")
    builder.mark_unread("/subscriptions/a", "other")
    builder.mark_unread("/subscriptions/B", "second")
    assert [(one.scope.key, one.reason) for one in builder.build(NOW).unread] == [
        ("/subscriptions/a", "other"),
        ("/subscriptions/b", "second"),
    ]


ADDRESS_IN_A_POOL = ip_configuration()
ADDRESS_IN_A_POOL["properties"] |= {
    "loadBalancerBackendAddressPools": [{"id": pool_id("lb-1")}],
    "loadBalancerInboundNatRules": [{"id": f"{resource_id('lb', 'lb-2')}/inboundNatRules/r"}],
    "loadBalancerInboundNatPools": [{"id": f"{resource_id('lb', 'lb-3')}/inboundNatPools/p"}],
}


@pytest.mark.parametrize(
    ("rows", "missing"),
    [
        pytest.param([vm(nics=["nic-1", "nic-2"])], ["nic-1", "nic-2"], id="interfaces"),
        pytest.param([nic(nsg="nsg-1"), vnet()], ["nsg-1"], id="security-group-of-an-interface"),
        pytest.param(
            [nic("nic-1", [ip_configuration(public_ip="pip-1")]), vnet()],
            ["pip-1"],
            id="public-address",
        ),
        pytest.param([nic()], ["vnet-1"], id="network-of-a-subnet"),
        pytest.param(
            [nic("nic-1", [ip_configuration(subnet=subnet_id("vnet-1", "ghost"))]), vnet()],
            ["ghost"],
            id="subnet-that-its-network-lacks",
        ),
        pytest.param(
            [nic("nic-1", [ADDRESS_IN_A_POOL]), vnet()],
            ["lb-1", "lb-2", "lb-3"],
            id="balancers-of-pools-and-rules",
        ),
        pytest.param(
            [nic(), vnet(subnets=[subnet(nsg="nsg-1", route_table="rt-1")])],
            ["nsg-1", "rt-1"],
            id="group-and-routes-of-a-subnet",
        ),
        pytest.param([vnet(subnets=[subnet(nsg="nsg-1")])], [], id="group-of-an-unused-subnet"),
        pytest.param(
            [scale_set(nic_models=[scale_set_nic_model(subnet_id(), nsg="nsg-1")])],
            ["nsg-1", "vnet-1"],
            id="group-and-network-of-a-model",
        ),
        pytest.param(
            [firewall(policy="child"), public_ip("pip-fw"), vnet()],
            ["child"],
            id="policy-of-a-firewall",
        ),
        pytest.param([firewall(), vnet()], ["pip-fw"], id="public-address-of-a-firewall"),
        pytest.param([firewall(), public_ip("pip-fw")], ["vnet-1"], id="network-of-a-firewall"),
        pytest.param([firewall_policy("child", base="base")], ["base"], id="base-policy"),
        pytest.param(
            [
                rule_collection_group(
                    collections=[policy_nat_collection(rules=[dnat_rule(groups=["office"])])]
                )
            ],
            ["office"],
            id="ip-group",
        ),
    ],
)
def test_missing_references_are_unread_and_worth_a_read(
    rows: list[Row], missing: list[str]
) -> None:
    builder = builder_of(*rows)
    assert [one.name for one in builder.missing_references()] == missing
    assert [one.scope.name for one in builder.build(NOW).unread] == missing


def test_missing_reference_names_who_refers_to_it() -> None:
    referrer = resource_id("vm", "vm-1")
    assert unread(vm()) == {"nic-1": f"{referrer} refers to it and no row tells of it"}


def test_reason_that_is_known_is_kept_for_a_missing_reference() -> None:
    builder = builder_of(vm())
    builder.mark_unread(resource_id("nic", "NIC-1"), "403 Forbidden")
    assert only(builder.build(NOW).unread).reason == "403 Forbidden"


def test_peer_without_a_row_is_worth_a_read_and_can_be_done_without() -> None:
    builder = builder_of(vnet(peerings=[peering("hub")]))
    assert [one.name for one in builder.missing_references()] == ["hub"]
    assert builder.build(NOW).complete


def test_peer_with_a_row_is_not_missing() -> None:
    assert builder_of(vnet(peerings=[peering("hub")]), vnet("hub")).missing_references() == ()


RULES = [admin_rule(10, "Deny")]
DIRECT = effective_admin_rules(rules=[admin_rule(20, "Allow")])
INDEXED = [effective_configurations(), *(admin_rule_snapshot(rule) for rule in RULES)]


@pytest.mark.parametrize(
    ("rows", "priorities"),
    [
        pytest.param([*INDEXED], [10], id="resource-graph-alone"),
        pytest.param([DIRECT], [20], id="direct-read-alone"),
        pytest.param([*INDEXED, DIRECT], [20], id="direct-read-last"),
        pytest.param([DIRECT, *INDEXED], [20], id="direct-read-first"),
    ],
)
def test_direct_reads_win_over_resource_graph(rows: list[Row], priorities: list[int]) -> None:
    in_force = snapshot_of(*rows).admin_rules[ResourceId(resource_id("vnet", "vnet-1"))]
    assert [one.rule.priority for one in in_force.rules] == priorities


def test_missing_sku_of_an_address_is_basic() -> None:
    assert only(snapshot_of(public_ip(sku=None)).public_ips.values()).sku is Sku.BASIC


def test_group_without_rules_is_a_group() -> None:
    assert only(snapshot_of(nsg("nsg-1")).security_groups.values()).faults == ()
