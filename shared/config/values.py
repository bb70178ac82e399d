"""Values of settings: from an operator's text to the product's own types.

Every function raises ValueError with a text that says what is wrong and what to write instead, and
that holds nothing of a secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Final, TypeVar

from shared.adapters.arm_endpoint import ArmEndpoint, Cloud, InvalidEndpointError, arm_endpoint
from shared.adapters.teams import checked_webhook
from shared.config.reading import shown
from shared.config.secret import Secret
from shared.exposure.assessment import SSH_PORT
from shared.packetset.addresses import FAMILY_ADDRESSES, AddressSet, InvalidAddressError

Word = TypeVar("Word", bound=StrEnum)

_GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_GROUP: Final = re.compile(r"[\w().-]{1,90}", re.ASCII)
_ACCOUNT: Final = re.compile(r"[a-z0-9]{3,24}")
_HIGHEST_PORT: Final = 65_535
_MOST_CHANGES_PER_HOUR: Final = 1_000


def word_of(kind: type[Word]) -> Callable[[str], Word]:
    """Give the reader of one word of a closed vocabulary, in any case."""

    def parse(text: str) -> Word:
        try:
            return kind(text.lower())
        except ValueError:
            choice = ", ".join(kind)
            raise ValueError(f"is {shown(text)}; write one of {choice}") from None

    return parse


def subscriptions(text: str) -> tuple[str, ...]:
    """Read ids of subscriptions, in lower case, each once."""
    ids = tuple(dict.fromkeys(one.lower() for one in _list(text)))
    for one in ids:
        if not _GUID.fullmatch(one):
            raise ValueError(
                f"names {shown(one)}, which is no subscription id; write ids such as"
                " 00000000-0000-0000-0000-000000000000, separated by commas"
            )
    return ids


def management_group(text: str) -> str:
    """Read the id of a management group, which is not its display name or path."""
    if not _GROUP.fullmatch(text):
        raise ValueError(
            f"is {shown(text)}; write the management group's id alone: letters, digits, - _ ( ) ."
        )
    return text


def management_ports(text: str) -> tuple[int, ...]:
    """Read ports, sorted, with the SSH port, which is always one of them."""
    ports = {SSH_PORT}
    for one in _list(text):
        if not one.isascii() or not one.isdigit() or not 1 <= int(one) <= _HIGHEST_PORT:
            raise ValueError(
                f"names {shown(one)}; write ports from 1 to {_HIGHEST_PORT}, separated by commas"
            )
        ports.add(int(one))
    return tuple(sorted(ports))


def trusted_sources(text: str) -> AddressSet:
    """Read addresses and prefixes whose access is no finding; never all of a family."""
    try:
        trusted = AddressSet.of(_list(text))
    except InvalidAddressError as error:
        raise ValueError(
            f"names {shown(error.text)}; write addresses or prefixes such as 203.0.113.0/24,"
            " separated by commas"
        ) from None
    for family, everyone in FAMILY_ADDRESSES.items():
        if everyone.is_subset(trusted):
            raise ValueError(
                f"trusts every {family.label} address, so that nothing would ever be found; name"
                " your own networks only"
            )
    return trusted


def teams_webhook(text: str) -> Secret:
    """Read the address of a Teams flow."""
    return Secret(checked_webhook(text))


def endpoint_of(cloud: Cloud) -> Callable[[str], ArmEndpoint]:
    """Give the reader of an address that stands in for a cloud's Resource Manager."""

    def parse(text: str) -> ArmEndpoint:
        try:
            return arm_endpoint(cloud, text)
        except InvalidEndpointError as error:
            raise ValueError(error.fault) from None

    return parse


def dashboard_url(text: str) -> str:
    """Read the address at which people open the dashboard: safe as Resource Manager's must be."""
    return endpoint_of(Cloud.PUBLIC)(text).url


def changes_per_hour(text: str) -> int:
    """Read how many changes an hour may bring at most."""
    if text.isascii() and text.isdigit() and 1 <= int(text) <= _MOST_CHANGES_PER_HOUR:
        return int(text)
    raise ValueError(f"is {shown(text)}; write a number from 1 to {_MOST_CHANGES_PER_HOUR}")


def storage_accounts(text: str) -> tuple[str, ...]:
    """Read names of storage accounts."""
    names = _list(text)
    for one in names:
        if not _ACCOUNT.fullmatch(one):
            raise ValueError(
                f"names {shown(one)}; write names of storage accounts, 3 to 24 lower-case letters"
                " and digits each, separated by commas"
            )
    return names


def _list(text: str) -> tuple[str, ...]:
    """Split at commas; what is empty in between is left out."""
    return tuple(one.strip() for one in text.split(",") if one.strip())
