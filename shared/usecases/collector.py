"""Python's collector of cycles, kept at rest where a great many objects are made at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Keep the collector from walking a growing estate again and again.

    What is made of rows holds no cycles, so reference counts alone free it.  Several threads may be
    inside at once: whoever found the collector at work sets it to work again.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
