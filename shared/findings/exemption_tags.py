"""Exemptions that stand on a resource itself, as three tags.

| tag | holds |
|---|---|
| `portcullis-exempt-until` | the last day of the exemption, `YYYY-MM-DD`, in UTC |
| `portcullis-exempt-reason` | why the findings may stay |
| `portcullis-exempt-owner` | who answers for that |

All three are needed: a resource that bears some of them, or a date that is none, is not exempt.
Names of tags are compared without case.  Source: Microsoft Learn, "Use tags to organize your Azure
resources and management hierarchy", tag names are case-insensitive for operations.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from shared.findings.exemption import Exemption
from shared.network.ids import ResourceId

TAG_PREFIX: Final = "portcullis-exempt-"
UNTIL_TAG: Final = f"{TAG_PREFIX}until"
REASON_TAG: Final = f"{TAG_PREFIX}reason"
OWNER_TAG: Final = f"{TAG_PREFIX}owner"


@dataclass(frozen=True, slots=True)
class RefusedTags:
    """Tags that were meant to exempt a resource and do not, with what is wrong with them."""

    resource: ResourceId
    fault: str


def exemption_by_tags(
    resource: ResourceId, tags: Mapping[str, str]
) -> Exemption | RefusedTags | None:
    """Read the exemption that a resource's tags speak of; None where they speak of none.

    It holds for every check, on the resource and all that lies in it.
    """
    told = {name.lower(): value.strip() for name, value in tags.items()}
    if not any(name.startswith(TAG_PREFIX) for name in told):
        return None
    missing = [name for name in (UNTIL_TAG, REASON_TAG, OWNER_TAG) if not told.get(name)]
    if missing:
        return RefusedTags(resource, f"{' and '.join(missing)} missing or empty")
    try:
        expires = end_of_day(told[UNTIL_TAG])
    except ValueError as error:
        return RefusedTags(resource, f"{UNTIL_TAG} {error}")
    digest = hashlib.sha256(resource.key.encode()).hexdigest()
    return Exemption(
        f"tag-{digest[:16]}", resource, None, told[REASON_TAG], told[OWNER_TAG], expires
    )


def end_of_day(text: str) -> datetime:
    """Give the moment at which a day of UTC is over.

    Raises:
        ValueError: the text is no day, `YYYY-MM-DD`, or the last one that there is.
    """
    try:
        following = date.fromisoformat(text) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise ValueError(f"is {text[:40]!r}; write a day such as 2027-03-31") from None
    return datetime.combine(following, time(), UTC)
