"""The table `exemptions`: one partition for each subscription, and one for each management group.

Exemptions that people recorded stay, ended ones too; those by tags are replaced by every sweep.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from shared.adapters.table_account import TableAccount, replacing, version_of
from shared.adapters.table_keys import key
from shared.adapters.table_limits import Row, Value, cut, joined
from shared.adapters.table_rows import UnreadableRowError, time_of
from shared.findings.exemption import Exemption
from shared.findings.exemption_tags import RefusedTags
from shared.findings.kept_exemption import ExemptionOrigin, KeptExemption
from shared.network.ids import ResourceId, resource_id

if TYPE_CHECKING:
    from azure.data.tables import TableEntity

TABLE: Final = "exemptions"
GROUPS: Final = "group|"
RECORDS: Final = "record|"
TAGS: Final = "tag|"
REFUSED: Final = "refused|"
"""What tags say sorts after what people recorded."""
_AFTER_GROUPS: Final = "group}"


class ExemptionTable:
    """The `ExemptionStore` in Azure Table Storage; see there for what each method promises."""

    def __init__(self, account: TableAccount) -> None:
        """Take the account; the table is made when it is first used."""
        self._account = account

    def of(self, subscription: str) -> Sequence[KeptExemption]:
        """Read one partition, and those of management groups."""
        rows = self._account.rows(
            TABLE,
            "PartitionKey eq @own or PartitionKey ge @first and PartitionKey lt @after",
            {"own": key(subscription.lower()), "first": GROUPS, "after": _AFTER_GROUPS},
        )
        return [_kept(row) for row in rows if not _is_refusal(row)]

    def every(self) -> Sequence[KeptExemption]:
        """Read the whole table."""
        return [_kept(row) for row in self._rows() if not _is_refusal(row)]

    def put(self, kept: KeptExemption) -> None:
        """Write one row."""
        self._account.submit(TABLE, [replacing(_row(kept), kept.version)])

    def replace_tagged(
        self,
        subscription: str,
        tagged: Sequence[Exemption],
        refused: Sequence[RefusedTags],
        seen: datetime,
    ) -> None:
        """Write the rows that differ from those that are there, and delete those that are over."""
        partition = key(subscription.lower())
        where = "PartitionKey eq @own and RowKey ge @first"
        present = {
            str(row["RowKey"]): row
            for row in self._account.rows(TABLE, where, {"own": partition, "first": REFUSED})
        }
        kept = [KeptExemption(one, ExemptionOrigin.TAG, seen) for one in tagged]
        rows = [*map(_row, kept), *(_refusal_row(one) for one in refused)]
        for row in rows:
            before = present.pop(str(row["RowKey"]), None)
            if before is None or _says(before) != _says(row):
                self._account.put(TABLE, row)
        for row_key in present:
            self._account.delete(TABLE, partition, row_key)

    def refused_tags(self) -> Sequence[RefusedTags]:
        """Read the refusals of every partition."""
        return [_refused(row) for row in self._rows() if _is_refusal(row)]

    def _rows(self) -> Sequence[TableEntity]:
        return list(self._account.rows(TABLE, "PartitionKey ge @first", {"first": " "}))


def _is_refusal(row: Row) -> bool:
    return str(row["RowKey"]).startswith(REFUSED)


def _says(row: Row) -> dict[str, Value]:
    """Give what a row tells, without when it was seen first."""
    return {
        name: time_of(value) if isinstance(value, datetime) else value
        for name, value in row.items()
        if name not in {"PartitionKey", "RowKey", "created"}
    }


def _partition(scope: ResourceId) -> str:
    return key(scope.subscription) if scope.subscription else key(f"{GROUPS}{scope.name.lower()}")


def _row(kept: KeptExemption) -> dict[str, Value]:
    exemption = kept.exemption
    prefix = RECORDS if kept.origin is ExemptionOrigin.RECORD else TAGS
    row: dict[str, Value] = {
        "PartitionKey": _partition(exemption.scope),
        "RowKey": key(f"{prefix}{exemption.id}"),
        "id": exemption.id,
        "scope": exemption.scope.text,
        "owner": exemption.owner,
        "expires": exemption.expires,
        "origin": kept.origin,
        "created": kept.created,
        "created_by": kept.created_by,
        **dict(cut("reason", exemption.reason)),
    }
    if exemption.check is not None:
        row["check"] = exemption.check
    if kept.members:
        row.update(cut("members", json.dumps(kept.members)))
    if kept.ended is not None:
        row.update(ended=kept.ended, ended_by=kept.ended_by)
    return row


def _kept(row: TableEntity) -> KeptExemption:
    try:
        check, ended = row.get("check"), row.get("ended")
        return KeptExemption(
            exemption=Exemption(
                id=str(row["id"]),
                scope=resource_id(str(row["scope"])),
                check=None if check is None else str(check),
                reason=joined(row, "reason"),
                owner=str(row["owner"]),
                expires=time_of(row["expires"]),
            ),
            origin=ExemptionOrigin(str(row["origin"])),
            created=time_of(row["created"]),
            created_by=str(row["created_by"]),
            members=tuple(json.loads(joined(row, "members"))) if "members" in row else (),
            ended=None if ended is None else time_of(ended),
            ended_by=str(row.get("ended_by", "")),
            version=version_of(row),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableRowError(row) from error


def _refusal_row(refused: RefusedTags) -> dict[str, Value]:
    digest = hashlib.sha256(refused.resource.key.encode()).hexdigest()
    return {
        "PartitionKey": _partition(refused.resource),
        "RowKey": f"{REFUSED}{digest}",
        "resource": refused.resource.text,
        "fault": refused.fault,
    }


def _refused(row: TableEntity) -> RefusedTags:
    try:
        return RefusedTags(resource_id(str(row["resource"])), str(row["fault"]))
    except (KeyError, ValueError) as error:
        raise UnreadableRowError(row) from error
