from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from shared.adapters.json_rows import JsonRow, json_rows
from shared.adapters.payloads import SnapshotBuilder
from shared.adapters.snapshot_file import SnapshotFileError, SnapshotWriter, read_snapshot
from tests.rows.compute import vm
from tests.rows.network import nic, vnet
from tests.unit.adapters.graph_fakes import START

ROWS = [{"id": f"/r/{n}", "type": "t", "name": 'größe "}{][\\\\ 漢'} for n in range(5)]
LINES = "\n".join(json.dumps(row) for row in ROWS)
MANY = [{"id": f"/r/{n}", "text": "x" * (n % 977)} for n in range(3000)]


class Recorder:
    """Keeps rows as objects."""

    def __init__(self) -> None:
        self.rows: list[object] = []
        self.unread: list[str] = []

    def add_json(self, text: bytes) -> None:
        self.rows.append(json.loads(text))

    def mark_unread(self, scope: str, reason: str) -> None:
        self.unread.append(f"{scope}: {reason}")


def write(folder: Path, content: bytes | str, name: str = "rows.json") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(path: Path) -> Recorder:
    recorder = Recorder()
    read_snapshot(path, recorder)
    return recorder


def page(rows: Iterable[object], **members: object) -> dict[str, object]:
    return {"count": 1, "data": list(rows), **members}


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(LINES, id="lines"),
        pytest.param(LINES + "\n", id="lines-with-a-last-newline"),
        pytest.param(LINES.replace("\n", "\r\n\r\n \n") + "\r\n", id="blank-lines-and-crlf"),
        pytest.param("\ufeff" + LINES, id="lines-with-a-mark"),
        pytest.param("\n\n" + LINES, id="lines-after-blank-ones"),
        pytest.param(json.dumps(ROWS), id="array"),
        pytest.param(json.dumps(ROWS, indent=2, ensure_ascii=False), id="pretty-array"),
        pytest.param("\ufeff \n" + json.dumps(ROWS, indent=2), id="array-with-a-mark"),
        pytest.param("\n".join(json.dumps(row, indent=2) for row in ROWS), id="pretty-rows"),
        pytest.param(json.dumps(page(ROWS, skip_token=None)), id="az-page"),
        pytest.param(json.dumps(page(ROWS, skip_token=None), indent=2), id="pretty-az-page"),
        pytest.param(json.dumps({"value": ROWS, "nextLink": None}), id="arm-list"),
        pytest.param(json.dumps({"data": ROWS[:3]}) + json.dumps(ROWS[3:]), id="two-documents"),
        pytest.param(
            json.dumps(page(ROWS[:3], skip_token="t"), indent=2)
            + "\n"
            + json.dumps(page(ROWS[3:], skip_token=None), indent=2),
            id="pages-one-after-the-other",
        ),
        pytest.param(LINES.encode("utf-16"), id="lines-redirected-by-powershell"),
        pytest.param(json.dumps(ROWS, indent=2).encode("utf-16"), id="utf-16-array"),
        pytest.param(gzip.compress(LINES.encode()), id="gzip"),
        pytest.param(
            gzip.compress(LINES.encode() + b"\n") + gzip.compress(b""), id="gzip-of-two-members"
        ),
        pytest.param(gzip.compress(json.dumps(ROWS).encode()), id="gzip-array"),
    ],
)
def test_rows_come_out_of_every_shape(tmp_path: Path, content: bytes | str) -> None:
    recorder = read(write(tmp_path, content))
    assert recorder.rows == ROWS
    assert recorder.unread == []


@pytest.mark.parametrize("empty", ["[]", " [ ] \n", '{"data": []}', '{"count": 0, "data": []}'])
def test_answer_without_rows_is_an_empty_snapshot(tmp_path: Path, empty: str) -> None:
    assert read(write(tmp_path, empty)).rows == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\n".join(map(json.dumps, MANY)), id="lines"),
        pytest.param(json.dumps(MANY), id="array"),
        pytest.param(json.dumps(page(MANY), indent=4), id="pretty-page"),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 1000, 65_536])
def test_rows_do_not_depend_on_how_the_text_is_cut(text: str, size: int) -> None:
    whole = text.encode() if size > 1 else text[:40_000].encode()
    blocks = (whole[at : at + size] for at in range(0, len(whole), size))
    expected = MANY if size > 1 else MANY[:50]
    found = []
    for row in json_rows(blocks):
        assert isinstance(row, JsonRow)
        found.append(json.loads(row.text))
        if len(found) == len(expected):
            break
    assert found == expected


def test_large_gzip_is_unpacked_whole(tmp_path: Path) -> None:
    row = json.dumps({"id": "/r", "text": "x" * 5_000_000}).encode()
    path = write(tmp_path, gzip.compress(b"\n".join([row] * 3)))
    assert len(read(path).rows) == 3


