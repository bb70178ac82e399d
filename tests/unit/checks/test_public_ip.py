"""vm-public-ip: every public address of a machine's own, reachable or not."""

from __future__ import annotations

import pytest

from shared.checks.public_ip import PUBLIC_IP
from shared.checks.result import CheckResult, Severity
from tests.rows import (
    Row,
    allow,
    ip_configuration,
    ip_configuration_id,
    load_balancer,
    nat_rule,
    nic,
    one_vm_behind,
    one_vm_estate,
    public_ip,
    resource_id,
    scale_set,
    scale_set_instance,
    scale_set_nic,
    scale_set_nic_model,
    scale_set_public_ip,
    subnet_id,
    vm,
    vnet,
)
from tests.unit.checks.judging_rows import facts_of, results, unjudged


def of_rows(rows: list[Row], ports: tuple[int, ...] = (22,)) -> list[CheckResult]:
    return results(PUBLIC_IP, facts_of(rows, ports=ports))


@pytest.mark.parametrize(
    "rules", [pytest.param([], id="closed"), pytest.param([allow(100)], id="open")]
)
def test_address_is_held_against_a_machine_reachable_or_not(rules: list[Row]) -> None:
    (found,) = of_rows(one_vm_estate(rules))
    assert (found.check, found.severity) == ("vm-public-ip", Severity.MEDIUM)
    assert str(found.resource) == resource_id("vm", "vm-1")
    assert found.title == "vm-1 has a public IP address of its own (20.1.2.3)"


def test_address_that_is_not_allocated_is_told_so() -> None:
    (found,) = of_rows(one_vm_estate([], address=None))
    assert found.title == "vm-1 has a public IP address of its own (not allocated)"


def test_address_that_could_not_be_read_is_not_called_unallocated() -> None:
    rows = [row for row in one_vm_estate([]) if row["name"] != "pip-1"]
    (found,) = of_rows(rows)
    assert "not allocated" not in found.title


def test_all_addresses_of_a_machine_are_one_result_whatever_the_ports() -> None:
    parts = [
        ip_configuration("one", "10.0.0.4", public_ip="pip-1"),
        ip_configuration("two", "10.0.0.5", public_ip="pip-2", primary=False),
    ]
    rows = [vm(), nic("nic-1", parts), vnet(), public_ip(), public_ip("pip-2", "20.1.2.4")]
    (found,) = of_rows(rows, ports=(22, 3389))
    assert found.title == "vm-1 has a public IP address of its own (20.1.2.3, 20.1.2.4)"
    assert found.discriminator == ()


def test_evidence_names_the_door_and_where_it_leads() -> None:
    (found,) = of_rows(one_vm_estate([], sku="Basic"))
    assert found.evidence == {
        "front_doors": [
            {
                "kind": "public-ip",
                "id": resource_id("pip", "pip-1"),
                "address": "20.1.2.3",
                "sku": "Basic",
                "nic": resource_id("nic", "nic-1"),
                "ip_configuration": "ipconfig1",
            }
        ]
    }


def test_machine_behind_a_balancer_has_no_address_of_its_own() -> None:
    rows = one_vm_behind(
        load_balancer(nat_rules=[nat_rule(target=ip_configuration_id())]),
        public_ip("pip-lb"),
        rules=[allow(100)],
    )
    assert of_rows(rows) == []


def test_address_on_no_interface_is_nobodys() -> None:
    assert of_rows([vm(), nic(), vnet(), public_ip()]) == []


def test_instance_of_a_scale_set_has_its_own_address() -> None:
    rows = [
        scale_set(),
        scale_set_instance(),
        scale_set_nic(subnet_id()),
        scale_set_public_ip(),
        vnet(),
    ]
    (found,) = of_rows(rows)
    assert found.resource.key.endswith("/virtualmachinescalesets/vmss-1/virtualmachines/0")


def test_scale_set_without_instances_is_held_to_its_model() -> None:
    model = scale_set_nic_model(subnet_id(), public_ip_sku="Standard")
    (found,) = of_rows([scale_set(nic_models=[model]), vnet()])
    assert str(found.resource) == resource_id("vmss", "vmss-1")


def test_machine_with_an_unread_interface_is_unjudged() -> None:
    facts = facts_of([vm(nics=["nic-9"])])
    assert [(one.check, one.resource.name) for one in unjudged(PUBLIC_IP, facts)] == [
        ("vm-public-ip", "vm-1")
    ]
