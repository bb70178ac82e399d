"""`portcullis diff` and the pictures of `portcullis explain`, as the installed command."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.test_scan_cli import portcullis
from tests.golden.diff.samples import new_estate, old_estate, unread_estate
from tests.rows import Row, allow, one_vm_estate


def save(path: Path, rows: Sequence[Row]) -> Path:
    path.write_text("".join(f"{json.dumps(one)}\n" for one in rows), encoding="utf-8")
    return path


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return save(tmp_path / "old.jsonl", old_estate())


@pytest.fixture
def new(tmp_path: Path) -> Path:
    return save(tmp_path / "new.jsonl", new_estate())


def scan_of(snapshot: Path) -> Path:
    path = snapshot.with_suffix(".json")
    path.write_bytes(portcullis(("scan", "--format", "json", "--snapshot", str(snapshot))).stdout)
    return path


def differences(*arguments: str, given: bytes = b"") -> dict[str, Any]:
    output = portcullis(("diff", "--format", "json", *arguments), given=given).stdout
    document: dict[str, Any] = json.loads(output)
    return document


def told(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["change"], one["vm"].rpartition("/")[2]) for one in document["exposures"]]


def test_snapshots_and_their_scans_tell_the_same(old: Path, new: Path) -> None:
    of_snapshots = differences(str(old), str(new))
    of_scans = differences(str(scan_of(old)), str(scan_of(new)))
    assert told(of_snapshots) == told(of_scans) != []


def test_snapshot_is_compared_with_a_scan(old: Path, new: Path) -> None:
    assert told(differences(str(old), str(scan_of(new)))) == told(differences(str(old), str(new)))


@pytest.mark.parametrize("form", ["rows", "scan"])
def test_standard_input_and_gzip_are_read(old: Path, new: Path, tmp_path: Path, form: str) -> None:
    given = new if form == "rows" else scan_of(new)
    packed = tmp_path / "packed"
    packed.write_bytes(gzip.compress((old if form == "rows" else scan_of(old)).read_bytes()))
    assert told(differences(str(packed), "-", given=given.read_bytes()))[0][0] == "opened"
    piped = gzip.compress(given.read_bytes())
    assert told(differences(str(packed), "-", given=piped))[0][0] == "opened"


@pytest.mark.parametrize(
    ("rows", "options", "status"),
    [
        pytest.param(old_estate(), (), 0, id="nothing-differs"),
        pytest.param(new_estate(), (), 1, id="opened"),
        pytest.param(unread_estate(), (), 3, id="incomplete"),
    ],
)
def test_exit_status_tells_the_outcome(
    old: Path, tmp_path: Path, rows: Sequence[Row], options: Sequence[str], status: int
) -> None:
    other = save(tmp_path / "other.jsonl", rows)
    assert portcullis(("diff", str(old), str(other), *options)).returncode == status


def test_what_is_below_the_threshold_does_not_fail(tmp_path: Path) -> None:
    before = save(tmp_path / "a.jsonl", one_vm_estate([]))
    after = save(tmp_path / "b.jsonl", one_vm_estate([allow(100, source="203.0.113.7")]))
    assert portcullis(("diff", str(before), str(after))).returncode == 0
    assert portcullis(("diff", str(before), str(after), "--fail-on", "low")).returncode == 1
    assert portcullis(("diff", str(after), str(before), "--fail-on", "info")).returncode == 0


def test_options_of_scan_apply_to_both(tmp_path: Path) -> None:
    before = save(tmp_path / "a.jsonl", one_vm_estate([]))
    after = save(tmp_path / "b.jsonl", one_vm_estate([allow(100, port="2222")]))
    assert told(differences(str(before), str(after))) == []
    assert told(differences(str(before), str(after), "--port", "2222")) == [("opened", "vm-1")]
    trusted = ("--port", "2222", "--trusted", "0.0.0.0/0")
    assert told(differences(str(before), str(after), *trusted)) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("missing", None, id="missing"),
        pytest.param("broken.json", b'{"schema": "portcullis/scan/1", "exposures"', id="cut-off"),
        pytest.param("later.json", b'{"schema": "portcullis/scan/2"}', id="another-version"),
        pytest.param("text.txt", b"hello", id="no-json"),
        pytest.param("cut.gz", gzip.compress(b'{"schema": "portcullis/scan/1"}')[:-9], id="gzip"),
    ],
)
def test_unreadable_input_is_one_line_and_status_2(
    old: Path, tmp_path: Path, name: str, content: bytes | None
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    ended = portcullis(("diff", str(old), str(path)))
    assert (ended.returncode, ended.stdout, ended.stderr.count(b"\n")) == (2, b"", 1)
    assert name.encode() in ended.stderr


def test_standard_input_cannot_be_both() -> None:
    ended = portcullis(("diff", "-", "-"))
    assert (ended.returncode, ended.stderr.count(b"\n")) == (2, 1)


def test_explanation_is_drawn_into_a_file(new: Path, tmp_path: Path) -> None:
    picture = tmp_path / "web.svg"
    arguments = ("explain", "--vm", "web", "--snapshot", str(new), "--svg", str(picture))
    ended = portcullis(arguments)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert picture.read_text(encoding="utf-8").startswith("<svg xmlns=")
    assert "Ways in to web" in picture.read_text(encoding="utf-8")


def test_picture_that_cannot_be_written_is_refused(new: Path, tmp_path: Path) -> None:
    arguments = ("explain", "--vm", "web", "--snapshot", str(new), "--svg", str(tmp_path))
    ended = portcullis(arguments)
    assert (ended.returncode, ended.stderr.count(b"\n")) == (2, 1)


def test_explanation_as_json_holds_the_whole_sets(new: Path) -> None:
    arguments = ("explain", "--vm", "web", "--snapshot", str(new), "--format", "json")
    document = json.loads(portcullis(arguments).stdout)
    (way,) = document["ways_in"]
    assert way["layers"][-1]["left"]["prefixes"] == way["sources"]["certain"]
    assert len(way["sources"]["certain"]) > 4
