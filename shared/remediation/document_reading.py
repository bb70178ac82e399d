"""Members of stored documents, read strictly: a missing or wrong one is an error."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from shared.checks.result import Json
from shared.network.ids import ResourceId


class InvalidDocumentError(ValueError):
    """A document with a member that is missing, or is not what it must be."""

    def __init__(self, member: str, value: Json) -> None:
        """Keep the member's name and what stood there."""
        super().__init__(f"{member} is {str(value)[:100]!r}")
        self.member = member
        self.value = value


def text(document: Mapping[str, Json], member: str) -> str:
    """Give a member that is text."""
    value = document.get(member)
    if not isinstance(value, str):
        raise InvalidDocumentError(member, value)
    return value


def number(document: Mapping[str, Json], member: str) -> int:
    """Give a member that is an integer."""
    value = document.get(member)
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidDocumentError(member, value)
    return value


def texts(document: Mapping[str, Json], member: str) -> tuple[str, ...]:
    """Give a member that is a list of texts."""
    value = document.get(member)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise InvalidDocumentError(member, str(value))
    return tuple(str(one) for one in value)


def parts(document: Mapping[str, Json], member: str) -> tuple[Mapping[str, Json], ...]:
    """Give a member that is a list of objects."""
    value = document.get(member)
    if not isinstance(value, list):
        raise InvalidDocumentError(member, str(value))
    found = tuple(one for one in value if isinstance(one, Mapping))
    if len(found) < len(value):
        raise InvalidDocumentError(member, str(value))
    return found


def part(document: Mapping[str, Json], member: str) -> Mapping[str, Json]:
    """Give a member that is an object."""
    value = document.get(member)
    if not isinstance(value, Mapping):
        raise InvalidDocumentError(member, str(value))
    return value


def identity(document: Mapping[str, Json], member: str) -> ResourceId:
    """Give a member that is a resource id; `InvalidResourceIdError` where it is another text."""
    return ResourceId(text(document, member))


def moment(document: Mapping[str, Json], member: str) -> datetime:
    """Give a member that is an aware time."""
    value = text(document, member)
    try:
        time = datetime.fromisoformat(value)
    except ValueError as error:
        raise InvalidDocumentError(member, value) from error
    if time.tzinfo is None:
        raise InvalidDocumentError(member, value)
    return time
