"""The composition root: settings become adapters, and adapters what the use cases ask for.

Importing this module imports neither an SDK nor the product; each part is made when it is first
used, and kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

    from shared.adapters.arm_endpoint import ArmEndpoint
    from shared.adapters.arm_reads import ArmReader, Supplement
    from shared.adapters.effective_rules import EffectiveRules
    from shared.adapters.inventory import AzureInventory
    from shared.adapters.resource_graph import ResourceGraph
    from shared.adapters.service_tag_reads import ServiceTagReads
    from shared.adapters.tables import TableStores
    from shared.config import Settings, StorageConnection
    from shared.exposure.assessment import Question
    from shared.network.service_tags import ServiceTagTable
    from shared.remediation_wiring import RemediationParts
    from shared.usecases.change_inbox import ChangeInbox
    from shared.usecases.change_interfaces import ChangeMarks
    from shared.usecases.changes import ChangeDesk
    from shared.usecases.digest import DigestDesk
    from shared.usecases.exemptions import ExemptionDesk
    from shared.usecases.interfaces import (
        Clock,
        FindingStore,
        LagBook,
        Notifier,
        SweepStore,
        WorkQueue,
    )
    from shared.usecases.notify import Announcer
    from shared.usecases.report import Reports
    from shared.usecases.service_tags import ServiceTags
    from shared.usecases.session_interfaces import (
        AuditLogs,
        DisconnectionStore,
        LiveBastions,
        ReadingPlaces,
        SessionStore,
    )
    from shared.usecases.session_signals import SignalTelling
    from shared.usecases.sessions import SessionReading
    from shared.usecases.sweep import Judge, Surroundings

LONGEST_JITTER_SECONDS: Final = 1.0


def functions_runtime(environ: Mapping[str, str]) -> Runtime:
    """Give the runtime of the Functions app: one for as long as the settings stay the same.

    With the storage emulator it runs on somebody's machine, which has no managed identity: there
    it signs in as the command line does.  The settings are read anew by every call, so that each
    function that runs reports what is wrong with them.

    Raises:
        InvalidSettingsError: with every fault.
    """
    from shared.config import read_settings

    return _functions_runtime(read_settings(environ))


@lru_cache(maxsize=1)
def _functions_runtime(settings: Settings) -> Runtime:
    from shared.adapters.identity import command_line_credential, function_credential
    from shared.config import KeyStorage

    if isinstance(settings.storage, KeyStorage) and settings.storage.is_emulator:
        return Runtime(settings, command_line_credential)
    reader, writer = settings.identity_client_id, settings.remediation.writer_client_id
    return Runtime(
        settings,
        lambda endpoint: function_credential(endpoint, reader),
        lambda endpoint: function_credential(endpoint, writer or reader),
    )


def command_line_runtime(settings: Settings) -> Runtime:
    """Give a runtime that signs in as the person at the terminal."""
    from shared.adapters.identity import command_line_credential

    return Runtime(settings, command_line_credential)


class Runtime:
    """The parts of a running program; may be used by several threads.

    Parts that need storage raise InvalidSettingsError when the settings name none.
    """

    def __init__(
        self,
        settings: Settings,
        sign_in: Callable[[ArmEndpoint], TokenCredential],
        sign_in_to_write: Callable[[ArmEndpoint], TokenCredential] | None = None,
    ) -> None:
        """Take the settings, and the ways to get a credential once one is needed."""
        self.settings = settings
        self._sign_in = sign_in
        self._sign_in_to_write = sign_in_to_write or sign_in

    @cached_property
    def clock(self) -> Clock:
        """The machine's clock."""
        from shared.adapters.clock import SystemClock

        return SystemClock()

    @cached_property
    def inventory(self) -> AzureInventory:
        """The estate; one object, because the quota of queries is one."""
        from shared.adapters.arm_resources import ArmResources
        from shared.adapters.graph_client import GraphClient
        from shared.adapters.inventory import azure_inventory

        endpoint, credential = self.settings.arm, self._credential
        return azure_inventory(
            GraphClient(endpoint, credential),
            ArmResources(endpoint, credential, self._arm_reader),
            self.clock,
            _jitter,
            self._supplements,
        )

    def inventory_seen_by(
        self, on_row: Callable[[bytes], None], further: Sequence[Supplement] = ()
    ) -> ResourceGraph:
        """Give the estate to read, each of whose rows passes `on_row` as JSON text.

        `further` supplements come after those that fill the gaps of every estate.
        """
        from shared.adapters.resource_graph import resource_graph

        graph = resource_graph(self.settings.arm, self._credential, self.clock, _jitter, on_row)
        return graph.supplemented(*self._supplements, *further)

    @property
    def _supplements(self) -> Sequence[Supplement]:
        """What fills the gaps of every estate."""
        from shared.adapters.admin_rule_reads import AdminRuleReads
        from shared.adapters.bastion_reads import BastionReads
        from shared.adapters.scale_set_reads import ScaleSetReads

        kinds = (ScaleSetReads, AdminRuleReads, BastionReads)
        return tuple(kind(self._arm_reader) for kind in kinds)

    @cached_property
    def service_tag_reads(self) -> ServiceTagReads:
        """Azure's own list of service tags, as a supplement or asked for alone."""
        from shared.adapters.service_tag_reads import ServiceTagReads

        return ServiceTagReads(self._arm_reader, self.settings.cloud)

    @cached_property
    def effective_rules(self) -> EffectiveRules:
        """Azure's own account of the filters before an interface."""
        from shared.adapters.effective_rules import EffectiveRules

        return EffectiveRules(self._arm_reader)

    @cached_property
    def service_tags(self) -> ServiceTags:
        """The list of service tags that sweeps judge by, kept in storage."""
        from shared.usecases.service_tags import ServiceTags

        store = self._tables.service_tags(self.settings.cloud)
        return ServiceTags(self._published_tags, store, self.clock)

    @property
    def findings(self) -> FindingStore:
        """The findings, their history and the outbox."""
        return self._tables.findings

    @property
    def sweeps(self) -> SweepStore:
        """The sweeps."""
        return self._tables.sweeps

    @property
    def changes(self) -> ChangeMarks:
        """What changed and was not assessed yet."""
        return self._tables.changes

    @property
    def lags(self) -> LagBook:
        """How long changes took until they were told."""
        return self._tables.lags

    @property
    def sessions(self) -> SessionStore:
        """The sessions through Bastions."""
        return self._tables.sessions

    @property
    def reports(self) -> Reports:
        """What pages and API read."""
        from shared.usecases.report import Reports

        tables = self._tables
        return Reports(
            findings=tables.findings,
            finding_lists=tables.finding_lists,
            session_lists=tables.session_lists,
            sweeps=tables.sweeps,
            lags=tables.lags,
            exemptions=tables.exemptions,
            plans=tables.remediations,
            tallies=tables.tallies,
            postures=tables.postures,
            keys=tables.signing_keys,
            clock=self.clock,
        )

    @property
    def reading_places(self) -> ReadingPlaces:
        """How far audit logs were read."""
        return self._tables.reading_places

    @property
    def disconnections(self) -> DisconnectionStore:
        """Who ended which session."""
        return self._tables.disconnections

    @cached_property
    def live_bastions(self) -> LiveBastions:
        """The Bastions in scope, asked directly."""
        from shared.adapters.bastion_list import bastion_list
        from shared.adapters.live_sessions import LiveBastionReads

        settings = self.settings
        listed = bastion_list(settings.arm, self._credential, self.clock, _jitter, settings.scope)
        return LiveBastionReads(self._arm_reader, listed)

    @property
    def signed_in(self) -> str:
        """Who is signed in to Azure."""
        from shared.adapters.signed_in import signed_in

        return signed_in(self.settings.arm, self._credential)

    @property
    def session_reading(self) -> SessionReading:
        """What the reading of audit logs needs."""
        from shared.usecases.sessions import SessionReading, exempt_machines

        settings, tables = self.settings.sessions, self._tables
        return SessionReading(
            logs=[self._audit_logs(account) for account in settings.log_accounts],
            places=tables.reading_places,
            store=tables.sessions,
            signals=tables.signals,
            exempt=exempt_machines(tables.findings),
            rules=settings.rules,
            clock=self.clock,
            retention=settings.retention,
        )

    @property
    def signal_telling(self) -> SignalTelling:
        """What the telling of signals needs."""
        from shared.usecases.session_signals import SignalTelling

        settings = self.settings
        return SignalTelling(
            self._tables.signals, self.notifier, settings.links, settings.notify_min_severity
        )

    @cached_property
    def queue(self) -> WorkQueue:
        """The queues that the Functions app works off."""
        from shared.adapters.queues import StorageQueues
        from shared.config import KeyStorage

        storage = self._storage
        if isinstance(storage, KeyStorage):
            return StorageQueues.from_connection_string(storage.connection_string.text)
        return StorageQueues.from_endpoint(storage.queue_url, self._credential)

    @cached_property
    def notifier(self) -> Notifier | None:
        """The Teams channel; None when the settings name none."""
        from shared.adapters.teams import TeamsNotifier

        webhook = self.settings.teams_webhook
        return None if webhook is None else TeamsNotifier(webhook.text)

    @property
    def judge(self) -> Judge:
        """Every check, asked about the ports and trusted sources of the settings.

        Service tags are those in force; without storage none, so that they stay unresolved.
        """
        from shared.usecases.scan import judgement

        return lambda snapshot: judgement(snapshot, self._question())

    def _question(self) -> Question:
        from shared.exposure.assessment import Question
        from shared.network.service_tags import NO_SERVICE_TAGS

        settings = self.settings
        tags = NO_SERVICE_TAGS if settings.storage is None else self.service_tags.in_force()
        return Question(settings.management_ports, settings.trusted_sources, tags)

    @property
    def surroundings(self) -> Surroundings:
        """What a sweep needs."""
        from shared.usecases.sweep import Surroundings

        stores, log = (self.findings, self.sweeps), self.inventory
        beside = (self.exemptions, self._tables.postures)
        return Surroundings(log, *stores, self.queue, self.clock, log, *beside)

    @property
    def exemptions(self) -> ExemptionDesk:
        """What exemptions need."""
        return self.remediation.exemptions

    @cached_property
    def remediation(self) -> RemediationParts:
        """What plans, decides, applies and tells."""
        from shared.remediation_wiring import RemediationParts, Shared

        writer = self._sign_in_to_write(self.settings.arm)
        azure = (self._credential, writer, self._arm_reader, self.inventory)
        stores, questions = (self._tables, self.queue), (self.judge, self._question)
        return RemediationParts(
            Shared(self.settings, *azure, *stores, self.notifier, self.clock, *questions, _jitter)
        )

    @property
    def announcer(self) -> Announcer:
        """What telling needs."""
        from shared.usecases.notify import Announcer

        settings = self.settings
        return Announcer(
            self.findings,
            self.notifier,
            self.clock,
            settings.links,
            settings.notify_min_severity,
            self.lags,
        )

    @property
    def digest_desk(self) -> DigestDesk:
        """What the digest needs."""
        from shared.usecases.digest import DigestDesk

        return DigestDesk(
            self.findings,
            self.sweeps,
            self._tables.digests,
            self.notifier,
            self.clock,
            self.settings.links,
        )

    @property
    def change_desk(self) -> ChangeDesk:
        """What the assessment of changes needs."""
        from shared.usecases.changes import ChangeDesk

        return ChangeDesk(self.surroundings, self.changes, self.judge, self.announcer)

    @cached_property
    def change_inbox(self) -> ChangeInbox:
        """What taking an event of Event Grid needs."""
        from shared.adapters.resource_events import read_event
        from shared.usecases.change_inbox import ChangeInbox, LookRequests

        looks = LookRequests(self.queue, self.clock)
        return ChangeInbox(read_event, self.changes, looks, self.clock)

    def _published_tags(self) -> ServiceTagTable:
        scope = self.settings.scope
        named = scope.subscriptions or [one.id for one in self.inventory.subscriptions(scope)]
        return self.service_tag_reads.published(named).table

    @cached_property
    def _arm_reader(self) -> ArmReader:
        from shared.adapters.arm_reads import ArmReader

        return ArmReader(self.settings.arm, self._credential, self.clock)

    @cached_property
    def _tables(self) -> TableStores:
        from shared.adapters.tables import TableStores
        from shared.config import KeyStorage

        storage = self._storage
        if isinstance(storage, KeyStorage):
            return TableStores.from_connection_string(storage.connection_string.text)
        return TableStores.from_endpoint(storage.table_url, self._credential)

    def _audit_logs(self, account: str) -> AuditLogs:
        """Give an account's audit logs: by identity, but for the app's own account with a key."""
        from shared.adapters.audit_blobs import AuditBlobs
        from shared.config import KeyStorage, blob_url

        settings, storage = self.settings, self._storage
        if isinstance(storage, KeyStorage) and (
            settings.arm.is_simulator or storage.is_of(account)
        ):
            return AuditBlobs.from_connection_string(account, storage.connection_string.text)
        return AuditBlobs.from_endpoint(
            account, blob_url(account, settings.cloud), self._credential
        )

    @property
    def _storage(self) -> StorageConnection:
        from shared.config import storage_missing

        if self.settings.storage is None:
            raise storage_missing()
        return self.settings.storage

    @cached_property
    def _credential(self) -> TokenCredential:
        return self._sign_in(self.settings.arm)


def _jitter() -> float:
    """Give the seconds to add to a wait, so that workers do not come back all at once."""
    import random

    return random.uniform(0.0, LONGEST_JITTER_SECONDS)  # noqa: S311 - spreads waits only
