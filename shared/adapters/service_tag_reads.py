"""The list of service tags, asked of Azure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from shared.adapters.arm_endpoint import Cloud
from shared.adapters.arm_reads import ArmReader, body_of, direct_row
from shared.adapters.tag_file import TagFileError, service_tag_table
from shared.network.ids import ResourceId
from shared.network.service_tags import ServiceTagTable
from shared.network.snapshot import Snapshot
from shared.usecases.interfaces import InventoryError

LOCATIONS: Final = {
    Cloud.PUBLIC: "westeurope",
    Cloud.US_GOVERNMENT: "usgovvirginia",
    Cloud.CHINA: "chinanorth3",
}
"""Where each cloud is asked; the answer holds the tags of all of its regions.

Source: Microsoft Learn, REST reference, "Service Tags - List": the location is "used as a
reference for version (not as a filter based on location)".
"""
SUBSCRIPTIONS_TRIED: Final = 3
"""Any subscription will do, and the first may be disabled."""


class _Answer(msgspec.Struct, rename="camel"):
    """What of the answer decides whether it is the whole list."""

    next_link: str | None = None


_ANSWER: Final = msgspec.json.Decoder(_Answer)


@dataclass(frozen=True, slots=True)
class PublishedTags:
    """The list as Azure gave it (`text`), what it says, and the location that was asked."""

    location: ResourceId
    text: bytes
    table: ServiceTagTable


class ServiceTagReads:
    """Asks for the list of service tags; also a `Supplement`, which lays it over an estate."""

    def __init__(self, reader: ArmReader, cloud: Cloud) -> None:
        """Take the way to Resource Manager and the cloud whose list is wanted."""
        self._reader = reader
        self._location = LOCATIONS[cloud]

    def __call__(self, snapshot: Snapshot, subscriptions: Sequence[str]) -> Iterator[bytes]:
        """Give the row of the list; none where it cannot be read, which leaves tags unresolved."""
        del snapshot
        try:
            published = self.published(subscriptions)
        except InventoryError:
            return
        yield direct_row("service-tags", published.location, msgspec.Raw(published.text))

    def published(self, subscriptions: Sequence[str]) -> PublishedTags:
        """Give the list as it stands now, through the first of some subscriptions that may ask.

        Raises:
            InventoryError: none of the first `SUBSCRIPTIONS_TRIED` gave it, or it is no list.
        """
        failure = InventoryError("there is no subscription to ask for the service tags with")
        for subscription in subscriptions[:SUBSCRIPTIONS_TRIED]:
            try:
                return self._asked(subscription)
            except InventoryError as error:
                failure = error
        raise failure

    def _asked(self, subscription: str) -> PublishedTags:
        tags = self._reader.network(subscription).service_tags
        text = self._reader.body(
            "reading the service tags", lambda: tags.list(self._location, cls=body_of)
        )
        name = f"the service tags of {self._location}"
        try:
            is_part = bool(_ANSWER.decode(text).next_link)
            table = service_tag_table(text, name)
        except (msgspec.DecodeError, TagFileError) as error:
            raise InventoryError(str(error)) from error
        if is_part:
            raise InventoryError(f"{name} came in parts, and a part of a list is not used")
        place = f"/subscriptions/{subscription}/providers/Microsoft.Network/locations"
        return PublishedTags(ResourceId(f"{place}/{self._location}"), text, table)
