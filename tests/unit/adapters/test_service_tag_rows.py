"""A list of service tags among the rows of a snapshot."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shared.adapters.payloads import SnapshotBuilder
from shared.exposure.assessment import Question
from shared.exposure.explanation import explain
from shared.exposure.verdict import Exposed
from shared.network.ids import ResourceId
from shared.network.service_tags import ServiceTagTable
from shared.network.snapshot import Snapshot
from shared.packetset.addresses import AddressSet
from shared.usecases.scan import scan
from tests.rows import Part, Row, allow, one_vm_estate, resource_id, service_tag_list

LOCATION = (
    "/subscriptions/2f9d4a10-6b3c-4e57-8f21-0c9b7ae55d01/providers/Microsoft.Network"
    "/locations/westeurope"
)


def tags_row(answer: Part) -> Row:
    return {"id": LOCATION, "type": "portcullis/service-tags", "properties": answer}


def snapshot_of(*rows: Row) -> Snapshot:
    builder = SnapshotBuilder()
    for row in rows:
        builder.add_row(row)
    return builder.build(datetime(2026, 3, 1, tzinfo=UTC))


def verdicts(*rows: Row, question: Question | None = None) -> list[str]:
    found = scan(snapshot_of(*rows), question or Question())
    return [
        ", ".join(one.verdict.certain.prefixes())
        if isinstance(one.verdict, Exposed)
        else type(one.verdict).__name__
        for one in found.exposures
    ]


STORAGE_IN = one_vm_estate([allow(100, source="Storage")])


def test_list_in_a_snapshot_resolves_its_tags() -> None:
    listed = tags_row(service_tag_list({"Storage": ["20.60.0.0/16"]}))
    assert verdicts(*STORAGE_IN, listed) == ["20.60.0.0/16"]
    assert verdicts(*STORAGE_IN) == ["Undetermined"]


def test_list_of_the_question_wins() -> None:
    listed = tags_row(service_tag_list({"Storage": ["20.60.0.0/16"]}))
    asked = Question(tags=ServiceTagTable({"storage": AddressSet.parse("20.61.0.0/16")}))
    assert verdicts(*STORAGE_IN, listed, question=asked) == ["20.61.0.0/16"]


def test_explanation_goes_by_the_list_of_the_snapshot_too() -> None:
    listed = tags_row(service_tag_list({"Storage": ["20.60.0.0/16"]}))
    estate = snapshot_of(*STORAGE_IN, listed)
    (way,) = explain(estate, Question(), ResourceId(resource_id("vm", "vm-1")))
    assert isinstance(way.answer, Exposed)


def test_last_list_wins() -> None:
    lists = [
        tags_row(service_tag_list({"Storage": [prefix]}))
        for prefix in ("20.60.0.0/16", "20.61.0.0/16")
    ]
    assert verdicts(*STORAGE_IN, *lists) == ["20.61.0.0/16"]


@pytest.mark.parametrize(
    "answer",
    [
        {"changeNumber": "1", "values": []},
        {"values": None},
        service_tag_list({"Storage": ["20.60.0.0/99"]}),
    ],
    ids=["empty", "no-list", "impossible-prefix"],
)
def test_list_that_cannot_be_understood_is_unread(answer: Part) -> None:
    estate = snapshot_of(*STORAGE_IN, tags_row(answer))
    assert [one.scope.text for one in estate.unread] == [LOCATION]
    assert not estate.service_tags.prefixes
