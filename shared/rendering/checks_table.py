"""The checks as a table and as JSON data: what each one finds, how severe, and for which rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from shared.checks.check import Check
from shared.exposure.documents import JsonObject
from shared.rendering.text_table import TextTable

HEADINGS: Final = ("Check", "Finds", "Severity", "Controls")


def checks_table(checks: Sequence[Check]) -> TextTable:
    """Give one row for each check, in the order given."""
    return TextTable(
        HEADINGS,
        tuple(
            (check.id, check.finds, check.severity_rule, ", ".join(check.controls.labels))
            for check in checks
        ),
    )


def checks_document(checks: Sequence[Check]) -> JsonObject:
    """Give one JSON object with the checks, in the order given."""
    return {
        "schema": "portcullis/checks/1",
        "checks": [
            {
                "check": check.id,
                "finds": check.finds,
                "severity_rule": check.severity_rule,
                "controls": list(check.controls.labels),
            }
            for check in checks
        ],
    }
