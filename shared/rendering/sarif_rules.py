"""The checks as rules of a SARIF file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from shared.checks.check import Check
from shared.checks.result import Severity
from shared.exposure.documents import JsonObject
from shared.rendering.remedies import REMEDIES

SECURITY_SEVERITY: Final[Mapping[Severity, str]] = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.5",
    Severity.INFO: "0.5",
}
"""A number in the range that code scanning reads as that severity; there is none for `info`.

Source: GitHub Docs, "SARIF support for code scanning", reportingDescriptor object: over 9.0 is
critical, 7.0 to 8.9 high, 4.0 to 6.9 medium, 0.1 to 3.9 low.
"""

LEVELS: Final[Mapping[Severity, str]] = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}


def sarif_rules(checks: Sequence[Check], worst: Mapping[str, Severity]) -> list[JsonObject]:
    """Give one rule for each check, in their order.

    `worst` is the worst severity that each check has given: code scanning shows the number of the
    rule with every alert, and knows none of the single result.
    """
    return [_rule(check, worst.get(check.id)) for check in checks]


def _rule(check: Check, worst: Severity | None) -> JsonObject:
    finds = f"{check.finds[0].upper()}{check.finds[1:]}."
    remedy, controls = REMEDIES[check.id], ", ".join(check.controls.labels)
    severity = {} if worst is None else {"security-severity": SECURITY_SEVERITY[worst]}
    return {
        "id": check.id,
        "shortDescription": {"text": finds},
        "fullDescription": {"text": f"{finds} Severity: {check.severity_rule}."},
        "help": {
            "text": f"{remedy}\nEvidence for: {controls}.",
            "markdown": (
                f"**What to do.** {remedy}\n\n**Severity.** {check.severity_rule}\n\n"
                f"**Evidence for.** {controls}\n"
            ),
        },
        "defaultConfiguration": {"level": LEVELS[worst or Severity.MEDIUM]},
        "properties": {
            "tags": ["security", *check.controls.labels],
            "severity": check.severity_rule,
            **severity,
        },
    }
