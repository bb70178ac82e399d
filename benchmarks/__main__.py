"""`python -m benchmarks NAME [--size N] [--json]`: measure, print, assert nothing."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Final

from benchmarks.audit_logs import AUDIT_LOGS
from benchmarks.benchmark import Benchmark
from benchmarks.burst import BURST
from benchmarks.change_to_card import CHANGE_TO_CARD
from benchmarks.findings_page import FINDINGS_PAGE
from benchmarks.importing import IMPORT
from benchmarks.judging import JUDGE
from benchmarks.snapshots import SNAPSHOT
from benchmarks.sweeping import SWEEP

BENCHMARKS: Final[Mapping[str, Benchmark]] = {
    one.name: one
    for one in (JUDGE, SNAPSHOT, IMPORT, SWEEP, CHANGE_TO_CARD, BURST, AUDIT_LOGS, FINDINGS_PAGE)
}
EVERY_ONE: Final = "all"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line names."""
    asked = _parser().parse_args(arguments)
    if asked.name == EVERY_ONE:
        for benchmark in BENCHMARKS.values():
            _print(benchmark.report(asked.size or benchmark.small), as_json=asked.json)
    else:
        _print(BENCHMARKS[asked.name].report(asked.size), as_json=asked.json)
    return 0


def _parser() -> argparse.ArgumentParser:
    sizes = "; ".join(
        f"{one.name}: {one.size_of}, {one.usual:,} unless told otherwise"
        for one in BENCHMARKS.values()
    )
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure the product on generated estates.",
        epilog=f"Sizes count: {sizes}. `all` runs each at its small size.",
    )
    parser.add_argument("name", choices=[*BENCHMARKS, EVERY_ONE])
    parser.add_argument("--size", type=_size, help="how large; see below")
    parser.add_argument("--json", action="store_true", help="print one JSON object for each")
    return parser


def _size(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _print(report: Mapping[str, object], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(report), flush=True)
        return
    figures = report["figures"]
    print(f"{report['name']}, {report['size']:,} {report['size_of']}, {report['cores']} cores")
    if isinstance(figures, Mapping):
        width = max(map(len, figures), default=0)
        for name, value in figures.items():
            print(f"  {name:<{width}}  {'-' if value is None else format(value, ',')}")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
