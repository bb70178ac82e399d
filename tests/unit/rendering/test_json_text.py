import json

import pytest

from shared.rendering.json_text import json_lines


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({}, id="empty"),
        pytest.param({"one": 1}, id="one-member"),
        pytest.param({"none": [], "some": [1, {"two": [3]}], "text": "ä\u202e\x9b"}, id="lists"),
    ],
)
def test_lines_are_the_document(document: dict[str, object]) -> None:
    assert json.loads("\n".join(json_lines(document))) == document


def test_each_element_of_a_list_has_its_line() -> None:
    lines = list(json_lines({"schema": "x", "all": [1, [2]]}))
    assert lines == ["{", '"schema": "x",', '"all": [', "1,", "[2]", "]", "}"]


def test_lines_are_ascii() -> None:
    assert "".join(json_lines({"name": "ä\u202e\x9b\x7f\x1b"})).replace("\x7f", "").isascii()
