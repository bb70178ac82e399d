"""What the command writes is what people have read."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from simulator.estate import sample_estate
from tests.cases.addresses import ADDRESS_CASES
from tests.cases.admin_rules import ADMIN_CASES
from tests.cases.balancers import BALANCER_CASES
from tests.cases.case import Case, table
from tests.cases.firewalls import FIREWALL_CASES
from tests.cases.scale_sets import SCALE_SET_CASES
from tests.golden.scan.estate import broken_rule_estate, incomplete_estate, small_estate
from tests.golden.scan.samples import FOLDER, SAMPLES, SCAN, sample, written
from tests.rows import Row

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "scan-schema.json").read_text())
UNSEEN = {chr(code) for code in (*range(32), *range(127, 160), 0x202E, 0x2066, 0x200B)} - {"\n"}


@pytest.mark.parametrize("name", SAMPLES)
def test_output_is_the_reviewed_one(name: str) -> None:
    assert sample(name) == (FOLDER / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SAMPLES)
def test_output_has_no_control_character(name: str) -> None:
    assert UNSEEN & set(sample(name)) == set()


@pytest.mark.parametrize(("name", "width"), [("scan-80.txt", 80), ("scan-120.txt", 120)])
def test_table_keeps_to_the_width(name: str, width: int) -> None:
    table = sample(name).partition("\n\n")[0]
    assert max(len(line) for line in table.splitlines()) <= width


def test_csv_has_as_many_fields_in_every_line() -> None:
    lines = list(csv.reader(io.StringIO(sample("scan.csv"))))
    assert {len(line) for line in lines} == {10}


def faults(rows: list[Row] | list[dict[str, Any]]) -> list[str]:
    document = json.loads(written(None, (*SCAN, "--format", "json"), rows))
    errors = Draft202012Validator(SCHEMA).iter_errors(document)
    return [f"{error.json_path}: {error.message}" for error in errors]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(small_estate(), id="small"),
        pytest.param(incomplete_estate(), id="incomplete"),
        pytest.param(broken_rule_estate(), id="broken-rule"),
        pytest.param(sample_estate().resources, id="sample"),
    ],
)
def test_scan_is_valid_by_its_schema(rows: list[Row]) -> None:
    assert faults(rows) == []


@table([*ADDRESS_CASES, *ADMIN_CASES, *BALANCER_CASES, *FIREWALL_CASES, *SCALE_SET_CASES])
def test_scan_of_every_kind_of_door_is_valid_by_its_schema(case: Case) -> None:
    assert faults(list(case.rows)) == []


def test_schema_is_a_valid_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param(("surprise",), 1, id="unknown-member"),
        pytest.param(("exposures", 0, "verdict"), "safe", id="unknown-verdict"),
        pytest.param(("exposures", 0, "reach"), None, id="exposed-without-reach"),
        pytest.param(("exposures", 0, "surprise"), 1, id="unknown-member-of-exposure"),
        pytest.param(("complete",), False, id="incomplete-without-a-gap"),
        pytest.param(("findings", 0, "evidence"), {}, id="finding-without-its-evidence"),
        pytest.param(("findings", 0, "fingerprint"), "abc", id="short-fingerprint"),
    ],
)
def test_schema_refuses_what_is_not_in_the_contract(
    path: tuple[str | int, ...], value: object
) -> None:
    document: Any = json.loads(sample("scan.json"))
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert not Draft202012Validator(SCHEMA).is_valid(document)
