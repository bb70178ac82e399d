"""Queue triggers and outputs against Azurite, through the local Functions host."""

import base64
import socket
import uuid
from contextlib import suppress
from datetime import timedelta

import pytest
import requests
from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError
from azure.storage.queue import QueueClient

from functions_host.queues import poison_queue_name
from tests.azurite import Azurite
from tests.conftest import ServeApp

COLLECT = """
@app.queue_trigger(arg_name="message", queue_name="%QUEUE%", connection="Storage")
def collect(message: func.QueueMessage):
    SEEN.put((message.get_body().decode(), message.dequeue_count))
"""
FAIL = """
import time
@app.queue_trigger(arg_name="message", queue_name="%QUEUE%", connection="Storage")
def fail(message: func.QueueMessage):
    SEEN.put((message.dequeue_count, time.monotonic()))
    raise RuntimeError("not today")
"""
COLLECT_POISON = """
@app.queue_trigger(arg_name="poison", queue_name="%QUEUE%-poison", connection="Storage")
async def collect_poison(poison: func.QueueMessage):
    SEEN.put(("poison", poison.get_body().decode(), poison.dequeue_count))
"""


class Queue:
    """One queue of Azurite, with the settings by which an app knows it."""

    def __init__(self, azurite: Azurite, name: str = "") -> None:
        self.azurite = azurite
        self.connection_string = azurite.connection_string
        self.name = name or f"q-{uuid.uuid4().hex}"
        self.settings = {"Storage": azurite.connection_string, "QUEUE": self.name}

    def poison(self) -> "Queue":
        """Give the queue for what failed for good in this one."""
        return Queue(self.azurite, f"{self.name}-poison")

    def client(self, suffix: str = "") -> QueueClient:
        return QueueClient.from_connection_string(self.connection_string, self.name + suffix)

    def send(self, *bodies: str) -> None:
        self.client().create_queue()
        for body in bodies:
            self.client().send_message(base64.b64encode(body.encode()).decode())

    def texts(self, suffix: str = "") -> list[str]:
        return [str(message.content) for message in self.client(suffix).receive_messages()]

    def count(self) -> int | None:
        return self.client().get_queue_properties().approximate_message_count


@pytest.fixture
def queue(azurite: Azurite) -> Queue:
    return Queue(azurite)


def host_json(**queues: object) -> dict[str, object]:
    fast = {"maxPollingInterval": "00:00:00.2", "visibilityTimeout": "00:00:00"}
    return {"extensions": {"queues": {**fast, **queues}}}


def decoded(texts: list[str]) -> list[str]:
    return sorted(base64.b64decode(text).decode() for text in texts)


def test_message_reaches_the_function_and_is_deleted(queue: Queue, serve_app: ServeApp) -> None:
    queue.send('{"shard": "\u00e9"}')
    app = serve_app(COLLECT, host_json=host_json(), settings=queue.settings)
    assert app.next_seen() == ('{"shard": "\u00e9"}', 1)
    assert app.host.stop()
    assert queue.count() == 0


def test_message_metadata_reaches_the_function(queue: Queue, serve_app: ServeApp) -> None:
    app = serve_app(
        """
        @app.queue_trigger(arg_name="message", queue_name="%QUEUE%", connection="Storage")
        def collect(message: func.QueueMessage):
            SEEN.put((message.id, message.pop_receipt, message.insertion_time,
                message.expiration_time, message.time_next_visible))
        """,
        host_json=host_json(messageEncoding="none"),
        settings=queue.settings,
    )
    with suppress(ResourceExistsError):
        queue.client().create_queue()
    sent = queue.client().send_message("plain")
    identity, receipt, inserted, expires, next_visible = app.next_seen()
    assert (identity, inserted, expires) == (sent.id, sent.inserted_on, sent.expires_on)
    assert receipt
    assert next_visible > inserted


