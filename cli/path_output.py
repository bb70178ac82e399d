"""The way of packets on a terminal: drawn as a line with stops, in colours."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable, Iterator
from typing import Final

from rich.console import Console
from rich.text import Text

from cli.output import write_prose, write_text
from shared.rendering.explain_text import LABEL_WIDTH, Sign, TextLine, Tone

_MARKS: Final = {
    Sign.PASSES: ("●", "bold"),
    Sign.UNSURE: ("?", "bold yellow"),
    Sign.STOP: ("✕", "bold green"),
    Sign.ASIDE: ("○", "dim"),
}
_STYLES: Final = {
    Tone.PLAIN: "",
    Tone.TITLE: "bold",
    Tone.OPEN: "bold red",
    Tone.CLOSED: "bold green",
    Tone.UNKNOWN: "bold yellow",
}
_RAIL: Final = "│"
_INDENT: Final = "  "
_NARROWEST: Final = 24


def write_path(lines: Iterable[TextLine]) -> None:
    """Write an explanation: drawn where a terminal can show it, as plain lines elsewhere."""
    told = tuple(lines)
    if not (sys.stdout.isatty() and _can_draw()):
        write_prose(map(str, told))
        return
    console = Console(highlight=False, emoji=False, soft_wrap=True)
    with console.capture() as captured:
        for line, following in zip(told, (*told[1:], None), strict=True):
            goes_on = following is not None and following.sign is not None
            for drawn in _drawn(line, console.width, goes_on=goes_on):
                console.print(drawn)
    write_text(captured.get())


def _can_draw() -> bool:
    """Tell whether the terminal's character set holds the marks."""
    try:
        f"{_RAIL}{''.join(mark for mark, _ in _MARKS.values())}".encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        return False
    return True


def _drawn(line: TextLine, width: int, *, goes_on: bool) -> Iterator[Text]:
    if line.sign is None:
        indent = " " * (len(line.text) - len(line.text.lstrip()))
        for part in _wrapped(line.text, width, indent):
            yield Text(part, _STYLES[line.tone])
        return
    mark, style = _MARKS[line.sign]
    room = width - len(_INDENT) * 2 - LABEL_WIDTH - 1
    first, *rest = _wrapped(line.text, room)
    label = f"{line.label:<{LABEL_WIDTH}}"
    yield Text.assemble(_INDENT, (mark, style), _INDENT, (label, "dim"), (first, _body(line.sign)))
    blank = " " * (len(_INDENT) + LABEL_WIDTH)
    rail = _RAIL if goes_on else " "
    for part in rest:
        yield Text.assemble(_INDENT, (rail, "dim"), blank, (part, _body(line.sign)))
    if goes_on:
        yield Text.assemble(_INDENT, (_RAIL, "dim"))


def _body(sign: Sign) -> str:
    return "dim" if sign is Sign.ASIDE else ""


def _wrapped(text: str, width: int, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text.strip(),
        max(width, _NARROWEST),
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [""]
