"""One suite for every `WorkQueue`: Azure Queue Storage (Azurite) and the one in memory."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import suppress

import pytest
from azure.core.credentials import AzureNamedKeyCredential
from azure.core.exceptions import ResourceExistsError
from azure.storage.queue import QueueClient, QueueServiceClient

from shared.adapters.queues import StorageQueues
from shared.checks.result import Json
from shared.usecases.interfaces import Queue, StoreError, WorkQueue
from tests.azurite import ACCOUNT, ACCOUNT_KEY, Azurite
from tests.memory_store import MemoryQueue


@pytest.fixture
def shards(azurite: Azurite) -> Iterator[QueueClient]:
    """Give the queue of the shards as it is on the wire; it is emptied afterwards."""
    client = QueueClient.from_connection_string(azurite.connection_string, Queue.SHARDS.value)
    with suppress(ResourceExistsError):
        client.create_queue()
    yield client
    client.clear_messages()


@pytest.fixture(params=["memory", "azurite"])
def queue(request: pytest.FixtureRequest) -> WorkQueue:
    if request.param == "memory":
        return MemoryQueue()
    azurite: Azurite = request.getfixturevalue("azurite")
    return StorageQueues.from_connection_string(azurite.connection_string)


def on_queue(queue: WorkQueue, shards: QueueClient) -> list[Mapping[str, Json]]:
    if isinstance(queue, MemoryQueue):
        return queue.sent(Queue.SHARDS)
    return [json.loads(b64decode(message.content)) for message in shards.receive_messages()]


def test_message_arrives_as_base64_of_json(queue: WorkQueue, shards: QueueClient) -> None:
    queue.send(Queue.SHARDS, {"sweep": "s1", "shard": 3})
    assert on_queue(queue, shards) == [{"sweep": "s1", "shard": 3}]


def test_largest_message_arrives(queue: WorkQueue, shards: QueueClient) -> None:
    text = "x" * (48 * 1024 - len('{"text":""}') - 1)
    queue.send(Queue.SHARDS, {"text": text})
    assert on_queue(queue, shards) == [{"text": text}]


def test_larger_message_is_refused(queue: WorkQueue, shards: QueueClient) -> None:
    queue.send(Queue.SHARDS, {})
    with pytest.raises(ValueError, match="bytes"):
        queue.send(Queue.SHARDS, {"text": "x" * 48 * 1024})
    assert on_queue(queue, shards) == [{}]


def test_delayed_message_is_not_seen_before_its_time(azurite: Azurite, shards: QueueClient) -> None:
    queue = StorageQueues.from_connection_string(azurite.connection_string)
    queue.send(Queue.SHARDS, {"sweep": "s1"}, delay_seconds=3600)
    assert list(shards.receive_messages()) == []
    assert shards.get_queue_properties().approximate_message_count == 1


def test_delay_is_capped_at_what_the_service_takes(azurite: Azurite, shards: QueueClient) -> None:
    queue = StorageQueues.from_connection_string(azurite.connection_string)
    queue.send(Queue.SHARDS, {"sweep": "s1"}, delay_seconds=30 * 24 * 3600)
    assert shards.get_queue_properties().approximate_message_count == 1


def test_queue_is_made_when_it_is_missing(azurite: Azurite, shards: QueueClient) -> None:
    shards.delete_queue()
    queue = StorageQueues.from_connection_string(azurite.connection_string)
    queue.send(Queue.SHARDS, {"sweep": "s1"})
    assert on_queue(queue, shards) == [{"sweep": "s1"}]


def test_queue_is_reached_by_endpoint_and_credential(azurite: Azurite, shards: QueueClient) -> None:
    queue = StorageQueues.from_endpoint(
        f"http://127.0.0.1:{azurite.queue_port}/{ACCOUNT}",
        AzureNamedKeyCredential(ACCOUNT, ACCOUNT_KEY),
    )
    queue.send(Queue.SHARDS, {"sweep": "s1"})
    assert on_queue(queue, shards) == [{"sweep": "s1"}]


def test_unreachable_account_is_named() -> None:
    service = QueueServiceClient("http://127.0.0.1:1/lost", "c2VjcmV0", retry_total=0)
    with pytest.raises(StoreError) as caught:
        StorageQueues(service).send(Queue.SHARDS, {})
    assert "the queue portcullis-shards at http://127.0.0.1:1/lost" in str(caught.value)
    assert "c2VjcmV0" not in str(caught.value)
