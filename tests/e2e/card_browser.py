"""Draws cards as Teams does: the adaptivecards library in Chromium, on a Teams-like ground.

`python -m tests.e2e.card_browser` writes the pictures under docs/pictures.  Markdown is turned
into HTML by a full CommonMark parser with HTML allowed, which lets through more than Teams does:
what is harmless here is harmless there.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt
from playwright.sync_api import Page, sync_playwright

from shared.rendering.card_elements import Card
from tests.golden.card_samples import samples

ROOT: Final = Path(__file__).parents[2]
LIBRARY: Final = ROOT / "node_modules" / "adaptivecards" / "dist" / "adaptivecards.min.js"
PICTURES: Final = ROOT / "docs" / "pictures"
HOST_CONFIG: Final = Path(__file__).with_name("card_host_config.json")

_ARGUMENTS: Final = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
]
_PAGE: Final = """<!doctype html><meta charset="utf-8"><style>
body { margin: 0; padding: 16px; background: #f5f5f5; width: 720px;
       font-family: "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; }
#card { background: #fff; border: 1px solid #d1d1d1; border-radius: 6px; overflow: hidden; }
p { margin: 0; }
.ac-pushButton { background: #fff; border: 1px solid #d1d1d1; border-radius: 4px;
                 padding: 6px 16px; font: 600 14px "Segoe UI", "DejaVu Sans", sans-serif; }
.ac-pushButton a { color: inherit; text-decoration: none; }
</style><div id="card"></div>"""
_DRAW: Final = """([card, config, markdown]) => {
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    if (!(text in markdown)) throw new Error("the library changed a text: " + text);
    result.outputHtml = markdown[text];
    result.didProcess = true;
  };
  const drawn = new AdaptiveCards.AdaptiveCard();
  drawn.hostConfig = new AdaptiveCards.HostConfig(config);
  drawn.parse(card);
  document.getElementById("card").replaceChildren(drawn.render());
}"""


@contextmanager
def card_page() -> Iterator[Page]:
    """Open a page on which `draw` draws; no request leaves it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=_ARGUMENTS
        )
        try:
            page = browser.new_page(viewport={"width": 760, "height": 900}, device_scale_factor=1.5)
            page.route("**/*", lambda route: route.abort())
            page.set_content(_PAGE)
            page.add_script_tag(content=LIBRARY.read_text(encoding="utf-8"))
            yield page
        finally:
            browser.close()


def draw(page: Page, card: Card) -> None:
    """Draw one card in place of the last one."""
    config = json.loads(HOST_CONFIG.read_text(encoding="utf-8"))
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    markdown = {text: parser.render(text) for text in texts_of(card)}
    page.evaluate(_DRAW, [card, config, markdown])


def texts_of(part: object) -> Iterator[str]:
    """Give every text of a card that clients read as Markdown, in order."""
    if isinstance(part, Mapping):
        is_fact = set(part) == {"title", "value"}
        names = ("title", "value") if is_fact else ("text",)
        yield from (part[name] for name in names if isinstance(part.get(name), str))
        for value in part.values():
            yield from texts_of(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from texts_of(value)


def write_pictures() -> None:
    """Write one picture for each reviewed card."""
    with card_page() as page:
        for name, card in samples().items():
            draw(page, card)
            page.locator("#card").screenshot(path=PICTURES / f"card-{name}.png")


if __name__ == "__main__":
    write_pictures()