@pytest.mark.parametrize(
    ("annotation", "expected"), [("str", "text"), ("bytes", "text"), ("func.QueueMessage", b"text")]
)
def test_annotation_selects_the_form(
    queue: Queue, serve_app: ServeApp, annotation: str, expected: object
) -> None:
    queue.send("text")
    app = serve_app(
        f"""
        @app.queue_trigger(arg_name="message", queue_name="%QUEUE%", connection="Storage")
        def collect(message: {annotation}):
            SEEN.put(message.get_body() if isinstance(message, func.QueueMessage) else message)
        """,
        host_json=host_json(),
        settings=queue.settings,
    )
    assert app.next_seen() == expected


def test_failing_message_comes_again_and_ends_in_the_poison_queue(
    queue: Queue, serve_app: ServeApp
) -> None:
    queue.send("bad")
    app = serve_app(
        FAIL + COLLECT_POISON, host_json=host_json(maxDequeueCount=2), settings=queue.settings
    )
    seen = [app.next_seen() for _ in range(3)]
    assert [one[0] for one in seen] == [1, 2, "poison"]
    assert seen[2] == ("poison", "bad", 1)
    assert app.host.stop()
    assert queue.count() == 0


def test_message_that_fails_in_a_poison_queue_stays_and_comes_again_after_its_lease(
    queue: Queue, serve_app: ServeApp
) -> None:
    poison = queue.poison()
    poison.send("beyond help")
    app = serve_app(
        FAIL, host_json=host_json(), settings=poison.settings, lease=timedelta(seconds=2)
    )
    (first, began), (second, again) = app.next_seen(), app.next_seen()
    assert (first, second) == (1, 2)
    # Azurite counts whole seconds, so two of them may pass for little more than one.
    assert again - began > 1


@pytest.mark.parametrize("content", ["YmV5b25kIGhlbHA=", "not base64!"])
def test_message_given_up_in_a_poison_queue_is_not_moved_on(
    queue: Queue, serve_app: ServeApp, content: str
) -> None:
    poison = queue.poison()
    poison.send()
    poison.client().send_message(content)
    for _ in range(2):
        assert poison.client().receive_message(visibility_timeout=1) is not None
        peek_until_visible(poison)
    poison.client().send_message(base64.b64encode(b"good").decode())
    app = serve_app(
        COLLECT, host_json=host_json(batchSize=1, maxDequeueCount=2), settings=poison.settings
    )
    assert app.next_seen() == ("good", 1)
    assert app.host.stop()
    assert (app.seen.empty(), poison.count()) == (True, 1)
    with pytest.raises(ResourceNotFoundError):
        poison.client("-poison").get_queue_properties()


@pytest.mark.parametrize(
    ("name", "poison"),
    [
        pytest.param("work", "work-poison", id="plain"),
        pytest.param("work-poison", None, id="poison-queue"),
        pytest.param("w" * 56, "w" * 56 + "-poison", id="longest-with-one"),
        pytest.param("w" * 57, None, id="too-long-with-suffix"),
    ],
)
def test_poison_queue_is_named_where_there_is_one(name: str, poison: str | None) -> None:
    assert poison_queue_name(name) == poison


def test_failed_message_stays_hidden_for_the_visibility_timeout(
    queue: Queue, serve_app: ServeApp
) -> None:
    queue.send("late")
    app = serve_app(
        FAIL, host_json=host_json(visibilityTimeout="00:00:02"), settings=queue.settings
    )
    (first, began), (second, again) = app.next_seen(), app.next_seen()
    assert (first, second) == (1, 2)
    # Azurite counts whole seconds, so two of them may pass for little more than one.
    assert again - began > 1


def test_message_that_was_taken_too_often_is_not_run_again(
    queue: Queue, serve_app: ServeApp
) -> None:
    queue.send("worn")
    for _ in range(2):
        assert queue.client().receive_message(visibility_timeout=1) is not None
        peek_until_visible(queue)
    app = serve_app(
        COLLECT + COLLECT_POISON, host_json=host_json(maxDequeueCount=2), settings=queue.settings
    )
    assert app.next_seen() == ("poison", "worn", 1)


