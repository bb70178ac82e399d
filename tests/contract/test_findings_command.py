"""`portcullis findings` writes what is recorded in an account."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.main import main
from shared.adapters.tables import TableStores
from tests.azurite import Azurite
from tests.recording_samples import finding, opened, subscription

HOME = subscription(0xF7_0001)
Written = Callable[[str], str]


@pytest.fixture(scope="module")
def recorded(azurite: Azurite) -> Azurite:
    findings = TableStores.from_connection_string(azurite.connection_string).findings
    changes = [opened(finding(name, of=HOME)) for name in ("web", "=db")]
    findings.write(HOME, changes, findings.watermark(HOME))
    return azurite


@pytest.fixture
def written(
    recorded: Azurite,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Written:
    """Give a function that writes the findings in one form."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AzureWebJobsStorage", recorded.connection_string)

    def in_form(form: str) -> str:
        assert main(["findings", "--subscription", HOME, "--format", form]) == 0
        return capsys.readouterr().out

    return in_form


def test_table_counts_them(written: Written) -> None:
    assert "2 findings: 2 critical." in written("table")


def test_csv_has_a_line_for_each(written: Written) -> None:
    rows = list(csv.DictReader(io.StringIO(written("csv"))))
    assert [row["title"] for row in rows] == [
        "'=db can be reached on port 22",
        "web can be reached on port 22",
    ]


def test_markdown_has_a_row_for_each(written: Written) -> None:
    assert len(written("markdown").splitlines()) == 4


def test_sarif_tells_since_when_they_are_open(written: Written) -> None:
    (run,) = json.loads(written("sarif"))["runs"]
    assert [one["properties"]["since"] for one in run["results"]] == (
        ["2026-11-03T12:00:00.123456Z"] * 2
    )


def test_ocsf_has_an_event_for_each(written: Written) -> None:
    events = [json.loads(line) for line in written("ocsf").splitlines()]
    assert [event["resources"][0]["name"] for event in events[:2]] == ["=db", "web"]


def test_page_has_a_row_for_each_with_its_state(written: Written) -> None:
    page = written("html")
    assert "<h1>What is recorded of the estate</h1>" in page
    assert page.count("<td>open</td>") == 2
