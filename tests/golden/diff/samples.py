"""Comparisons that people have read: `python -m tests.golden.diff.samples` writes them anew."""

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final
from unittest import mock

from cli.main import main
from tests.golden.scan.estate import HOSTILE, machine
from tests.rows import Row, allow, deny, resource_id, row, subnet, vnet

FOLDER: Final = Path(__file__).parent
FORMS: Final[Mapping[str, Sequence[str]]] = {
    "snapshots.txt": ("diff", "old.jsonl", "new.jsonl"),
    "snapshots.md": ("diff", "old.jsonl", "new.jsonl", "--format", "markdown"),
    "snapshots.json": ("diff", "old.jsonl", "new.jsonl", "--format", "json"),
    "scans.txt": ("diff", "old.json", "new.json"),
    "scans.json": ("diff", "old.json", "new.json", "--format", "json"),
    "same.txt": ("diff", "old.jsonl", "old.jsonl"),
    "unread.txt": ("diff", "old.jsonl", "unread.jsonl"),
}


def old_estate() -> list[Row]:
    """Give an estate before things happened to it."""
    return [
        vnet(subnets=[subnet()]),
        *machine("web", 4, [deny(100, name="deny-ssh"), allow(200, name="anything", port="*")]),
        *machine("office", 5, [allow(100, name="office", source="203.0.113.0/28")]),
        *machine("legacy", 6, None, sku="Basic"),
        *machine("asleep", 7, [allow(100, name="any")], power="deallocated"),
        *machine("tag", 8, []),
        *machine("hostile", 9, []),
    ]


def new_estate() -> list[Row]:
    """Give the same estate with one change of each kind."""
    return [
        vnet(subnets=[subnet()]),
        *machine("web", 4, [allow(200, name="anything", port="*")]),
        *machine("office", 5, [allow(100, name="office", source="203.0.113.0/24")]),
        *machine("legacy", 6, [], sku="Basic"),
        *machine("asleep", 7, [allow(100, name="any")]),
        *machine("tag", 8, [allow(100, name="storage", source="Storage")]),
        *machine("hostile", 9, [allow(100, name=HOSTILE)]),
        *machine("fresh", 10, None, sku="Basic"),
    ]


def unread_estate() -> list[Row]:
    """Give an estate of which a machine could not be read."""
    kept = [one for one in old_estate() if not one["name"].endswith("legacy")]
    gap = row(resource_id("vm", "legacy"), {"reason": "no access"})
    return [*kept, {**gap, "type": "portcullis/unread"}]


def sample(name: str) -> str:
    """Give the present output of one sample."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        _save("old", old_estate())
        _save("new", new_estate())
        _save("unread", unread_estate())
        return _written(FORMS[name])


def _save(name: str, rows: Sequence[Row]) -> None:
    lines = "".join(f"{json.dumps(one)}\n" for one in rows)
    Path(f"{name}.jsonl").write_text(lines, encoding="utf-8")
    scan = ("scan", "--snapshot", f"{name}.jsonl", "--at", "2026-03-01T00:00:00Z")
    Path(f"{name}.json").write_text(_written((*scan, "--format", "json")), encoding="utf-8")


def _written(arguments: Sequence[str]) -> str:
    output = io.StringIO()
    with (
        mock.patch.dict(os.environ),
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        os.environ.pop("COLUMNS", None)
        main(arguments)
    return output.getvalue()


if __name__ == "__main__":
    for each in FORMS:
        (FOLDER / each).write_text(sample(each), encoding="utf-8")
