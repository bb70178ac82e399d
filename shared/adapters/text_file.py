"""Text files that a command writes for people and other programs."""

from __future__ import annotations

from pathlib import Path

from shared.usecases.interfaces import PortcullisError


class TextFileError(PortcullisError):
    """A file that cannot be written."""

    def __init__(self, path: Path, fault: str) -> None:
        """Keep which one and why."""
        super().__init__(f"{path}: cannot be written: {fault}")
        self.path = path


def write_text_file(path: Path, text: str) -> None:
    """Write a text as UTF-8, in place of what was there.

    Raises:
        TextFileError: the disk does not take it.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise TextFileError(path, error.strerror or str(error)) from error
