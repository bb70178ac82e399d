from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from shared.checks.result import Severity
from shared.findings.comparison import Change, Occasion, Stored, compare
from shared.findings.coverage import Coverage
from shared.findings.evidence import shortened
from shared.findings.exemption import Exemption
from shared.findings.finding import Cause, Finding, FindingRecord, FindingState, Transition
from shared.network.ids import ResourceId
from shared.network.snapshot import Unread
from tests.recording_samples import NOON, SUBSCRIPTION, exemption, finding, minutes, vm

OPEN, EXEMPT, RESOLVED = FindingState.OPEN, FindingState.EXEMPT, FindingState.RESOLVED


def stored(of: Finding, state: FindingState = OPEN, observed_at: datetime = NOON) -> Stored:
    until = minutes(60) if state is EXEMPT else None
    return Stored(FindingRecord(of, state, observed_at, NOON, NOON, until), "v1")


def compared(
    before: Sequence[Stored],
    current: Sequence[Finding],
    at: int = 10,
    *,
    now: int | None = None,
    exemptions: Sequence[Exemption] = (),
    coverage: Coverage | None = None,
) -> Sequence[Change]:
    return compare(
        before,
        current,
        coverage or Coverage(SUBSCRIPTION, minutes(at)),
        Occasion(minutes(at + 1 if now is None else now), Cause.SWEEP, "sweep-2"),
        exemptions,
    )


def step_of(changes: Sequence[Change]) -> Transition:
    (change,) = changes
    assert change.transition is not None
    return change.transition


def test_new_finding_is_opened() -> None:
    (change,) = compared([], [finding()])
    at, now = minutes(10), minutes(11)
    assert change == Change(
        FindingRecord(finding(), OPEN, observed_at=at, first_seen=now, since=now),
        None,
        Transition(finding(), None, OPEN, now, at, Cause.SWEEP, "sweep-2"),
    )


def test_absent_finding_is_resolved_on_top_of_its_version() -> None:
    (change,) = compared([stored(finding())], [])
    at, now = minutes(10), minutes(11)
    assert change == Change(
        FindingRecord(finding(), RESOLVED, observed_at=at, first_seen=NOON, since=now),
        "v1",
        Transition(finding(), OPEN, RESOLVED, now, at, Cause.SWEEP, "sweep-2"),
    )


def test_resolved_finding_opens_again_and_keeps_when_it_was_first_seen() -> None:
    (change,) = compared([stored(finding(), RESOLVED)], [finding()])
    assert (change.record.state, change.record.first_seen) == (OPEN, NOON)
    assert (change.record.since, change.version) == (minutes(11), "v1")
    assert step_of([change]).before is RESOLVED


def test_finding_that_stands_as_it_stood_is_not_rewritten() -> None:
    assert compared([stored(finding())], [finding()]) == ()


def test_resolved_finding_that_stays_away_is_not_rewritten() -> None:
    assert compared([stored(finding(), RESOLVED)], []) == ()


@pytest.mark.parametrize(("before", "after"), [("low", "critical"), ("critical", "low")])
def test_change_of_severity_is_a_step(before: str, after: str) -> None:
    old, new = finding(severity=Severity(before)), finding(severity=Severity(after))
    (change,) = compared([stored(old)], [new])
    step = step_of([change])
    assert (step.before, step.after, step.severity_before) == (OPEN, OPEN, Severity(before))
    assert step.finding.severity is Severity(after)
    assert change.record.since == NOON


@pytest.mark.parametrize(
    "new",
    [
        pytest.param(finding(evidence={"port": 2222}), id="evidence"),
        pytest.param(finding(title="reachable from 4 addresses"), id="title"),
        pytest.param(replace(finding(), controls=("CIS 7.3",)), id="controls"),
    ],
)
def test_change_of_wording_is_written_without_a_step(new: Finding) -> None:
    (change,) = compared([stored(finding())], [new])
    assert change.transition is None
    assert change.record == FindingRecord(new, OPEN, minutes(10), NOON, NOON)


def test_evidence_of_another_kind_of_collection_is_the_same() -> None:
    before, now = finding(evidence={"a": [1], "b": 2}), finding(evidence={"b": 2, "a": (1,)})
    assert compared([stored(before)], [now]) == ()


def test_evidence_that_was_shortened_is_the_same() -> None:
    whole = finding(evidence={"text": "x" * 500_000})
    kept = replace(whole, evidence=shortened(whole.evidence))
    assert compared([stored(kept)], [whole]) == ()


def test_severest_of_several_findings_with_one_fingerprint_counts() -> None:
    three = [finding(severity=Severity(name)) for name in ("low", "critical", "medium")]
    assert step_of(compared([], three)).finding.severity is Severity.CRITICAL


def test_finding_on_unread_resource_is_not_resolved() -> None:
    gap = Unread(vm(), "403")
    coverage = Coverage(SUBSCRIPTION, minutes(10), unread=[gap])
    assert compared([stored(finding())], [], coverage=coverage) == ()


