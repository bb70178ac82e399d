"""Service tag files: the list of prefixes that Azure publishes, read strictly."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Final

import msgspec

from shared.network.service_tags import ServiceTag, ServiceTagTable
from shared.packetset.addresses import AddressSet, InvalidAddressError
from shared.packetset.intervals import IntervalSet
from shared.usecases.interfaces import PortcullisError


class TagFileError(PortcullisError):
    """A service tag file that cannot be used; the message begins with file and line."""

    def __init__(self, file: str, line: int | None, fault: str) -> None:
        """Keep where it is, and what is wrong; `line` counts from 1, None for the whole file."""
        super().__init__(f"{file if line is None else f'{file}:{line}'}: {fault}")
        self.file = file
        self.line = line
        self.fault = fault


class _Properties(msgspec.Struct, rename="camel"):
    address_prefixes: list[str]


class _Value(msgspec.Struct):
    name: str
    properties: _Properties


class _TagList(msgspec.Struct, rename="camel"):
    change_number: int | str
    values: list[_Value]


_DECODER: Final = msgspec.json.Decoder(_TagList)


def read_service_tags(path: str | Path) -> ServiceTagTable:
    """Read the JSON file that Azure publishes weekly, or the answer of the service tags API.

    Both have the same members.  A name that comes twice holds the prefixes of both; a tag without
    any prefix stays unresolved.

    Raises:
        TagFileError: the file cannot be read, is no such list, is empty, or holds a prefix that
            is none.

    Source: Microsoft Learn, "Virtual network service tags", discover service tags by using
    downloadable JSON files and the Service Tag Discovery API.
    """
    name = str(path)
    try:
        text = Path(path).read_bytes()
    except OSError as error:
        raise TagFileError(name, None, f"cannot be read: {error.strerror}") from error
    return service_tag_table(text.removeprefix(b"\xef\xbb\xbf"), name)


def service_tag_table(text: bytes, name: str) -> ServiceTagTable:
    """Read the text of a list; `name` says in errors where it came from.

    Raises:
        TagFileError: as `read_service_tags`.
    """
    listed = _decoded(text, name)
    spans: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for value in listed.values:
        key = ServiceTag.parse(value.name).key
        for prefix in value.properties.address_prefixes:
            try:
                spans[key] += AddressSet.parse(prefix).numbers.spans
            except InvalidAddressError as error:
                fault = f"service tag {value.name!r}: {error}"
                raise TagFileError(name, _line_of(prefix, text), fault) from error
    prefixes = {key: AddressSet(IntervalSet.of(found)) for key, found in spans.items()}
    return ServiceTagTable(prefixes, str(listed.change_number))


def _decoded(text: bytes, name: str) -> _TagList:
    try:
        listed = _DECODER.decode(text)
    except msgspec.ValidationError as error:
        raise TagFileError(name, None, f"not a list of service tags: {error}") from error
    except msgspec.DecodeError as error:
        raise TagFileError(name, _broken_line(text), "not JSON") from error
    if not listed.values:
        raise TagFileError(name, None, "not a list of service tags: `values` is empty")
    return listed


def _broken_line(text: bytes) -> int | None:
    """Find the line in which a text stops being JSON; None where it is no text at all."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return error.lineno
    except UnicodeDecodeError:
        pass
    return None


def _line_of(prefix: str, text: bytes) -> int | None:
    found = text.find(json.dumps(prefix).encode())
    return None if found < 0 else text.count(b"\n", 0, found) + 1
