"""The scripts that connect an app with the estate, run with an `az` that tells of its calls."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.bicep import INFRA, template

SUBSCRIPTION: Final = "4d7a9f35-84d3-413e-9d8a-3f9eadc04001"
GROUP: Final = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-web"
DEPLOYED: Final = {
    "AZURE_ENV_NAME": "prod",
    "AZURE_LOCATION": "westeurope",
    "AZURE_SUBSCRIPTION_ID": SUBSCRIPTION,
    "APP_ID": "/app",
    "STORAGE_ID": "/storage",
    "READER_PRINCIPAL_ID": "reader",
    "REMEDIATOR_PRINCIPAL_ID": "remediator",
}
TEMPLATE: Final = re.compile(r"--template-file \S*?([\w-]+\.bicep)")
ASSIGNMENT: Final = re.compile(r" (\w+)=(\S*)")


def connect(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the script; what it prints to standard output is one line for each call of `az`."""
    az = folder / "az"
    az.write_text('#!/bin/sh\necho "az $*"\n')
    az.chmod(0o755)
    environment = {**DEPLOYED, **settings, "PATH": f"{folder}:{os.environ['PATH']}"}
    return subprocess.run(
        ["/bin/sh", INFRA / "connect.sh"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def templates(done: subprocess.CompletedProcess[str]) -> list[str]:
    return TEMPLATE.findall(done.stdout)


def test_subscriptions_are_let_read_and_then_their_events_come(tmp_path: Path) -> None:
    done = connect(tmp_path, PORTCULLIS_SUBSCRIPTIONS=SUBSCRIPTION)
    assert done.returncode == 0
    assert templates(done) == ["access-subscriptions.bicep", "events.bicep"]


def test_management_group_is_let_read_and_events_wait_for_a_list(tmp_path: Path) -> None:
    done = connect(tmp_path, PORTCULLIS_MANAGEMENT_GROUP="corp")
    assert (done.returncode, templates(done)) == (0, ["access-management-group.bicep"])
    assert "EVENT_SUBSCRIPTIONS" in done.stderr


def test_management_group_with_a_list_has_events(tmp_path: Path) -> None:
    settings = {"PORTCULLIS_MANAGEMENT_GROUP": "corp"}
    done = connect(tmp_path, **settings, EVENT_SUBSCRIPTIONS=SUBSCRIPTION)
    assert templates(done) == ["access-management-group.bicep", "events.bicep"]


def test_nothing_to_watch_is_an_error(tmp_path: Path) -> None:
    done = connect(tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "PORTCULLIS_SUBSCRIPTIONS or PORTCULLIS_MANAGEMENT_GROUP" in done.stderr


@pytest.mark.parametrize(
    ("mode", "scopes"), [("off", ""), ("plan", ""), ("approve", GROUP), ("auto", GROUP)]
)
def test_changes_are_allowed_only_in_the_modes_that_make_them(
    tmp_path: Path, mode: str, scopes: str
) -> None:
    done = connect(
        tmp_path,
        PORTCULLIS_SUBSCRIPTIONS=SUBSCRIPTION,
        PORTCULLIS_REMEDIATION_MODE=mode,
        PORTCULLIS_REMEDIATION_SCOPES=GROUP,
    )
    assert dict(ASSIGNMENT.findall(done.stdout))["remediationScopes"] == scopes


@pytest.mark.parametrize(
    "settings",
    [{"PORTCULLIS_SUBSCRIPTIONS": SUBSCRIPTION}, {"PORTCULLIS_MANAGEMENT_GROUP": "corp"}],
    ids=["subscriptions", "management-group"],
)
def test_every_template_gets_parameters_that_it_has_and_all_it_needs(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    done = connect(tmp_path, **settings, EVENT_SUBSCRIPTIONS=SUBSCRIPTION)
    for call in done.stdout.splitlines():
        declared = template(INFRA / TEMPLATE.findall(call)[0]).parameters
        needed = {name for name, one in declared.items() if one.value is None}
        assert needed <= {name for name, _ in ASSIGNMENT.findall(call)} <= set(declared)


def test_outputs_of_the_template_are_what_the_script_takes() -> None:
    outputs = set(template(INFRA / "main.bicep").outputs)
    assert {name for name in DEPLOYED if not name.startswith("AZURE_")} <= outputs


@pytest.mark.parametrize("pattern", [r"\b[A-Z]+_[A-Z_]+\b", r"[\w-]+\.bicep", r'\b\w+(?=="\$)'])
def test_script_for_windows_names_the_same(pattern: str) -> None:
    shell, windows = (
        set(re.findall(pattern, (INFRA / name).read_text(encoding="utf-8")))
        for name in ("connect.sh", "connect.ps1")
    )
    assert shell - {"main.bicep"} == windows
