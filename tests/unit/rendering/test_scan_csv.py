import csv
import io

import pytest

from shared.checks.result import CheckResult, Severity
from shared.findings.finding import finding_of
from shared.network.ids import ResourceId
from shared.rendering.scan_csv import HEADINGS, scan_csv

NSG = ResourceId("/subscriptions/S-1/resourceGroups/rg-a/providers/P/groups/nsg-1")


def title_in_file(title: str) -> str:
    finding = finding_of(CheckResult("any-check", NSG, Severity.LOW, title, controls=("A 1", "B")))
    rows = list(csv.DictReader(io.StringIO(scan_csv([finding]))))
    return rows[0]["title"]


@pytest.mark.parametrize(
    ("title", "written"),
    [
        pytest.param('say "ssh", twice', 'say "ssh", twice', id="quotes-and-commas"),
        pytest.param("=cmd|'/c calc'!A0", "'=cmd|'/c calc'!A0", id="formula"),
        pytest.param("  @sum", "'  @sum", id="formula-behind-blanks"),
        pytest.param("two\nlines", r"two\x0alines", id="line-break"),
    ],
)
def test_value_is_text_and_nothing_else(title: str, written: str) -> None:
    assert title_in_file(title) == written


def test_file_names_the_place_of_each_finding() -> None:
    finding = finding_of(CheckResult("any-check", NSG, Severity.LOW, "t", controls=("A 1", "B")))
    (row,) = csv.DictReader(io.StringIO(scan_csv([finding])))
    assert (row["resource_group"], row["subscription"], row["controls"]) == (
        "rg-a",
        "s-1",
        "A 1; B",
    )


def test_file_without_findings_has_its_headings() -> None:
    assert scan_csv([]) == ",".join(HEADINGS) + "\n"
