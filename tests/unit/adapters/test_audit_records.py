"""One line of an audit log to one session, whatever form it has."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.adapters.audit_records import BrokenRecord, session_of
from shared.findings.session import Session, SessionOutcome
from shared.network.ids import ResourceId

SUBSCRIPTION = "22222222-0000-4000-8000-000000000001"
DOCUMENTED: dict[str, Any] = {
    "time": "2026-03-02T08:14:55.102Z",
    "resourceId": (
        f"/SUBSCRIPTIONS/{SUBSCRIPTION}/RESOURCEGROUPS/RG-HUB"
        "/PROVIDERS/MICROSOFT.NETWORK/BASTIONHOSTS/BAS-HUB"
    ),
    "operationName": "Microsoft.Network/BastionHost/connect",
    "category": "BastionAuditLogs",
    "level": "Informational",
    "location": "westeurope",
    "properties": {
        "userName": "opsuser",
        "userAgent": "<browser>",
        "clientIpAddress": "203.0.113.40",
        "clientPort": 51544,
        "protocol": "ssh",
        "targetResourceId": (
            f"/SUBSCRIPTIONS/{SUBSCRIPTION}/RESOURCEGROUPS/RG-APP"
            "/PROVIDERS/MICROSOFT.COMPUTE/VIRTUALMACHINES/VM-APP-1"
        ),
        "subscriptionId": SUBSCRIPTION,
        "message": "Successfully Connected.",
        "resourceType": "VM",
        "targetVMIPAddress": "10.20.1.4",
        "userEmail": "dana@example.org",
        "tunnelId": "tunnel-1",
    },
    "FluentdIngestTimestamp": "2026-03-02T08:14:55.0000000Z",
    "Region": "westeurope",
    "CustomerSubscriptionId": SUBSCRIPTION,
}


def read(entry: object) -> Session:
    found = session_of(json.dumps(entry).encode())
    assert isinstance(found, Session), found
    return found


def with_properties(**properties: object) -> dict[str, Any]:
    return {**DOCUMENTED, "properties": {**DOCUMENTED["properties"], **properties}}


def without_property(name: str) -> dict[str, Any]:
    kept = {key: value for key, value in DOCUMENTED["properties"].items() if key != name}
    return {**DOCUMENTED, "properties": kept}


def in_case(change: Any, value: Any) -> Any:  # noqa: ANN401 - any JSON
    if not isinstance(value, dict):
        return value
    return {change(key): in_case(change, each) for key, each in value.items()}


def test_documented_record_is_read_whole() -> None:
    assert read(DOCUMENTED) == Session(
        time=datetime(2026, 3, 2, 8, 14, 55, 102_000, tzinfo=UTC),
        bastion=ResourceId(
            f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-hub"
            "/providers/Microsoft.Network/bastionHosts/bas-hub"
        ),
        outcome=SessionOutcome.CONNECTED,
        message="Successfully Connected.",
        operation="Microsoft.Network/BastionHost/connect",
        machine=ResourceId(
            f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-app"
            "/providers/Microsoft.Compute/virtualMachines/vm-app-1"
        ),
        target_address="10.20.1.4",
        client_address="203.0.113.40",
        client_port=51544,
        user_name="opsuser",
        email="dana@example.org",
        protocol="ssh",
        tunnel="tunnel-1",
    )


@pytest.mark.parametrize(
    "same",
    [
        pytest.param(in_case(str.lower, DOCUMENTED), id="lower-case-names"),
        pytest.param(in_case(str.upper, DOCUMENTED), id="upper-case-names"),
        pytest.param({**DOCUMENTED, "properties": json.dumps(DOCUMENTED["properties"])}, id="text"),
        pytest.param(with_properties(clientPort="51544"), id="port-as-text"),
        pytest.param(with_properties(clientPort=51544.0), id="port-as-float"),
        pytest.param({**DOCUMENTED, "traceContext": {"spanId": "1"}}, id="grown-outside"),
        pytest.param(with_properties(sessionKind=["new"]), id="grown-inside"),
        pytest.param({**DOCUMENTED, "level": 4}, id="other-type-elsewhere"),
        pytest.param(
            {
                **DOCUMENTED["properties"],
                **{k: v for k, v in DOCUMENTED.items() if k != "properties"},
            },
            id="flat",
        ),
    ],
)
def test_other_form_says_the_same(same: object) -> None:
    assert read(same) == read(DOCUMENTED)


@pytest.mark.parametrize(
    ("name", "field", "absent"),
    [
        ("userEmail", "email", ""),
        ("userName", "user_name", ""),
        ("clientPort", "client_port", None),
        ("tunnelId", "tunnel", ""),
        ("targetResourceId", "machine", None),
        ("protocol", "protocol", ""),
    ],
)
def test_missing_member_is_empty_and_the_rest_is_read(
    name: str, field: str, absent: object
) -> None:
    found = read(without_property(name))
    assert getattr(found, field) == absent
    assert found.client_address == "203.0.113.40"


@pytest.mark.parametrize(
    ("message", "outcome"),
    [
        ("Successfully Connected.", SessionOutcome.CONNECTED),
        ("successfully connected", SessionOutcome.CONNECTED),
        ("Login Failed", SessionOutcome.LOGIN_FAILED),
        ("Login Failed: wrong key", SessionOutcome.LOGIN_FAILED),
        ("Tunnel closed", SessionOutcome.OTHER),
        ("", SessionOutcome.OTHER),
    ],
)
def test_outcome_is_read_from_the_message_which_is_kept(
    message: str, outcome: SessionOutcome
) -> None:
    found = read(with_properties(message=message))
    assert (found.outcome, found.message) == (outcome, message)


@pytest.mark.parametrize(
    ("members", "duration"),
    [
        ({"duration": 61_500}, timedelta(seconds=61.5)),
        ({"Duration": "61500"}, timedelta(seconds=61.5)),
        (
            {
                "sessionStartTime": "2026-03-02T08:00:00Z",
                "sessionEndTime": "2026-03-02T08:10:00Z",
            },
            timedelta(minutes=10),
        ),
        ({"duration": -1}, None),
        ({"duration": True}, None),
        ({"duration": 1e300}, None),
        ({"duration": "soon"}, None),
    ],
)
def test_duration_is_read_where_it_is_given(
    members: dict[str, object], duration: timedelta | None
) -> None:
    assert read(with_properties(**members)).duration == duration


@pytest.mark.parametrize("port", [0, -1, 70_000, "ssh", None, [22], "1e999"])
def test_port_that_is_none_is_left_out(port: object) -> None:
    assert read(with_properties(clientPort=port)).client_port is None


def test_port_of_the_target_is_read_where_it_is_given() -> None:
    assert read(with_properties(targetPort=2222)).target_port == 2222


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-03-02T08:14:55.1234567Z", datetime(2026, 3, 2, 8, 14, 55, 123_457, tzinfo=UTC)),
        ("2026-03-02T09:14:55+01:00", datetime(2026, 3, 2, 8, 14, 55, tzinfo=UTC)),
        ("2026-03-02T08:14:55", datetime(2026, 3, 2, 8, 14, 55, tzinfo=UTC)),
    ],
)
def test_time_is_in_utc(text: str, time: datetime) -> None:
    assert read({**DOCUMENTED, "time": text}).time == time


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", "is no JSON object"),
        (b'{"time":"2026-03-02T08:1', "is no JSON object"),
        (b"[1, 2]", "is no JSON object"),
        (b"\xff\xfe\x00", "is no JSON object"),
        (b"[" * 100_000, "is no JSON object"),
        (b"{}", "names no time"),
        (b'{"time":"yesterday"}', "names no time"),
        (b'{"time":"0001-01-01T00:00:00+14:00"}', "names no time"),
        (b'{"time":"2026-03-02T08:14:55Z"}', "names no Bastion"),
        (b'{"time":"2026-03-02T08:14:55Z","resourceId":"/subscriptions/x"}', "names no Bastion"),
    ],
)
def test_broken_line_is_told_as_one(line: bytes, reason: str) -> None:
    assert session_of(line) == BrokenRecord(reason)


def test_bastion_that_no_key_can_hold_is_broken() -> None:
    endless = DOCUMENTED["resourceId"] + "/" * 200 + "x"
    assert session_of(json.dumps({**DOCUMENTED, "resourceId": endless}).encode()) == BrokenRecord(
        "names no Bastion"
    )


def test_byte_order_mark_is_overlooked() -> None:
    assert session_of(b"\xef\xbb\xbf" + json.dumps(DOCUMENTED).encode()) == read(DOCUMENTED)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
NAMES = st.sampled_from([*DOCUMENTED["properties"], "duration", "sessionStartTime", "targetPort"])


@given(st.dictionaries(NAMES, JSON), JSON)
def test_no_value_of_any_member_breaks_a_record(members: dict[str, object], level: object) -> None:
    entry = {**with_properties(**members), "level": level}
    assert read(entry).time == read(DOCUMENTED).time


@given(st.binary())
def test_no_line_is_an_error(line: bytes) -> None:
    session_of(line)
