"""Laws of reading events: whatever comes in, the answer is a change, nothing, or a refusal."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from shared.adapters.changes_table import change_of, event_row
from shared.adapters.resource_events import read_event
from shared.adapters.table_limits import check_row, row_bytes
from shared.findings.resource_change import ResourceChange
from shared.usecases.interfaces import InvalidEventError

RECEIVED = datetime(2026, 11, 3, 14, 2, 12, tzinfo=UTC)
SUBSCRIPTION = "/subscriptions/5b4b650e-28b9-4790-b3ab-ddbd88d727c4"
NSG = f"{SUBSCRIPTION}/resourceGroups/r/providers/Microsoft.Network/networkSecurityGroups/n"
UPN = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"

texts = st.text(st.characters(), max_size=30)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | texts
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)
)
claims = st.dictionaries(
    st.sampled_from([UPN, "name", "appid", "xms_mirid", "idtyp"]), values, max_size=5
)
details = st.fixed_dictionaries(
    {},
    optional={
        "claims": claims | claims.map(json.dumps) | values,
        "authorization": st.fixed_dictionaries({"evidence": values}) | values,
        "correlationId": values,
        "operationName": values,
        "resourceUri": st.just(NSG) | values,
        "resourceInfo": st.fixed_dictionaries({"id": st.just(NSG) | values}) | values,
        "operationalInfo": st.fixed_dictionaries({"resourceEventTime": values}) | values,
    },
)
types = st.sampled_from(
    [
        "Microsoft.Resources.ResourceWriteSuccess",
        "Microsoft.Resources.ResourceActionSuccess",
        "Microsoft.ResourceNotifications.Resources.Deleted",
    ]
)
events = st.fixed_dictionaries(
    {"id": st.just("1") | values, "data": details | details.map(json.dumps) | values},
    optional={
        "eventType": types | values,
        "type": types | values,
        "subject": st.just(NSG) | texts.map(lambda text: f"{NSG}/{text}") | values,
        "eventTime": st.datetimes().map(str) | values,
        "time": values,
        "specversion": values,
    },
)


def outcome(text: str) -> ResourceChange | None:
    with suppress(InvalidEventError):
        return read_event(text, RECEIVED)
    return None


@given(st.text(st.characters()))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert outcome(text) is None


@given(values.map(json.dumps) | events.map(json.dumps))
def test_any_json_is_read_or_refused(text: str) -> None:
    outcome(text)


@given(events.map(json.dumps))
def test_whatever_is_read_fits_into_a_row_and_comes_back(text: str) -> None:
    change = outcome(text)
    if change is not None:
        row = event_row(change)
        check_row(row)
        assert row_bytes(row) < 32_000
        assert change_of(row) == change
        assert change.occurred <= change.received


@given(events.map(json.dumps))
def test_reading_twice_gives_the_same(text: str) -> None:
    assert outcome(text) == outcome(text)
