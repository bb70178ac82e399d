"""Audit logs in Azurite, written as Azure writes them, to sessions in Azurite's tables."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from azure.storage.blob import BlobServiceClient

from shared.adapters.audit_blobs import AuditBlobs
from shared.findings.session import SessionQuery
from shared.findings.session_signals import SignalKind, SignalRules
from shared.usecases.interfaces import StoreError
from shared.usecases.session_interfaces import LogBlob, LogFolder
from shared.usecases.sessions import ReadReport, read_sessions
from simulator.audit_log import CONTAINER, FAILED, line_of, log_path
from tests.azurite import Azurite
from tests.recording_samples import SetClock
from tests.session_samples import NOW, ago
from tests.session_world import World


@pytest.fixture
def world(azurite: Azurite) -> World:
    return World(azurite)


def test_new_record_becomes_a_session_with_all_that_it_says(world: World) -> None:
    world.log.write(world.host.record(ago(hours=1), tunnelId="t1", clientPort=40_000))
    report = world.read()
    assert (report.blobs, report.sessions, report.broken) == (1, 1, 0)
    (found,) = world.stored()
    assert (found.time, found.bastion) == (ago(hours=1), world.host.id)
    assert found.machine is not None
    assert found.machine.name.lower() == "vm-app-1"
    assert (found.target_address, found.client_address) == ("10.20.1.4", "203.0.113.40")
    assert (found.client_port, found.user_name, found.protocol) == (40_000, "opsuser", "ssh")
    assert (found.email, found.tunnel) == ("dana@larkspur.example", "t1")


def test_second_reading_without_news_reads_no_log_and_adds_nothing(world: World) -> None:
    world.log.write(world.host.record(ago(hours=1)))
    world.read()
    before = world.stored()
    assert world.read() == ReadReport()
    assert world.stored() == before


def test_what_is_appended_later_is_read_by_its_range_alone(world: World) -> None:
    world.log.write(world.host.record(ago(minutes=50), tunnelId="a"))
    world.read()
    world.log.write(world.host.record(ago(minutes=40), tunnelId="b"))
    asked: list[str] = []

    def note(request: Any) -> None:  # noqa: ANN401 - the SDK's own
        asked.extend(filter(None, [request.http_request.headers.get("x-ms-range")]))

    report = read_sessions(world.reading(raw_request_hook=note))
    assert report.sessions == 1
    assert [one for one in asked if not one.startswith("bytes=0-")] == asked != []
    assert sorted(world.tunnels()) == ["a", "b"]


def test_half_line_waits_for_the_block_that_ends_it(world: World) -> None:
    first, second = (line_of(world.host.record(ago(minutes=50), tunnelId=one)) for one in "ab")
    world.log.append(world.host.id.text, ago(minutes=50), first + second[:60])
    world.read()
    assert world.tunnels() == ["a"]
    world.log.append(world.host.id.text, ago(minutes=50), second[60:])
    report = world.read()
    assert (report.sessions, report.broken) == (1, 0)
    assert sorted(world.tunnels()) == ["a", "b"]


def test_same_record_that_comes_twice_is_one_session(world: World) -> None:
    entry = world.host.record(ago(hours=1))
    world.log.write(entry, entry)
    assert world.read().sessions == 2
    assert len(world.stored()) == 1


def test_records_of_one_tunnel_and_moment_are_two_sessions(world: World) -> None:
    entry = world.host.record(ago(hours=1), tunnelId="same")
    ended = {**entry, "properties": {**entry["properties"], "message": "Closed", "duration": 5_000}}
    world.log.write(entry, ended)
    world.read()
    assert sorted(str(one.duration) for one in world.stored()) == ["0:00:05", "None"]


def test_broken_lines_are_counted_and_kept_and_the_rest_is_read(world: World) -> None:
    place = world.host.id.text, ago(minutes=50)
    world.log.append(*place, b'{"half":\n' + line_of(world.host.record(ago(minutes=50))))
    before = world.reading().places.broken_count()
    assert (world.read().broken, world.read().broken) == (1, 0)
    assert len(world.stored()) == 1
    assert world.reading().places.broken_count() == before + 1
    name = log_path(world.host.id.text, ago(minutes=50))
    (kept,) = [one for one in world.rows("sessionstate", "broken|logs") if one["name"] == name]
    assert (kept["reason"], kept["text"]) == ("is no JSON object", '{"half":')


def test_first_reading_takes_the_past_too_but_not_beyond_the_retention(world: World) -> None:
    world.log.write(
        world.host.record(ago(days=20), tunnelId="weeks"),
        world.host.record(ago(days=181), tunnelId="too old"),
    )
    world.read()
    assert world.tunnels() == ["weeks"]


def test_record_that_is_a_day_late_is_read(world: World) -> None:
    world.log.write(world.host.record(ago(hours=1), tunnelId="soon"))
    world.read()
    world.log.write(world.host.record(ago(hours=27), tunnelId="late"))
    world.read()
    assert sorted(world.tunnels()) == ["late", "soon"]


def test_days_of_an_outage_are_made_good(world: World) -> None:
    world.log.write(world.host.record(ago(hours=1), tunnelId="before"))
    world.read()
    world.clock.present = NOW + timedelta(days=9)
    world.log.write(world.host.record(NOW + timedelta(days=4), tunnelId="meanwhile"))
    world.read()
    assert sorted(world.tunnels()) == ["before", "meanwhile"]


def test_old_days_are_not_listed_again(world: World) -> None:
    world.log.write(world.host.record(ago(hours=1)))
    world.read()
    prefixes: list[str] = []

    def note(request: Any) -> None:  # noqa: ANN401 - the SDK's own
        query = parse_qs(urlsplit(request.http_request.url).query)
        if "delimiter" not in query:
            prefixes.extend(query.get("prefix", []))

    read_sessions(world.reading(raw_request_hook=note))
    folder = f"resourceId={world.host.id.text.upper()}/"
    assert [one.removeprefix(folder) for one in prefixes] == [
        "y=2026/m=02/d=28/",
        "y=2026/m=03/d=01/",
        "y=2026/m=03/d=02/",
    ]


def test_log_that_was_made_anew_is_read_from_its_beginning(world: World) -> None:
    old = [world.host.record(ago(minutes=50), tunnelId=one) for one in ("first", "second")]
    world.log.write(*old)
    world.read()
    service = BlobServiceClient.from_connection_string(world.azurite.connection_string)
    name = log_path(world.host.id.text, ago(minutes=50))
    service.get_blob_client(CONTAINER, name).delete_blob()
    world.log.write(world.host.record(ago(minutes=50), tunnelId="third"))
    world.read()
    assert sorted(world.tunnels()) == ["first", "second", "third"]


def test_every_bastion_has_its_own_place_and_latest_record(world: World) -> None:
    world.log.write(
        world.host.record(ago(hours=3), tunnelId="a"),
        world.host.record(ago(hours=2), tunnelId="b"),
        world.other.record(ago(hours=1), tunnelId="c"),
    )
    world.read()
    assert sorted(world.tunnels()) == ["a", "b", "c"]
    assert world.last_record() == ago(hours=2)


def test_earlier_record_does_not_move_the_latest_back(world: World) -> None:
    world.log.write(world.host.record(ago(hours=2)))
    world.read()
    world.log.write(world.host.record(ago(hours=5)))
    world.read()
    assert world.last_record() == ago(hours=2)


def test_account_without_any_log_is_read_as_empty(azurite: Azurite) -> None:
    blobs = AuditBlobs.from_connection_string("logs", azurite.connection_string)
    lost = LogFolder("logs", "resourceId=/NOWHERE/")
    assert list(blobs.blobs(lost, [date(2026, 3, 2)])) == []
    gone = LogBlob(lost, "resourceId=/NOWHERE/y", "2026030208", 10, "1", NOW)
    assert list(blobs.read(gone, 0)) == []


def test_account_that_is_not_there_is_named(azurite: Azurite) -> None:
    lost = azurite.connection_string.replace(f":{azurite.blob_port}/", ":1/")
    service = BlobServiceClient.from_connection_string(lost, retry_total=0)
    with pytest.raises(StoreError, match=r"listing .* at http://127\.0\.0\.1:1/.*no answer"):
        AuditBlobs("logs", service).folders()


def test_refusal_names_the_role_and_not_the_key(azurite: Azurite) -> None:
    from tests.azurite import ACCOUNT_KEY

    text = azurite.connection_string.replace(ACCOUNT_KEY, "d3Jvbmcta2V5")
    with pytest.raises(StoreError, match="Storage Blob Data Reader") as caught:
        AuditBlobs.from_connection_string("logs", text).folders()
    assert "d3Jvbmc" not in str(caught.value)


def test_account_that_fails_does_not_keep_the_others_from_being_read(world: World) -> None:
    world.log.write(world.host.record(ago(hours=1)))
    reading = world.reading()
    lost = world.azurite.connection_string.replace(f":{world.azurite.blob_port}/", ":1/")
    failing = AuditBlobs("lost", BlobServiceClient.from_connection_string(lost, retry_total=0))
    with pytest.raises(StoreError, match="no answer"):
        read_sessions(replace(reading, logs=[failing, *reading.logs]))
    assert len(world.stored()) == 1


def test_run_without_time_left_goes_on_in_the_next(world: World) -> None:
    world.log.write(world.host.record(ago(hours=1)))
    reading = world.reading()

    class Late(SetClock):
        asked = 0

        def now(self) -> datetime:
            self.asked += 1
            return NOW if self.asked == 1 else NOW + timedelta(minutes=5)

    assert read_sessions(replace(reading, clock=Late())).unfinished
    assert world.stored() == []
    assert not world.read().unfinished
    assert len(world.stored()) == 1


def test_what_is_older_than_the_retention_is_forgotten(world: World) -> None:
    world.log.write(world.host.record(ago(hours=30), tunnelId="old"))
    world.log.append(world.host.id.text, ago(hours=30), b"broken\n")
    world.read()
    world.clock.present = NOW + timedelta(days=181)
    world.log.write(world.host.record(NOW + timedelta(days=181), tunnelId="new"))
    assert world.read().forgotten >= 3
    assert world.tunnels() == ["new"]
    name = log_path(world.host.id.text, ago(hours=30))
    assert not [one for one in world.rows("sessionstate", "broken|logs") if one["name"] == name]
    assert world.read().sessions == 0
    assert world.tunnels() == ["new"]


def test_query_narrows_by_time_machine_person_and_outcome(world: World) -> None:
    world.log.write(
        world.host.record(ago(hours=3), tunnelId="early"),
        world.host.record(ago(hours=2), tunnelId="failed", message=FAILED, userName="Kim"),
        world.host.record(ago(hours=1), tunnelId="mail", userEmail="Kim@example.org"),
    )
    world.read()
    store = world.reading().store

    def found(**query: Any) -> list[str]:  # noqa: ANN401 - fields of the query
        wanted = SessionQuery(**{"since": ago(days=1), **query})
        return [one.tunnel for one in store.sessions(wanted) if one.bastion == world.host.id]

    assert found() == ["early", "failed", "mail"]
    assert found(since=ago(hours=2)) == ["failed", "mail"]
    assert found(failed_only=True) == ["failed"]
    assert found(user="kim") == ["failed"]
    assert found(user="kim@EXAMPLE.org") == ["mail"]
    assert found(machine="VM-app-1", since=ago(hours=1)) == ["mail"]
    assert found(machine="vm-app-2") == []


def test_failures_of_two_readings_count_together(world: World) -> None:
    world.rules = SignalRules(failures=3)
    failures = [
        world.host.record(ago(minutes=30 - n), message=FAILED, clientIpAddress="198.51.100.7")
        for n in range(3)
    ]
    world.log.write(*failures[:2])
    assert world.read().signals == 0
    world.log.write(failures[2])
    assert world.read().signals == 1
    (signal,) = world.signals()
    assert (signal.kind, signal.count) == (SignalKind.FAILED_LOGINS, 3)
    assert signal.client_address == "198.51.100.7"


def test_old_sessions_give_no_signal(world: World) -> None:
    world.rules = SignalRules()
    world.log.write(world.host.record(ago(days=20), userName="root"))
    assert (world.read().sessions, world.signals()) == (1, [])


def test_row_of_a_session_can_be_read_by_people(world: World) -> None:
    world.log.write(
        world.host.record(datetime(2026, 3, 2, 8, 14, 55, 102_000, UTC), tunnelId="t/1")
    )
    world.read()
    encoded = world.host.id.key.replace("/", "=2f")
    (row,) = world.rows("sessions", f"{encoded}|20260302")
    assert str(row["RowKey"]).startswith("20260302T081455.102000Z|t=2f1|")
    assert (row["outcome"], row["user_name"], row["client_port"]) == ("connected", "opsuser", 51544)


def test_log_is_made_of_lines_of_json(world: World) -> None:
    world.log.write(world.host.record(ago(minutes=5)), world.host.record(ago(minutes=4)))
    service = BlobServiceClient.from_connection_string(world.azurite.connection_string)
    blob = service.get_blob_client(CONTAINER, log_path(world.host.id.text, ago(minutes=5)))
    lines = blob.download_blob().readall().splitlines()
    assert blob.get_blob_properties().blob_type == "AppendBlob"
    assert [json.loads(line)["category"] for line in lines] == ["BastionAuditLogs"] * 2
    assert blob.blob_name.startswith("resourceId=/SUBSCRIPTIONS/")
