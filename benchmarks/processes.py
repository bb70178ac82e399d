"""Processes of their own, so that time and memory are those of what is measured alone."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final, TypeAlias

CHECKOUT: Final = Path(__file__).resolve().parent.parent
Measured: TypeAlias = Mapping[str, float]

_PEAK: Final = "VmHWM:"
_RESIDENT: Final = "VmRSS:"
_MEMORY: Final = Path("/proc/self/status")


def measured_in_process(module: str, *arguments: str) -> Measured:
    """Run a module of this package in a fresh interpreter and give the object that it prints.

    Raises:
        CalledProcessError: it failed; what it wrote to standard error was passed on.
    """
    command = [sys.executable, "-m", f"benchmarks.{module}", *arguments]
    ended = subprocess.run(command, cwd=CHECKOUT, stdout=subprocess.PIPE, check=True)
    found: Measured = json.loads(ended.stdout)
    return found


def peak_mib() -> float:
    """Give the most memory that this process held.

    Linux tells that of the program itself; the portable figure includes what the parent held
    when it started this process.
    """
    portable = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return _kib(_PEAK) / 1024 or portable


def resident_mib() -> float:
    """Give the memory that this process holds now; where that is not told, the most it held."""
    return _kib(_RESIDENT) / 1024 or peak_mib()


def _kib(name: str) -> int:
    if not _MEMORY.exists():
        return 0
    lines = _MEMORY.read_text(encoding="ascii").splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith(name)), 0)
