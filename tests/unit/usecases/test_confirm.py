from __future__ import annotations

from typing import Final

import pytest

from shared.network.ids import ResourceId
from shared.usecases import confirm
from tests.lagging_azure import Watch
from tests.rows import Row, allow, ip_configuration, nic, nsg, public_ip, resource_id, vm, vnet

VM, NIC, NSG = (resource_id(kind, f"{kind}-1") for kind in ("vm", "nic", "nsg"))
SSH: Final = ("vm-ssh-reachable", "vm-1")
OWN_ADDRESS: Final = ("vm-public-ip", "vm-1")
GROUP: Final = ("nsg-ssh-open", "nsg-1")


def machine(number: int = 1, group: str = "nsg-1") -> tuple[Row, ...]:
    """Give a running machine with a public address behind a security group."""
    return (
        vm(f"vm-{number}", [f"nic-{number}"]),
        nic(
            f"nic-{number}",
            [ip_configuration(private_ip=f"10.0.0.{number + 3}", public_ip=f"pip-{number}")],
            vm=f"vm-{number}",
            nsg=group,
        ),
        public_ip(f"pip-{number}", f"20.1.2.{number}"),
    )


def watch(*rules: Row) -> Watch:
    return Watch(*machine(), nsg("nsg-1", rules), vnet())


def test_rule_closed_within_the_lag_makes_no_finding() -> None:
    seen = watch(allow(100))
    seen.azure.write(nsg("nsg-1"))
    seen.sweep()
    assert seen.open == {OWN_ADDRESS}


def test_rule_opened_again_within_the_lag_resolves_nothing() -> None:
    seen = watch(allow(100))
    seen.sweep()
    seen.azure.write(nsg("nsg-1"))
    seen.azure.catch_up()
    seen.azure.write(nsg("nsg-1", [allow(100)]))
    seen.sweep()
    assert seen.open == {SSH, OWN_ADDRESS, GROUP}
    assert seen.steps == 3


def test_finding_of_a_change_is_not_resolved_by_an_index_that_lags() -> None:
    seen = watch()
    seen.sweep()
    seen.azure.write(nsg("nsg-1", [allow(100)]))
    seen.change(NSG)
    steps = seen.steps
    seen.sweep()
    assert seen.open == {SSH, OWN_ADDRESS, GROUP}
    assert seen.steps == steps


def test_finding_that_a_change_resolved_is_not_opened_by_an_index_that_lags() -> None:
    seen = watch(allow(100))
    seen.sweep()
    seen.azure.write(nsg("nsg-1"))
    seen.change(NSG)
    steps = seen.steps
    seen.sweep()
    assert (seen.open, seen.steps) == ({OWN_ADDRESS}, steps)


def test_severity_that_only_the_index_shows_does_not_change() -> None:
    seen = watch(allow(100))
    seen.sweep()
    seen.azure.write(nsg("nsg-1", [allow(100, source="198.51.100.0/28")]))
    seen.azure.catch_up()
    seen.azure.write(nsg("nsg-1", [allow(100)]))
    seen.sweep()
    assert seen.steps == 3


def test_machine_that_only_the_index_lost_keeps_its_findings() -> None:
    seen = watch(allow(100))
    seen.sweep()
    for gone in (VM, NIC):
        del seen.azure.index[ResourceId(gone)]
    seen.sweep()
    assert seen.open == {SSH, OWN_ADDRESS, GROUP}


def test_machine_that_is_gone_loses_its_findings_though_the_index_shows_it() -> None:
    seen = watch(allow(100))
    seen.sweep()
    for gone in (VM, NIC):
        seen.azure.delete(gone)
    seen.azure.write(nsg("nsg-1"))
    del seen.azure.index[ResourceId(NSG)]
    seen.sweep()
    assert seen.open == set()


