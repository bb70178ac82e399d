from __future__ import annotations

import json
from dataclasses import replace

import pytest

from shared.findings.exemption_tags import RefusedTags
from shared.findings.kept_exemption import ExemptionOrigin, KeptExemption
from shared.rendering.exemptions_table import (
    exemptions_document,
    exemptions_table,
    refused_lines,
)
from tests.recording_samples import NOON, exemption, minutes, vm

KEPT = KeptExemption(exemption(), ExemptionOrigin.RECORD, NOON, "ben@contoso.example")


def test_row_names_who_answers_and_who_made_it() -> None:
    (row,) = exemptions_table([KEPT], NOON).rows
    assert row == (
        "waiver-1",
        "in force",
        "2026-11-03 13:00",
        "every check",
        "ana@contoso.example",
        "/subscriptions/11111111-2222-3333-4444-555555555555",
        "the jump host is being replaced",
        "record by ben@contoso.example",
    )


def test_exemption_by_tags_names_nobody_as_its_maker() -> None:
    tagged = replace(KEPT, origin=ExemptionOrigin.TAG, created_by="")
    assert exemptions_table([tagged], NOON).rows[0][-1] == "tag"


@pytest.mark.parametrize(
    ("kept", "state"),
    [
        (KEPT, "in force"),
        (replace(KEPT, exemption=exemption(expires=NOON)), "expired"),
        (replace(KEPT, ended=minutes(1), ended_by="ben@contoso.example"), "ended"),
    ],
)
def test_document_says_whether_an_exemption_holds(kept: KeptExemption, state: str) -> None:
    refused = RefusedTags(vm(), "portcullis-exempt-owner missing or empty")
    document = exemptions_document([kept], [refused], minutes(2))
    shown = json.loads(json.dumps(document))["exemptions"][0]
    assert (shown["state"], shown["created"]) == (state, "2026-11-03T12:00:00Z")
    assert document["refused_tags"] == [{"resource": vm().text, "fault": refused.fault}]


def test_tags_that_exempt_nothing_are_told_in_lines() -> None:
    refused = RefusedTags(vm(), "portcullis-exempt-owner missing or empty")
    assert list(refused_lines([refused])) == [
        "Tags that exempt nothing: 1",
        f"  {vm().text}: portcullis-exempt-owner missing or empty",
    ]
    assert list(refused_lines([])) == []