def test_finding_is_not_resolved_by_older_data() -> None:
    assert compared([stored(finding(), observed_at=minutes(11))], [], at=10) == ()


def test_finding_is_not_resolved_by_data_of_the_same_moment() -> None:
    assert compared([stored(finding(), observed_at=minutes(10))], [], at=10) == ()


def test_finding_is_not_reopened_by_older_data() -> None:
    before = stored(finding(), RESOLVED, observed_at=minutes(11))
    assert compared([before], [finding()], at=10) == ()


def test_newer_record_takes_nothing_from_older_data() -> None:
    before = stored(finding(), observed_at=minutes(11))
    assert compared([before], [finding(severity=Severity.LOW, title="old")], at=10) == ()


def test_resolved_finding_opens_by_data_of_the_same_moment() -> None:
    before = stored(finding(), RESOLVED, observed_at=minutes(10))
    assert step_of(compared([before], [finding()], at=10)).after is OPEN


def test_partial_judgement_refreshes_the_time_of_what_it_confirms() -> None:
    coverage = Coverage(SUBSCRIPTION, minutes(10), only=[vm()])
    (change,) = compared([stored(finding())], [finding()], coverage=coverage)
    assert change.transition is None
    assert change.record.observed_at == minutes(10)


def test_partial_judgement_leaves_the_rest_alone() -> None:
    coverage = Coverage(SUBSCRIPTION, minutes(10), only=[vm()])
    assert compared([stored(finding("db"))], [], coverage=coverage) == ()


def test_new_finding_under_exemption_is_exempt() -> None:
    (change,) = compared([], [finding()], exemptions=[exemption()])
    step = step_of([change])
    assert (step.before, step.after, step.cause) == (None, EXEMPT, Cause.SWEEP)
    assert change.record.exempt_until == minutes(60)


def test_open_finding_becomes_exempt_by_its_owner() -> None:
    step = step_of(compared([stored(finding())], [finding()], exemptions=[exemption()]))
    assert (step.before, step.after, step.cause) == (OPEN, EXEMPT, Cause.EXEMPTION)
    assert step.observed_at == step.at == minutes(11)
    assert step.actor is not None
    assert step.actor.name == "ana@contoso.example"


def test_exempt_finding_seen_again_is_not_rewritten() -> None:
    assert compared([stored(finding(), EXEMPT)], [finding()], exemptions=[exemption()]) == ()


def test_exempt_finding_that_got_worse_makes_no_step() -> None:
    before = stored(finding(severity=Severity.LOW), EXEMPT)
    (change,) = compared([before], [finding()], exemptions=[exemption()])
    assert change.transition is None
    assert change.record.finding.severity is Severity.CRITICAL


def test_prolonged_exemption_is_written_without_a_step() -> None:
    longer = exemption(expires=minutes(90))
    (change,) = compared([stored(finding(), EXEMPT)], [finding()], exemptions=[longer])
    assert (change.transition, change.record.exempt_until) == (None, minutes(90))


def test_resolved_finding_that_returns_under_exemption_is_exempt() -> None:
    before = stored(finding(), RESOLVED)
    step = step_of(compared([before], [finding()], exemptions=[exemption()]))
    assert (step.before, step.after, step.cause) == (RESOLVED, EXEMPT, Cause.SWEEP)


def test_exempt_finding_that_is_gone_is_resolved() -> None:
    (change,) = compared([stored(finding(), EXEMPT)], [], exemptions=[exemption()])
    assert (step_of([change]).before, change.record.state) == (EXEMPT, RESOLVED)
    assert change.record.exempt_until is None


@pytest.mark.parametrize("current", [[finding()], []], ids=["seen", "not-seen"])
def test_finding_opens_again_when_its_exemption_has_ended(current: list[Finding]) -> None:
    coverage = Coverage(SUBSCRIPTION, minutes(60), unread=[Unread(ResourceId(vm().text), "403")])
    changes = compared(
        [stored(finding(), EXEMPT)],
        current,
        now=60,
        coverage=coverage,
        exemptions=[exemption(expires=minutes(60))],
    )
    step = step_of(changes)
    assert (step.before, step.after, step.cause) == (EXEMPT, OPEN, Cause.EXEMPTION_ENDED)
    assert step.observed_at == minutes(60)
    assert changes[0].record.first_seen == NOON


def test_exemption_takes_effect_where_the_finding_was_not_seen() -> None:
    coverage = Coverage(SUBSCRIPTION, minutes(10), unread=[Unread(vm(), "403")])
    (change,) = compared([stored(finding())], [], coverage=coverage, exemptions=[exemption()])
    assert (change.record.state, change.record.observed_at) == (EXEMPT, NOON)


def test_same_judgement_again_changes_nothing() -> None:
    current = [finding(), finding("db", Severity.LOW)]
    changes = compared([stored(finding(severity=Severity.LOW)), stored(finding("old"))], current)
    after = [Stored(change.record, "v2") for change in changes]
    assert len(after) == 3
    assert compared(after, current, now=30) == ()
