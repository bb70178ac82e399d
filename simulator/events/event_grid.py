"""Event Grid at work: events are sent at least once, in no order, and again after a failure."""

import heapq
import itertools
import random
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import requests

from simulator.events.delivery import Delivery, DeliveryState
from simulator.events.messages import event_of
from simulator.events.occurrence import Occurrence
from simulator.events.subscription import EventSubscription
from simulator.exchange import JsonObject
from simulator.settings import Settings

_SENDERS: Final = 16
_LOOK_SECONDS: Final = 0.02
"""How often it is seen to that requests end whose time has come."""
_ANSWER_SECONDS: Final = 30.0
"""Source: Microsoft Learn, "Event Grid message delivery and retry"."""


class EventGrid:
    """Sends events to subscribed endpoints from threads of its own; without any it has no thread.

    Waits are of the real clock.  While somebody is subscribed, `settle` is called again and again:
    it ends the requests whose time has come, which makes events.
    """

    def __init__(self, settle: Callable[[], None]) -> None:
        self._settle = settle
        self._changed = threading.Condition()
        self._subscriptions: Sequence[EventSubscription] = ()
        self._chance = random.Random(0)
        self._deliveries: list[Delivery] = []
        self._due: list[tuple[float, int, Delivery, Settings]] = []
        self._numbers = itertools.count()
        self._thread: threading.Thread | None = None
        self._senders: ThreadPoolExecutor | None = None
        self._sessions = threading.local()

    @property
    def subscriptions(self) -> Sequence[EventSubscription]:
        """Who is told."""
        return self._subscriptions

    def subscribe(self, subscriptions: Sequence[EventSubscription], seed: int) -> None:
        """Put subscriptions in the place of those before, to be told of what happens from now."""
        with self._changed:
            self._subscriptions = tuple(subscriptions)
            self._chance = random.Random(seed)
            if subscriptions and self._thread is None:
                self._senders = ThreadPoolExecutor(_SENDERS, thread_name_prefix="event sender")
                self._thread = threading.Thread(target=self._run, name="event grid", daemon=True)
                self._thread.start()

    def publish(self, occurrence: Occurrence, settings: Settings) -> None:
        """Begin to tell everyone who is subscribed."""
        now = time.monotonic()
        with self._changed:
            event_id = str(uuid.uuid4())
            for subscription in self._subscriptions:
                event = event_of(occurrence, subscription.schema, event_id)
                if event is None:
                    continue
                is_lost = self._chance.random() < settings.event_share_lost
                for _ in range(settings.event_copies):
                    delivery = Delivery(subscription, event)
                    self._deliveries.append(delivery)
                    if is_lost:
                        delivery.lose()
                        continue
                    by_chance = self._chance.random() * settings.event_spread_seconds
                    self._queue(now + settings.event_delay_seconds + by_chance, delivery, settings)

    def deliveries(self, state: str | None = None) -> list[JsonObject]:
        """Return what became of every event, or of those in one state, oldest first."""
        with self._changed:
            chosen = [one for one in self._deliveries if state is None or one.state == state]
            return [delivery.as_json() for delivery in chosen]

    def dead_letters(self) -> list[JsonObject]:
        """Return the events that could not be delivered."""
        with self._changed:
            dead = (one for one in self._deliveries if one.state is DeliveryState.DEAD)
            return [delivery.dead_letter() for delivery in dead]

    def forget(self) -> None:
        """Forget every event, also those still waiting."""
        with self._changed:
            for delivery in self._deliveries:
                if delivery.state is DeliveryState.WAITING:
                    delivery.lose()
            self._deliveries.clear()
            self._due.clear()

    def close(self) -> None:
        """Send nothing more, and end the threads."""
        self.subscribe((), seed=0)
        self.forget()
        with self._changed:
            thread, self._thread = self._thread, None
            senders, self._senders = self._senders, None
            self._changed.notify_all()
        if thread is not None:
            thread.join()
        if senders is not None:
            senders.shutdown(cancel_futures=True)

    def _run(self) -> None:
        while True:
            if self._subscriptions:
                self._settle()
            with self._changed:
                if self._thread is not threading.current_thread() or self._senders is None:
                    return
                now = time.monotonic()
                while self._due and self._due[0][0] <= now:
                    _, _, delivery, settings = heapq.heappop(self._due)
                    self._senders.submit(self._send, delivery, settings)
                next_due = self._due[0][0] - now if self._due else _LOOK_SECONDS
                self._changed.wait(min(next_due, _LOOK_SECONDS))

    def _send(self, delivery: Delivery, settings: Settings) -> None:
        try:
            answer = self._session().post(
                delivery.subscription.address,
                json=delivery.body,
                headers=delivery.headers,
                timeout=_ANSWER_SECONDS,
            )
            status = answer.status_code
        except requests.RequestException:
            status = 0
        with self._changed:
            if delivery.state is not DeliveryState.WAITING:
                return
            wait = delivery.answered(status, settings.event_tries, settings.event_retry_factor)
            if wait is not None:
                self._queue(time.monotonic() + wait, delivery, settings)

    def _queue(self, due: float, delivery: Delivery, settings: Settings) -> None:
        heapq.heappush(self._due, (due, next(self._numbers), delivery, settings))
        self._changed.notify_all()

    def _session(self) -> requests.Session:
        """Return the session of this thread, which ignores proxies: everything is on loopback."""
        session: requests.Session | None = getattr(self._sessions, "session", None)
        if session is None:
            session = requests.Session()
            session.trust_env = False
            self._sessions.session = session
        return session
