"""Texts that must not be seen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A credential; printing or formatting it shows that there is one, and not which."""

    text: str

    def __repr__(self) -> str:
        """Show nothing of the text."""
        return "Secret(...)"