def test_message_without_base64_is_moved_to_the_poison_queue_as_it_is(
    queue: Queue, serve_app: ServeApp
) -> None:
    queue.send("good")
    queue.client().send_message("not base64!")
    app = serve_app(
        COLLECT, host_json=host_json(batchSize=2, newBatchThreshold=0), settings=queue.settings
    )
    assert app.next_seen() == ("good", 1)
    assert app.host.stop()
    assert queue.texts("-poison") == ["not base64!"]


def test_lease_is_renewed_while_a_function_runs(queue: Queue, serve_app: ServeApp) -> None:
    queue.send("long")
    app = serve_app(
        """
        import time
        @app.queue_trigger(arg_name="message", queue_name="%QUEUE%", connection="Storage")
        def work(message: func.QueueMessage):
            SEEN.put(message.dequeue_count)
            time.sleep(4)
            SEEN.put("done")
        """,
        host_json=host_json(),
        settings=queue.settings,
        lease=timedelta(seconds=2),
    )
    assert [app.next_seen(), app.next_seen()] == [1, "done"]
    assert app.host.stop()
    assert (app.seen.empty(), queue.count()) == (True, 0)


def test_batch_runs_in_parallel(queue: Queue, serve_app: ServeApp) -> None:
    queue.send(*"1234")
    app = serve_app(
        """
        import threading
        TOGETHER = threading.Barrier(4)
        @app.queue_trigger(arg_name="message", queue_name="%QUEUE%", connection="Storage")
        def meet(message: func.QueueMessage):
            TOGETHER.wait(15)
            SEEN.put(message.get_body().decode())
        """,
        host_json=host_json(batchSize=4, newBatchThreshold=0),
        settings=queue.settings,
    )
    assert sorted(str(app.next_seen()) for _ in range(4)) == list("1234")


def test_batch_of_one_without_threshold_runs_one_after_another(
    queue: Queue, serve_app: ServeApp
) -> None:
    queue.send(*"123456")
    app = serve_app(
        """
        import threading
        ALONE = threading.Lock()
        @app.queue_trigger(arg_name="message", queue_name="%QUEUE%", connection="Storage")
        def alone(message: func.QueueMessage):
            SEEN.put(ALONE.acquire(blocking=False))
            threading.Event().wait(0.02)
            ALONE.release()
        """,
        host_json=host_json(batchSize=1, newBatchThreshold=0),
        settings=queue.settings,
    )
    assert [app.next_seen() for _ in range(6)] == [True] * 6


def test_absent_queue_is_created_for_output_and_trigger(queue: Queue, serve_app: ServeApp) -> None:
    app = serve_app(
        COLLECT
        + """
@app.route(route="send")
@app.queue_output(arg_name="out", queue_name="%QUEUE%", connection="Storage")
def send(req: func.HttpRequest, out: func.Out[str]) -> str:
    out.set("made on the way")
    return "sent"
""",
        host_json=host_json(),
        settings=queue.settings,
    )
    assert requests.post(f"{app.url}/api/send", timeout=10).text == "sent"
    assert app.next_seen() == ("made on the way", 1)


