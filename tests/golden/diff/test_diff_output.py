"""What `portcullis diff` writes is what people have read."""

from __future__ import annotations

import json

import pytest

from tests.golden.diff.samples import FOLDER, FORMS, sample

UNSEEN = {chr(code) for code in (*range(32), *range(127, 160), 0x202E, 0x2066, 0x200B)} - {"\n"}


@pytest.mark.parametrize("name", FORMS)
def test_output_is_the_reviewed_one(name: str) -> None:
    assert sample(name) == (FOLDER / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FORMS)
def test_output_has_no_control_character(name: str) -> None:
    assert UNSEEN & set(sample(name)) == set()


def test_json_tells_everything_that_the_table_tells() -> None:
    document = json.loads(sample("snapshots.json"))
    table = sample("snapshots.txt")
    causes = [one["causes"][0]["text"] for one in document["exposures"] if one["causes"]]
    assert causes
    assert [cause for cause in causes if cause not in table] == []
