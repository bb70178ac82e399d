"""All parts of one simulated Azure, and the lock that its requests share."""

import threading
from collections.abc import Callable
from datetime import datetime

from simulator.arm.operations import Operations
from simulator.arm.store import Store
from simulator.bastion_sessions import OpenSessions
from simulator.events.event_grid import EventGrid
from simulator.exchange import JsonObject
from simulator.faults import Faults
from simulator.graph.index import GraphIndex
from simulator.graph.quota import Quota
from simulator.initial_estate import Estate
from simulator.request_log import LoggedRequest
from simulator.settings import Settings


class Simulation:
    """The state behind the endpoints.

    `lock` guards everything but the log and the faults' delays; `now` gives the time, aware and in
    UTC, by which lags, quotas and operations are reckoned.
    """

    def __init__(self, estate: Estate, now: Callable[[], datetime]) -> None:
        self.lock = threading.RLock()
        self.now = now
        self._estate = estate
        self.log: list[LoggedRequest] = []
        self.events = EventGrid(self._settle_now)
        self._begin()

    def reset(self) -> None:
        """Go back to the estate, settings and silence of the start."""
        self.index.close()
        self.events.subscribe((), seed=0)
        self.events.forget()
        self._begin()

    def close(self) -> None:
        """Stop telling of events, and free the index."""
        self.events.close()
        self.index.close()

    def _begin(self) -> None:
        self.settings = Settings()
        self.faults = Faults()
        self.operations = Operations()
        self.quota = Quota()
        self.messages: list[JsonObject] = []
        self.sessions = OpenSessions()
        self.locks: dict[str, JsonObject] = {}
        self.log.clear()
        self.store = Store(self._estate, self.now())
        self.index = GraphIndex(self.store)

    def settle(self) -> None:
        """End the operations whose time has come."""
        self.operations.settle(self.now())

    def _settle_now(self) -> None:
        with self.lock:
            self.settle()

    def may_read(self, subscription: str) -> bool:
        """Tell whether the caller may read a subscription."""
        hidden = {name.lower() for name in self.settings.unreadable_subscriptions}
        return subscription.lower() not in hidden
