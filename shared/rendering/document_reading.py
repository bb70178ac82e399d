"""Members of stored JSON documents: whatever is missing or misshapen reads as nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shared.checks.result import Json


def object_in(entry: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    """Give a member that is an object; an empty one else."""
    value = entry.get(name)
    return value if isinstance(value, Mapping) else {}


def objects_in(entry: Mapping[str, Json], name: str) -> Iterator[Mapping[str, Json]]:
    """Give the objects of a member that is a list."""
    value = entry.get(name)
    if isinstance(value, list | tuple):
        yield from (part for part in value if isinstance(part, Mapping))


def texts_in(entry: Mapping[str, Json], name: str) -> tuple[str, ...]:
    """Give the texts of a member that is a list."""
    value = entry.get(name)
    if not isinstance(value, list | tuple):
        return ()
    return tuple(part for part in value if isinstance(part, str))


def text_in(entry: Mapping[str, Json], name: str) -> str:
    """Give a member that is a text; an empty one else."""
    value = entry.get(name)
    return value if isinstance(value, str) else ""


def number_in(entry: Mapping[str, Json], name: str) -> int | None:
    """Give a member that is a whole number."""
    value = entry.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
