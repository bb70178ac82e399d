"""Findings about Bastion and login on one line."""

from __future__ import annotations

import pytest

from shared.checks import CHECKS
from shared.checks.result import CheckResult, Json, Severity
from shared.findings.finding import finding_of
from shared.network.ids import ResourceId
from shared.rendering.bastion_line import bastion_words
from shared.rendering.finding_line import finding_line

HOST = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/bastionHosts/bas-1"
STEP = {"layer": "nic-nsg", "resource": "/x/nsg-1", "rule": "no-ssh", "access": "Deny"}


@pytest.mark.parametrize(
    ("check", "evidence", "line"),
    [
        (
            "bastion-missing",
            {"machine_count": 1, "unsuccessful": [HOST]},
            ("no Bastion serves it", "1 machine in it; bas-1 did not succeed"),
        ),
        (
            "bastion-missing",
            {"machine_count": 1200},
            ("no Bastion serves it", "1,200 machines in it"),
        ),
        ("bastion-missing", {}, ("no Bastion serves it", "")),
        (
            "bastion-blocked",
            {"hosts": [{"bastion": HOST, "trace": [STEP]}, {"bastion": HOST, "trace": []}]},
            ("Bastion does not get in", "from bas-1 nsg-1: no-ssh; from bas-1"),
        ),
        (
            "bastion-nsg-incomplete",
            {"missing": ["inbound: a", "outbound: b"]},
            ("stops what Bastion needs", "inbound: a; outbound: b"),
        ),
        (
            "bastion-subnet-too-small",
            {"prefixes": ["10.0.0.0/28", "10.1.0.0/28"]},
            ("smaller than /26", "10.0.0.0/28, 10.1.0.0/28"),
        ),
        (
            "bastion-audit-off",
            {"sent": [], "without_destination": ["alllogs"]},
            ("sessions are not recorded", "alllogs has no destination"),
        ),
        (
            "bastion-shareable-links",
            {"switched_on": True, "links_read": True, "machines": ["/a", None]},
            ("shareable links", "switched on; 2 exist"),
        ),
        (
            "bastion-shareable-links",
            {"switched_on": False, "links_read": True, "machines": ["/a"]},
            ("shareable links", "switched off; 1 exist"),
        ),
        (
            "bastion-shareable-links",
            {"switched_on": True, "links_read": False, "machines": []},
            ("shareable links", "switched on; which exist was not read"),
        ),
        (
            "bastion-shareable-links",
            {"switched_on": True, "links_read": True, "machines": "?"},
            ("shareable links", "switched on"),
        ),
        ("vm-password-login", {}, ("password login", "")),
        (
            "vm-no-entra-login",
            {"lacking": ["this", "that"]},
            ("no login with Entra ID", "lacks this and that"),
        ),
        (
            "bastion-access-gap",
            {
                "holders": [
                    {"may": "log in", "principals": []},
                    {"may": "read", "principals": ["ann"]},
                ]
            },
            ("nobody but owners may open it", "nobody may log in"),
        ),
    ],
)
def test_line_says_what_is_wrong_and_why(
    check: str, evidence: dict[str, Json], line: tuple[str, str]
) -> None:
    assert bastion_words(check, evidence) == line


def test_checks_of_ways_in_have_lines_of_their_own() -> None:
    without = {check.id for check in CHECKS if bastion_words(check.id, {}) is None}
    assert without == {"vm-ssh-reachable", "vm-public-ip", "nsg-ssh-open"}


def test_names_within_are_made_safe_to_show() -> None:
    result = CheckResult(
        "bastion-nsg-incomplete",
        ResourceId(HOST),
        Severity.MEDIUM,
        "title",
        evidence={"missing": ["\x1b[2J"]},
    )
    assert "\x1b" not in finding_line(finding_of(result)).why
