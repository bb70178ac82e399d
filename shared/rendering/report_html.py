"""A report as one HTML file that needs nothing else: no network, no script, no second file.

The template and its style sheet lie beside this module and are part of its text.  Every value is
written by `visible` first, so that nothing hides or acts, and is escaped by Jinja after that.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from shared.rendering.card_text import moment
from shared.rendering.estate_report import EstateReport, Occasion, cut
from shared.rendering.path_style import STYLE
from shared.rendering.report_view import (
    LISTED,
    NAMED,
    PICTURED,
    control_rows,
    finding_groups,
    headlines,
    looked_at,
    pictured_of,
    pictures,
    unknown_rows,
    unread_rows,
)
from shared.rendering.visible_text import visible

_VALUE_LIMIT: Final = 1_000
_TITLES: Final = {
    Occasion.SCAN: "Direct ways into the estate",
    Occasion.RECORDS: "What is recorded of the estate",
}


def report_html(report: EstateReport) -> str:
    """Give the whole page; the same report gives the same text.

    Its own policy forbids everything but its two style sheets, which it names by their hashes.
    Other characters than ASCII are references, so that it reads the same in whatever encoding a
    shell writes it.
    """
    css = _style_sheet()
    page = (
        _environment()
        .get_template("report.html")
        .render(
            report=report,
            title=_TITLES[report.occasion],
            at=moment(report.observed_at),
            is_kept=report.occasion is Occasion.RECORDS,
            headlines=headlines(report),
            looked_at=looked_at(report),
            groups=finding_groups(report),
            pictures=pictures(report),
            pictured_of=pictured_of(report),
            controls=control_rows(report),
            unknown=unknown_rows(report),
            unread=unread_rows(report),
            limits={"pictures": PICTURED, "findings": LISTED, "gaps": NAMED},
            css=Markup(css),  # noqa: S704 - our own style sheet
            style_hashes=[_hash(css), _hash(STYLE)],
        )
    )
    return page.encode("ascii", "xmlcharrefreplace").decode("ascii")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("shared.rendering", ""),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["thousands"] = "{:,}".format
    environment.filters["drawing"] = Markup
    return environment


def _shown(value: object) -> object:
    """Make a value safe to look at; what is markup already is our own."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return cut(visible(value), _VALUE_LIMIT)
    return value


@cache
def _style_sheet() -> str:
    return files("shared.rendering").joinpath("report.css").read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """Give a style sheet's name in a content security policy."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
