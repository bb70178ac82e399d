"""Reports are those that people have read, and valid by the public schemas."""

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, Draft202012Validator

from simulator.estate import sample_estate
from tests.golden.report.samples import FOLDER, samples
from tests.golden.scan.estate import broken_rule_estate, incomplete_estate
from tests.golden.scan.samples import SCAN, written
from tests.rows import Row

DATA = Path(__file__).parents[2] / "data"
SARIF = Draft4Validator(
    json.loads((DATA / "sarif-2.1.0.json").read_text(encoding="utf-8")),
    format_checker=Draft4Validator.FORMAT_CHECKER,
)
OCSF = Draft202012Validator(
    json.loads((DATA / "ocsf-1.8.0-compliance-finding.json").read_text(encoding="utf-8"))
)
SAMPLES = samples()
ESTATES = [
    pytest.param(sample_estate().resources, id="sample"),
    pytest.param(incomplete_estate(), id="incomplete"),
    pytest.param(broken_rule_estate(), id="broken-rule"),
]
NO_END = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"}


class Balance(HTMLParser):
    """Collects the names of elements, and those that are not closed in their order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: set[str] = set()
        self.ids: list[str] = []
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in NO_END:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def sarif_faults(text: str) -> list[str]:
    found = SARIF.iter_errors(json.loads(text))
    return [f"{error.json_path}: {error.message[:200]}" for error in found]


def ocsf_faults(text: str) -> list[str]:
    return [
        f"{error.json_path}: {error.message[:200]}"
        for line in text.splitlines()
        for error in OCSF.iter_errors(json.loads(line))
    ]


def test_schemas_are_valid_schemas() -> None:
    Draft4Validator.check_schema(SARIF.schema)
    Draft202012Validator.check_schema(OCSF.schema)


def test_golden_files_are_those_of_the_samples() -> None:
    suffixes = {".html", ".jsonl", ".sarif"}
    assert {path.name for path in FOLDER.iterdir() if path.suffix in suffixes} == set(SAMPLES)


@pytest.mark.parametrize("name", SAMPLES)
def test_report_is_the_reviewed_one(name: str) -> None:
    assert SAMPLES[name] == (FOLDER / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["scan.sarif", "findings.sarif"])
def test_sarif_is_valid_by_its_schema(name: str) -> None:
    assert sarif_faults(SAMPLES[name]) == []


@pytest.mark.parametrize("name", ["scan.jsonl", "findings.jsonl"])
def test_ocsf_is_valid_by_its_schema(name: str) -> None:
    assert ocsf_faults(SAMPLES[name]) == []


@pytest.mark.parametrize("rows", ESTATES)
def test_scan_command_writes_valid_sarif(rows: list[Row]) -> None:
    assert sarif_faults(written(None, (*SCAN, "--format", "sarif"), rows)) == []


@pytest.mark.parametrize("rows", ESTATES)
def test_scan_command_writes_valid_ocsf(rows: list[Row]) -> None:
    assert ocsf_faults(written(None, (*SCAN, "--format", "ocsf"), rows)) == []


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"surprise": 1}, id="unknown-member"),
        pytest.param({"level": "fatal"}, id="unknown-level"),
        pytest.param({"kind": "perhaps"}, id="unknown-kind"),
        pytest.param({"message": {}}, id="empty-message"),
        pytest.param({"ruleIndex": "one"}, id="index-is-a-text"),
    ],
)
def test_sarif_schema_refuses_a_result_that_is_wrong(change: dict[str, Any]) -> None:
    document = json.loads(SAMPLES["scan.sarif"])
    document["runs"][0]["results"][0].update(change)
    assert sarif_faults(json.dumps(document)) != []


@pytest.mark.parametrize(
    "name",
    [
        *("activity_id", "category_uid", "class_uid", "cloud", "compliance", "finding_info"),
        *("metadata", "severity_id", "time", "type_uid"),
    ],
)
def test_ocsf_schema_refuses_an_event_without_what_is_required(name: str) -> None:
    event = json.loads(SAMPLES["scan.jsonl"].splitlines()[0])
    del event[name]
    assert ocsf_faults(json.dumps(event)) != []


@pytest.mark.parametrize("name", ["scan.html", "findings.html"])
def test_page_is_well_formed_and_every_id_is_there_once(name: str) -> None:
    page = Balance(SAMPLES[name])
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))


@pytest.mark.parametrize("name", ["scan.html", "findings.html"])
def test_page_holds_nothing_that_acts_or_loads(name: str) -> None:
    page = Balance(SAMPLES[name])
    assert page.names.isdisjoint({"script", "link", "img", "iframe", "object", "form", "b"})
    assert not {one for one in page.attributes if one.startswith("on")} | (
        page.attributes & {"src", "style"}
    )
