"""import: how long the Functions app takes to load, and how much memory it then holds."""

from __future__ import annotations

from statistics import median
from typing import Final

from benchmarks.benchmark import Benchmark, Figures
from benchmarks.processes import measured_in_process


def _measure(size: int) -> Figures:
    measured_in_process("measured_import")  # writes the byte code that a deployment has
    runs = [measured_in_process("measured_import") for _ in range(size)]
    seconds = [run["seconds"] for run in runs]
    return {
        "median_seconds": round(median(seconds), 3),
        "best_seconds": round(min(seconds), 3),
        "resident_mib": round(median(run["resident_mib"] for run in runs), 1),
        "modules_count": int(median(run["modules"] for run in runs)),
    }


IMPORT: Final = Benchmark("import", "fresh interpreters", small=3, usual=9, measure=_measure)
