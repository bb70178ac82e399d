"""The trend of open ways in as a picture, and in words for those who do not see it."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from shared.findings.tally import Day

_WIDTH = 640
_HEIGHT = 150
_LEFT = 34
_TOP = 12
_BOTTOM = 126


def trend_words(days: Sequence[Day]) -> str:
    """Say how many ways in were open at the start and the end, and at most."""
    first, last = days[0], days[-1]
    most = max(days, key=lambda one: one.ways_in)
    return (
        f"{first.ways_in:,} open on {first.day:%d %b}, {last.ways_in:,} now;"
        f" at most {most.ways_in:,}, on {most.day:%d %b}."
    )


def trend_picture(days: Sequence[Day]) -> Markup:
    """Draw a line from the first day to the last, over a soft ground; sizes are attributes."""
    top = max(1, *(one.ways_in for one in days))
    step = (_WIDTH - _LEFT - 8) / max(1, len(days) - 1)
    points = [
        (_LEFT + number * step, _BOTTOM - (_BOTTOM - _TOP) * one.ways_in / top)
        for number, one in enumerate(days)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    ground = f"{_LEFT},{_BOTTOM} {line} {points[-1][0]:.1f},{_BOTTOM}"
    x, y = points[-1]
    return Markup(
        '<svg class="trend" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        ' role="img" aria-labelledby="trend-words">'
        '<title id="trend-words">{words}</title>'
        '<line class="trend-axis" x1="{left}" y1="{bottom}" x2="{width}" y2="{bottom}"/>'
        '<line class="trend-axis trend-top" x1="{left}" y1="{top}" x2="{width}" y2="{top}"/>'
        '<text class="trend-label" x="{label}" y="{top_text}">{most}</text>'
        '<text class="trend-label" x="{label}" y="{bottom}">0</text>'
        '<text class="trend-day" x="{left}" y="{days}">{first}</text>'
        '<text class="trend-day trend-last" x="{width}" y="{days}">{last}</text>'
        '<polygon class="trend-ground" points="{ground}"/>'
        '<polyline class="trend-line" points="{line}"/>'
        '<circle class="trend-now" cx="{x}" cy="{y}" r="4.5"/></svg>'
    ).format(
        width=_WIDTH,
        height=_HEIGHT,
        left=_LEFT,
        label=_LEFT - 6,
        top=_TOP,
        top_text=_TOP + 8,
        bottom=_BOTTOM,
        days=_HEIGHT - 4,
        words=escape(trend_words(days)),
        most=f"{top:,}",
        first=f"{days[0].day:%d %b}",
        last="today",
        ground=ground,
        line=line,
        x=f"{x:.1f}",
        y=f"{y:.1f}",
    )
