"""Text that other people chose shows as it is, whatever is in it."""

import html
import re
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from shared.rendering.card_text import CardText, bold, counted, joined, moment, plain, say

COMMONMARK = MarkdownIt("commonmark").enable(["table", "strikethrough"])
ASCII = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=80)


def shown(text: CardText) -> str:
    """Give what a reader sees; a tag that Markdown makes stays to be seen in it."""
    drawn = COMMONMARK.render(text).removeprefix("<p>").removesuffix("</p>\n")
    return html.unescape(drawn)


@given(ASCII)
@example("[x](https://evil.example)")
@example("1. not a list")
@example("- not a list")
@example("+ not a list")
@example("=== not a heading")
@example("&lt; &#91; &amp")
@example("{{DATE(2026-11-22T10:00:00Z)}}")
def test_plain_text_shows_every_printable_character_as_it_is(text: str) -> None:
    assert shown(plain(text)) == " ".join(text.split())


@given(st.text(max_size=400))
def test_plain_text_makes_no_tag_whatever_is_in_it(text: str) -> None:
    drawn = COMMONMARK.render(plain(text))
    assert set(re.findall(r"<[^>]*>", drawn)) <= {"<p>", "</p>"}


@given(st.text(max_size=400), st.integers(min_value=1, max_value=60))
def test_plain_text_is_never_longer_than_its_limit(text: str, limit: int) -> None:
    assert len(shown(plain(text, limit))) <= limit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("vm-web.01", "vm-web.01", id="ordinary-name"),
        pytest.param("web_01", r"web\_01", id="underscore"),
        pytest.param("a\r\nb\tc\u2028d", "a b c d", id="line-breaks"),
        pytest.param("pay\u202eexe", "pay\ufffdexe", id="right-to-left-override"),
        pytest.param("vm\u200b1", "vm\ufffd1", id="zero-width"),
        pytest.param("vm\x1b[0m", "vm\ufffd\\[0m", id="terminal-escape"),
        pytest.param("vm\ud800", "vm\ufffd", id="lone-surrogate"),
        pytest.param("see https://e.example/x", r"see https\:\/\/e\.example\/x", id="address"),
        pytest.param("see WWW.e.example", r"see WWW\.e\.example", id="address-without-scheme"),
        pytest.param("Söder 東京", "Söder 東京", id="letters-of-the-world"),
    ],
)
def test_plain_text_of_special_characters(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_plain_text_over_the_limit_ends_with_an_ellipsis() -> None:
    assert plain("x" * 11, 10) == "x" * 9 + "…"


def test_plain_text_of_spaces_beyond_measure_is_marked_as_cut() -> None:
    assert plain(" " * 50 + "end", 10) == "…"


def test_sentence_escapes_names_and_leaves_card_text_alone() -> None:
    sentence = say("{count} of {name}, {known}", count=12_345, name="a_b", known=bold(plain("c_d")))
    assert sentence == r"12,345 of a\_b, **c\_d**"


def test_sentence_does_not_fill_braces_of_a_field() -> None:
    assert say("{name}", name="{other}") == "{other}"


@pytest.mark.parametrize(
    ("count", "expected"), [(0, "0 ways in"), (1, "1 way in"), (1_200, "1,200 ways in")]
)
def test_counted_noun_agrees_with_its_number(count: int, expected: str) -> None:
    assert counted(count, "way in", "ways in") == expected


def test_joined_texts_leave_out_the_empty_ones() -> None:
    assert joined([CardText("a"), CardText(""), CardText("b")]) == "a, b"


def test_moment_is_given_to_the_minute() -> None:
    assert moment(datetime(2026, 9, 3, 7, 5, 59, tzinfo=UTC)) == "2026-09-03 07:05 UTC"
