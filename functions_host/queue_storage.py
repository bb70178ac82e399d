"""Storage queues as bindings name them: clients, text encoding, sending."""

import base64
import binascii
import json
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from azure.functions.meta import Datum

from functions_host.app_settings import AppSettings
from functions_host.host_json import MessageEncoding
from functions_host.triggers import QueueOutput

if TYPE_CHECKING:
    from azure.storage.queue import QueueClient

_CONNECT_SECONDS: Final = 5
_READ_SECONDS: Final = 30
_RETRY_SECONDS: Final = 1


class UndecodableMessage(Exception):
    """The text of a message is not in the encoding that `host.json` promises."""


class QueueStorage:
    """Opens queues by connection setting and name, and creates those that are absent."""

    def __init__(self, settings: AppSettings, encoding: MessageEncoding) -> None:
        self._settings = settings
        self._encoding = encoding
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, str], QueueClient] = {}

    def queue_name(self, name: str) -> str:
        """Give the queue's name with `%SETTING%` replaced, in lower case as Azure demands."""
        return self._settings.resolve(name).lower()

    def open(self, connection: str, queue_name: str) -> "QueueClient":
        """Give the client of one queue, made on first use; nothing is sent to storage.

        Raises:
            SettingMissing: no setting of the name of `connection` holds a connection string.
        """
        from azure.storage.queue import QueueClient

        name = self.queue_name(queue_name)
        with self._lock:
            client = self._clients.get((connection, name))
            if client is None:
                client = QueueClient.from_connection_string(
                    self._settings.connection_string(connection),
                    name,
                    retry_total=1,
                    initial_backoff=_RETRY_SECONDS,
                    random_jitter_range=0,
                    connection_timeout=_CONNECT_SECONDS,
                    read_timeout=_READ_SECONDS,
                )
                self._clients[connection, name] = client
        return client

    def send(self, output: QueueOutput, datum: Datum) -> None:
        """Put what a function gave to a queue output into the queue, one message per value."""
        client = self.open(output.connection, output.queue_name)
        for body in message_bodies(datum):
            text = self._encode(body)
            with_queue(client, partial(client.send_message, text))

    def decode(self, text: str) -> bytes:
        """Give the body of a message from its text in storage.

        Raises:
            UndecodableMessage: base64 is expected and the text is something else.
        """
        if self._encoding is MessageEncoding.NONE:
            return text.encode()
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as error:
            raise UndecodableMessage(
                'the text is not base64, which host.json asks for in "messageEncoding"'
            ) from error

    def _encode(self, body: bytes) -> str:
        if self._encoding is MessageEncoding.NONE:
            return body.decode()
        return base64.b64encode(body).decode("ascii")


def message_bodies(datum: Datum) -> tuple[bytes, ...]:
    """Split a queue output into messages: a JSON array is one message per element.

    A `func.QueueMessage` is written as the object `{"id", "body"}` by the library's converter, and
    its body is the message.

    Source: azure-functions-python-worker, `tests/endtoend/test_queue_functions.py`.
    """
    match datum.type:
        case None:
            return ()
        case "bytes":
            return (bytes(datum.value),)
        case "json":
            value = json.loads(datum.value)
            elements = value if isinstance(value, list) else [value]
            return tuple(_element_body(element) for element in elements)
    return (str(datum.value).encode(),)


def with_queue(client: "QueueClient", act: Callable[[], object]) -> None:
    """Do something to a queue, creating the queue first if storage says that it is absent."""
    from azure.core.exceptions import ResourceNotFoundError

    try:
        act()
    except ResourceNotFoundError:
        create_queue(client)
        act()


def create_queue(client: "QueueClient") -> None:
    """Create the queue unless it is there."""
    from azure.core.exceptions import ResourceExistsError

    try:
        client.create_queue()
    except ResourceExistsError:
        return


def _element_body(element: object) -> bytes:
    match element:
        case str():
            return element.encode()
        case {"body": str(body), **rest} if set(rest) == {"id"}:
            return body.encode()
    return json.dumps(element).encode()
