"""What a reader sees of a drawn path in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e.path_browser import path_page, show
from tests.golden.path.samples import samples

PICTURES = samples()
WIDTH = 880


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with path_page() as opened:
        yield opened


def boxes(page: Page, selector: str) -> list[dict[str, Any]]:
    """Give the places of what a selector finds, in the picture's units."""
    found: list[dict[str, Any]] = page.eval_on_selector_all(
        selector,
        """found => found.map(one => { const b = one.getBoundingClientRect();
           return {text: one.textContent, left: b.left, right: b.right, top: b.top,
                   bottom: b.bottom, fill: getComputedStyle(one).fill}; })""",
    )
    return found


def overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    beside = one["right"] <= other["left"] or other["right"] <= one["left"]
    below = one["bottom"] - 2 <= other["top"] or other["bottom"] - 2 <= one["top"]
    return not (beside or below)


@pytest.mark.parametrize("name", PICTURES)
def test_every_text_stays_inside(page: Page, name: str) -> None:
    show(page, PICTURES[name])
    texts = boxes(page, "text")
    assert texts
    assert [one["text"] for one in texts if one["left"] < 0 or one["right"] > WIDTH] == []


@pytest.mark.parametrize("name", PICTURES)
def test_no_text_lies_over_another(page: Page, name: str) -> None:
    show(page, PICTURES[name])
    pairs = combinations(boxes(page, "text"), 2)
    assert [(a["text"], b["text"]) for a, b in pairs if overlap(a, b)] == []


def test_hostile_name_is_read_as_it_is(page: Page) -> None:
    show(page, PICTURES["hostile"])
    assert any("<b>" in one["text"] for one in boxes(page, "text.pp-head"))
    assert page.locator("b").count() == 0


def test_dark_scheme_has_light_text_and_print_has_dark_text(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    show(page, PICTURES["dnat"])
    on_screen = boxes(page, "text.pp-title")[0]["fill"]
    page.emulate_media(media="print", color_scheme="dark")
    in_print = boxes(page, "text.pp-title")[0]["fill"]
    assert (on_screen, in_print) == ("rgb(232, 237, 243)", "rgb(23, 32, 43)")
