"""Findings and their steps as rows of a table, and back."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import cast

from shared.adapters.table_keys import WATERMARK, event_key, finding_key, history_key, key
from shared.adapters.table_limits import Row, Value, cut, joined
from shared.checks.result import Json, Severity
from shared.findings.evidence import shortened
from shared.findings.finding import (
    Actor,
    ActorKind,
    Cause,
    Finding,
    FindingRecord,
    FindingState,
    Fingerprint,
    Transition,
)
from shared.network.ids import resource_id
from shared.usecases.interfaces import EventState, OutboxEvent, StoreError, Watermark


class UnreadableRowError(StoreError):
    """A row that Portcullis did not write, or not in this form."""

    def __init__(self, row: Row) -> None:
        """Name the row by its keys."""
        partition, row_key = row.get("PartitionKey"), row.get("RowKey")
        super().__init__(
            f"row {row_key!r} of partition {partition!r} does not hold what Portcullis writes"
            " there: delete it, and the next sweep records it again"
        )


def record_row(record: FindingRecord) -> dict[str, Value]:
    """Give the row of a finding's present state; too much evidence is shortened."""
    row: dict[str, Value] = {
        "PartitionKey": key(record.finding.resource.subscription),
        "RowKey": finding_key(record.finding.fingerprint),
        "state": record.state,
        "observed_at": record.observed_at,
        "first_seen": record.first_seen,
        "since": record.since,
        **_finding_columns(record.finding),
    }
    if record.exempt_until is not None:
        row["exempt_until"] = record.exempt_until
    return row


def record_of(row: Row) -> FindingRecord:
    """Read the row of a finding.

    Raises:
        UnreadableRowError: it is none.
    """
    try:
        until = row.get("exempt_until")
        return FindingRecord(
            finding=_finding(row, Fingerprint(str(row["RowKey"]).rpartition("|")[2])),
            state=FindingState(str(row["state"])),
            observed_at=time_of(row["observed_at"]),
            first_seen=time_of(row["first_seen"]),
            since=time_of(row["since"]),
            exempt_until=None if until is None else time_of(until),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableRowError(row) from error


def watermark_row(partition: str, observed_at: datetime | None) -> dict[str, Value]:
    """Give the row of a subscription's watermark."""
    row: dict[str, Value] = {"PartitionKey": partition, "RowKey": WATERMARK}
    if observed_at is not None:
        row["observed_at"] = observed_at
    return row


def watermark_of(row: Row, version: str) -> Watermark:
    """Read the row of a watermark.

    Raises:
        UnreadableRowError: it is none.
    """
    try:
        observed_at = row.get("observed_at")
        return Watermark(None if observed_at is None else time_of(observed_at), version)
    except TypeError as error:
        raise UnreadableRowError(row) from error


def event_row(transition: Transition) -> dict[str, Value]:
    """Give the row of a step that waits in the outbox."""
    return {
        "PartitionKey": key(transition.finding.resource.subscription),
        "RowKey": event_key(transition),
        "event": EventState.PENDING,
        **_transition_columns(transition),
    }


def event_of(row: Row) -> OutboxEvent:
    """Read a row of the outbox.

    Raises:
        UnreadableRowError: it is none.
    """
    try:
        transition = transition_of(row)
        return OutboxEvent(
            subscription=transition.finding.resource.subscription,
            transition=transition,
            state=EventState(str(row["event"])),
            reason=str(row.get("reason", "")),
        )
    except (KeyError, ValueError) as error:
        raise UnreadableRowError(row) from error


def history_row(transition: Transition) -> dict[str, Value]:
    """Give the row of a step in its finding's history."""
    return {
        "PartitionKey": transition.finding.fingerprint,
        "RowKey": history_key(transition),
        **_transition_columns(transition),
    }


def transition_of(row: Row) -> Transition:
    """Read a step from a row of the history or of the outbox.

    Raises:
        UnreadableRowError: it holds none.
    """
    try:
        before, severity_before = row.get("before"), row.get("severity_before")
        actor = row.get("actor")
        return Transition(
            finding=_finding(row, Fingerprint(str(row["fingerprint"]))),
            before=None if before is None else FindingState(str(before)),
            after=FindingState(str(row["after"])),
            at=time_of(row["at"]),
            observed_at=time_of(row["observed_at"]),
            cause=Cause(str(row["cause"])),
            run=str(row["run"]),
            severity_before=None if severity_before is None else Severity(str(severity_before)),
            actor=None if actor is None else actor_of(joined(row, "actor")),
            occurred=_time_in(row, "occurred"),
            received=_time_in(row, "received"),
            told=_time_in(row, "told"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableRowError(row) from error


def _transition_columns(transition: Transition) -> dict[str, Value]:
    columns: dict[str, Value] = {
        "fingerprint": transition.finding.fingerprint,
        "after": transition.after,
        "at": transition.at,
        "observed_at": transition.observed_at,
        "cause": transition.cause,
        "run": transition.run,
        **_finding_columns(transition.finding),
    }
    if transition.before is not None:
        columns["before"] = transition.before
    if transition.severity_before is not None:
        columns["severity_before"] = transition.severity_before
    if transition.actor is not None:
        columns.update(cut("actor", actor_text(transition.actor)))
    times = {
        "occurred": transition.occurred,
        "received": transition.received,
        "told": transition.told,
    }
    columns.update({name: time for name, time in times.items() if time is not None})
    return columns


def actor_text(actor: Actor) -> str:
    """Write an actor as JSON, for one column or several."""
    return json.dumps(asdict(actor))


def actor_of(text: str) -> Actor:
    """Read what `actor_text` wrote.

    Raises:
        TypeError: it has other members.
        ValueError: it is no JSON, or of no kind that there is.
    """
    members = json.loads(text)
    return Actor(**{**members, "kind": ActorKind(members["kind"])})


def _finding_columns(finding: Finding) -> dict[str, Value]:
    """Give the columns of a finding; long texts go over several columns, evidence as JSON."""
    evidence = shortened(finding.evidence)
    return {
        "check": finding.check,
        "resource": finding.resource.text,
        "severity": finding.severity,
        **dict(cut("title", finding.title)),
        **dict(cut("controls", json.dumps(finding.controls))),
        **dict(cut("evidence", json.dumps(evidence, separators=(",", ":"), default=dict))),
    }


def _finding(row: Row, fingerprint: Fingerprint) -> Finding:
    return Finding(
        fingerprint=fingerprint,
        check=str(row["check"]),
        resource=resource_id(str(row["resource"])),
        severity=Severity(str(row["severity"])),
        title=joined(row, "title"),
        controls=tuple(json.loads(joined(row, "controls"))),
        evidence=cast("dict[str, Json]", json.loads(joined(row, "evidence"))),
    )


def _time_in(row: Row, name: str) -> datetime | None:
    value = row.get(name)
    return None if value is None else time_of(value)


def time_of(value: Value) -> datetime:
    """Give a plain time; the SDK gives its own kind, which remembers a tenth of a microsecond."""
    if not isinstance(value, datetime):
        raise TypeError(f"a time is expected, and not {value!r}")
    aware = value.astimezone(UTC)
    return datetime.combine(aware.date(), aware.timetz())
