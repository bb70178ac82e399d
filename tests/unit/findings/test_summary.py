from __future__ import annotations

import pytest

from shared.findings.finding import FindingRecord, FindingState
from shared.findings.summary import summary_of
from tests.recording_samples import NOON, finding, minutes


def record() -> FindingRecord:
    return FindingRecord(finding("web"), FindingState.EXEMPT, minutes(3), NOON, minutes(1))


def test_summary_keeps_what_lists_show() -> None:
    one = summary_of(record())
    assert (one.fingerprint, one.check, one.resource, one.severity, one.title) == (
        record().finding.fingerprint,
        "vm-ssh-reachable",
        record().finding.resource,
        record().finding.severity,
        "web can be reached on port 22",
    )
    assert (one.state, one.first_seen, one.since, one.observed_at) == (
        FindingState.EXEMPT,
        NOON,
        minutes(1),
        minutes(3),
    )


@pytest.mark.parametrize(
    ("text", "is_there"),
    [("RESOURCEGROUPS/shop", True), ("Port 22", True), ("  web ", True), ("nowhere", False)],
)
def test_text_is_looked_for_in_id_and_title_in_any_case(text: str, *, is_there: bool) -> None:
    assert summary_of(record()).mentions(text) is is_there
