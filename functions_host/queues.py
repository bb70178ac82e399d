"""Queue triggers: poll one queue, run the function for each message, settle the message.

Source: Microsoft Learn, "Azure Queue storage trigger for Azure Functions": polling algorithm,
concurrency, poison messages; host.json settings of the queue extension.
"""

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from azure.functions.meta import Datum

from functions_host.host_json import QueueOptions
from functions_host.invocation import Arrival, Failed, Invoker, Outcome, Succeeded
from functions_host.loader import HostedFunction
from functions_host.queue_storage import (
    QueueStorage,
    UndecodableMessage,
    create_queue,
    with_queue,
)
from functions_host.triggers import QueueTrigger

if TYPE_CHECKING:
    from azure.storage.queue import QueueMessage

_LOGGER: Final = logging.getLogger(__name__)
_SHORTEST_PAUSE: Final = timedelta(milliseconds=100)
POISON_SUFFIX: Final = "-poison"
_LONGEST_QUEUE_NAME: Final = 63


@dataclass(frozen=True, slots=True)
class QueueReader:
    """What every listener shares: the storage, the options, and how long a message is held.

    While a function runs, its message is hidden for `lease`, renewed at half of it, so that a
    message of a host that was killed comes back after `lease` at most.
    """

    storage: QueueStorage
    options: QueueOptions
    invoker: Invoker
    lease: timedelta


