"""A step belongs to the latest change of what decides it, and to nobody where that is not known."""

from __future__ import annotations

from dataclasses import replace

from shared.findings.attribution import (
    Origin,
    Told,
    attributed_by_log,
    attributed_to_changes,
    attributed_to_run,
)
from shared.findings.finding import Actor
from shared.network.snapshot import Snapshot
from shared.network.topology import NetworkInterface, VirtualMachine
from tests.change_stage import ANA, change
from tests.recording_samples import NOON, finding, minutes, vm

BOB = replace(ANA, name="bob@contoso.example", correlation_id="beef")
EMPTY = Snapshot(NOON)


def told(name: str, actor: Actor = ANA, minute: float = 0, event: str = "event-1") -> Told:
    occurred = minutes(minute)
    return Told(change(name, event, actor=actor, occurred=occurred), occurred)


def test_step_belongs_to_the_change_of_its_resource() -> None:
    origin = attributed_to_changes([told("web", ANA), told("db", BOB, 1)], EMPTY)
    assert [origin([finding(name)]).actor for name in ("web", "db")] == [ANA, BOB]


def test_step_belongs_to_the_change_of_what_its_evidence_names() -> None:
    origin = attributed_to_changes([told("gate", ANA), told("db", BOB, 1)], EMPTY)
    seen = finding("web", evidence={"exposures": [{"front_door": {"id": vm("gate").text}}]})
    assert origin([seen]).actor == ANA


def test_of_several_changes_that_decide_the_latest_counts() -> None:
    origin = attributed_to_changes([told("gate", BOB, 1), told("web", ANA)], EMPTY)
    seen = finding("web", evidence={"door": vm("gate").text})
    assert origin([seen]).actor == BOB


def test_what_closes_a_way_in_stands_before_the_machine() -> None:
    nic = NetworkInterface(vm("nic"), vm("web"), vm("gate"))
    snapshot = Snapshot(
        NOON,
        virtual_machines={vm("web"): VirtualMachine(vm("web"), (nic.id,))},
        network_interfaces={nic.id: nic},
    )
    origin = attributed_to_changes([told("gate", ANA), told("db", BOB, 1)], snapshot)
    assert origin([finding("web")]).actor == ANA


def test_only_run_there_is_has_brought_the_step() -> None:
    origin = attributed_to_changes([told("network", ANA)], EMPTY)
    assert origin([finding("web")]) == told("network").origin


def test_of_several_runs_that_decide_nothing_nobody_is_named() -> None:
    origin = attributed_to_changes([told("x", ANA), told("y", BOB, 1)], EMPTY)
    assert origin([finding("web")]) == Origin(
        "event-beef", None, minutes(1), told("y", BOB, 1).change.received
    )


def test_log_names_the_first_that_decides() -> None:
    origin = attributed_by_log("sweep", {vm("gate"): BOB, vm("web"): ANA}, EMPTY)
    assert origin([finding("web")]) == Origin("sweep", ANA)
    assert origin([finding("db")]) == Origin("sweep")


def test_run_names_nobody() -> None:
    assert attributed_to_run("sweep")([finding()]) == Origin("sweep")
