"""Imports `function_app` and prints what that took; run in a fresh interpreter."""

import sys
from time import perf_counter

began = perf_counter()
import function_app  # noqa: E402, F401 - the import is what is measured

seconds = perf_counter() - began

import json  # noqa: E402 - none of our own imports comes before the measured one

from benchmarks.processes import resident_mib  # noqa: E402 - as above

print(json.dumps({"seconds": seconds, "resident_mib": resident_mib(), "modules": len(sys.modules)}))
