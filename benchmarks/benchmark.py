"""What a benchmark is: a name, the sizes that it runs at, and a function that gives figures."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Figures: TypeAlias = Mapping[str, float | int | None]
"""Measured values by name, which says the unit, or that it is a ratio or a count.

None where there is nothing to measure at that size.
"""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One benchmark; `size_of` says what its size counts."""

    name: str
    size_of: str
    small: int
    usual: int
    measure: Callable[[int], Figures]

    def report(self, size: int | None) -> dict[str, object]:
        """Run it at a size, or at its usual one, and give the object that `--json` prints."""
        chosen = self.usual if size is None else size
        return {
            "name": self.name,
            "size": chosen,
            "size_of": self.size_of,
            "figures": dict(self.measure(chosen)),
            "cores": usable_cores(),
        }


def usable_cores() -> int:
    """Give the number of processors that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
