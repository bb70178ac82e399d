"""Bastions whose logs lie in Azurite, and what was read of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from azure.data.tables import TableServiceClient
from azure.storage.blob import BlobServiceClient

from shared.adapters.audit_blobs import AuditBlobs
from shared.adapters.tables import TableStores
from shared.findings.session import Session, SessionQuery
from shared.findings.session_signals import Signal, SignalRules
from shared.usecases.session_interfaces import LogFolder
from shared.usecases.sessions import ReadReport, SessionReading, read_sessions
from simulator.audit_log import AuditLog
from tests.azurite import Azurite
from tests.recording_samples import SetClock
from tests.session_samples import NOW, Host

QUIET = SignalRules(kinds=frozenset())


class OwnFolder(AuditBlobs):
    """The logs of one test's Bastions, and not those of the others that share the account."""

    hosts: tuple[Host, ...] = ()

    def folders(self) -> Sequence[LogFolder]:
        wanted = {f"{host.id.text.upper()}/" for host in self.hosts}
        return [one for one in super().folders() if one.path.removeprefix("resourceId=") in wanted]


class World:
    """One test's Bastions, and the clients of its account."""

    def __init__(self, azurite: Azurite) -> None:
        self.azurite = azurite
        self.host, self.other = Host.new(), Host.new()
        self.log = AuditLog(azurite.connection_string)
        self.clock = SetClock(NOW)
        self.rules = QUIET

    def reading(self, tables: TableStores | None = None, **service: Any) -> SessionReading:  # noqa: ANN401
        text = self.azurite.connection_string
        blobs = OwnFolder("logs", BlobServiceClient.from_connection_string(text, **service))
        blobs.hosts = (self.host, self.other)
        stores = tables or TableStores.from_connection_string(text)
        return SessionReading(
            logs=[blobs],
            places=stores.reading_places,
            store=stores.sessions,
            signals=stores.signals,
            exempt=lambda _: frozenset(),
            rules=self.rules,
            clock=self.clock,
            retention=timedelta(days=180),
        )

    def read(self) -> ReadReport:
        return read_sessions(self.reading())

    def stored(self) -> list[Session]:
        """The sessions of this test's Bastions, in order."""
        store = TableStores.from_connection_string(self.azurite.connection_string).sessions
        mine = {self.host.id, self.other.id}
        query = SessionQuery(since=NOW - timedelta(days=400))
        return [one for one in store.sessions(query) if one.bastion in mine]

    def tunnels(self) -> list[str]:
        return [one.tunnel for one in self.stored()]

    def signals(self) -> list[Signal]:
        stores = TableStores.from_connection_string(self.azurite.connection_string)
        return [one for one in stores.signals.pending(1_000) if one.bastion == self.host.id]

    def last_record(self) -> datetime | None:
        store = TableStores.from_connection_string(self.azurite.connection_string).sessions
        return next((one.last_record for one in store.logs() if one.bastion == self.host.id), None)

    def rows(self, table: str, partition: str) -> list[dict[str, object]]:
        client = TableServiceClient.from_connection_string(self.azurite.connection_string)
        found = client.get_table_client(table).query_entities(
            "PartitionKey eq @of", parameters={"of": partition}
        )
        return [dict(one) for one in found]
