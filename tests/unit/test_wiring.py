"""The composition root: what the settings make of the parts, without asking anybody."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shared.adapters.payloads import SnapshotBuilder
from shared.config import InvalidSettingsError, read_settings
from shared.usecases.interfaces import StoreError
from shared.wiring import Runtime, command_line_runtime, functions_runtime
from tests.rows import allow, one_vm_estate

IDENTITY = {"AzureWebJobsStorage__accountName": "portcullis"}


def runtime(**environ: str) -> Runtime:
    return command_line_runtime(read_settings(environ))


def test_functions_share_one_runtime_while_the_settings_stay_the_same() -> None:
    first = functions_runtime({"PORTCULLIS_CLOUD": "china", "PATH": "/bin"})
    assert functions_runtime({"PORTCULLIS_CLOUD": "China"}) is first
    assert functions_runtime({"PORTCULLIS_CLOUD": "usgov"}) is not first


@pytest.mark.parametrize(
    ("environ", "kind"),
    [
        (IDENTITY, "ManagedIdentityCredential"),
        ({"AzureWebJobsStorage": "UseDevelopmentStorage=true"}, "DefaultAzureCredential"),
    ],
    ids=["in-azure", "with-the-emulator"],
)
def test_functions_sign_in_by_where_they_run(environ: dict[str, str], kind: str) -> None:
    assert type(functions_runtime(environ)._credential).__name__ == kind


def test_parts_are_made_once() -> None:
    here = runtime(**IDENTITY)
    assert here.inventory is here.inventory
    assert here.findings is here.findings
    assert here.queue is here.queue


@pytest.mark.parametrize("part", ["findings", "sweeps", "queue"])
def test_part_that_needs_storage_says_which_setting_is_missing(part: str) -> None:
    with pytest.raises(InvalidSettingsError, match="AzureWebJobsStorage"):
        getattr(runtime(), part)


def test_connection_string_that_the_sdk_refuses_is_an_error_without_a_word_of_it() -> None:
    here = runtime(AzureWebJobsStorage="AccountName=portcullis;AccountKey=s3cret;;=x")
    with pytest.raises(StoreError) as caught:
        _ = here.queue
    assert "s3cret" not in str(caught.value)


def test_nobody_is_told_without_a_webhook() -> None:
    assert runtime(**IDENTITY).announcer.notifier is None


def test_announcer_links_to_the_portal_of_the_cloud_and_to_the_dashboard() -> None:
    links = runtime(
        **IDENTITY,
        PORTCULLIS_CLOUD="usgov",
        PORTCULLIS_DASHBOARD_URL="https://portcullis.contoso.example",
    ).announcer.links
    assert links.portal == "https://portal.azure.us"
    assert links.dashboard == "https://portcullis.contoso.example"


@pytest.mark.parametrize(
    ("environ", "checks"),
    [
        ({}, set()),
        ({"PORTCULLIS_MANAGEMENT_PORTS": "3389"}, {"vm-ssh-reachable", "nsg-ssh-open"}),
        (
            {
                "PORTCULLIS_MANAGEMENT_PORTS": "3389",
                "PORTCULLIS_TRUSTED_SOURCES": "20.40.0.0/16",
            },
            set(),
        ),
    ],
)
def test_judge_asks_about_the_ports_and_sources_of_the_settings(
    environ: dict[str, str], checks: set[str]
) -> None:
    builder = SnapshotBuilder()
    for row in one_vm_estate([allow(100, source="20.40.1.0/24", port="3389")]):
        builder.add_row(row)
    judgement = runtime(**environ).judge(builder.build(datetime(2026, 3, 1, tzinfo=UTC)))
    ways_in = {"vm-ssh-reachable", "nsg-ssh-open"}
    assert {finding.check for finding in judgement.findings} & ways_in == checks
    assert judgement.counts["virtual_machines"] == 1