def test_standard_input_is_a_file_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(LINES.encode())))
    assert read(Path("-")).rows == ROWS


def test_last_page_that_names_another_makes_the_snapshot_incomplete(tmp_path: Path) -> None:
    path = write(tmp_path, json.dumps(page(ROWS, skip_token="abc", total_records=900)))
    recorder = read(path)
    assert recorder.rows == ROWS
    assert len(recorder.unread) == 1
    assert recorder.unread[0].startswith(f"/subscriptions: {path} ends after 5 rows with a token")


@pytest.mark.parametrize(
    ("content", "line", "fault"),
    [
        pytest.param("", 1, "it is empty", id="empty"),
        pytest.param(" \n\n", 1, "it is empty", id="blank"),
        pytest.param("id,name\n1,2\n", 1, "neither a JSON object nor an array", id="csv"),
        pytest.param('"text"', 1, "neither a JSON object nor an array", id="text"),
        pytest.param('{"id": "/a"}\n{"id": "/b"\n', 2, "not a row", id="broken-line"),
        pytest.param('{"id": "/a"}\n\nnull\n', 3, "not a row", id="line-that-is-no-object"),
        pytest.param('{"id": "/a"}\n{"name": "x"}\n', 2, "not a row", id="row-without-id"),
        pytest.param('[\n{"id": "/a"},\n{"id": oops}\n]', 3, "not JSON", id="broken-row"),
        pytest.param('[\n{"id": "/a"},\n7\n]', 3, "no object, so it is no row", id="number"),
        pytest.param('[\n{"id": "/a"}\n', 3, "']' is missing", id="array-that-stops"),
        pytest.param('[{"id": "/a"},', 1, "no object", id="array-that-stops-at-a-comma"),
        pytest.param('[{"id": "/a"}\n{"id": "/b"}]', 2, "']' is missing", id="no-comma"),
        pytest.param('{"data": [{"id": "/a"}]', 1, "'}' is missing", id="page-that-stops"),
        pytest.param('{"data" [', 1, "':' is missing", id="no-colon"),
        pytest.param("{7: 1}", 1, "without a name", id="name-that-is-no-text"),
        pytest.param('{"id":\n "/a', 2, "not JSON", id="row-that-stops"),
        pytest.param(b'[{"id": "\xff"}]', 1, "not UTF-8", id="latin-1"),
        pytest.param("[" + '{"a":' * 50_000, 1, "nested too deeply", id="too-deep"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, content: bytes | str, line: int, fault: str
) -> None:
    path = write(tmp_path, content)
    with pytest.raises(SnapshotFileError) as caught:
        read_snapshot(path, SnapshotBuilder())
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert fault in caught.value.fault


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(gzip.compress(LINES.encode())[:-12], id="cut-off"),
        pytest.param(gzip.compress(LINES.encode())[:20] + b"\0" * 40, id="damaged"),
        pytest.param(gzip.compress(LINES.encode()) + b"rest", id="something-behind-it"),
    ],
)
def test_broken_gzip_is_told(tmp_path: Path, content: bytes) -> None:
    path = write(tmp_path, content)
    with pytest.raises(SnapshotFileError, match="the gzip data is broken") as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}: ")


def test_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SnapshotFileError, match="cannot be read: No such file"):
        read(tmp_path / "nowhere.json")


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz"])
def test_written_snapshot_reads_back(tmp_path: Path, name: str) -> None:
    rows = [vm(), nic(), vnet()]
    with SnapshotWriter(tmp_path / name) as writer:
        for row in rows:
            writer.write(json.dumps(row, indent=1).encode())
    builder = SnapshotBuilder()
    read_snapshot(tmp_path / name, builder)
    assert len(builder.build(START).virtual_machines) == 1
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_compressed_snapshot_is_compressed(tmp_path: Path) -> None:
    with SnapshotWriter(tmp_path / "out.gz") as writer:
        writer.write(b'{"id":"/a"}')
    assert gzip.decompress((tmp_path / "out.gz").read_bytes()) == b'{"id":"/a"}\n'


def test_failed_writing_leaves_the_older_file_and_nothing_else(tmp_path: Path) -> None:
    path = write(tmp_path, "older")

    def write_and_fail() -> None:
        with SnapshotWriter(path) as writer:
            writer.write(b"{}")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    assert path.read_text() == "older"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("place", ["nowhere/out.jsonl", "."])
def test_place_that_takes_no_file_is_told_before_anything_is_read(
    tmp_path: Path, place: str
) -> None:
    with (
        pytest.raises(SnapshotFileError, match="cannot be written"),
        SnapshotWriter(tmp_path / place),
    ):
        pytest.fail("the writer must not open")


def test_snapshot_is_for_its_owner_alone(tmp_path: Path) -> None:
    with SnapshotWriter(tmp_path / "out.jsonl"):
        pass
    assert (tmp_path / "out.jsonl").stat().st_mode & 0o077 == 0
