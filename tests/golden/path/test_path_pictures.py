"""The drawn paths are those that people have looked at."""

from __future__ import annotations

import pytest

from tests.golden.path.samples import FOLDER, samples

PICTURES = samples()


def test_golden_files_are_those_of_the_samples() -> None:
    assert {path.stem for path in FOLDER.glob("*.svg")} == set(PICTURES)


@pytest.mark.parametrize("name", PICTURES)
def test_picture_is_the_reviewed_one(name: str) -> None:
    assert PICTURES[name] == (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
