"""The examples on the page about reports are what the reports say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

from tests.golden.report.samples import FOLDER

PAGE: Final = (Path(__file__).resolve().parents[2] / "docs" / "reports.md").read_text()
SARIF, OCSF = (
    json.loads(block)
    for block in re.findall(r"^```json\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
)


def test_sarif_example_is_a_result_of_the_sample() -> None:
    document: dict[str, Any] = json.loads((FOLDER / "scan.sarif").read_text())
    results = {
        one["partialFingerprints"]["portcullis/v1"]: one for one in document["runs"][0]["results"]
    }
    result = results[SARIF["partialFingerprints"]["portcullis/v1"]]
    del result["properties"]["evidence"]
    assert result == SARIF


def test_ocsf_example_begins_an_event_of_the_sample() -> None:
    events = [json.loads(line) for line in (FOLDER / "scan.jsonl").read_text().splitlines()]
    (event,) = [one for one in events if one["message"] == OCSF["message"]]
    assert list(event.items())[: len(OCSF)] == list(OCSF.items())
