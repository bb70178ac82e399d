"""The signs of a drawn path, each around the origin and 20 units wide, as SVG elements."""

from __future__ import annotations

from typing import Final, assert_never

from shared.rendering.path_view import Flow, Stop, StopKind

_GLOBE: Final = (
    '<circle r="9"/><ellipse rx="4" ry="9"/><path d="M-9 0H9M-7.6 -4.6H7.6M-7.6 4.6H7.6"/>'
)
_DOOR: Final = (
    '<path d="M-9 9H9M-6 9V-9H4V9M4 -6H7V9"/><circle class="pp-dot" cx="1" cy="1" r="1.1"/>'
)
_SWAP: Final = '<path d="M-8 -4H7M3 -8L7.4 -4L3 0M8 5H-7M-3 1L-7.4 5L-3 9"/>'
_MACHINE: Final = (
    '<rect x="-9" y="-8" width="18" height="13" rx="2"/>'
    '<path d="M-5.5 -4.5L-2.5 -1.8L-5.5 0.9M0 1H4.5M-4 9H4M0 5V9"/>'
)
_ARCH: Final = '<path d="M-9 9V-2A9 9 0 0 1 9 -2V9"/>'
_LOWERED: Final = '<path d="M-4.5 -9V9M0 -10.5V9M4.5 -9V9M-8.6 -3H8.6M-9 3H9"/>'
_RAISED: Final = '<path d="M-4.5 -9V-2.4M0 -10.5V-2.4M4.5 -9V-2.4M-8.8 -4.2H8.8"/>'
_QUESTION: Final = '<path d="M-3.4 -2.6A3.5 3.5 0 1 1 1.2 0.9Q0 1.5 0 3.6"/>'
_QUESTION_DOT: Final = '<circle class="pp-dot" cy="6.6" r="1.1"/>'
_ABSENT: Final = '<path class="pp-absent" d="M-9 9V-2A9 9 0 0 1 9 -2V9"/>'


def icon(stop: Stop) -> str:
    """Give the sign of a stop; a filter is a gate, raised, lowered, or with a question mark."""
    match stop.kind:
        case StopKind.INTERNET:
            return _GLOBE
        case StopKind.DOOR:
            return _DOOR
        case StopKind.TRANSLATION:
            return _SWAP
        case StopKind.MACHINE:
            return _MACHINE
        case StopKind.FILTER if not (stop.access or stop.decides):
            return _ABSENT
        case StopKind.FILTER:
            return _ARCH + _gate(stop)
        case _ as unreachable:
            assert_never(unreachable)


def _gate(stop: Stop) -> str:
    if stop.access == "Deny" or stop.flow is Flow.STOPPED:
        return _LOWERED
    return _QUESTION + _QUESTION_DOT if stop.flow is Flow.UNSURE else _RAISED
