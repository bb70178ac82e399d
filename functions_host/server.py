"""The HTTP server on loopback: reads requests off the wire, and sends the answers."""

import ipaddress
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import Final

from functions_host import HostError
from functions_host.http_message import Request, Response

_LOGGER: Final = logging.getLogger(__name__)
# Source: Microsoft Learn, "Azure Functions HTTP triggers and bindings", limits: 100 MB a request.
_LARGEST_BODY: Final = 100 * 1024 * 1024
_NO_BODY: Final = frozenset({204, 304})

Answer = Callable[[Request], Response]


class NotLoopback(HostError):
    """The address to listen on could be reached from other machines."""


class LoopbackServer:
    """Listens on a loopback address from the moment it is made, and answers once started."""

    def __init__(self, address: str, port: int) -> None:
        if not _is_loopback(address):
            raise NotLoopback(f"{address} is no loopback address: this host has no access control")
        try:
            self._server = _Server((address, port))
        except OSError as error:
            raise HostError(f"cannot listen on {address}:{port}: {error}") from error
        self.port: int = self._server.server_address[1]
        self.url = f"http://{address}:{self.port}"

    def start(self, answer: Answer) -> None:
        """Begin to answer, each connection in a thread of its own."""
        self._server.answer = answer
        threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="http", daemon=True
        ).start()

    def stop_accepting(self) -> None:
        """Take no new request; those at work go on."""
        self._server.is_stopping = True
        self._server.shutdown()

    def drain(self, grace: timedelta) -> bool:
        """Wait until every answer is sent, for `grace` at most; tell whether that came true."""
        return self._server.wait_until_idle(grace)

    def close(self) -> None:
        """Give the port back."""
        self._server.server_close()


class _Server(ThreadingMixIn, TCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128
    is_stopping = False
    answer: Answer

    def __init__(self, address: tuple[str, int]) -> None:
        self._idle = threading.Condition()
        self._busy = 0
        super().__init__(address, _Handler)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Count a request as long as it is being answered."""
        with self._idle:
            self._busy += 1
        try:
            yield
        finally:
            with self._idle:
                self._busy -= 1
                self._idle.notify_all()

    def wait_until_idle(self, grace: timedelta) -> bool:
        with self._idle:
            return self._idle.wait_for(lambda: self._busy == 0, grace.total_seconds())


class _BodyRefused(Exception):
    """The body is too large, or its framing is broken."""

    def __init__(self, status: int, reason: str) -> None:
        self.status = status
        super().__init__(reason)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def respond(self) -> None:
        """Read one request, have it answered, and send the answer."""
        with self.server.at_work():
            self._send(self._answer())

    def _answer(self) -> Response:
        try:
            request = Request(
                method=self.command,
                target=self.path,
                headers=tuple(self.headers.items()),
                body=self._body(),
            )
        except _BodyRefused as refusal:
            self.close_connection = True
            return Response.text(str(refusal), refusal.status)
        if not _is_loopback(_host_name(request.header("Host"))):
            return Response.text("this host answers to loopback names only", 403)
        if self.server.is_stopping:
            self.close_connection = True
            return Response.text("this host is stopping", 503)
        try:
            return self.server.answer(request)
        except Exception:
            _LOGGER.exception("%s %s could not be answered", request.method, request.path)
            return Response(500)

    do_DELETE = do_GET = do_HEAD = do_OPTIONS = do_PATCH = do_POST = do_PUT = respond  # noqa: N815  # the names are http.server's

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as inherited
        """Send the server's own lines to the log, where they are seen on demand."""
        _LOGGER.debug(format, *args)

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers:
            if name.lower() != "content-length":
                self.send_header(name, value)
        if response.status not in _NO_BODY:
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD" and response.status not in _NO_BODY:
            self.wfile.write(response.body)
        self.wfile.flush()

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._chunked_body()
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal():
            raise _BodyRefused(400, "Content-Length is no number")
        return self._read(int(length), already=0)

    def _chunked_body(self) -> bytes:
        """Read chunks up to the empty one, and the trailer after it.

        Source: RFC 9112, section 7.1.
        """
        body = bytearray()
        while size := self._chunk_size():
            body += self._read(size, already=len(body))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return bytes(body)

    def _chunk_size(self) -> int:
        line = self.rfile.readline().partition(b";")[0].strip()
        try:
            return int(line, 16)
        except ValueError:
            raise _BodyRefused(400, "a chunk has no size") from None

    def _read(self, length: int, already: int) -> bytes:
        if already + length > _LARGEST_BODY:
            raise _BodyRefused(413, f"a request body may have {_LARGEST_BODY} bytes at most")
        return self.rfile.read(length)


def _is_loopback(name: str) -> bool:
    if name.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _host_name(header: str) -> str:
    """Give the name in a Host header, without port and brackets; a missing one is this machine."""
    name = header.rpartition(":")[0] if header.rpartition(":")[2].isdecimal() else header
    return name.strip("[]") or "localhost"
