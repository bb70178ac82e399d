import json
from pathlib import Path

import pytest

from tests.golden.scan.estate import broken_rule_estate, incomplete_estate, machine
from tests.rows import allow, subnet, vnet
from tests.unit.cli.conftest import Run, Save

TAGS = {
    "changeNumber": 7,
    "cloud": "Public",
    "values": [{"name": "Storage", "properties": {"addressPrefixes": ["20.60.0.0/16"]}}],
}


@pytest.mark.parametrize(
    ("severity", "status"),
    [("critical", 1), ("high", 1), ("info", 1)],
)
def test_status_is_1_with_findings_at_or_above_the_threshold(
    run: Run, estate: str, severity: str, status: int
) -> None:
    assert run("scan", "--snapshot", estate, "--fail-on", severity).status == status


def test_status_is_0_with_findings_below_the_threshold(run: Run, save: Save) -> None:
    estate = save([vnet(subnets=[subnet()]), *machine("quiet", 4, [])])
    ended = run("scan", "--snapshot", estate)
    assert (ended.status, ended.err) == (0, "")
    assert "3 findings: 2 medium, 1 low." in ended.out


def test_status_is_3_when_something_was_not_read(run: Run, save: Save) -> None:
    ended = run("scan", "--snapshot", save(incomplete_estate()))
    assert ended.status == 3
    assert "Not read: 1 part of the estate\n  /subscriptions/" in ended.out


def test_findings_win_over_gaps(run: Run, save: Save) -> None:
    estate = save(incomplete_estate())
    assert run("scan", "--snapshot", estate, "--fail-on", "medium").status == 1


def test_group_with_an_impossible_rule_is_named(run: Run, save: Save) -> None:
    ended = run("scan", "--snapshot", save(broken_rule_estate()), "--fail-on", "critical")
    assert ended.status == 0
    assert "nsg-ssh-open on nsg-web: rule 'impossible': not a port" in ended.out


def test_json_is_one_object_on_standard_output(run: Run, estate: str) -> None:
    ended = run("scan", "--snapshot", estate, "--format", "json")
    assert json.loads(ended.out)["schema"] == "portcullis/scan/1"
    assert ended.err == ""


def test_time_of_the_rows_is_told_in_utc(run: Run, estate: str) -> None:
    at = "2026-03-01T02:00:00+02:00"
    ended = run("scan", "--snapshot", estate, "--format", "json", "--at", at)
    assert json.loads(ended.out)["observed_at"] == "2026-03-01T00:00:00Z"


def test_csv_leaves_the_summary_to_standard_error(run: Run, estate: str) -> None:
    ended = run("scan", "--snapshot", estate, "--format", "csv")
    assert ended.out.startswith("severity,check,")
    assert ended.err.startswith("31 findings: ")


@pytest.mark.parametrize(
    ("form", "beginning"),
    [
        pytest.param("sarif", '{"$schema": "https://docs.oasis-open.org/sarif/', id="sarif"),
        pytest.param("ocsf", '{"activity_id": 1, ', id="ocsf"),
        pytest.param("html", "<!doctype html>\n", id="html"),
    ],
)
def test_report_leaves_the_summary_to_standard_error(
    run: Run, estate: str, form: str, beginning: str
) -> None:
    ended = run("scan", "--snapshot", estate, "--format", form)
    assert ended.out.startswith(beginning)
    assert ended.err.startswith("31 findings: ")


def test_report_of_a_part_of_the_estate_names_the_rest(run: Run, save: Save) -> None:
    ended = run("scan", "--snapshot", save(incomplete_estate()), "--format", "sarif")
    (invocation,) = json.loads(ended.out)["runs"][0]["invocations"]
    assert (ended.status, invocation["executionSuccessful"]) == (3, False)
    assert len(invocation["toolExecutionNotifications"]) == 1


def test_ports_are_added_to_22(run: Run, estate: str) -> None:
    ended = run("scan", "--snapshot", estate, "--format", "json", "--port", "3389", "--port", "22")
    assert {one["port"] for one in json.loads(ended.out)["exposures"]} == {22, 3389}


