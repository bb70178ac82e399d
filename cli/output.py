"""What the commands write: results on standard output, notes and progress on standard error."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from typing import Final, TextIO

from rich.console import Console
from rich.status import Status
from rich.text import Text

from shared.checks.result import Severity
from shared.findings.finding import FindingState
from shared.rendering.text_table import TextTable, laid_out
from shared.rendering.visible_text import visible

_STYLES: Final = {
    Severity.CRITICAL.value: "bold red",
    Severity.HIGH.value: "red",
    Severity.MEDIUM.value: "yellow",
    Severity.LOW.value: "cyan",
    Severity.INFO.value: "dim",
    FindingState.OPEN.value: "red",
    FindingState.RESOLVED.value: "green",
    FindingState.EXEMPT.value: "dim",
}


class ExitStatus(IntEnum):
    """What the command's exit status says."""

    FINE = 0
    FINDINGS = 1
    BAD_INPUT = 2
    INCOMPLETE = 3
    INTERRUPTED = 130
    PIPE_CLOSED = 141


class OutputClosedError(Exception):
    """Whoever read standard output went away."""


def write_lines(lines: Iterable[str]) -> None:
    """Write lines to standard output."""
    with _output() as output:
        output.writelines(f"{line}\n" for line in lines)


def write_text(text: str) -> None:
    """Write a text to standard output as it is."""
    with _output() as output:
        output.write(text)


@contextmanager
def _output() -> Iterator[TextIO]:
    """Give standard output, and write all that it holds back."""
    try:
        yield sys.stdout
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise OutputClosedError from None


def write_prose(lines: Iterable[str]) -> None:
    """Write lines of words, those that are too long for a terminal wrapped between words."""
    width = _width()
    if width is None:
        write_lines(lines)
        return
    write_lines(part for line in lines for part in _wrapped(line, width))


def _wrapped(line: str, width: int) -> Sequence[str]:
    text = line.lstrip()
    indent = " " * (len(line) - len(text))
    return textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=f"{indent}    ",
        break_long_words=False,
        break_on_hyphens=False,
    ) or [line]


def _width() -> int | None:
    """Give the columns of the terminal, or those that COLUMNS names; None without either."""
    is_bounded = sys.stdout.isatty() or "COLUMNS" in os.environ
    return shutil.get_terminal_size().columns if is_bounded else None


def write_table(table: TextTable) -> None:
    """Write a table: within the width of a terminal, with colours for severities and states.

    Where there is no terminal a row is a line, however long, unless COLUMNS in the environment
    gives a width.
    """
    lines = laid_out(table, _width())
    if not sys.stdout.isatty():
        write_lines("".join(pieces).rstrip() for pieces in lines)
        return
    console = Console(highlight=False, emoji=False, soft_wrap=True)
    with console.capture() as captured:
        for pieces in lines:
            styled = ((piece, _STYLES.get(piece.strip(), "")) for piece in pieces)
            console.print(Text.assemble(*styled))
    write_text(captured.get())


def note(text: str) -> None:
    """Write one line to standard error."""
    sys.stderr.write(f"{visible(text)}\n")


@contextmanager
def progress(doing: str) -> Iterator[Status]:
    """Show on standard error that something is being done, as long as a person looks on."""
    console = Console(stderr=True, quiet=not sys.stderr.isatty())
    with console.status(Text(visible(doing))) as status:
        yield status
