"""Shows drawn paths in Chromium, as files of their own.

`python -m tests.e2e.path_browser` writes the pictures under docs/pictures.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

from tests.golden.path.samples import samples

PICTURES: Final = Path(__file__).parents[2] / "docs" / "pictures"
_ARGUMENTS: Final = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
]


@contextmanager
def path_page() -> Iterator[Page]:
    """Open a page for a reader of the light scheme."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=_ARGUMENTS
        )
        try:
            yield browser.new_page(viewport={"width": 900, "height": 900}, device_scale_factor=1.5)
        finally:
            browser.close()


def show(page: Page, svg: str) -> None:
    """Open a picture as a file of its own; it is in memory when the file is gone."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "path.svg"
        file.write_text(svg, encoding="utf-8")
        page.goto(file.as_uri())


def write_pictures() -> None:
    """Write one picture for each reviewed sample, and one as it looks in the dark."""
    with path_page() as page:
        for name, svg in samples().items():
            show(page, svg)
            page.locator("svg").first.screenshot(path=PICTURES / f"path-{name}.png")
        page.emulate_media(color_scheme="dark")
        show(page, samples()["dnat"])
        page.locator("svg").first.screenshot(path=PICTURES / "path-dark.png")


if __name__ == "__main__":
    write_pictures()
