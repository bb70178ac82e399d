"""The way of packets to one machine as a picture: SVG 1.1 without script or reference."""

from __future__ import annotations

import hashlib
import math
import textwrap
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final

from shared.checks.result import Json
from shared.rendering.path_icons import icon
from shared.rendering.path_style import STYLE
from shared.rendering.path_view import Answer, Flow, Left, PathView, Stop, StopKind, path_view
from shared.rendering.scan_summary import counted

_WIDTH: Final = 880
_MARGIN: Final = 28
_HEADER: Final = 96
_ROW: Final = 78
_NOTE: Final = 19
_GAP: Final = 28
_SPINE: Final = 62
_TEXT: Final = 106
_RIGHT: Final = _WIDTH - _MARGIN - 18
_RADIUS: Final = 21
_THICKEST: Final = 24.0
_THINNEST: Final = 4.0
_TITLE_UNIT: Final = 11.5
_THROUGH_LIMIT: Final = 84
_HEAD_LIMIT: Final = 44
_DETAIL_LIMIT: Final = 66
_LEFT_LIMIT: Final = 40
_NOTE_LIMIT: Final = 108
_SHOWN_PREFIXES: Final = 2
_COUNTED_EXACTLY: Final = 10**12
_TONES: Final = {Answer.EXPOSED: "exposed", Answer.CLOSED: "closed", Answer.UNKNOWN: "unknown"}
_ACCESS: Final = {"AlwaysAllow": "always allows", "Allow": "allows", "Deny": "denies"}
_BITS: Final = {False: 32, True: 128}


def path_svg(document: Mapping[str, Json]) -> str:
    """Draw one exposure of the scan's contract, with what each layer leaves where that is told."""
    return paths_svg((document,))


def paths_svg(documents: Sequence[Mapping[str, Json]], title: str = "") -> str:
    """Draw several exposures, one below the other, as one picture; none gives a line of words.

    Equal documents give equal text.  The picture follows the reader's light or dark scheme, and
    is light in print; what a colour says is told by words and signs, too.
    """
    views = [path_view(document) for document in documents]
    heights = [_height(view) for view in views]
    parts = list(_stacked(views, heights)) or [_nothing()]
    height = sum(heights) + _GAP * (len(views) - 1) if views else _HEADER
    name = title or (views[0].title if views else "Ways in from the internet")
    told = "\n".join(_told(view) for view in views) or "No way in from the internet."
    body = "\n".join(parts)
    mark = hashlib.sha256(f"{name}{body}".encode()).hexdigest()[:12]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" version="1.1" class="pp" width="{_WIDTH}"'
        f' height="{height}" viewBox="0 0 {_WIDTH} {height}" role="img"'
        f' aria-labelledby="t{mark} d{mark}">\n'
        f'<title id="t{mark}">{_escaped(name)}</title>\n'
        f'<desc id="d{mark}">{_escaped(told)}</desc>\n'
        f"<style>{STYLE}</style>\n{body}\n</svg>\n"
    )


def _stacked(views: Sequence[PathView], heights: Sequence[int]) -> Iterator[str]:
    top = 0
    for view, height in zip(views, heights, strict=True):
        yield f'<g transform="translate(0 {top})">'
        yield from _drawn(view, height)
        yield "</g>"
        top += height + _GAP


