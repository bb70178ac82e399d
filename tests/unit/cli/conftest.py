"""A way to run the command in this process, and estates in files."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.main import main
from tests.golden.scan.estate import small_estate
from tests.rows import Row


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run of the command ended."""

    status: int
    out: str
    err: str


Run = Callable[..., Ended]
Save = Callable[[Sequence[Row]], str]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Give a function that runs the command in an empty folder and returns how that ended."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")

    def run_once(*arguments: str) -> Ended:
        status = main(arguments)
        captured = capsys.readouterr()
        return Ended(status, captured.out, captured.err)

    return run_once


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Give a function that writes rows to a snapshot file and returns its path."""

    def save_rows(rows: Sequence[Row]) -> str:
        path = tmp_path / "estate.jsonl"
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
        return str(path)

    return save_rows


@pytest.fixture
def estate(save: Save) -> str:
    """Give the path of the small estate's file."""
    return save(small_estate())
