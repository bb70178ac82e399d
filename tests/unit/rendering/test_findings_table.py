import csv
import io
import json
from datetime import UTC, datetime

from shared.checks.result import CheckResult, Severity
from shared.findings.finding import (
    Actor,
    Cause,
    FindingRecord,
    FindingState,
    Transition,
    finding_of,
)
from shared.network.ids import ResourceId
from shared.rendering.findings_table import findings_csv, findings_document, findings_table
from shared.rendering.history_table import history_table

VM = ResourceId("/subscriptions/s1/resourceGroups/rg-a/providers/P/virtualMachines/vm-1")
FOUND = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
FINDING = finding_of(CheckResult("any-check", VM, Severity.HIGH, "it is open"))
RECORD = FindingRecord(FINDING, FindingState.EXEMPT, FOUND, FOUND, FOUND, exempt_until=FOUND)


def test_table_shows_state_and_the_beginning_of_the_id() -> None:
    (row,) = findings_table([RECORD]).rows
    assert row == (
        "high",
        "vm-1",
        "it is open",
        "exempt",
        "2026-03-01 08:30",
        "",
        "",
        FINDING.fingerprint[:12],
    )


def test_document_has_the_times_of_the_record() -> None:
    document = json.loads(json.dumps(findings_document([RECORD])))
    (told,) = document["findings"]
    assert (document["schema"], told["state"], told["exempt_until"]) == (
        "portcullis/findings/1",
        "exempt",
        "2026-03-01T08:30:00Z",
    )


def test_document_of_an_open_finding_has_no_end_of_exemption() -> None:
    record = FindingRecord(FINDING, FindingState.OPEN, FOUND, FOUND, FOUND)
    document = json.loads(json.dumps(findings_document([record])))
    assert document["findings"][0]["exempt_until"] is None


def test_csv_has_the_state_behind_the_values_of_a_scan() -> None:
    (row,) = csv.DictReader(io.StringIO(findings_csv([RECORD])))
    assert (row["title"], row["state"], row["since"]) == (
        "it is open",
        "exempt",
        "2026-03-01T08:30:00Z",
    )


def test_history_tells_who_and_what_changed() -> None:
    step = Transition(
        FINDING,
        FindingState.OPEN,
        FindingState.OPEN,
        FOUND,
        FOUND,
        Cause.EVENT,
        "run-1",
        severity_before=Severity.LOW,
        actor=Actor("alice\x1b"),
    )
    first = Transition(FINDING, None, FindingState.OPEN, FOUND, FOUND, Cause.SWEEP, "run-0")
    assert history_table([step, first]).rows == (
        ("2026-03-01 08:30", "open", "open", "high (was low)", "event", r"alice\x1b", "run-1"),
        ("2026-03-01 08:30", "open", "new", "high", "sweep", "", "run-0"),
    )
