"""Transport protocols and ports."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

from shared.packetset.intervals import IntervalSet

LAST_PORT = 65_535
ALL_PORTS = IntervalSet.span(0, LAST_PORT)


class InvalidPortsError(ValueError):
    """A text that is no port, range of ports or `*`."""

    def __init__(self, text: str) -> None:
        """Keep the refused text."""
        super().__init__(f"not a port, range of ports or *: {text[:100]!r}")
        self.text = text


class Protocol(StrEnum):
    """A transport protocol as a rule names it; `ANY` stands for all of them."""

    ANY = "*"
    TCP = "Tcp"
    UDP = "Udp"
    ICMP = "Icmp"
    ESP = "Esp"
    AH = "Ah"

    @classmethod
    def parse(cls, text: str) -> Protocol:
        """Read a protocol in any case; `Any` and `All` are spellings of `*`.

        Raises:
            ValueError: the text names no protocol.
        """
        folded = text.strip().capitalize()
        return cls.ANY if folded in {"Any", "All"} else cls(folded)

    def covers(self, other: Protocol) -> bool:
        """Tell whether traffic of `other` is traffic of this."""
        return self is Protocol.ANY or self is other


@lru_cache(maxsize=4_096)
def parse_ports(text: str) -> IntervalSet:
    """Read one port, a range `a-b` with both ends included, or `*`; ports are 0 to 65535.

    Raises:
        InvalidPortsError: the text is none of these.

    Source: Microsoft Learn, "Network security groups", security rules, port range.
    """
    trimmed = text.strip()
    if trimmed == "*":
        return ALL_PORTS
    first, dash, last = (part.strip() for part in trimmed.partition("-"))
    ends = (first, last if dash else first)
    if not all(end.isascii() and end.isdigit() for end in ends):
        raise InvalidPortsError(text)
    low, high = (int(end) for end in ends)
    if low > high or high > LAST_PORT:
        raise InvalidPortsError(text)
    return IntervalSet.span(low, high)


def ports_of(texts: Iterable[str]) -> IntervalSet:
    """Give the union of ports, ranges and `*`; empty for none."""
    return IntervalSet.of(span for text in texts for span in parse_ports(text).spans)