@pytest.mark.parametrize(
    ("annotation", "value", "expected"),
    [
        pytest.param("func.Out[str]", '"one"', ["one"], id="text"),
        pytest.param("func.Out[bytes]", 'b"one"', ["one"], id="bytes"),
        pytest.param("func.Out[typing.List[str]]", '["one", "two"]', ["one", "two"], id="list"),
        pytest.param("func.Out[typing.List[str]]", "[]", [], id="empty-list"),
        pytest.param(
            "func.Out[func.QueueMessage]",
            'func.QueueMessage(id="x", body="one")',
            ["one"],
            id="message",
        ),
        pytest.param("func.Out[str]", "None", [], id="nothing"),
    ],
)
def test_output_value_becomes_messages(
    queue: Queue, serve_app: ServeApp, annotation: str, value: str, expected: list[str]
) -> None:
    queue.send()
    app = serve_app(
        f"""
        @app.route(route="send")
        @app.queue_output(arg_name="out", queue_name="%QUEUE%", connection="Storage")
        def send(req: func.HttpRequest, out: {annotation}) -> str:
            out.set({value})
            return "sent"
        """,
        settings=queue.settings,
    )
    assert requests.post(f"{app.url}/api/send", timeout=10).text == "sent"
    assert decoded(queue.texts()) == expected


def test_return_value_becomes_a_message_without_encoding(queue: Queue, serve_app: ServeApp) -> None:
    queue.send()
    app = serve_app(
        """
        @app.event_grid_trigger(arg_name="event")
        @app.queue_output(arg_name="$return", queue_name="%QUEUE%", connection="Storage")
        def forward(event: str) -> str:
            return "forwarded " + event
        """,
        host_json=host_json(messageEncoding="none"),
        settings=queue.settings,
    )
    answer = requests.post(
        f"{app.url}/runtime/webhooks/EventGrid?functionName=forward",
        json={},
        headers={"aeg-event-type": "Notification"},
        timeout=10,
    )
    assert answer.status_code == 202
    assert queue.texts() == ["forwarded {}"]


def test_failed_function_sends_nothing(queue: Queue, serve_app: ServeApp) -> None:
    queue.send()
    app = serve_app(
        """
        @app.route(route="send")
        @app.queue_output(arg_name="out", queue_name="%QUEUE%", connection="Storage")
        def send(req: func.HttpRequest, out: func.Out[str]) -> str:
            out.set("half done")
            raise RuntimeError("after setting")
        """,
        settings=queue.settings,
    )
    assert requests.post(f"{app.url}/api/send", timeout=10).status_code == 500
    assert queue.texts() == []


def test_stop_lets_a_running_function_end(queue: Queue, serve_app: ServeApp) -> None:
    queue.send("x")
    app = serve_app(
        """
        import time
        @app.queue_trigger(arg_name="message", queue_name="%QUEUE%", connection="Storage")
        def work(message: func.QueueMessage):
            SEEN.put("began")
            time.sleep(1)
            SEEN.put("ended")
        """,
        host_json=host_json(),
        settings=queue.settings,
    )
    assert app.next_seen() == "began"
    assert app.host.stop()
    assert (app.seen.get_nowait(), queue.count()) == ("ended", 0)


def test_stop_gives_up_on_a_function_that_outlasts_the_grace(
    queue: Queue, serve_app: ServeApp
) -> None:
    queue.send("x")
    app = serve_app(
        """
        import threading
        @app.queue_trigger(arg_name="message", queue_name="%QUEUE%", connection="Storage")
        def work(message: func.QueueMessage):
            SEEN.put("began")
            threading.Event().wait(3)
        """,
        host_json=host_json(),
        settings=queue.settings,
    )
    assert app.next_seen() == "began"
    assert not app.host.stop(timedelta(seconds=0.2))


def test_unreachable_storage_leaves_the_rest_in_service(queue: Queue, serve_app: ServeApp) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = str(closed.getsockname()[1])
    unreachable = "".join(
        f"{part};" for part in queue.connection_string.split(";") if "Endpoint=" not in part
    )
    app = serve_app(
        COLLECT,
        host_json=host_json(),
        settings={
            "QUEUE": queue.name,
            "Storage": f"{unreachable}QueueEndpoint=http://127.0.0.1:{port}/devstoreaccount1",
        },
    )
    assert requests.get(app.url, timeout=10).json()["functions"][0]["name"] == "collect"


def peek_until_visible(queue: Queue) -> None:
    while not queue.client().peek_messages():
        pass
