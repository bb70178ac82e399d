"""Azure Queue Storage as the way to hand work to the Functions app's queue triggers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from math import ceil
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Self

from shared.adapters.storage_account import PATIENCE, connecting, told_plainly
from shared.checks.result import Json
from shared.usecases.interfaces import Queue

if TYPE_CHECKING:
    from azure.core.credentials import AzureNamedKeyCredential, TokenCredential
    from azure.storage.queue import QueueClient, QueueServiceClient

MESSAGE_BYTES: Final = 48 * 1024
"""What base64 makes the 64 KiB that a message may have.

Source: Microsoft Learn, "Scalability and performance targets for Queue Storage".
"""
LONGEST_DELAY_SECONDS: Final = 7 * 24 * 3600 - 1
_PATIENCE: Final[Mapping[str, Any]] = {**PATIENCE, "initial_backoff": 1, "increment_base": 2}
"""By itself this SDK waits a quarter of a minute before the second try."""


class StorageQueues:
    """The `WorkQueue` in Azure Queue Storage; queues are made when they are first used.

    Messages are base64 text of JSON, as the queue trigger expects.  Source: Microsoft Learn,
    "Azure Queue storage trigger and bindings for Azure Functions", host.json, messageEncoding.
    """

    def __init__(self, service: QueueServiceClient) -> None:
        """Take a connected client; nothing is asked of the account before the first message."""
        self._service = service
        self._clients: dict[Queue, QueueClient] = {}
        self._lock = Lock()

    @classmethod
    def from_connection_string(cls, text: str) -> Self:
        """Connect by a connection string, which holds the key.

        Raises:
            StoreError: the text is no connection string.
        """
        from azure.storage.queue import QueueServiceClient

        with connecting():
            return cls(QueueServiceClient.from_connection_string(text, **_PATIENCE))

    @classmethod
    def from_endpoint(cls, url: str, credential: TokenCredential | AzureNamedKeyCredential) -> Self:
        """Connect to a queue endpoint, `https://<account>.queue.core.windows.net`, by identity."""
        from azure.storage.queue import QueueServiceClient

        return cls(QueueServiceClient(url, credential=credential, **_PATIENCE))

    def send(self, queue: Queue, message: Mapping[str, Json], delay_seconds: float = 0) -> None:
        """Put one message on a queue, to be seen after a delay of up to seven days."""
        text = json.dumps(message, separators=(",", ":"), default=dict)
        if len(text) > MESSAGE_BYTES:
            raise ValueError(
                f"a message for {queue} has {len(text)} bytes, and {MESSAGE_BYTES} are the limit"
            )
        delay = min(max(0, ceil(delay_seconds)), LONGEST_DELAY_SECONDS)
        client = self._client(queue)
        with told_plainly(self._service.url, f"writing the queue {queue}"):
            client.send_message(text, visibility_timeout=delay)

    def _client(self, queue: Queue) -> QueueClient:
        from azure.core.exceptions import ResourceExistsError
        from azure.storage.queue import TextBase64DecodePolicy, TextBase64EncodePolicy

        with self._lock:
            if queue not in self._clients:
                client = self._service.get_queue_client(
                    queue.value,
                    message_encode_policy=TextBase64EncodePolicy(),
                    message_decode_policy=TextBase64DecodePolicy(),
                )
                with (
                    told_plainly(self._service.url, f"making the queue {queue}"),
                    suppress(ResourceExistsError),
                ):
                    client.create_queue()
                self._clients[queue] = client
            return self._clients[queue]
