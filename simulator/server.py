"""The HTTP server, bound to loopback and nothing else."""

import contextlib
import ipaddress
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from simulator.application import Application
from simulator.exchange import DroppedConnection, Request, Response
from simulator.initial_estate import Estate
from simulator.simulation import Simulation

_LOOPBACK: Final = "127.0.0.1"
_STOP_SECONDS: Final = 0.05
"""How often the server looks whether it is to stop."""


class NotLoopback(ValueError):
    """An address that other machines could reach."""


class RunningSimulator:
    """A simulator that serves until it is stopped; also a context manager that stops it."""

    def __init__(self, server: "_Server", simulation: Simulation) -> None:
        self._server = server
        self.simulation = simulation
        self._thread = threading.Thread(
            target=server.serve_forever, args=(_STOP_SECONDS,), name="simulator", daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._server.server_port

    @property
    def url(self) -> str:
        """The address that it listens on, without a trailing slash."""
        host = str(self._server.server_address[0])
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    def stop(self) -> None:
        """Stop serving and free the port; a second call does nothing."""
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()
        self.simulation.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


def start(
    estate: Estate,
    port: int = 0,
    host: str = _LOOPBACK,
    now: Callable[[], datetime] | None = None,
) -> RunningSimulator:
    """Serve an estate on a port of loopback; port 0 takes a free one.

    Lags, quotas and operations are reckoned by `now`, which is the real clock unless given.

    Raises:
        NotLoopback: `host` is no loopback address.
        OSError: the port is taken.
    """
    address = _LOOPBACK if host == "localhost" else host
    try:
        reachable = not ipaddress.ip_address(address).is_loopback
    except ValueError:
        reachable = True
    if reachable:
        raise NotLoopback(f"{host} is no loopback address: the simulator serves this machine only.")
    simulation = Simulation(estate, now or _utc_now)
    return RunningSimulator(_Server((address, port), Application(simulation)), simulation)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class _Server(ThreadingHTTPServer):
    """Answers each connection in a thread of its own, which ends when the server closes."""

    daemon_threads = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], application: Application) -> None:
        super().__init__(address, _RequestHandler)
        self.application = application
        self._open: set[socket.socket] = set()

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        """Accept a connection, and remember it for `hang_up`."""
        connection, address = super().get_request()
        self._open.add(connection)
        return connection, address

    def close_request(self, request: Any) -> None:  # noqa: ANN401 - as in socketserver
        """Close a connection that has been served."""
        self._open.discard(request)
        super().close_request(request)

    def hang_up(self) -> None:
        """Wake the threads that wait for another request on a kept connection."""
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RD)


class _RequestHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def _serve(self) -> None:
        try:
            self._send(self.server.application.answer(self._request()))
        except DroppedConnection:
            self.close_connection = True

    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815 - http.server's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Write no line for each request; the request log is a part of the simulation."""

    def _request(self) -> Request:
        parts = urlsplit(self.path)
        query: dict[str, str] = {}
        for name, value in parse_qsl(parts.query, keep_blank_values=True):
            query.setdefault(name.lower(), value)
        length = int(self.headers.get("Content-Length") or 0)
        return Request(
            method=self.command,
            path=unquote(parts.path),
            query=query,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length),
            base_url=f"http://{self.headers.get('Host', '')}",
        )

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.body:
            self.send_header("Content-Type", "application/json; charset=utf-8")
        if response.status != HTTPStatus.NO_CONTENT:
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        self.wfile.write(response.body)