def _nothing() -> str:
    text = "No way in: no public address leads to this machine."
    return _card(_HEADER) + _text((_MARGIN, _HEADER // 2 + 5), "pp-quiet", text)


def _height(view: PathView) -> int:
    notes = len(_note_lines(view))
    return _HEADER + _ROW * len(view.stops) + (notes * _NOTE + 22 if notes else 8)


def _note_lines(view: PathView) -> Sequence[str]:
    return [line for note in view.notes for line in textwrap.wrap(note, _NOTE_LIMIT)]


def _drawn(view: PathView, height: int) -> Iterator[str]:
    yield _card(height)
    yield from _header(view)
    tone = _TONES[view.answer]
    for number, stop in enumerate(view.stops):
        middle = _HEADER + _ROW * number + _ROW // 2 - 8
        if stop.decides:
            yield _highlight(middle, tone)
        if number + 1 < len(view.stops):
            yield _band(stop, middle, _thickness(view, number), tone)
    for number, stop in enumerate(view.stops):
        middle = _HEADER + _ROW * number + _ROW // 2 - 8
        yield from _stop(view, number, stop, middle)
    below = _HEADER + _ROW * len(view.stops) + 14
    for number, line in enumerate(_note_lines(view)):
        yield _text((_TEXT, below + _NOTE * number), "pp-small", line)


def _card(height: int) -> str:
    wide, tall = _WIDTH - 1, height - 1
    return f'<rect class="pp-card" x="0.5" y="0.5" width="{wide}" height="{tall}" rx="12"/>'


def _header(view: PathView) -> Iterator[str]:
    tone = _TONES[view.answer]
    width = round(_units(view.verdict) * 7.4) + 34
    left = _WIDTH - _MARGIN - width
    room = int((left - 2 * _MARGIN) / _TITLE_UNIT)
    yield _text((_MARGIN, 40), "pp-title", view.title, room)
    yield _text((_MARGIN, 64), "pp-small", view.through, _THROUGH_LIMIT)
    yield f'<rect class="pp-soft-{tone}" x="{left}" y="20" width="{width}" height="28" rx="14"/>'
    yield _text((left + width // 2, 39), f"pp-verdict pp-ink-{tone} pp-middle", view.verdict)
    yield f'<path class="pp-line" d="M{_MARGIN} 82H{_WIDTH - _MARGIN}"/>'


def _highlight(middle: int, tone: str) -> str:
    top, left = middle - _ROW // 2 + 5, _TEXT - 14
    width = _WIDTH - _MARGIN - left
    return (
        f'<rect class="pp-soft-{tone}" x="{left}" y="{top}" width="{width}" height="{_ROW - 10}"'
        f' rx="8"/><rect class="pp-fill-{tone}" x="{left}" y="{top}" width="4" height="{_ROW - 10}"'
        ' rx="2"/>'
    )


def _thickness(view: PathView, number: int) -> float:
    """Give a width by the number of bits of who is left; without that, an ordinary one."""
    told = [stop.left for stop in view.stops[: number + 1] if stop.left is not None]
    if not told:
        return 10.0
    bits = math.log2(max(told[-1].addresses, 1))
    part = bits / _BITS[view.is_ipv6]
    return round(_THINNEST + (_THICKEST - _THINNEST) * min(part, 1.0), 1)


def _band(stop: Stop, middle: int, thickness: float, tone: str) -> str:
    """Draw what goes on to the next stop: a band with a tip, or a dashed line for nobody."""
    top, bottom = middle + _RADIUS + 1, middle + _ROW - _RADIUS - 1
    if stop.flow is Flow.STOPPED:
        return f'<path class="pp-nobody" d="M{_SPINE} {top + 3}V{bottom - 3}"/>'
    half, tip = thickness / 2, bottom - 3
    shoulder = tip - min(half, 9) - 1
    points = (
        f"{_SPINE - half},{top} {_SPINE + half},{top} {_SPINE + half},{shoulder}"
        f" {_SPINE},{tip} {_SPINE - half},{shoulder}"
    )
    kind = f"pp-fill-{tone}" if tone != "closed" else "pp-fill-plain"
    unsure = " pp-unsure" if stop.flow is Flow.UNSURE else ""
    return f'<polygon class="{kind}{unsure}" points="{points}"/>'


def _stop(view: PathView, number: int, stop: Stop, middle: int) -> Iterator[str]:
    tone = _TONES[view.answer] if stop.decides else "plain"
    after_end = number > 0 and view.stops[number - 1].flow is Flow.STOPPED
    if stop.kind is StopKind.MACHINE and not after_end:
        tone = _TONES[view.answer]
    faint = " pp-faint" if after_end else ""
    yield f'<g class="pp-sign-{tone}{faint}" transform="translate({_SPINE} {middle})">'
    yield f'<circle class="pp-ring" r="{_RADIUS}"/>{icon(stop)}</g>'
    head = "pp-head pp-quiet" if after_end else "pp-head"
    yield _text((_TEXT, middle - 16), "pp-label", stop.label.upper())
    yield _text((_TEXT, middle + 5), head, stop.head, _HEAD_LIMIT, _access(stop, tone))
    yield _text((_TEXT, middle + 24), "pp-small", stop.detail, _DETAIL_LIMIT)
    if stop.left is not None and not after_end:
        yield from _remaining(view, number, stop.left, middle)


def _access(stop: Stop, tone: str) -> str:
    if not stop.access:
        return ""
    word = _escaped(_ACCESS.get(stop.access, stop.access))
    return f'<tspan class="pp-access pp-ink-{tone}" dx="10">{word}</tspan>'


def _remaining(view: PathView, number: int, left: Left, middle: int) -> Iterator[str]:
    before = [stop.left for stop in view.stops[:number] if stop.left is not None]
    if before and before[-1] == left:
        unsure = view.stops[number].flow is Flow.UNSURE
        words = "perhaps all of them pass" if unsure else "all of them pass"
        yield _text((_RIGHT, middle + 5), "pp-small pp-end", words)
        return
    if not (left.addresses or left.tags):
        yield _text((_RIGHT, middle + 5), "pp-head pp-end", "nobody is left")
        return
    head = _count(left) if left.addresses else f"members of {', '.join(left.tags)}"
    yield _text((_RIGHT, middle - 2), "pp-count pp-end", head, _LEFT_LIMIT)
    yield _text((_RIGHT, middle + 16), "pp-code pp-end", _prefixes(left), _LEFT_LIMIT)


def _count(left: Left) -> str:
    if left.addresses < _COUNTED_EXACTLY:
        return counted(left.addresses, "address", "addresses")
    digits = len(str(left.addresses)) - 1
    return f"more than 10^{digits} addresses"


def _prefixes(left: Left) -> str:
    if not left.addresses:
        return "whose addresses are not known"
    more = len(left.prefixes) - _SHOWN_PREFIXES
    shown = ", ".join(left.prefixes[:_SHOWN_PREFIXES])
    rest = f" and {more:,} more" if more > 0 else ""
    tags = f"; {', '.join(left.tags)}" if left.tags else ""
    return f"{shown}{rest}{tags}"


def _told(view: PathView) -> str:
    """Put the picture into words, for those who hear it."""
    stops = (
        ", ".join(part for part in (f"{stop.label}: {stop.head}", stop.access, stop.detail) if part)
        for stop in view.stops
    )
    return ". ".join((f"{view.title}, {view.through}", view.verdict, *stops, *view.notes)) + "."


def _text(at: tuple[int, int], kind: str, text: str, limit: int = 0, after: str = "") -> str:
    """Write one line, and an element `after` it on the same line.

    What is longer than `limit` is cut, and told whole on pointing at it.
    """
    cut = _cut(text, limit) if limit else text
    whole = f"<title>{_escaped(text)}</title>" if cut != text else ""
    return f'<text class="{kind}" x="{at[0]}" y="{at[1]}">{whole}{_escaped(cut)}{after}</text>'


def _units(text: str) -> float:
    """Give the length of a text in ordinary characters; East Asian ones are twice as wide."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _cut(text: str, limit: int) -> str:
    if _units(text) <= limit:
        return text
    kept = text[:limit]
    while _units(kept) >= limit:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def _escaped(text: str) -> str:
    return escape(text, quote=True)
