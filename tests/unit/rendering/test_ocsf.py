import json
from dataclasses import replace
from typing import Any

import pytest

from shared.checks.result import Severity, Unjudged
from shared.findings.finding import FindingRecord, FindingState
from shared.network.ids import ResourceId
from shared.rendering.estate_report import Occasion
from shared.rendering.ocsf import ocsf_lines, resource_type
from tests.golden.report.samples import record, recorded, undetermined

GAP = Unjudged("bastion-audit-off", ResourceId("/subscriptions/s/bas"), "settings\nnot read")


def event_of(
    *records: FindingRecord,
    unjudged: tuple[Unjudged, ...] = (),
    occasion: Occasion = Occasion.RECORDS,
) -> dict[str, Any]:
    report = replace(recorded(), records=records, unjudged=unjudged, occasion=occasion, unread=())
    (line,) = ocsf_lines(report)
    event: dict[str, Any] = json.loads(line)
    return event


@pytest.mark.parametrize(
    ("kept", "activity", "status", "verdict"),
    [
        pytest.param(record(), "Create", "New", "Fail", id="new"),
        pytest.param(record(days=2), "Update", "New", "Fail", id="open-again"),
        pytest.param(record(FindingState.EXEMPT, 2), "Update", "Suppressed", "Fail", id="exempt"),
        pytest.param(record(FindingState.RESOLVED, 2), "Close", "Resolved", "Pass", id="resolved"),
        pytest.param(undetermined(), "Create", "New", "Warning", id="undetermined"),
    ],
)
def test_state_is_told_as_activity_status_and_outcome(
    kept: FindingRecord, activity: str, status: str, verdict: str
) -> None:
    event = event_of(kept)
    assert (event["activity_name"], event["status"], event["compliance"]["status"]) == (
        activity,
        status,
        verdict,
    )


@pytest.mark.parametrize(
    ("activity_days", "type_uid"), [(0, 200_301), (2, 200_302)], ids=["create", "update"]
)
def test_type_is_class_and_activity(activity_days: int, type_uid: int) -> None:
    event = event_of(record(days=activity_days))
    assert (event["class_uid"], event["category_uid"], event["type_uid"]) == (2003, 2, type_uid)


@pytest.mark.parametrize(
    ("severity", "number", "caption"),
    [
        (Severity.CRITICAL, 5, "Critical"),
        (Severity.HIGH, 4, "High"),
        (Severity.MEDIUM, 3, "Medium"),
        (Severity.LOW, 2, "Low"),
        (Severity.INFO, 1, "Informational"),
    ],
)
def test_severity_is_that_of_the_schema(severity: Severity, number: int, caption: str) -> None:
    event = event_of(record(severity=severity, check="vm-public-ip"))
    assert (event["severity_id"], event["severity"]) == (number, caption)


def test_times_are_milliseconds_of_when_the_state_was_taken() -> None:
    event = event_of(record(days=3))
    info = event["finding_info"]
    assert (event["time"], info["first_seen_time"], info["last_seen_time"]) == (
        1_794_736_890_000,
        1_794_477_690_000,
        1_795_341_690_000,
    )


def test_scan_does_not_tell_since_when_it_was_so() -> None:
    event = event_of(record(), occasion=Occasion.SCAN)
    assert "first_seen_time" not in event["finding_info"]


def test_controls_are_requirements_and_their_catalogues_standards() -> None:
    kept = record()
    kept = replace(kept, finding=replace(kept.finding, controls=("CIS 5.0 7.2", "CIS 5.0 7.1")))
    compliance = event_of(kept)["compliance"]
    assert compliance["requirements"] == ["CIS 5.0 7.2", "CIS 5.0 7.1"]
    assert compliance["standards"] == ["CIS 5.0"]


def test_judgement_that_lacked_something_is_a_warning() -> None:
    event = event_of(unjudged=(GAP,))
    assert (event["compliance"]["status"], event["compliance"]["status_details"]) == (
        "Warning",
        [r"settings\x0anot read"],
    )
    assert event["message"] == "Not known: bastion-audit-off on bas"


def test_check_that_is_no_more_is_still_told() -> None:
    assert event_of(record(check="retired"))["compliance"]["desc"] == "retired"
    gap = replace(GAP, check="retired")
    event = event_of(unjudged=(gap,))
    assert (event["compliance"]["requirements"], "remediation" in event) == ([], False)


def test_each_event_says_whether_the_estate_was_read() -> None:
    lines = ocsf_lines(recorded())
    assert {str(json.loads(line)["unmapped"]["scan"]) for line in lines} == {
        str({"complete": False, "unread": 2})
    }


def test_part_that_was_not_read_is_a_warning_of_its_own() -> None:
    *_, line = ocsf_lines(replace(recorded(), records=()))
    event = json.loads(line)
    assert (event["message"], event["compliance"]["status"], event["unmapped"]["reason"]) == (
        "Not read: 4f1c2d3e-0000-4000-8000-000000000001",
        "Warning",
        "not to be seen",
    )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("/subscriptions/s/resourceGroups/g/providers/Ns.A/vms/v", "Ns.A/vms"),
        ("/subscriptions/s/resourceGroups/g/providers/Ns.A/nets/n/subnets/x", "Ns.A/nets/subnets"),
        ("/subscriptions/s/providers/Ns.A/vms/v/providers/Ns.B/locks/l", "Ns.B/locks"),
        ("/subscriptions/s", ""),
    ],
)
def test_type_of_a_resource_is_read_from_its_id(text: str, kind: str) -> None:
    assert resource_type(ResourceId(text)) == kind


def test_resource_outside_of_subscriptions_names_no_account() -> None:
    assert event_of(record(resource="/providers/Ns.A/vms/v"))["cloud"] == {"provider": "Azure"}


def test_resource_outside_of_a_group_names_none() -> None:
    (resource,) = event_of(record(resource="/subscriptions/s"))["resources"]
    assert "group" not in resource
