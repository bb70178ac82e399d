"""Members of stored documents, whatever stands in their place."""

from __future__ import annotations

import pytest

from shared.checks.result import Json
from shared.rendering.document_reading import number_in, object_in, objects_in, text_in, texts_in

MISSHAPEN = [
    pytest.param({}, id="missing"),
    pytest.param({"one": None}, id="null"),
    pytest.param({"one": True}, id="yes-or-no"),
]


def test_members_of_the_expected_kind_are_given() -> None:
    entry: dict[str, Json] = {"part": {"a": 1}, "parts": [{"a": 1}], "names": ["x"], "port": 22}
    assert object_in(entry, "part") == {"a": 1}
    assert list(objects_in(entry, "parts")) == [{"a": 1}]
    assert texts_in(entry, "names") == ("x",)
    assert number_in(entry, "port") == 22
    assert text_in({"name": "x"}, "name") == "x"


@pytest.mark.parametrize("entry", MISSHAPEN)
def test_member_of_another_kind_reads_as_nothing(entry: dict[str, Json]) -> None:
    assert object_in(entry, "one") == {}
    assert list(objects_in(entry, "one")) == []
    assert texts_in(entry, "one") == ()
    assert text_in(entry, "one") == ""
    assert number_in(entry, "one") is None


def test_entries_of_another_kind_are_left_out_of_a_list() -> None:
    entry: dict[str, Json] = {"mixed": [1, "x", {"a": 1}, None]}
    assert list(objects_in(entry, "mixed")) == [{"a": 1}]
    assert texts_in(entry, "mixed") == ("x",)
