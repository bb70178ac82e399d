"""Pages from templates: every value is escaped, and one that is missing is an error."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from dashboard import wording
from dashboard.visit import Visit
from shared.rendering.path_style import STYLE

_FOLDER: Final = Path(__file__).resolve().parent
NAVIGATION: Final = (
    ("/", "Overview"),
    ("/findings", "Findings"),
    ("/plans", "Plans"),
    ("/exemptions", "Exemptions"),
    ("/posture", "Posture"),
    ("/sessions", "Sessions"),
    ("/sweeps", "Sweeps"),
)


@cache
def style_sheet() -> str:
    """Give the one style sheet: of the pages, and of the pictures of paths in them."""
    own = (_FOLDER / "static" / "portcullis.css").read_text(encoding="utf-8")
    return f"{own}\n{STYLE}"


@cache
def mark() -> str:
    """Give the sign of the product as a picture."""
    return (_FOLDER / "static" / "mark.svg").read_text(encoding="utf-8")


@cache
def style_address() -> str:
    """Give the address of the style sheet, another one for another sheet."""
    return f"/static/portcullis.css?v={hashlib.sha256(style_sheet().encode()).hexdigest()[:12]}"


def page(
    visit: Visit, template: str, values: Mapping[str, object], status: HTTPStatus = HTTPStatus.OK
) -> HTMLResponse:
    """Give a page to somebody who is let in."""
    text = _environment().get_template(template)
    return HTMLResponse(
        text.render(
            {**values, "person": visit.principal.shown, "now": visit.now, "here": template}
        ),
        status,
    )


def bare_page(template: str, values: Mapping[str, object], status: HTTPStatus) -> HTMLResponse:
    """Give a page that says nothing about anybody, and leads nowhere."""
    text = _environment().get_template(template)
    return HTMLResponse(text.render({**values, "person": "", "here": template}), status)


def safe_picture(svg: str) -> Markup:
    """Take a picture of ours into a page; its rules stand in the style sheet, as CSP demands."""
    return Markup(svg.replace(f"<style>{STYLE}</style>\n", ""))  # noqa: S704 - path_svg escapes every text


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        {
            "shown": wording.shown,
            "lines": wording.lines_of,
            "named": wording.name_of,
            "placed": wording.place_of,
            "minute": wording.minute,
            "stamp": wording.stamp,
            "thousands": wording.thousands,
            "span": wording.span,
            "begun": wording.begun,
        }
    )
    environment.globals.update(
        {"ago": wording.ago, "style_address": style_address, "navigation": NAVIGATION}
    )
    return environment
