"""Each step of a finding's life is one kind of news."""

from dataclasses import replace

import pytest

from shared.checks.result import Severity
from shared.findings.finding import FindingState
from shared.rendering.card_elements import Style
from shared.rendering.card_news import (
    News,
    condensed,
    is_undetermined,
    news_of,
    severity_label,
    short_key,
    style_of,
    worst_first,
)
from tests.golden.card_samples import exposure, step, vm_id

OPEN, EXEMPT, RESOLVED = FindingState.OPEN, FindingState.EXEMPT, FindingState.RESOLVED


@pytest.mark.parametrize(
    ("before", "after", "severity_before", "news"),
    [
        pytest.param(None, OPEN, None, News.NEW, id="new"),
        pytest.param(RESOLVED, OPEN, None, News.BACK, id="back"),
        pytest.param(EXEMPT, OPEN, None, News.EXEMPTION_ENDED, id="exemption-ended"),
        pytest.param(OPEN, OPEN, Severity.LOW, News.WORSE, id="worse"),
        pytest.param(OPEN, OPEN, Severity.CRITICAL, News.CHANGED, id="milder"),
        pytest.param(OPEN, OPEN, None, News.CHANGED, id="unchanged"),
        pytest.param(OPEN, EXEMPT, None, News.CHANGED, id="exempted"),
        pytest.param(OPEN, RESOLVED, None, News.CLOSED, id="closed"),
        pytest.param(EXEMPT, RESOLVED, None, News.CLOSED, id="closed-while-exempt"),
    ],
)
def test_news_of_each_step(
    before: FindingState | None,
    after: FindingState,
    severity_before: Severity | None,
    news: News,
) -> None:
    taken = replace(
        step(severity=Severity.HIGH), before=before, after=after, severity_before=severity_before
    )
    assert news_of(taken) is news


def test_worst_comes_first_then_reachable_machines_then_names() -> None:
    steps = [
        step("nsg-ssh-open", resource=vm_id("a-group")),
        step(resource=vm_id("b")),
        step(resource=vm_id("c"), severity=Severity.LOW),
        step(resource=vm_id("a")),
    ]
    assert [one.finding.resource.name for one in worst_first(steps)] == ["a", "b", "a-group", "c"]


@pytest.mark.parametrize(
    ("verdicts", "severity", "expected"),
    [
        pytest.param(["undetermined"], Severity.INFO, True, id="undetermined"),
        pytest.param([], Severity.INFO, True, id="no-evidence"),
        pytest.param(["exposed"], Severity.INFO, False, id="limited-reach-on-a-stopped-machine"),
        pytest.param(["undetermined"], Severity.LOW, False, id="severe"),
    ],
)
def test_undetermined_finding_has_no_exposed_door(
    verdicts: list[str], severity: Severity, *, expected: bool
) -> None:
    evidence = {"exposures": [exposure(verdict=verdict) for verdict in verdicts]}
    assert is_undetermined(step(severity=severity, evidence=evidence).finding) is expected


def test_info_of_another_check_is_not_undetermined() -> None:
    assert not is_undetermined(step("nsg-ssh-open", severity=Severity.INFO).finding)


def test_condensed_step_keeps_its_key_and_its_verdicts() -> None:
    whole = step(severity=Severity.INFO, evidence={"exposures": [exposure()]})
    assert condensed(whole).key == whole.key
    assert condensed(whole).finding.evidence == {"exposures": [{"verdict": "exposed"}]}
    assert severity_label(condensed(whole).finding) == severity_label(whole.finding) == "INFO"


def test_condensed_step_of_another_check_keeps_no_evidence() -> None:
    assert condensed(step("nsg-ssh-open", evidence={"rules": []})).finding.evidence == {}


def test_key_on_a_card_is_the_start_of_the_fingerprint() -> None:
    finding = step().finding
    assert finding.fingerprint.startswith(short_key(finding))
    assert len(short_key(finding)) == 12


def test_style_follows_the_severity() -> None:
    assert style_of(step(severity=Severity.MEDIUM).finding) is Style.WARNING
