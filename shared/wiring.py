"""The composition root: settings become adapters, and adapters what the use cases ask for.

Importing this module imports neither an SDK nor the product; each part is made when it is first
used, and kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

    from shared.adapters.arm_endpoint import ArmEndpoint
    from shared.adapters.resource_graph import ResourceGraph
    from shared.adapters.tables import TableStores
    from shared.config import Settings, StorageConnection
    from shared.findings.judgement import Judgement
    from shared.network.snapshot import Snapshot
    from shared.usecases.interfaces import Clock, FindingStore, Notifier, SweepStore, WorkQueue
    from shared.usecases.notify import Announcer
    from shared.usecases.sweep import Judge, Surroundings

LONGEST_JITTER_SECONDS: Final = 1.0


def functions_runtime(environ: Mapping[str, str]) -> Runtime:
    """Give the runtime of the Functions app: one for as long as the settings stay the same.

    The settings are read anew by every call, so that each function that runs reports what is
    wrong with them.

    Raises:
        InvalidSettingsError: with every fault.
    """
    from shared.config import read_settings

    return _functions_runtime(read_settings(environ))


@lru_cache(maxsize=1)
def _functions_runtime(settings: Settings) -> Runtime:
    from shared.adapters.identity import function_credential

    return Runtime(
        settings, lambda endpoint: function_credential(endpoint, settings.identity_client_id)
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
        self, settings: Settings, sign_in: Callable[[ArmEndpoint], TokenCredential]
    ) -> None:
        """Take the settings, and the way to get a credential once one is needed."""
        self.settings = settings
        self._sign_in = sign_in

    @cached_property
    def clock(self) -> Clock:
        """The machine's clock."""
        from shared.adapters.clock import SystemClock

        return SystemClock()

    @cached_property
    def inventory(self) -> ResourceGraph:
        """The estate; one object, because the quota of queries is one."""
        return self.inventory_seen_by(lambda _row: None)

    def inventory_seen_by(self, on_row: Callable[[bytes], None]) -> ResourceGraph:
        """Give the estate, each of whose rows that is read passes `on_row` as JSON text."""
        import random

        from shared.adapters.resource_graph import resource_graph

        def jitter() -> float:
            return random.uniform(0.0, LONGEST_JITTER_SECONDS)  # noqa: S311 - spreads waits only

        return resource_graph(self.settings.arm, self._credential, self.clock, jitter, on_row)

    @property
    def findings(self) -> FindingStore:
        """The findings, their history and the outbox."""
        return self._tables.findings

    @property
    def sweeps(self) -> SweepStore:
        """The sweeps."""
        return self._tables.sweeps

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
        """Every check, asked about the ports and trusted sources of the settings."""
        from shared.exposure.assessment import Question
        from shared.findings.judgement import Judgement
        from shared.usecases.scan import scan

        question = Question(self.settings.management_ports, self.settings.trusted_sources)

        def judge(snapshot: Snapshot) -> Judgement:
            found = scan(snapshot, question)
            return Judgement(found.findings, found.unjudged, found.counts)

        return judge

    @property
    def surroundings(self) -> Surroundings:
        """What a sweep needs."""
        from shared.usecases.sweep import Surroundings

        return Surroundings(self.inventory, self.findings, self.sweeps, self.queue, self.clock)

    @property
    def announcer(self) -> Announcer:
        """What telling needs."""
        from shared.usecases.notify import Announcer

        settings = self.settings
        return Announcer(
            self.findings, self.notifier, self.clock, settings.links, settings.notify_min_severity
        )

    @cached_property
    def _tables(self) -> TableStores:
        from shared.adapters.tables import TableStores
        from shared.config import KeyStorage

        storage = self._storage
        if isinstance(storage, KeyStorage):
            return TableStores.from_connection_string(storage.connection_string.text)
        return TableStores.from_endpoint(storage.table_url, self._credential)

    @property
    def _storage(self) -> StorageConnection:
        from shared.config import storage_missing

        if self.settings.storage is None:
            raise storage_missing()
        return self.settings.storage

    @cached_property
    def _credential(self) -> TokenCredential:
        return self._sign_in(self.settings.arm)
