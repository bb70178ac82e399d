"""JSON for readers and programs alike: one element of a list on a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping


def json_lines(document: Mapping[str, object]) -> Iterator[str]:
    """Give one JSON object as lines: its members, and each element of a list on its own line.

    Only ASCII comes out, so that no name can steer a terminal.  The memory needed is that of the
    longest element.
    """
    yield "{"
    last = len(document) - 1
    for number, (name, value) in enumerate(document.items()):
        comma = "" if number == last else ","
        if isinstance(value, list) and value:
            yield f"{json.dumps(name)}: ["
            yield from _elements(value)
            yield f"]{comma}"
        else:
            yield f"{json.dumps(name)}: {json.dumps(value)}{comma}"
    yield "}"


def _elements(values: list[object]) -> Iterator[str]:
    last = len(values) - 1
    for number, value in enumerate(values):
        yield json.dumps(value) + ("" if number == last else ",")
