"""Random estates and walks without end: `python -m tests.longrun [--minutes N] [--seed S]`.

Keeps comparing product and oracle on estates that CI has no time for, before and after plans, and
record and estate after walks of changes, events and sweeps; prints a line a minute and every seed
that fails, and ends with status 1 if one did.  `--seed` tries one seed again.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from typing import Final

from tests import event_walks
from tests.oracle.comparison import disagreements
from tests.oracle.door_estates import random_door_estate
from tests.oracle.estates import random_estate
from tests.plan_judging import broken_plans

TRIALS: Final[dict[str, Callable[[int], list[str]]]] = {
    "public addresses": lambda seed: disagreements(random_estate(seed)),
    "other doors": lambda seed: disagreements(random_door_estate(seed)),
    "plans for groups": lambda seed: broken_plans(random_estate(seed)),
    "plans for doors": lambda seed: broken_plans(random_door_estate(seed)),
    "changes and sweeps": lambda seed: event_walks.disagreements(event_walks.random_steps(seed)),
}
"""What is tried with each seed: a function that returns a line for everything that is wrong."""

FIRST_SEED = 1_000_000
LINE_EVERY_SECONDS = 60.0


def failing_lines(seed: int) -> list[str]:
    """Return what is wrong in any trial of a seed."""
    return [f"{name}: {line}" for name in TRIALS for line in _tried(name, seed)]


def _tried(name: str, seed: int) -> list[str]:
    try:
        return TRIALS[name](seed)
    except Exception as crash:  # noqa: BLE001 - a crash is a failure too; the run goes on
        return [f"{type(crash).__name__}: {crash}"]


def seeds_until(deadline: float) -> Iterator[int]:
    """Give seeds until the clock passes the deadline, from a place that differs by run."""
    seed = FIRST_SEED + time.time_ns() % 10**12
    while time.monotonic() < deadline:
        yield seed
        seed += 1


def report(seed: int, lines: list[str]) -> None:
    """Print a failing seed with all that is wrong, and how to try it again."""
    print(f"seed {seed} fails; try it again with: python -m tests.longrun --seed {seed}")
    for line in lines:
        print(f"  {line}")


def run(minutes: float) -> int:
    """Try seeds for so many minutes; return how many of them failed."""
    started = time.monotonic()
    tried, failed, next_line = 0, 0, LINE_EVERY_SECONDS
    for seed in seeds_until(started + minutes * 60):
        lines = failing_lines(seed)
        tried += 1
        if lines:
            failed += 1
            report(seed, lines)
        if time.monotonic() - started >= next_line:
            print(f"{next_line / 60:.0f} min: {tried} seeds tried, {failed} failed", flush=True)
            next_line += LINE_EVERY_SECONDS
    print(f"done: {tried} seeds tried, {failed} failed")
    return failed


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.longrun", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="how long to try (default 10)")
    parser.add_argument("--seed", type=int, help="try this seed alone")
    options = parser.parse_args(arguments)
    if options.seed is None:
        return int(run(options.minutes) > 0)
    lines = failing_lines(options.seed)
    report(options.seed, lines) if lines else print(f"seed {options.seed} agrees")
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main())
