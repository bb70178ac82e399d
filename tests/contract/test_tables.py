"""What the table stores leave on the wire: rows, keys and limits; and accounts that refuse."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count

import pytest
from azure.core.credentials import AzureNamedKeyCredential
from azure.data.tables import TableClient, TableServiceClient, UpdateMode

from shared.adapters.table_rows import UnreadableRowError
from shared.adapters.tables import TableStores
from shared.usecases.interfaces import StoreError, Watermark
from tests.azurite import ACCOUNT, ACCOUNT_KEY, Azurite
from tests.recording_samples import finding, minutes, opened, subscription

_numbers = count(1)


@pytest.fixture
def home() -> str:
    return subscription(0xF3_0000 + next(_numbers))


@pytest.fixture
def stores(azurite: Azurite) -> TableStores:
    return TableStores.from_connection_string(azurite.connection_string)


def table(azurite: Azurite, name: str) -> TableClient:
    return TableClient.from_connection_string(azurite.connection_string, name)


def rows(azurite: Azurite, name: str, partition: str) -> Mapping[str, Mapping[str, object]]:
    found = table(azurite, name).query_entities(
        "PartitionKey eq @partition", parameters={"partition": partition}
    )
    return {row["RowKey"]: row for row in found}


def test_finding_its_event_and_the_watermark_share_a_partition(
    azurite: Azurite, stores: TableStores, home: str
) -> None:
    change = opened(finding(of=home))
    stores.findings.write(home, [change], Watermark(), minutes(0))
    keys = sorted(rows(azurite, "findings", home))
    fingerprint = change.record.finding.fingerprint
    assert keys[0].startswith("event|20261103T120000.123456Z|")
    assert keys[1:] == [f"finding|{fingerprint}", "watermark"]


def test_finding_is_a_row_that_people_can_read(
    azurite: Azurite, stores: TableStores, home: str
) -> None:
    stores.findings.write(home, [opened(finding(of=home))], Watermark())
    row = next(r for k, r in rows(azurite, "findings", home).items() if k.startswith("finding|"))
    assert {name: row[name] for name in ("check", "state", "severity", "title")} == {
        "check": "vm-ssh-reachable",
        "state": "open",
        "severity": "critical",
        "title": "web can be reached on port 22",
    }
    assert row["evidence"] == '{"port":22}'
    assert row["observed_at"] == minutes(0)


def test_long_evidence_is_cut_at_32000_characters(
    azurite: Azurite, stores: TableStores, home: str
) -> None:
    change = opened(finding(of=home, evidence={"text": "x" * 70_000}))
    stores.findings.write(home, [change], Watermark())
    for row in rows(azurite, "findings", home).values():
        parts = [str(row[name]) for name in row if name.startswith("evidence")]
        assert [len(part) for part in parts] in ([], [32_000, 32_000, 6_011])


def test_history_has_one_partition_per_finding(
    azurite: Azurite, stores: TableStores, home: str
) -> None:
    change = opened(finding(of=home))
    stores.findings.write(home, [change], Watermark())
    (row_key,) = rows(azurite, "history", change.record.finding.fingerprint)
    assert row_key.startswith("79738896T879999.876543Z|")


def test_history_lost_in_a_crash_is_completed_when_the_event_is_settled(
    azurite: Azurite, stores: TableStores, home: str
) -> None:
    change = opened(finding(of=home))
    fingerprint = change.record.finding.fingerprint
    stores.findings.write(home, [change], Watermark())
    (row_key,) = rows(azurite, "history", fingerprint)
    table(azurite, "history").delete_entity(fingerprint, row_key)
    stores.findings.settle(list(stores.findings.events(home)))
    assert stores.findings.history(fingerprint) == (change.transition,)


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param({}, id="empty"),
        pytest.param({"state": "odd"}, id="unknown-state"),
        pytest.param({"observed_at": "yesterday"}, id="no-time"),
        pytest.param({"evidence": "{"}, id="no-json"),
    ],
)
def test_foreign_row_is_named(
    azurite: Azurite, stores: TableStores, home: str, columns: Mapping[str, str]
) -> None:
    stores.findings.write(home, [opened(finding(of=home))], Watermark())
    (row_key,) = (key for key in rows(azurite, "findings", home) if key.startswith("finding|"))
    row = dict(rows(azurite, "findings", home)[row_key]) if columns else {}
    foreign = {**row, **columns, "PartitionKey": home, "RowKey": row_key}
    table(azurite, "findings").upsert_entity(foreign, mode=UpdateMode.REPLACE)
    with pytest.raises(UnreadableRowError, match=f"row 'finding.*of partition '{home}'"):
        list(stores.findings.findings(home))


def test_stores_are_reached_by_endpoint_and_credential(azurite: Azurite, home: str) -> None:
    stores = TableStores.from_endpoint(
        f"http://127.0.0.1:{azurite.table_port}/{ACCOUNT}",
        AzureNamedKeyCredential(ACCOUNT, ACCOUNT_KEY),
    )
    stores.findings.write(home, [], Watermark(), minutes(1))
    assert stores.findings.watermark(home).observed_at == minutes(1)


def test_wrong_key_is_told_with_a_remedy_and_without_the_key(azurite: Azurite, home: str) -> None:
    wrong = "d3Jvbmcta2V5"
    stores = TableStores.from_endpoint(
        f"http://127.0.0.1:{azurite.table_port}/{ACCOUNT}", AzureNamedKeyCredential(ACCOUNT, wrong)
    )
    with pytest.raises(StoreError, match=r"refused with 403.*account key") as caught:
        stores.findings.watermark(home)
    assert wrong not in str(caught.value)


def test_account_that_is_not_there_is_named(home: str) -> None:
    credential = AzureNamedKeyCredential("lost", "c2VjcmV0")
    service = TableServiceClient("http://127.0.0.1:1/lost", credential=credential, retry_total=0)
    with pytest.raises(StoreError, match=r"at http://127\.0\.0\.1:1/lost: no answer"):
        TableStores(service).findings.watermark(home)


def test_text_that_is_no_connection_string_is_refused() -> None:
    with pytest.raises(StoreError, match="connection string"):
        TableStores.from_connection_string("AccountKey=secret")


def test_digest_is_remembered_until_the_next(stores: TableStores) -> None:
    stores.digests.note(minutes(1))
    stores.digests.note(minutes(2))
    assert stores.digests.told_until() == minutes(2)


def test_unreadable_row_of_the_digest_is_named(stores: TableStores, azurite: Azurite) -> None:
    stores.digests.note(minutes(1))
    place = {"PartitionKey": "digest", "RowKey": "last"}
    table(azurite, "digest").upsert_entity({**place, "until": 7}, mode=UpdateMode.REPLACE)
    with pytest.raises(UnreadableRowError):
        stores.digests.told_until()
    table(azurite, "digest").delete_entity("digest", "last")
    assert stores.digests.told_until() is None
