"""Reading settings one by one while collecting everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from shared.usecases.interfaces import PortcullisError

Value = TypeVar("Value")
Default = TypeVar("Default")

_LONGEST_SHOWN: Final = 45


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one setting, and what to write instead."""

    name: str
    text: str


class InvalidSettingsError(PortcullisError):
    """Settings that cannot be used; the text has one line for each fault, and no secret."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Keep the faults in the order in which they were found."""
        count = "one fault" if len(faults) == 1 else f"{len(faults)} faults"
        lines = (f"  {fault.name}: {fault.text}" for fault in faults)
        super().__init__("\n".join((f"the settings have {count}:", *lines)))
        self.faults = tuple(faults)


class Reading:
    """One pass over an environment; an empty or blank value is the same as none."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._faults: list[Fault] = []

    @property
    def names(self) -> frozenset[str]:
        """The names of all variables, whatever their values."""
        return frozenset(self._environ)

    def text(self, name: str) -> str:
        """Give a value as it stands, without blanks around it; empty when there is none."""
        return self._environ.get(name, "").strip()

    def value(self, name: str, parse: Callable[[str], Value], default: Default) -> Value | Default:
        """Parse a value.

        A missing value gives the default.  So does a wrong one, whose fault is noted: `parse`
        raises ValueError with a text that says what is wrong and what to write instead.
        """
        text = self.text(name)
        if not text:
            return default
        try:
            return parse(text)
        except ValueError as error:
            self.fault(name, str(error))
            return default

    def fault(self, name: str, text: str) -> None:
        """Note something that is wrong with a setting."""
        self._faults.append(Fault(name, text))

    def finish(self) -> None:
        """Raise InvalidSettingsError if anything was wrong."""
        if self._faults:
            raise InvalidSettingsError(self._faults)


def shown(text: str) -> str:
    """Quote a wrong value; a long one, which might be a credential in the wrong place, is not."""
    return repr(text) if len(text) <= _LONGEST_SHOWN else f"a text of {len(text)} characters"
