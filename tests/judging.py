"""The product as a black box: Resource Graph rows in, the scan's JSON object out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from shared.adapters.payloads import SnapshotBuilder
from shared.exposure.assessment import Question
from shared.network.service_tags import NO_SERVICE_TAGS, ServiceTagTable
from shared.packetset.addresses import AddressSet
from shared.usecases.scan import scan as scan_snapshot
from shared.usecases.scan_document import scan_document


def scan(
    rows: Iterable[Mapping[str, Any]],
    *,
    ports: Sequence[int] = (22,),
    trusted: Sequence[str] = (),
    service_tags: Mapping[str, Any] | None = None,
    at: str = "2026-03-01T00:00:00Z",
) -> dict[str, Any]:
    """Judge rows; `service_tags` is a list as Azure publishes it."""
    builder = SnapshotBuilder()
    for row in rows:
        builder.add_row(row)
    question = Question(tuple(ports), AddressSet.of(trusted), _table(service_tags))
    found = scan_snapshot(builder.build(datetime.fromisoformat(at)), question)
    document: dict[str, Any] = json.loads(json.dumps(scan_document(found)))
    return document


def _table(service_tags: Mapping[str, Any] | None) -> ServiceTagTable:
    if service_tags is None:
        return NO_SERVICE_TAGS
    return ServiceTagTable(
        {
            value["name"].lower(): AddressSet.of(value["properties"]["addressPrefixes"])
            for value in service_tags["values"]
        }
    )
