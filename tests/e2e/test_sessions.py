"""Sessions from audit logs to table, card and command, through the Functions app."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from cli.main import main
from shared.network.ids import ResourceId
from simulator.audit_log import AuditLog, record, sample_records
from simulator.estate import sample_estate
from tests.e2e.functions_world import World, eventually, running_world

pytestmark = pytest.mark.slow

Said = Callable[..., tuple[int, str, str]]

BASTION = next(str(one["id"]) for one in sample_estate().resources if one["name"] == "bas-hub")
MACHINE = next(str(one["id"]) for one in sample_estate().resources if one["name"] == "vm-dns-1")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("sessions")
    with running_world(folder, PORTCULLIS_BASTION_LOG_ACCOUNTS="devstoreaccount1") as running:
        running.control("PATCH", "/simulator/settings", {"retry_after_seconds": 0})
        yield running


@pytest.fixture
def said(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Said:
    monkeypatch.chdir(tmp_path)
    for name, value in world.settings.items():
        monkeypatch.setenv(name, value)

    def run(*words: str) -> tuple[int, str, str]:
        status = main(("sessions", *words))
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def open_session(world: World, **members: object) -> str:
    body = {"bastion": BASTION, "userName": "kim", "targetResourceId": MACHINE, **members}
    url = f"{world.simulator.url}/simulator/bastion-sessions"
    answer = requests.post(url, json=body, timeout=10)
    answer.raise_for_status()
    return str(answer.json()["sessionId"])


@pytest.fixture(scope="module")
def read_once(world: World) -> World:
    now = datetime.now(UTC)
    AuditLog(world.storage).write(*sample_records(now))
    with world.host() as host:
        for _ in range(2):
            world.run(host, "read_sessions")
            eventually(world.cards)
        eventually(world.runtime.sessions.logs)
    return world


def test_attack_and_shared_account_are_told_on_one_card(read_once: World) -> None:
    (card,) = read_once.cards()
    text = json.dumps(card)
    assert card["fallbackText"] == "2 signals in Bastion sessions"
    assert "Repeated failed logins" in text
    assert "azureuser logged in to vm-build-agent" in text


def test_sessions_are_shown_newest_first_with_the_state_of_the_log(
    read_once: World,
    said: Said,
) -> None:
    del read_once
    status, out, _ = said()
    lines = out.splitlines()
    assert status == 0
    assert lines[0].split()[:2] == ["When", "(UTC)"]
    assert "login-failed" in lines[1]
    assert "9 sessions, 6 of them failed." in lines
    assert any(line.startswith("bas-hub: last record") for line in lines)


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (["--failed"], 6),
        (["--user", "kim@larkspur.example"], 1),
        (["--vm", "VM-BUILD-AGENT"], 9),
        (["--vm", "vm-dns-1"], 0),
        (["--since", "2999-01-01T00:00:00Z"], 0),
    ],
)
def test_options_narrow_the_sessions(
    read_once: World,
    said: Said,
    words: list[str],
    count: int,
) -> None:
    del read_once
    status, out, _ = said(*words, "--format", "json")
    assert (status, len(json.loads(out)["sessions"])) == (0, count)


@pytest.mark.parametrize("form", ["csv", "markdown"])
def test_sessions_are_written_in_other_forms(
    read_once: World,
    said: Said,
    form: str,
) -> None:
    del read_once
    _, out, _ = said("--format", form)
    assert "kim@larkspur" in out.replace("\\", "")


def test_live_sessions_are_listed_and_narrowed(
    read_once: World,
    said: Said,
) -> None:
    late = datetime.now(UTC) - timedelta(hours=8)
    open_session(read_once, startTime=late.isoformat(), sessionId="live-1")
    status, out, err = said("--live", "--format", "json")
    (session,) = json.loads(out)["sessions"]
    assert (status, session["id"], session["user_name"], err) == (0, "live-1", "kim", "")
    assert said("--live", "--user", "nobody")[1].startswith("0 open sessions; asked ")


def test_session_is_ended_after_asking_and_the_record_says_who_did(
    read_once: World,
    said: Said,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session_id = open_session(read_once, sessionId="live-2")
    assert said("disconnect", "live-3", "--yes")[0] == 2
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    status, _, asked = said("disconnect", session_id)
    assert status == 130
    assert "End the session of kim on vm-dns-1 through bas-hub" in asked
    assert session_id in said("--live")[1]
    status, out, _ = said("disconnect", session_id, "--yes")
    assert (status, out.partition(":")[0]) == (0, "Disconnected")
    (ended,) = json.loads(said("--format", "json")[1])["disconnections"]
    assert (ended["id"], ended["actor"], ended["result"]) == ("live-2", "unknown", "Disconnected")


def test_bastion_in_use_without_a_record_is_told_apart_from_a_quiet_one(
    read_once: World,
    said: Said,
) -> None:
    read_once.runtime.sessions.note_use(ResourceId(BASTION), datetime.now(UTC))
    assert "a session is open whose record may still arrive" in said()[1]


def test_log_lines_name_no_person(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "portcullis")
    now = datetime.now(UTC)
    entry = record(BASTION, now, userName="secret-user", clientIpAddress="198.51.100.99")
    AuditLog(world.storage).write(entry)
    with world.host() as host:
        world.run(host, "read_sessions")
        eventually(lambda: [one for one in caplog.messages if "sessions.read" in one] or None)
    assert not [one for one in caplog.messages if "secret-user" in one or "198.51.100" in one]
