"""Azure Table Storage as the store of findings and sweeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from shared.adapters.arm_endpoint import Cloud
from shared.adapters.changes_table import ChangesTable
from shared.adapters.digest_row import DigestRow
from shared.adapters.exemptions_table import ExemptionTable
from shared.adapters.findings_listing import FindingListing
from shared.adapters.findings_table import FindingTables
from shared.adapters.lag_rows import LagRows
from shared.adapters.posture_table import PostureTable
from shared.adapters.remediations_table import RemediationTable
from shared.adapters.service_tags_table import ServiceTagTableStore
from shared.adapters.session_state_rows import DisconnectionRows, ReadingPlaceRows, SignalRows
from shared.adapters.sessions_listing import SessionListing
from shared.adapters.sessions_table import SessionTable
from shared.adapters.signing_key_row import SigningKeyRow
from shared.adapters.storage_account import PATIENCE, connecting
from shared.adapters.sweeps_table import SweepTable
from shared.adapters.table_account import TableAccount
from shared.adapters.tally_rows import TallyTable

if TYPE_CHECKING:
    from azure.core.credentials import AzureNamedKeyCredential, TokenCredential
    from azure.data.tables import TableServiceClient


class TableStores:
    """The stores that share one storage account; one object serves a whole process."""

    def __init__(self, service: TableServiceClient) -> None:
        """Take a connected client; nothing is asked of the account before the first use."""
        account = TableAccount(service)
        self.findings = FindingTables(account)
        self.sweeps = SweepTable(account)
        self.changes = ChangesTable(account)
        self.lags = LagRows(account)
        self.digests = DigestRow(account)
        self.exemptions = ExemptionTable(account)
        self.remediations = RemediationTable(account)
        self.sessions = SessionTable(account)
        self.reading_places = ReadingPlaceRows(account)
        self.signals = SignalRows(account)
        self.disconnections = DisconnectionRows(account)
        self.finding_lists = FindingListing(account)
        self.session_lists = SessionListing(account, self.sessions)
        self.tallies = TallyTable(account)
        self.postures = PostureTable(account)
        self.signing_keys = SigningKeyRow(account)
        self._account = account

    def service_tags(self, cloud: Cloud) -> ServiceTagTableStore:
        """Give the list of service tags of one cloud."""
        return ServiceTagTableStore(self._account, cloud)

    @classmethod
    def from_connection_string(cls, text: str) -> Self:
        """Connect by a connection string, which holds the key.

        Raises:
            StoreError: the text is no connection string.
        """
        from azure.data.tables import TableServiceClient

        with connecting():
            return cls(TableServiceClient.from_connection_string(text, **PATIENCE))

    @classmethod
    def from_endpoint(cls, url: str, credential: TokenCredential | AzureNamedKeyCredential) -> Self:
        """Connect to a table endpoint, `https://<account>.table.core.windows.net`, by identity."""
        from azure.data.tables import TableServiceClient

        return cls(TableServiceClient(url, credential=credential, **PATIENCE))
