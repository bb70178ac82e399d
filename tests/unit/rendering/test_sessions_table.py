"""Sessions as people and programs read them."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from shared.findings.session import Disconnection, LiveSession, SessionOutcome
from shared.findings.session_logging import BastionLog
from shared.network.ids import ResourceId
from shared.rendering.sessions_table import (
    live_csv,
    live_document,
    live_table,
    session_document,
    session_words,
    sessions_csv,
    sessions_document,
    sessions_summary,
    sessions_table,
)
from tests.session_samples import NOW, ago, bastion_id, machine_id, session

BASTION = ResourceId(bastion_id().upper())
LIVE = LiveSession(
    id="s1",
    bastion=BASTION,
    started=ago(minutes=30),
    machine=ResourceId(machine_id()),
    user_name="dana",
    protocol="ssh",
    minutes=30.0,
)
BARE = LiveSession(id="s2", bastion=BASTION)


def test_session_is_a_row() -> None:
    table = sessions_table([session(bastion=BASTION, duration=timedelta(minutes=12))])
    assert table.rows == (
        (
            "2026-03-02 12:00",
            "connected",
            "opsuser",
            "dana@example.org",
            "vm-app-1",
            "203.0.113.40",
            "ssh 12 min",
            "bas-hub",
        ),
    )


@pytest.mark.parametrize(
    ("outcome", "message", "shown"),
    [
        (SessionOutcome.LOGIN_FAILED, "Login Failed", "login-failed"),
        (SessionOutcome.OTHER, "Tunnel\x1b[31m closed", "Tunnel\\x1b[31m closed"),
        (SessionOutcome.OTHER, "", "other"),
    ],
)
def test_outcome_is_shown_or_else_the_message(
    outcome: SessionOutcome, message: str, shown: str
) -> None:
    assert sessions_table([session(outcome=outcome, message=message)]).rows[0][1] == shown


def test_machine_without_id_is_shown_by_its_address() -> None:
    assert sessions_table([session(machine=None)]).rows[0][4] == "10.20.1.4"


def test_document_says_all_of_a_session() -> None:
    assert session_document(session(duration=timedelta(seconds=90))) == {
        "time": "2026-03-02T12:00:00Z",
        "bastion": bastion_id(),
        "outcome": "connected",
        "message": "Successfully Connected.",
        "operation": "",
        "machine": machine_id(),
        "target_address": "10.20.1.4",
        "target_port": None,
        "client_address": "203.0.113.40",
        "client_port": 51544,
        "user_name": "opsuser",
        "email": "dana@example.org",
        "protocol": "ssh",
        "tunnel": "tunnel",
        "duration_seconds": 90.0,
    }


def test_document_holds_logs_and_disconnections_beside_the_sessions() -> None:
    logs = [BastionLog(BASTION, ago(hours=1), None), BastionLog(BASTION, None, ago(hours=9))]
    ended = Disconnection(LIVE, NOW, "kim (oid)", "Disconnected", "Done.")
    document = sessions_document([session(machine=None)], logs, [ended], 2, NOW)
    assert document["sessions"] == [session_document(session(machine=None))]
    assert document["disconnections"] == [
        {
            "requested": "2026-03-02T12:00:00Z",
            "actor": "kim (oid)",
            "result": "Disconnected",
            "message": "Done.",
            **live_document(LIVE),
        }
    ]
    assert document["bastions"] == [
        {
            "bastion": BASTION.text,
            "state": "logging",
            "last_record": "2026-03-02T11:00:00Z",
            "last_use": None,
        },
        {
            "bastion": BASTION.text,
            "state": "silent",
            "last_record": None,
            "last_use": "2026-03-02T03:00:00Z",
        },
    ]
    assert document["broken_lines"] == 2


def test_file_for_spreadsheets_holds_no_formula() -> None:
    (row,) = csv.DictReader(io.StringIO(sessions_csv([session(user_name="=cmd()")])))
    assert row["user_name"] == "'=cmd()"
    assert (row["client_port"], row["target_port"]) == ("51544", "")


def test_summary_tells_what_the_logs_are_worth() -> None:
    logs = [
        BastionLog(BASTION, ago(hours=1)),
        BastionLog(ResourceId(bastion_id("bas-2")), None, ago(hours=9)),
    ]
    ended = Disconnection(LIVE, NOW, "kim (oid)", "Disconnected")
    found = [session(), session(outcome=SessionOutcome.LOGIN_FAILED)]
    assert list(sessions_summary(found, logs, [ended], 1_200, NOW)) == [
        "2 sessions, 1 of them failed.",
        (
            "Ended by kim (oid), 2026-03-02 12:00 UTC: dana on vm-app-1 through bas-hub since"
            " 2026-03-02 11:30 UTC (Disconnected)"
        ),
        "bas-hub: last record 2026-03-02 11:00 UTC; records sessions.",
        "bas-2: last record never; NOT RECORDING: a session was open and has no record.",
        "Lines of logs that could not be read: 1,200.",
    ]


def test_summary_of_nothing_is_one_line() -> None:
    assert list(sessions_summary([], [], [], 0, NOW)) == ["0 sessions, 0 of them failed."]


def test_live_session_is_a_row_with_its_id() -> None:
    assert live_table([LIVE, BARE]).rows == (
        ("2026-03-02 11:30", "dana", "vm-app-1", "ssh", "bas-hub", "s1"),
        ("", "", "a machine", "", "bas-hub", "s2"),
    )


def test_live_session_is_named_by_what_is_told() -> None:
    named = LiveSession("s3", BASTION, target_name="web", started=datetime(2026, 3, 2, tzinfo=UTC))
    assert session_words(named) == "somebody on web through bas-hub since 2026-03-02 00:00 UTC"
    assert session_words(BARE) == "somebody on a machine through bas-hub"


def test_live_sessions_are_a_file_for_spreadsheets() -> None:
    first, second = csv.DictReader(io.StringIO(live_csv([LIVE, BARE])))
    assert (first["id"], first["started"]) == ("s1", "2026-03-02T11:30:00Z")
    assert (second["id"], second["machine"]) == ("s2", "")