def test_trusted_senders_are_left_out(run: Run, save: Save) -> None:
    rules = [allow(100, source=["203.0.113.0/28", "198.51.100.7"])]
    estate = save([vnet(subnets=[subnet()]), *machine("web", 4, rules)])
    trusted = ("--trusted", "203.0.113.0/24", "--trusted", "198.51.100.7")
    ended = run("scan", "--snapshot", estate, "--format", "json", *trusted)
    (exposure,) = json.loads(ended.out)["exposures"]
    assert (exposure["verdict"], exposure["reasons"][0]["code"]) == ("not-exposed", "trusted-only")


def test_service_tags_are_resolved_by_a_file(run: Run, save: Save, tmp_path: Path) -> None:
    tags = tmp_path / "tags.json"
    tags.write_text(json.dumps(TAGS))
    estate = save([vnet(subnets=[subnet()]), *machine("web", 4, [allow(100, source="Storage")])])
    ended = run("scan", "--snapshot", estate, "--format", "json", "--service-tags", str(tags))
    (exposure,) = json.loads(ended.out)["exposures"]
    assert exposure["sources"]["certain"] == ["20.60.0.0/16"]


@pytest.mark.parametrize("name", ["kept.jsonl", "kept.jsonl.gz"])
def test_saved_snapshot_gives_the_same_scan(
    run: Run, estate: str, tmp_path: Path, name: str
) -> None:
    at, kept = ("--at", "2026-03-01T00:00:00Z", "--format", "json"), str(tmp_path / name)
    first = run("scan", "--snapshot", estate, *at, "--save-snapshot", kept)
    assert run("scan", "--snapshot", kept, *at).out == first.out


@pytest.mark.parametrize(
    ("content", "place"),
    [
        pytest.param('{"id": "/a"}\n{"id": \n', ":2: ", id="not-json"),
        pytest.param('{"id": "/a"}\n[1, 2]\n', ":2: ", id="not-a-row"),
        pytest.param("", ":1: ", id="empty"),
        pytest.param("\x1f\x8b\x00", ": ", id="broken-gzip"),
    ],
)
def test_unreadable_file_is_one_line_with_its_place(
    run: Run, tmp_path: Path, content: str, place: str
) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_bytes(content.encode("latin-1"))
    ended = run("scan", "--snapshot", str(path), "--save-snapshot", str(tmp_path / "kept"))
    assert (ended.status, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert ended.err.startswith(f"portcullis: {path}{place}")
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize(
    ("options", "objection"),
    [
        pytest.param(["--port", "0"], "--port", id="port-0"),
        pytest.param(["--port", "65536"], "--port", id="port-beyond"),
        pytest.param(["--port", "ssh"], "--port", id="port-by-name"),
        pytest.param(["--trusted", "10.0.0.0/33"], "'--trusted': not an address", id="prefix"),
        pytest.param(["--at", "2026-03-01T00:00:00"], "no time zone", id="no-zone"),
        pytest.param(["--at", "yesterday"], "not a time", id="not-a-time"),
        pytest.param(["--fail-on", "awful"], "--fail-on", id="severity"),
        pytest.param(["--format", "pdf"], "--format", id="format"),
        pytest.param(["--subscription", "prod"], "not the id of a subscription", id="name"),
        pytest.param(["--management-group", "mg"], "--snapshot holds its estate", id="two-estates"),
        pytest.param(["--service-tags", "nowhere"], "nowhere: cannot be read", id="no-tags"),
        pytest.param(["--save-snapshot", "no/folder"], "no/folder: ", id="no-folder"),
        pytest.param(["--surprise"], "--surprise", id="unknown-option"),
        pytest.param(["surprise"], "surprise", id="argument"),
    ],
)
def test_bad_usage_is_one_line(run: Run, estate: str, options: list[str], objection: str) -> None:
    ended = run("scan", "--snapshot", estate, *options)
    assert (ended.status, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert objection in ended.err


@pytest.mark.parametrize(
    "options",
    [
        ["--at", "2026-03-01T00:00:00Z"],
        ["--subscription", "2f9d4a10-6b3c-4e57-8f21-0c9b7ae55d01", "--management-group", "mg"],
    ],
)
def test_options_that_contradict_each_other_are_refused(run: Run, options: list[str]) -> None:
    ended = run("scan", *options)
    assert (ended.status, ended.err.count("\n")) == (2, 1)