@pytest.mark.parametrize("close", ["rule", "machine"])
def test_nothing_is_resolved_while_arm_fails(close: str) -> None:
    seen = watch(allow(100))
    seen.sweep()
    if close == "rule":
        seen.azure.write(nsg("nsg-1"))
    else:
        seen.azure.delete(VM)
        seen.azure.delete(NIC)
    seen.azure.catch_up()
    seen.azure.is_down = True
    seen.sweep()
    assert seen.open == {SSH, OWN_ADDRESS, GROUP}
    seen.azure.is_down = False
    seen.sweep()
    assert seen.open == seen.true


def test_nothing_gets_milder_while_arm_fails() -> None:
    seen = watch(allow(100))
    seen.sweep()
    seen.azure.write(nsg("nsg-1", [allow(100, source="198.51.100.0/28")]))
    seen.azure.catch_up()
    seen.azure.is_down = True
    assert seen.sweep()["withheld"] == 2
    assert seen.steps == 3


def test_finding_opens_as_it_was_seen_while_arm_fails() -> None:
    seen = watch(allow(100))
    seen.azure.is_down = True
    assert seen.sweep()["unconfirmed"] == 3
    assert seen.open == {SSH, OWN_ADDRESS, GROUP}


def test_one_read_that_fails_holds_back_only_what_rests_on_it() -> None:
    seen = Watch(
        *machine(1, "nsg-1"),
        *machine(2, "nsg-2"),
        vnet(),
        nsg("nsg-1", [allow(100)]),
        nsg("nsg-2", [allow(100)]),
    )
    seen.sweep()
    seen.azure.write(nsg("nsg-1"), nsg("nsg-2"))
    seen.azure.catch_up()
    seen.azure.broken.add(ResourceId(NSG))
    seen.sweep()
    assert ("vm-ssh-reachable", "vm-2") not in seen.open
    assert {SSH, GROUP} <= seen.open


def test_sweep_that_changes_nothing_asks_arm_for_nothing() -> None:
    seen = watch(allow(100))
    seen.sweep()
    seen.azure.asked.clear()
    seen.sweep()
    assert seen.azure.asked == []


def test_resources_that_many_findings_rest_on_are_read_once() -> None:
    machines = [row for number in range(1, 6) for row in machine(number)]
    seen = Watch(*machines, nsg("nsg-1", [allow(100)]), vnet())
    seen.sweep()
    assert len(seen.azure.asked) == len(set(seen.azure.asked)) == len(seen.azure.truth)


def test_beyond_the_bound_openings_are_recorded_and_nothing_is_resolved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    machines = [row for number in range(1, 6) for row in machine(number)]
    seen = Watch(*machines, nsg("nsg-1", [allow(100)]), vnet())
    monkeypatch.setattr(confirm, "READS_PER_SHARD", 6)
    counts = seen.sweep()
    assert len(seen.azure.asked) <= 6
    assert counts["unconfirmed"] > 0
    assert seen.open == seen.true
    for number in range(1, 6):
        seen.azure.delete(resource_id("vm", f"vm-{number}"))
        seen.azure.delete(resource_id("nic", f"nic-{number}"))
    seen.azure.catch_up()
    assert seen.sweep()["withheld"] > 0
    assert seen.open != set()


def test_bounded_sweeps_get_there_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    machines = [row for number in range(1, 6) for row in machine(number)]
    seen = Watch(*machines, nsg("nsg-1", [allow(100)]), vnet())
    seen.sweep()
    monkeypatch.setattr(confirm, "READS_PER_SHARD", 8)
    for number in range(1, 6):
        seen.azure.delete(resource_id("vm", f"vm-{number}"))
        seen.azure.delete(resource_id("nic", f"nic-{number}"))
    seen.azure.catch_up()
    withheld = [seen.sweep()["withheld"] for _ in range(6)]
    assert withheld[-1] == 0
    assert seen.open == seen.true


def test_older_sweep_data_leaves_what_a_change_recorded() -> None:
    seen = watch(allow(100))
    seen.sweep()
    early = seen.azure.read([])
    seen.azure.write(nsg("nsg-1"))
    seen.change(NSG)
    seen.azure.slow = early
    seen.azure.is_down = True
    seen.sweep()
    assert seen.open == {OWN_ADDRESS}
