"""Sessions, and which of them a query wants."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.findings.session import LiveSession, SessionOutcome, SessionQuery, outcome_of
from shared.network.ids import ResourceId
from tests.session_samples import NOW, ago, bastion_id, machine_id, session


@pytest.mark.parametrize(
    ("message", "outcome"),
    [
        ("Successfully Connected.", SessionOutcome.CONNECTED),
        ("SUCCESSFULLY  connected", SessionOutcome.CONNECTED),
        ("Login Failed", SessionOutcome.LOGIN_FAILED),
        ("login failed: key", SessionOutcome.LOGIN_FAILED),
        ("Not Successfully Connected.", SessionOutcome.OTHER),
        ("", SessionOutcome.OTHER),
    ],
)
def test_outcome_is_what_the_message_begins_with(message: str, outcome: SessionOutcome) -> None:
    assert outcome_of(message) is outcome


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({}, True),
        ({"since": NOW + timedelta(seconds=1)}, False),
        ({"failed_only": True}, False),
        ({"user": "OPSUSER"}, True),
        ({"user": "Dana@example.org"}, True),
        ({"user": "dana"}, False),
        ({"machine": "VM-App-1"}, True),
        ({"machine": machine_id().upper() + "/"}, True),
        ({"machine": "vm-app"}, False),
    ],
)
def test_query_wants_a_session_or_not(query: dict[str, Any], wanted: bool) -> None:  # noqa: FBT001
    assert SessionQuery(**{"since": ago(hours=1), **query}).matches(session()) is wanted


def test_failed_login_is_what_a_query_for_failures_wants() -> None:
    failed = session(outcome=SessionOutcome.LOGIN_FAILED)
    assert SessionQuery(ago(hours=1), failed_only=True).matches(failed)


def test_session_without_machine_is_of_no_machine() -> None:
    assert not SessionQuery(ago(hours=1), machine="vm-app-1").matches(session(machine=None))


@pytest.mark.parametrize(
    "changed",
    [
        {"message": "Closed"},
        {"user_name": "root"},
        {"client_port": 1},
        {"machine": None},
        {"duration": timedelta(seconds=1)},
    ],
)
def test_digest_tells_records_of_one_moment_apart(changed: dict[str, Any]) -> None:
    assert replace(session(), **changed).digest != session().digest


def test_digest_does_not_mind_the_case_of_ids() -> None:
    upper = ResourceId(bastion_id().upper())
    assert session(bastion=upper).digest == session().digest


@pytest.mark.parametrize(
    ("told", "began"),
    [
        ({"started": datetime(2026, 3, 2, 8, tzinfo=UTC)}, datetime(2026, 3, 2, 8, tzinfo=UTC)),
        ({"minutes": 90.0}, ago(minutes=90)),
        ({}, NOW),
    ],
)
def test_live_session_began_when_it_is_said(told: dict[str, Any], began: datetime) -> None:
    live = LiveSession("s1", ResourceId(bastion_id()), **told)
    assert live.began(NOW) == began