class QueueListener:
    """Feeds one function from one queue until it is stopped."""

    def __init__(
        self, function: HostedFunction, trigger: QueueTrigger, reader: QueueReader
    ) -> None:
        self._function = function
        self._reader = reader
        self._queue = reader.storage.open(trigger.connection, trigger.queue_name)
        poison = poison_queue_name(self._queue.queue_name)
        self._poison = reader.storage.open(trigger.connection, poison) if poison else None
        self._changed = threading.Condition()
        self._stopping = False
        self._in_flight = 0
        self._workers = ThreadPoolExecutor(
            reader.options.concurrency, thread_name_prefix=f"queue {function.name}"
        )
        self._thread = threading.Thread(
            target=self._poll, name=f"poll {function.name}", daemon=True
        )

    def start(self) -> None:
        """Begin to poll."""
        self._thread.start()

    def stop_polling(self) -> None:
        """Take no further message; those at work go on."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def join(self, grace: timedelta) -> bool:
        """Wait until every message is settled, for `grace` at most; tell whether they are."""
        deadline = time.monotonic() + grace.total_seconds()
        self._thread.join(grace.total_seconds())
        with self._changed:
            settled = self._changed.wait_for(
                lambda: self._in_flight == 0, max(0.0, deadline - time.monotonic())
            )
        self._workers.shutdown(wait=False)
        return settled

    def _poll(self) -> None:
        pause = _SHORTEST_PAUSE
        longest = max(_SHORTEST_PAUSE, self._reader.options.max_polling_interval)
        while not self._stopping:
            messages = self._receive()
            if messages:
                pause = _SHORTEST_PAUSE
                self._take(messages)
            else:
                with self._changed:
                    self._changed.wait_for(lambda: self._stopping, pause.total_seconds())
                pause = min(2 * pause, longest)

    def _receive(self) -> Sequence["QueueMessage"]:
        from azure.core.exceptions import AzureError, ResourceNotFoundError

        try:
            return list(
                self._queue.receive_messages(
                    max_messages=self._reader.options.batch_size,
                    visibility_timeout=_whole_seconds(self._reader.lease),
                )
            )
        except ResourceNotFoundError:
            self._create()
        except AzureError as error:
            _LOGGER.warning("queue %s cannot be read: %s", self._queue.queue_name, error)
        return ()

    def _create(self) -> None:
        from azure.core.exceptions import AzureError

        try:
            create_queue(self._queue)
        except AzureError as error:
            _LOGGER.warning("queue %s cannot be made: %s", self._queue.queue_name, error)

    def _take(self, messages: Sequence["QueueMessage"]) -> None:
        """Hand out a batch, and wait until there is room for the next one."""
        with self._changed:
            self._in_flight += len(messages)
        for message in messages:
            self._workers.submit(self._work_on, message)
        threshold = self._reader.options.new_batch_threshold
        with self._changed:
            self._changed.wait_for(lambda: self._stopping or self._in_flight <= threshold)

    def _work_on(self, message: "QueueMessage") -> None:
        from azure.core.exceptions import AzureError

        try:
            self._settle(message)
        except AzureError as error:
            _LOGGER.warning(
                "message %s of queue %s cannot be settled, so it will come again: %s",
                message.id,
                self._queue.queue_name,
                error,
            )
        finally:
            with self._changed:
                self._in_flight -= 1
                self._changed.notify_all()

    def _settle(self, message: "QueueMessage") -> None:
        options = self._reader.options
        tries = message.dequeue_count or 1
        try:
            body = self._reader.storage.decode(message.content)
        except UndecodableMessage as error:
            self._give_up(message, str(error))
            return
        if tries > options.max_dequeue_count:
            self._give_up(message, "it was taken more than maxDequeueCount times")
            return
        running = self._reader.invoker.start(
            self._function, Arrival(trigger_datum(body), trigger_metadata(message, body))
        )
        held = self._hold(message, running)
        match running.result():
            case Succeeded():
                self._queue.delete_message(held)
            case Failed() if self._poison is None:
                self._give_up(held, "its function failed")
            case Failed() if tries >= options.max_dequeue_count:
                self._give_up(held, "the last of maxDequeueCount tries failed")
            case Failed():
                self._queue.update_message(
                    held, visibility_timeout=_whole_seconds(options.visibility_timeout)
                )

    def _hold(self, message: "QueueMessage", running: Future[Outcome]) -> "QueueMessage":
        """Renew the lease until the function ends; give the message with its latest receipt."""
        seconds = _whole_seconds(self._reader.lease)
        held = message
        while wait([running], seconds / 2).not_done:
            held = self._queue.update_message(held, visibility_timeout=seconds)
        return held

    def _give_up(self, message: "QueueMessage", reason: str) -> None:
        """Move a message to the poison queue; without one it stays, hidden until its lease ends.

        Source: azure-sdk-for-net, `Microsoft.Azure.WebJobs.Extensions.Storage.Queues`,
        QueueProcessor, CompleteProcessingMessageAsync and HandlePoisonMessageAsync.
        """
        poison = self._poison
        if poison is None:
            _LOGGER.warning(
                "message %s stays in queue %s: %s", message.id, self._queue.queue_name, reason
            )
            return
        with_queue(poison, lambda: poison.send_message(message.content))
        self._queue.delete_message(message)
        _LOGGER.warning("message %s moved to queue %s: %s", message.id, poison.queue_name, reason)


def poison_queue_name(queue_name: str) -> str | None:
    """Name the queue for what fails for good; None where the real host has no such queue.

    A poison queue has none of its own, nor has a queue whose name leaves no room for the suffix.

    Source: azure-sdk-for-net, `Microsoft.Azure.WebJobs.Extensions.Storage.Queues`,
    QueueListenerFactory, CreatePoisonQueueReference; Microsoft Learn, "Naming queues and metadata".
    """
    name = queue_name + POISON_SUFFIX
    if queue_name.endswith(POISON_SUFFIX) or len(name) > _LONGEST_QUEUE_NAME:
        return None
    return name


def trigger_datum(body: bytes) -> Datum:
    """Give a message body as the real host does: as text where it is UTF-8, else as bytes."""
    try:
        return Datum(body.decode(), "string")
    except UnicodeDecodeError:
        return Datum(body, "bytes")


def trigger_metadata(message: "QueueMessage", body: bytes) -> Mapping[str, Datum]:
    """Give what the trigger says about a message.

    Source: Microsoft Learn, "Azure Queue storage trigger for Azure Functions", message metadata.
    """
    times = {
        "ExpirationTime": message.expires_on,
        "InsertionTime": message.inserted_on,
        "NextVisibleTime": message.next_visible_on,
    }
    return {
        "QueueTrigger": trigger_datum(body),
        "DequeueCount": Datum(str(message.dequeue_count or 1), "json"),
        "Id": Datum(message.id, "string"),
        "PopReceipt": Datum(message.pop_receipt, "string"),
        **{
            name: Datum(moment.isoformat(), "string")
            for name, moment in times.items()
            if isinstance(moment, datetime)
        },
    }


def admin_arrival(text: str) -> Arrival:
    """Give what the trigger hands to its function in a run that no message caused."""
    return Arrival(Datum(text, "string"), {"DequeueCount": Datum("1", "json")})


def _whole_seconds(span: timedelta) -> int:
    return round(span.total_seconds())
