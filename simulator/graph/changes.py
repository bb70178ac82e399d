"""What ResourceChanges tells of a write.

Source: Microsoft Learn, "Get resource changes": creations and deletions list no properties, an
update lists each property path with its value before and after.
"""

from collections.abc import Iterator
from typing import Any

from simulator.arm.store import Write
from simulator.exchange import JsonObject


def change_properties(write: Write) -> JsonObject:
    """Return the properties of a change record."""
    before = write.before.document if write.before else None
    after = write.after.document if write.after else None
    changes: JsonObject = {}
    if before is None:
        change_type = "Create"
    elif after is None:
        change_type = "Delete"
    else:
        change_type = "Update"
        changes = _changes(before, after)
    return {
        "targetResourceId": write.changed.key,
        "targetResourceType": write.changed.type,
        "changeType": change_type,
        "changeAttributes": {
            "changedBy": write.cause.caller.name,
            "changedByType": write.cause.caller.kind,
            "clientType": write.cause.caller.program,
            "operation": write.cause.operation,
            "timestamp": write.time.isoformat().replace("+00:00", "Z"),
            "correlationId": write.cause.correlation_id,
            "changesCount": len(changes),
            "previousResourceSnapshotId": write.before.etag if write.before else "",
            "newResourceSnapshotId": write.after.etag if write.after else "",
        },
        "changes": changes,
    }


def _changes(before: JsonObject, after: JsonObject) -> JsonObject:
    old, new = dict(_leaves(before, "")), dict(_leaves(after, ""))
    paths = sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path))
    return {
        path: {
            "previousValue": _text(old.get(path)),
            "newValue": _text(new.get(path)),
            "isTruncated": "false",
        }
        for path in paths
    }


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{position}]")
    else:
        yield path, value


def _text(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else str(value)
