"""What a hosted app's `host.json` means."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from functions_host.host_json import (
    HostOptions,
    MessageEncoding,
    QueueOptions,
    UnreadableHostJson,
    read_host_json,
)


def read(directory: Path, document: object) -> HostOptions:
    path = directory / "host.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return read_host_json(path)


def test_defaults_are_those_of_the_documentation(tmp_path: Path) -> None:
    assert read(tmp_path, {"version": "2.0"}) == HostOptions(
        queues=QueueOptions(
            batch_size=16,
            new_batch_threshold=8,
            max_dequeue_count=5,
            visibility_timeout=timedelta(0),
            max_polling_interval=timedelta(minutes=1),
            message_encoding=MessageEncoding.BASE64,
        ),
        route_prefix="api",
        function_timeout=timedelta(minutes=30),
    )


def test_every_property_is_read(tmp_path: Path) -> None:
    queues = {
        "batchSize": 4,
        "newBatchThreshold": 1,
        "maxDequeueCount": 3,
        "visibilityTimeout": "1.02:03:04",
        "maxPollingInterval": "00:00:02.5",
        "messageEncoding": "none",
    }
    document = {
        "extensions": {"queues": queues, "http": {"routePrefix": "/v1/"}},
        "functionTimeout": "00:10:00",
    }
    assert read(tmp_path, document) == HostOptions(
        queues=QueueOptions(
            batch_size=4,
            new_batch_threshold=1,
            max_dequeue_count=3,
            visibility_timeout=timedelta(days=1, hours=2, minutes=3, seconds=4),
            max_polling_interval=timedelta(seconds=2.5),
            message_encoding=MessageEncoding.NONE,
        ),
        route_prefix="v1",
        function_timeout=timedelta(minutes=10),
    )


def test_threshold_is_half_a_batch_unless_given(tmp_path: Path) -> None:
    options = read(tmp_path, {"extensions": {"queues": {"batchSize": 6}}})
    assert (options.queues.new_batch_threshold, options.queues.concurrency) == (3, 9)


def test_minus_one_means_no_time_limit(tmp_path: Path) -> None:
    assert read(tmp_path, {"functionTimeout": "-1"}).function_timeout is None


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ([], "extensions must be an object"),
        ({"extensions": {"queues": 1}}, "queues must be an object"),
        ({"extensions": {"queues": {"batchSize": 33}}}, "batchSize"),
        ({"extensions": {"queues": {"batchSize": "16"}}}, "batchSize must be a whole number"),
        ({"extensions": {"queues": {"newBatchThreshold": -1}}}, "newBatchThreshold"),
        ({"extensions": {"queues": {"maxDequeueCount": 0}}}, "maxDequeueCount"),
        ({"extensions": {"queues": {"visibilityTimeout": "30"}}}, "visibilityTimeout"),
        ({"extensions": {"queues": {"messageEncoding": "utf16"}}}, "messageEncoding"),
        ({"extensions": {"http": {"routePrefix": None}}}, "routePrefix must be text"),
        ({"functionTimeout": "ten minutes"}, "functionTimeout"),
    ],
)
def test_value_that_azure_refuses_is_named(tmp_path: Path, document: object, fault: str) -> None:
    with pytest.raises(UnreadableHostJson, match=fault) as caught:
        read(tmp_path, document)
    assert "host.json" in str(caught.value)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableHostJson, match=r"host\.json"):
        read_host_json(tmp_path / "host.json")
