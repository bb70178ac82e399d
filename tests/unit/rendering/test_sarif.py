import json
from dataclasses import replace
from typing import Any

import pytest

from shared.checks import CHECKS
from shared.checks.result import Severity, Unjudged
from shared.findings.finding import FindingRecord, FindingState
from shared.network.ids import ResourceId
from shared.rendering.estate_report import EstateReport
from shared.rendering.sarif import sarif_lines
from shared.rendering.sarif_rules import SECURITY_SEVERITY
from tests.golden.report.samples import record, recorded, scanned, undetermined

Json = dict[str, Any]
MOST_TAGS_THAT_CODE_SCANNING_TAKES = 20


def run_of(report: EstateReport) -> Json:
    run: Json
    (run,) = json.loads("\n".join(sarif_lines(report)))["runs"]
    return run


def run_with(*records: FindingRecord, unjudged: tuple[Unjudged, ...] = ()) -> Json:
    return run_of(replace(recorded(), records=records, unjudged=unjudged))


def rule_of(run: Json, check: str) -> Json:
    rules: list[Json] = run["tool"]["driver"]["rules"]
    return next(rule for rule in rules if rule["id"] == check)


def test_rules_are_the_checks_in_their_order() -> None:
    rules = run_of(recorded())["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [check.id for check in CHECKS]


def test_rule_index_leads_to_the_rule_of_the_result() -> None:
    run = run_of(recorded())
    rules = run["tool"]["driver"]["rules"]
    assert [rules[one["ruleIndex"]]["id"] for one in run["results"]] == [
        one["ruleId"] for one in run["results"]
    ]


def test_rule_has_no_more_tags_than_code_scanning_takes() -> None:
    rules = run_of(recorded())["tool"]["driver"]["rules"]
    assert max(len(one["properties"]["tags"]) for one in rules) <= (
        MOST_TAGS_THAT_CODE_SCANNING_TAKES
    )
    assert {one["properties"]["tags"][0] for one in rules} == {"security"}


@pytest.mark.parametrize(
    ("severity", "least", "most"),
    [
        (Severity.CRITICAL, 9.1, 10.0),
        (Severity.HIGH, 7.0, 8.9),
        (Severity.MEDIUM, 4.0, 6.9),
        (Severity.LOW, 0.1, 3.9),
        (Severity.INFO, 0.1, 3.9),
    ],
)
def test_number_lies_in_the_range_that_code_scanning_gives_the_severity(
    severity: Severity, least: float, most: float
) -> None:
    assert least <= float(SECURITY_SEVERITY[severity]) <= most


def test_rule_has_the_number_of_the_worst_open_finding_of_its_check() -> None:
    mild, worst = record(severity=Severity.LOW), record(severity=Severity.HIGH)
    gone = record(FindingState.RESOLVED, severity=Severity.CRITICAL)
    rule = rule_of(run_with(worst, mild, gone), "vm-ssh-reachable")
    assert rule["properties"]["security-severity"] == "8.0"


def test_rule_of_a_check_that_found_nothing_has_no_number() -> None:
    rule = rule_of(run_with(), "vm-ssh-reachable")
    assert "security-severity" not in rule["properties"]


@pytest.mark.parametrize(
    ("severity", "level"),
    [
        (Severity.CRITICAL, "error"),
        (Severity.HIGH, "error"),
        (Severity.MEDIUM, "warning"),
        (Severity.LOW, "note"),
    ],
)
def test_open_finding_fails_at_the_level_of_its_severity(severity: Severity, level: str) -> None:
    (result,) = run_with(record(severity=severity))["results"]
    assert (result["kind"], result["level"]) == ("fail", level)


def test_resolved_finding_passes() -> None:
    (result,) = run_with(record(FindingState.RESOLVED, 3))["results"]
    assert (result["kind"], result["level"], result["properties"]["state"]) == (
        "pass",
        "none",
        "resolved",
    )


def test_undetermined_finding_is_an_open_question() -> None:
    (result,) = run_with(undetermined())["results"]
    assert (result["kind"], result["level"]) == ("open", "none")


def test_judgement_that_lacked_something_is_an_open_question() -> None:
    gap = Unjudged("bastion-audit-off", ResourceId("/subscriptions/s/b"), "settings not read")
    (result,) = run_with(unjudged=(gap,))["results"]
    assert (result["ruleId"], result["kind"], result["message"]["text"]) == (
        "bastion-audit-off",
        "open",
        "Not known: settings not read",
    )


def test_finding_of_a_check_that_is_no_more_has_no_rule_index() -> None:
    (result,) = run_with(record(check="retired-check"))["results"]
    assert (result["ruleId"], "ruleIndex" in result) == ("retired-check", False)


@pytest.mark.parametrize(
    ("until", "told"), [(True, "exempt until 2026-11-22T10:01:30Z"), (False, "exempt")]
)
def test_exempt_finding_is_suppressed(*, until: bool, told: str) -> None:
    exempt = record(FindingState.EXEMPT)
    exempt = replace(exempt, exempt_until=exempt.observed_at if until else None)
    (result,) = run_with(exempt)["results"]
    assert result["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": told}
    ]


def test_result_is_recognised_by_its_fingerprint() -> None:
    kept = record()
    (result,) = run_with(kept)["results"]
    assert set(result["partialFingerprints"].values()) == {kept.finding.fingerprint}
    assert "primaryLocationLineHash" in result["partialFingerprints"]


def test_place_is_a_path_and_a_resource() -> None:
    machine = "/Subscriptions/S/resourceGroups/Rg A/providers/P/virtualMachines/vm:1"
    (result,) = run_with(record(resource=machine))["results"]
    (place,) = result["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == (
        "subscriptions/s/resourcegroups/rg%20a/providers/p/virtualmachines/vm%3A1"
    )
    assert place["logicalLocations"] == [
        {"name": "vm:1", "fullyQualifiedName": machine, "kind": "resource"}
    ]


def test_unread_part_is_an_error_of_the_run() -> None:
    (invocation,) = run_of(recorded())["invocations"]
    texts = [one["message"]["text"] for one in invocation["toolExecutionNotifications"]]
    assert invocation["executionSuccessful"] is False
    assert [one["level"] for one in invocation["toolExecutionNotifications"]] == ["error"] * 2
    assert texts[0].endswith("things/[x] (y): 403 {{0}} <b>Forbidden</b>")


def test_message_neither_links_nor_has_a_placeholder() -> None:
    hostile = record(title="{0} [click](https://evil.example) \x1b[2J")
    (result,) = run_with(hostile)["results"]
    assert result["message"]["text"] == r"{{0}} [click] (https://evil.example) \x1b[2J"


def test_run_names_its_occasion_and_time() -> None:
    assert run_of(recorded())["automationDetails"]["id"] == (
        "portcullis/findings/2026-11-22T10:01:30Z"
    )


def test_scan_does_not_tell_since_when_it_was_so() -> None:
    results = run_of(scanned())["results"]
    assert not any("since" in one.get("properties", {}) for one in results)
