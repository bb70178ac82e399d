import pytest

from shared.rendering.visible_text import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("vm-web_01 (prod)", "vm-web_01 (prod)", id="plain"),
        pytest.param("Käse 機", "Käse 機", id="letters-of-any-script"),
        pytest.param("\x1b[31mred", r"\x1b[31mred", id="escape-sequence"),
        pytest.param("\x9b31m", r"\x9b31m", id="one-byte-escape-sequence"),
        pytest.param("one\ntwo\r\tthree", r"one\x0atwo\x0d\x09three", id="line-breaks-and-tabs"),
        pytest.param("a\u202eb\u2066c\u200bd", r"a\u202eb\u2066c\u200bd", id="bidi-and-zero-width"),
        pytest.param("a\u2028b\u2029", r"a\u2028b\u2029", id="separators-of-lines"),
        pytest.param("\U000e0041", r"\U000e0041", id="tag-character"),
        pytest.param("\ud800", r"\ud800", id="lone-surrogate"),
        pytest.param("\\x1b", "\\x1b", id="backslash-stays"),
    ],
)
def test_text_shows_what_is_in_it(text: str, shown: str) -> None:
    assert visible(text) == shown
