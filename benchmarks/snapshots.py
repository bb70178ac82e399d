"""snapshot: a file of rows judged whole, against what the json module takes merely to parse it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from benchmarks.benchmark import Benchmark, Figures
from benchmarks.estates import Shape, write_estate
from benchmarks.processes import Measured, measured_in_process


def _measure(size: int) -> Figures:
    """Parse before and after, so that both sides of the ratio meet the same noise."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "estate.jsonl"
        write_estate(Shape(size), path)
        file_mib = path.stat().st_size / (1 << 20)
        before = measured_in_process("measured_parsing", str(path))
        judged = measured_in_process("measured_scan", str(path))
        after = measured_in_process("measured_parsing", str(path))
    parsing = {name: (before[name] + after[name]) / 2 for name in before}
    return {"file_mib": round(file_mib, 1)} | _figures(size, judged, parsing)


def _figures(size: int, judged: Measured, parsing: Measured) -> dict[str, float | int]:
    seconds = judged["read_seconds"] + judged["build_seconds"] + judged["scan_seconds"]
    cpu = judged["cpu_seconds"]
    return {
        "seconds": round(seconds, 3),
        "read_seconds": round(judged["read_seconds"], 3),
        "build_seconds": round(judged["build_seconds"], 3),
        "exposures_seconds": round(judged["exposures_seconds"], 3),
        "checks_and_findings_seconds": round(
            judged["scan_seconds"] - judged["exposures_seconds"], 3
        ),
        "document_seconds": round(judged["document_seconds"], 3),
        "json_by_page_seconds": round(parsing["by_page_seconds"], 3),
        "json_by_line_seconds": round(parsing["by_line_seconds"], 3),
        "ratio_to_json_by_page": round(seconds / parsing["by_page_seconds"], 2),
        "ratio_to_json_by_line": round(seconds / parsing["by_line_seconds"], 2),
        "cpu_ratio_to_json_by_page": round(cpu / parsing["by_page_cpu_seconds"], 2),
        "cpu_ratio_to_json_by_line": round(cpu / parsing["by_line_cpu_seconds"], 2),
        "machines_per_second": round(size / seconds),
        "peak_mib": round(judged["peak_mib"], 1),
        "rows_count": int(judged["rows"]),
        "exposures_count": int(judged["exposures"]),
        "findings_count": int(judged["findings"]),
    }


SNAPSHOT: Final = Benchmark(
    "snapshot", "virtual machines", small=1_000, usual=10_000, measure=_measure
)
