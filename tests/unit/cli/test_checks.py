import json

from shared.checks import CHECKS
from tests.unit.cli.conftest import Run


def test_every_check_is_listed(run: Run) -> None:
    document = json.loads(run("checks", "--format", "json").out)
    assert [one["check"] for one in document["checks"]] == [check.id for check in CHECKS]


def test_check_is_listed_with_its_controls(run: Run) -> None:
    document = json.loads(run("checks", "--format", "json").out)
    (reachable,) = (one for one in document["checks"] if one["check"] == "vm-ssh-reachable")
    assert "CIS 5.0 7.2" in reachable["controls"]


def test_markdown_is_a_table(run: Run) -> None:
    lines = run("checks", "--format", "markdown").out.splitlines()
    assert lines[0] == "| Check | Finds | Severity | Controls |"
    assert len(lines) == 2 + len(CHECKS)
