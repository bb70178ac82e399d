"""The catalogue of checks: their ids, and the controls that each is evidence for.

The controls are those of the published catalogues, written out here by hand.
"""

from __future__ import annotations

import pytest

from shared.checks import CHECKS
from shared.checks.check import Check
from shared.checks.controls import Controls
from shared.checks.result import Severity
from shared.checks.ssh_reachable import controls_for

REMOTE_ACCESS = (
    "MCSB NS-1",
    "NIST 800-53 AC-17",
    "NIST 800-53 SC-7",
    "ISO 27001:2022 A.8.20",
    "ISO 27001:2022 A.8.22",
    "PCI DSS 4.0 1.3.1",
    "PCI DSS 4.0 1.4.1",
    "SOC 2 CC6.6",
)
SSH = ("CIS 2.1 6.2", "CIS 3.0 7.2", "CIS 4.0 8.2", "CIS 5.0 7.2", "CIS 6.0 7.2", *REMOTE_ACCESS)
RDP = ("CIS 2.1 6.1", "CIS 3.0 7.1", "CIS 4.0 8.1", "CIS 5.0 7.1", "CIS 6.0 7.1", *REMOTE_ACCESS)
PUBLIC_ADDRESS = (
    "CIS 4.0 8.7",
    "CIS 5.0 7.7",
    "CIS 6.0 7.7",
    "MCSB NS-1",
    "MCSB NS-2",
    "NIST 800-53 SC-7",
    "ISO 27001:2022 A.8.20",
    "PCI DSS 4.0 1.4.4",
    "SOC 2 CC6.6",
)


def called(check_id: str) -> Check:
    (found,) = (check for check in CHECKS if check.id == check_id)
    return found


@pytest.mark.parametrize(
    ("check_id", "labels"),
    [("vm-ssh-reachable", SSH), ("nsg-ssh-open", SSH), ("vm-public-ip", PUBLIC_ADDRESS)],
)
def test_check_is_evidence_for_its_controls(check_id: str, labels: tuple[str, ...]) -> None:
    assert called(check_id).controls.labels == labels


@pytest.mark.parametrize(("port", "labels"), [(22, SSH), (3389, RDP)])
def test_controls_follow_the_port(port: int, labels: tuple[str, ...]) -> None:
    assert controls_for(port).labels == labels


def test_ids_are_unique() -> None:
    assert len({check.id for check in CHECKS}) == len(CHECKS)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_check_says_what_it_finds_and_how_severe_that_is(check: Check) -> None:
    assert check.finds
    assert check.severity_rule


def test_no_controls_have_no_labels() -> None:
    assert Controls().labels == ()


def test_severities_are_ordered_from_info_to_critical() -> None:
    ranked = sorted(Severity, key=lambda severity: severity.rank)
    assert [severity.value for severity in ranked] == ["info", "low", "medium", "high", "critical"]


@pytest.mark.parametrize(
    ("severity", "steps", "lowered"),
    [
        (Severity.CRITICAL, 1, Severity.HIGH),
        (Severity.HIGH, 2, Severity.LOW),
        (Severity.LOW, 1, Severity.INFO),
        (Severity.INFO, 1, Severity.INFO),
        (Severity.MEDIUM, 9, Severity.INFO),
        (Severity.MEDIUM, 0, Severity.MEDIUM),
    ],
)
def test_severity_is_lowered_step_by_step_down_to_info(
    severity: Severity, steps: int, lowered: Severity
) -> None:
    assert severity.lowered(steps) is lowered
