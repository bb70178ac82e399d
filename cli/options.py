"""Option values that several commands have, those read from text each with its objection."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

import typer

from shared.packetset.addresses import AddressSet, InvalidAddressError, address_number


class ReportFormat(StrEnum):
    """The forms in which findings are written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"
    SARIF = "sarif"
    OCSF = "ocsf"
    HTML = "html"


_SUBSCRIPTION: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def prefix(text: str) -> AddressSet:
    """Read a CIDR prefix, an address or a range of addresses."""
    try:
        return AddressSet.parse(text)
    except InvalidAddressError as error:
        raise typer.BadParameter(f"{error}; write 203.0.113.0/24, for example") from error


def address(text: str) -> int:
    """Read one address, as a number of the address line."""
    try:
        return address_number(text)
    except InvalidAddressError as error:
        raise typer.BadParameter(f"not an IPv4 or IPv6 address: {text!r}") from error


def moment(text: str) -> datetime:
    """Read a time of ISO 8601 that names its zone."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"not a time: {text!r}; {_EXAMPLE}") from error
    if time.tzinfo is None:
        raise typer.BadParameter(f"no time zone in {text!r}; {_EXAMPLE}")
    return time.astimezone(UTC)


_EXAMPLE: Final = "write 2026-11-22T10:00:00Z, for example"


def subscription(text: str) -> str:
    """Read a subscription's id."""
    if _SUBSCRIPTION.fullmatch(text.strip()) is None:
        raise typer.BadParameter(f"not the id of a subscription: {text!r}; `az account list`")
    return text.strip().lower()
