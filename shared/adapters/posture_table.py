"""The table `posture`: a head for each subscription, and its scorecard in parts beside it."""

from __future__ import annotations

import hashlib
import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from shared.adapters.table_account import TableAccount, replacing, version_of
from shared.adapters.table_keys import key
from shared.adapters.table_limits import Row, Value
from shared.adapters.table_rows import UnreadableRowError, time_of
from shared.adapters.text_rows import TextRows
from shared.findings.kept_posture import KeptPosture, PostureHead, SweptPosture
from shared.findings.posture import Requirement, Standing
from shared.findings.posture_brief import PlaceBrief, brief_of
from shared.findings.posture_text import FORM, PostureReading, posture_text
from shared.network.ids import ResourceId
from shared.usecases.interfaces import StoreConflictError, StoreError

if TYPE_CHECKING:
    from azure.data.tables import TableEntity

TABLE: Final = "posture"
HEADS: Final = "subscriptions"
PARTS: Final = "part|"
ATTEMPTS: Final = 5
READINGS: Final = 4
"""How many scorecards a process keeps at hand, each some 20 MiB for 10,000 machines."""
_READS: Final = 2
_PACKED_WELL: Final = 6


class BrokenPostureError(StoreError):
    """The parts of a scorecard are not those that its head names."""


class PostureTable:
    """The `PostureStore` in Azure Table Storage; see there for what each method promises.

    The parts lie in the partition of their subscription, under the time of their data and a
    digest.  They are written first; then the head is made to name them, and whatever no head names
    is never read.  The parts that the head named before stay until the next time, so that whoever
    is reading them can finish.
    """

    def __init__(self, account: TableAccount) -> None:
        """Take the account; the table is made when it is first used."""
        self._account = account
        self._texts = TextRows(account, TABLE, "packed")

    def keep(self, swept: SweptPosture) -> bool:
        """Write the parts, then the head; again where another writer came in between."""
        packed = _packed(posture_text(swept.place))
        version = _version(swept.observed_at, packed)
        for _ in range(ATTEMPTS):
            before = self._head(swept.subscription)
            if before is not None and _observed_at(before) > swept.observed_at:
                return False
            self._texts.put(key(swept.subscription.lower()), _prefix(version), packed)
            with suppress(StoreConflictError):
                self._name(swept, version, before)
                return True
        raise StoreConflictError(f"the posture of {swept.subscription} is kept by others, too")

    def heads(self) -> Sequence[PostureHead]:
        """Read the partition of heads."""
        rows = self._account.rows(TABLE, "PartitionKey eq @heads", {"heads": HEADS})
        return tuple(_read(row) for row in rows if row.get("form") == FORM)

    def kept(self, subscription: str) -> KeptPosture | None:
        """Read a head and its parts; once more where they were replaced in the meantime."""
        for _ in range(_READS):
            row = self._head(subscription)
            if row is None or row.get("form") != FORM:
                return None
            version = _named(row)
            packed = self._texts.text(key(subscription.lower()), _prefix(version))
            if version == _version(_observed_at(row), packed):
                return KeptPosture(_read(row), _reading(packed))
        raise BrokenPostureError(f"what is kept of the posture of {subscription} is not whole")

    def _name(self, swept: SweptPosture, version: str, before: TableEntity | None) -> None:
        """Make the head name new parts, and forget what is older than those that it named last."""
        replaced = "" if before is None else _named(before)
        if before is not None and replaced == version:
            replaced = str(before.get("previous", ""))
        etag = None if before is None else version_of(before)
        self._account.submit(TABLE, [replacing(_row(swept, version, replaced), etag)])
        outlived = _prefix(min(replaced or version, version))
        self._texts.forget(key(swept.subscription.lower()), PARTS, before=outlived)

    def _head(self, subscription: str) -> TableEntity | None:
        return self._account.row(TABLE, HEADS, key(subscription.lower()))


def _prefix(version: str) -> str:
    return f"{PARTS}{version}|"


def _version(observed_at: datetime, packed: str) -> str:
    """Name parts by their time and by what they hold; later ones sort behind earlier ones."""
    stamp = observed_at.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    return f"{stamp}-{hashlib.sha256(packed.encode()).hexdigest()[:32]}"


def _packed(text: str) -> str:
    return b64encode(zlib.compress(text.encode(), _PACKED_WELL)).decode()


@lru_cache(maxsize=READINGS)
def _reading(packed: str) -> PostureReading:
    """Unpack a text; who pages through a subscription finds what was read of it already."""
    return PostureReading(zlib.decompress(b64decode(packed)).decode())


def _row(swept: SweptPosture, version: str, previous: str) -> dict[str, Value]:
    brief = brief_of(swept.place)
    counts = {
        one.value: [brief.count(one, standing) for standing in Standing] for one in Requirement
    }
    return {
        "PartitionKey": HEADS,
        "RowKey": key(swept.subscription.lower()),
        "form": FORM,
        "observed_at": swept.observed_at,
        "sweep": swept.sweep,
        "version": version,
        "previous": previous,
        "machines": brief.machines,
        "counts": json.dumps(counts),
        "own": json.dumps(brief.own),
        "whole": brief.is_whole,
    }


def _read(row: Row) -> PostureHead:
    try:
        subscription = str(row["RowKey"])
        counts: Mapping[str, Sequence[int]] = json.loads(str(row["counts"]))
        own: Mapping[str, str] = json.loads(str(row["own"]))
        brief = PlaceBrief(
            ResourceId(f"/subscriptions/{subscription}"),
            int(str(row["machines"])),
            {
                (Requirement(one), standing): int(number)
                for one, numbers in counts.items()
                for standing, number in zip(Standing, numbers, strict=True)
                if number
            },
            {Requirement(one): Standing(standing) for one, standing in own.items()},
            bool(row["whole"]),
        )
        return PostureHead(subscription, _observed_at(row), str(row["sweep"]), brief)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UnreadableRowError(row) from error


def _observed_at(row: Row) -> datetime:
    try:
        return time_of(row["observed_at"])
    except (KeyError, TypeError) as error:
        raise UnreadableRowError(row) from error


def _named(row: Row) -> str:
    try:
        return str(row["version"])
    except KeyError as error:
        raise UnreadableRowError(row) from error
