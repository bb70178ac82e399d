from __future__ import annotations

import hashlib
from dataclasses import replace

from shared.checks.result import CheckResult, Severity
from shared.findings.finding import Cause, FindingState, Transition, finding_of, fingerprint_of
from tests.recording_samples import CHECK, finding, minutes, vm


def result(name: str = "web", *discriminator: str) -> CheckResult:
    return CheckResult(CHECK, vm(name), Severity.HIGH, "open", discriminator)


def test_fingerprint_is_the_hash_of_check_resource_and_discriminator() -> None:
    parts = f"{CHECK}\n{vm().text.lower()}\npip-1\n22"
    expected = hashlib.sha256(parts.encode()).hexdigest()
    assert fingerprint_of(result("web", "PIP-1", "22")) == expected


def test_fingerprint_does_not_depend_on_spelling() -> None:
    assert fingerprint_of(result("WEB")) == fingerprint_of(result("web"))


def test_fingerprint_tells_discriminators_apart() -> None:
    assert fingerprint_of(result("web", "22")) != fingerprint_of(result("web", "2222"))


def test_finding_takes_over_what_the_check_gave() -> None:
    given = replace(result(), controls=("CIS 7.2",), evidence={"port": 22})
    found = finding_of(given)
    assert (found.check, found.resource, found.severity) == (CHECK, vm(), Severity.HIGH)
    assert (found.title, found.controls, found.evidence) == ("open", ("CIS 7.2",), {"port": 22})


def test_keys_of_transitions_sort_by_time() -> None:
    early, late = (
        Transition(finding(), None, FindingState.OPEN, at, at, Cause.SWEEP, "sweep-1")
        for at in (minutes(1), minutes(2))
    )
    assert early.key < late.key
