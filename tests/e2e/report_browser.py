"""Shows the HTML report in Chromium, from a file as a reader opens it.

`python -m tests.e2e.report_browser` writes the pictures under docs/pictures.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Page

from shared.exposure.assessment import Question
from shared.rendering.report_html import report_html
from shared.usecases.reporting import scan_report
from shared.usecases.scan import scan
from simulator.estate import sample_estate
from tests.diffing import estate_of
from tests.e2e.path_browser import PICTURES, path_page


def open_report(page: Page, html: str) -> list[str]:
    """Open a report, and give a list of what it asks for and what the console says."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("dialog", lambda dialog: heard.append(dialog.message))
    page.on("request", lambda request: heard.append(request.url))
    page.set_viewport_size({"width": 1180, "height": 1000})
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.html"
        file.write_text(html, encoding="utf-8")
        page.goto(file.as_uri())
        heard.remove(file.as_uri())
    return heard


def sample_report() -> str:
    """Write the report of a scan of the sample estate."""
    found = scan(estate_of(sample_estate().resources), Question())
    return report_html(scan_report(found, "1.0.0"))


def write_pictures() -> None:
    """Write the head of the report, by daylight and in the dark, and its list."""
    with path_page() as page:
        open_report(page, sample_report())
        page.screenshot(path=PICTURES / "report.png")
        page.emulate_media(color_scheme="dark")
        page.screenshot(path=PICTURES / "report-dark.png")
        page.emulate_media(color_scheme="light")
        page.evaluate("document.querySelector('#critical').scrollIntoView()")
        page.screenshot(path=PICTURES / "report-list.png")


if __name__ == "__main__":
    write_pictures()
