"""The benchmarks run at small sizes and print what they promise; how fast they are is not held."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import BENCHMARKS, main
from benchmarks.estates import Shape, estate_rows, write_estate

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
UNITS = ("seconds", "mib", "count", "per_second", "ratio", "microseconds")
GROUPS = "microsoft.network/networksecuritygroups"
MACHINES = "microsoft.compute/virtualmachines"
ADDRESSES = "microsoft.network/publicipaddresses"


def figures(capsys: pytest.CaptureFixture[str], name: str, size: int) -> Mapping[str, float | None]:
    """Run a benchmark for its JSON object and give its figures."""
    assert main([name, "--size", str(size), "--json"]) == 0
    printed: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (printed["name"], printed["size"]) == (name, size)
    assert printed["cores"] >= 1
    found: Mapping[str, float | None] = printed["figures"]
    return found


def rows_by_type(machines: int) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in estate_rows(Shape(machines)):
        found.setdefault(row["type"], []).append(row)
    return found


def test_judge_counts_one_judgement_for_a_shared_group(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = figures(capsys, "judge", 4)
    assert found["shared_group_exposures_count"] == 7
    assert found["shared_group_judgements_count"] == 1


def test_judge_gives_figures_for_every_length_of_group(capsys: pytest.CaptureFixture[str]) -> None:
    found = figures(capsys, "judge", 4)
    lengths = {int(number) for name in found for number in re.findall(r"at_(\d+)_rules", name)}
    assert lengths == {20, 100, 500}


def test_snapshot_judges_every_row_that_was_written(capsys: pytest.CaptureFixture[str]) -> None:
    found = figures(capsys, "snapshot", 10)
    assert found["rows_count"] == sum(1 for _ in estate_rows(Shape(10)))
    assert found["exposures_count"] == 4


def test_import_measures_the_app_without_heavy_parts(capsys: pytest.CaptureFixture[str]) -> None:
    found = figures(capsys, "import", 1)
    assert found["modules_count"]
    assert found["resident_mib"]


@pytest.mark.slow
def test_sweep_records_findings_within_the_quota(capsys: pytest.CaptureFixture[str]) -> None:
    found = figures(capsys, "sweep", 5)
    assert found["findings_count"]
    assert found["queries_count"]


def test_figures_of_judge_name_their_units(capsys: pytest.CaptureFixture[str]) -> None:
    found = figures(capsys, "judge", 2)
    assert [name for name in found if not any(unit in name for unit in UNITS)] == []


def test_plain_output_names_each_figure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "--size", "1"]) == 0
    assert "median_seconds" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["nothing"], ["judge", "--size", "0"], []])
def test_command_with_bad_usage_ends_with_two(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


@pytest.mark.parametrize("name", BENCHMARKS)
def test_benchmark_stands_in_the_page(name: str) -> None:
    assert f"### {name}\n" in PAGE


def test_estate_is_the_same_in_every_run(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    write_estate(Shape(30), first)
    write_estate(Shape(30), second)
    assert first.read_bytes() == second.read_bytes()


def test_estate_has_the_proportions_that_it_promises() -> None:
    found = rows_by_type(300)
    assert (len(found[MACHINES]), len(found[GROUPS]), len(found[ADDRESSES])) == (300, 60, 100)


def test_groups_of_an_estate_have_twenty_custom_rules() -> None:
    lengths = {len(group["properties"]["securityRules"]) for group in rows_by_type(50)[GROUPS]}
    assert lengths == {20}


def test_estate_refers_to_nothing_that_it_lacks() -> None:
    rows = list(estate_rows(Shape(120)))
    known = {row["id"].lower() for row in rows}
    named = {
        interface["properties"]["networkSecurityGroup"]["id"].lower()
        for interface in rows
        if interface["type"] == "microsoft.network/networkinterfaces"
    }
    assert named <= known
