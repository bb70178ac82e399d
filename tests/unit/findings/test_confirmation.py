from __future__ import annotations

from typing import Final

import pytest

from shared.checks.result import CheckResult, Severity
from shared.findings.confirmation import NAMED_IN_EVIDENCE, deciding_resources
from shared.findings.finding import Finding, finding_of
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot
from tests.rows import allow, ip_configuration, nic, nsg, public_ip, resource_id, subnet, vm, vnet
from tests.unit.adapters.row_reading import NOW, snapshot_of

PLACE: Final = "/subscriptions/s/resourceGroups/rg/providers"
VM: Final = ResourceId(resource_id("vm", "vm-1"))
SCALE_SET: Final = f"{PLACE}/Microsoft.Compute/virtualMachineScaleSets/set"
POLICY: Final = f"{PLACE}/Microsoft.Network/firewallPolicies/policy"


def found(resource: ResourceId, **evidence: object) -> Finding:
    return finding_of(CheckResult("check", resource, Severity.HIGH, "title", evidence=evidence))  # type: ignore[arg-type]


def deciding(finding: Finding, snapshot: Snapshot | None = None) -> set[str]:
    return {one.text for one in deciding_resources(finding, snapshot or Snapshot(NOW))}


def test_machine_without_rows_is_decided_by_itself_and_its_evidence() -> None:
    group = resource_id("nsg", "nsg-1")
    steps = {"trace": [{"layer": "nic-nsg", "resource": group, "rule": "ssh"}], "port": 22}
    assert deciding(found(VM, exposures=[steps])) == {VM.text, group}


@pytest.mark.parametrize(
    ("named", "read"),
    [
        (
            f"{PLACE}/Microsoft.Network/networkInterfaces/nic/ipConfigurations/one",
            f"{PLACE}/Microsoft.Network/networkInterfaces/nic",
        ),
        (
            f"{PLACE}/Microsoft.Network/loadBalancers/lb/inboundNatRules/ssh",
            f"{PLACE}/Microsoft.Network/loadBalancers/lb",
        ),
        (
            f"{POLICY}/ruleCollectionGroups/group/ruleCollections/dnat",
            f"{POLICY}/ruleCollectionGroups/group",
        ),
        (
            f"{SCALE_SET}/virtualMachines/0/networkInterfaces/nic/ipConfigurations/one",
            f"{SCALE_SET}/virtualMachines/0/networkInterfaces/nic",
        ),
        (f"{SCALE_SET}/networkInterfaceConfigurations/nic", SCALE_SET),
    ],
)
def test_part_is_read_within_what_holds_it(named: str, read: str) -> None:
    assert deciding(found(VM, door=named)) == {VM.text, read}


def test_evidence_that_names_hundreds_is_taken_up_to_a_bound() -> None:
    machines = [resource_id("vm", f"vm-{number}") for number in range(2, 300)]
    assert len(deciding(found(VM, machines=machines))) == 1 + NAMED_IN_EVIDENCE


def test_text_that_is_no_resource_is_not_read() -> None:
    assert deciding(found(VM, scope="/subscriptions/s", title="/etc/passwd")) == {VM.text}


def test_machine_is_decided_by_all_that_stands_before_it() -> None:
    snapshot = snapshot_of(
        vm("vm-1", ["nic-1"]),
        nic("nic-1", [ip_configuration(public_ip="pip-1")], nsg="nsg-nic"),
        public_ip("pip-1"),
        nsg("nsg-nic", [allow(100)]),
        nsg("nsg-net"),
        vnet(subnets=[subnet(nsg="nsg-net")]),
    )
    assert deciding(found(VM), snapshot) == {
        VM.text,
        resource_id("nic", "nic-1"),
        resource_id("pip", "pip-1"),
        resource_id("nsg", "nsg-nic"),
        resource_id("nsg", "nsg-net"),
        resource_id("vnet", "vnet-1"),
    }


def test_filters_that_are_not_there_are_not_read() -> None:
    snapshot = snapshot_of(vm("vm-1", ["nic-1"]), nic("nic-1"), vnet())
    expected = {VM.text, resource_id("nic", "nic-1"), resource_id("vnet", "vnet-1")}
    assert deciding(found(VM), snapshot) == expected


def test_network_without_a_row_is_not_read() -> None:
    snapshot = snapshot_of(vm("vm-1", ["nic-1"]), nic("nic-1"))
    assert deciding(found(VM), snapshot) == {VM.text, resource_id("nic", "nic-1")}
