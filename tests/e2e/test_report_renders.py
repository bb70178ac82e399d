"""What a reader has of the HTML report in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page

from shared.rendering.report_html import report_html
from tests.e2e.path_browser import path_page
from tests.e2e.report_browser import open_report
from tests.golden.card_samples import exposure, rule, vm_id
from tests.golden.report.samples import record, recorded

HOSTILE = (
    "</td></style></svg><script>alert(1)</script><img src=https://evil.example onerror=alert(2)>"
)
MANY = 6_000


def hostile_report() -> str:
    """Give a report in which whatever people name would act if it could."""
    ways = [exposure(trace=[rule("nic-nsg", HOSTILE, HOSTILE, 100)], private_ip=HOSTILE)]
    found = record(resource=vm_id(HOSTILE), title=HOSTILE, evidence={"exposures": ways})
    return report_html(replace(recorded(), records=(found,)))


def long_report() -> str:
    """Give a report with more findings than it lists."""
    names = (vm_id(f"vm-{number:05}-of-the-shop") for number in range(MANY))
    evidence = {"exposures": [exposure()]}
    found = tuple(record(resource=name, evidence=evidence) for name in names)
    return report_html(replace(recorded(), records=found))


@pytest.fixture(scope="module")
def opened() -> Iterator[tuple[Page, list[str]]]:
    with path_page() as page:
        yield page, open_report(page, hostile_report())


def test_report_asks_for_nothing_and_breaks_no_rule_of_its_policy(
    opened: tuple[Page, list[str]],
) -> None:
    page, heard = opened
    page.wait_for_load_state("networkidle")
    assert heard == []


def test_hostile_name_is_read_as_it_is(opened: tuple[Page, list[str]]) -> None:
    page, _ = opened
    assert page.locator("script, img").count() == 0
    assert HOSTILE.partition("/")[0] in page.locator("main").inner_text()


def test_style_sheets_apply_under_the_policy(opened: tuple[Page, list[str]]) -> None:
    page, _ = opened
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    title = page.evaluate("getComputedStyle(document.querySelector('.pp-title')).fontSize")
    assert (ground, title) == ("rgb(244, 246, 249)", "20px")


def test_dark_scheme_is_dark_and_print_is_not(opened: tuple[Page, list[str]]) -> None:
    page, _ = opened
    page.emulate_media(color_scheme="dark")
    colours = "(({color, backgroundColor}) => [color, backgroundColor])"
    looks = f"{colours}(getComputedStyle(document.body))"
    on_screen = page.evaluate(looks)
    page.emulate_media(color_scheme="dark", media="print")
    on_paper = page.evaluate(looks)
    page.emulate_media(color_scheme="light", media="screen")
    assert on_screen == ["rgb(232, 237, 243)", "rgb(11, 15, 20)"]
    assert on_paper == ["rgb(23, 32, 43)", "rgb(255, 255, 255)"]


def test_page_has_landmarks_one_title_and_named_tables(opened: tuple[Page, list[str]]) -> None:
    page, _ = opened
    assert [page.locator(one).count() for one in ("header", "nav", "main", "footer", "h1")] == (
        [1] * 5
    )
    assert page.locator("table").count() == page.locator("table > caption").count()
    assert page.locator("html").get_attribute("lang") == "en"


def test_keyboard_comes_to_the_findings_first(opened: tuple[Page, list[str]]) -> None:
    page, _ = opened
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the findings"


@pytest.mark.parametrize("width", [360, 768, 1180])
def test_page_is_no_wider_than_the_window(opened: tuple[Page, list[str]], width: int) -> None:
    page, _ = opened
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_thousands_of_findings_open_in_a_few_seconds(opened: tuple[Page, list[str]]) -> None:
    browser = opened[0].context.browser
    assert browser is not None
    page = browser.new_page()
    heard = open_report(page, long_report())
    assert page.locator("#critical tbody tr").count() == 5_000
    assert page.locator("figure").count() == 10
    assert "1,000 more are not listed" in page.locator("#critical").inner_text()
    assert "worst 10 of 6,000" in page.locator("#ways-in").inner_text()
    timing = "performance.getEntriesByType('navigation')[0].loadEventEnd"
    assert page.evaluate(timing) < 10_000
    assert heard == []
