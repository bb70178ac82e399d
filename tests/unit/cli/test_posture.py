"""`portcullis posture` and `portcullis access` on a snapshot file."""

import json

import pytest

from tests.golden.scan.estate import incomplete_estate
from tests.rows import bastion, bastion_subnet, nic, one_vm_behind, vm
from tests.rows.authorization import READER, USER_LOGIN, role_assignment
from tests.unit.cli.conftest import Run, Save

ESTATE = [
    *one_vm_behind(bastion(), subnets=[bastion_subnet()]),
    *(role_assignment("ann", one) for one in (USER_LOGIN, READER)),
]


def rows(output: str) -> list[str]:
    """Give the lines of a narrow table that begin a row."""
    return [line for line in output.splitlines() if line and not line.startswith(" ")]


def test_scorecard_has_a_row_for_the_machine_and_for_the_estate(run: Run, save: Save) -> None:
    ended = run("posture", "--snapshot", save(ESTATE))
    assert (ended.status, ended.err) == (0, "")
    assert rows(ended.out)[0].split()[:4] == ["VM", "no", "public", "IP"]
    assert rows(ended.out)[1].split()[:3] == ["vm-1", "met", "met"]
    assert "estate" in ended.out
    assert "own identity: NOT MET, 1 VM: 1 NOT MET." in ended.out


def test_scorecard_as_json_is_one_object(run: Run, save: Save) -> None:
    at = "2026-03-01T00:00:00Z"
    ended = run("posture", "--snapshot", save(ESTATE), "--format", "json", "--at", at)
    document = json.loads(ended.out)
    assert (document["schema"], document["observed_at"]) == ("portcullis/posture/1", at)


def test_scorecard_as_markdown_begins_with_a_heading(run: Run, save: Save) -> None:
    ended = run("posture", "--snapshot", save(ESTATE), "--format", "markdown")
    assert ended.out.startswith("# Remote access as of ")


@pytest.mark.parametrize("command", ["posture", "access"])
def test_status_is_3_when_something_was_not_read(run: Run, save: Save, command: str) -> None:
    assert run(command, "--snapshot", save(incomplete_estate())).status == 3


@pytest.mark.parametrize(
    "option", [("--at", "2026-03-01T00:00:00Z"), ("--management-group", "corp")]
)
def test_what_is_recorded_is_not_read_from_elsewhere(run: Run, option: tuple[str, str]) -> None:
    ended = run("posture", "--recorded", *option)
    assert (ended.status, ended.out) == (2, "")
    assert "only --subscription goes with" in ended.err


def test_access_shows_every_machine_or_one(run: Run, save: Save) -> None:
    estate = save([*ESTATE, vm("vm-2", ["nic-2"]), nic("nic-2", vm="vm-2")])
    every = rows(run("access", "--snapshot", estate).out)
    one = rows(run("access", "--snapshot", estate, "--vm", "VM-2").out)
    assert [line.split()[0] for line in every] == ["VM", "vm-1", "vm-2"]
    assert [line.split()[:3] for line in one][1:] == [["vm-2", "user", "ann"]]


def test_access_as_json_is_one_object(run: Run, save: Save) -> None:
    ended = run("access", "--snapshot", save(ESTATE), "--format", "json")
    assert json.loads(ended.out)["schema"] == "portcullis/access/1"


def test_access_to_an_unknown_machine_is_refused(run: Run, save: Save) -> None:
    ended = run("access", "--snapshot", save(ESTATE), "--vm", "vm-9")
    assert (ended.status, ended.out) == (2, "")
    assert "no machine is called 'vm-9'" in ended.err
