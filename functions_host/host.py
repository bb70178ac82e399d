"""Assemble a running host: load the app, listen, poll, keep time; and stop it in good order."""

import logging
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from functions_host.admin import Administration
from functions_host.app_settings import AppSettings
from functions_host.front import Front
from functions_host.host_json import read_host_json
from functions_host.http_routes import Router
from functions_host.invocation import Invoker
from functions_host.loader import HostedFunction, LoadedApp, loaded_app
from functions_host.ncrontab import Schedule
from functions_host.queue_storage import QueueStorage
from functions_host.queues import QueueListener, QueueReader
from functions_host.server import LoopbackServer
from functions_host.timers import TimerListener
from functions_host.triggers import EventGridTrigger, QueueTrigger, TimerTrigger

_LOGGER: Final = logging.getLogger(__name__)
_LEASE: Final = timedelta(seconds=60)
_GRACE: Final = timedelta(seconds=10)
_THREADS_SETTING: Final = "PYTHON_THREADPOOL_THREAD_COUNT"


@dataclass(frozen=True, slots=True)
class _Listeners:
    """What sets functions off without being asked."""

    timers: tuple[TimerListener, ...]
    queues: tuple[QueueListener, ...]

    def start(self) -> None:
        """Begin with queues, so that what a timer sends on start-up finds its reader."""
        for queue in self.queues:
            queue.start()
        for timer in self.timers:
            timer.start()

    def stop(self) -> None:
        """Begin nothing more."""
        for timer in self.timers:
            timer.stop()
        for queue in self.queues:
            queue.stop_polling()


class RunningHost:
    """An app that is being served; leaving its context stops it."""

    def __init__(
        self,
        app: LoadedApp,
        server: LoopbackServer,
        invoker: Invoker,
        listeners: _Listeners,
        undo: ExitStack,
    ) -> None:
        self.url = server.url
        self.port = server.port
        self._app = app
        self._server = server
        self._invoker = invoker
        self._listeners = listeners
        self._undo = undo
        self._is_stopped = False

    def stop(self, grace: timedelta = _GRACE) -> bool:
        """Stop taking work, let what runs end within `grace`, and give the port back.

        Returns whether everything ended; a second call does nothing.
        """
        if self._is_stopped:
            return True
        self._is_stopped = True
        deadline = time.monotonic() + grace.total_seconds()
        self._listeners.stop()
        self._server.stop_accepting()
        settled = [queue.join(_left(deadline)) for queue in self._listeners.queues]
        drained = self._invoker.drain(_left(deadline)) and self._server.drain(_left(deadline))
        self._shut_down_asgi(_left(deadline))
        self._undo.close()
        return drained and all(settled)

    def _shut_down_asgi(self, grace: timedelta) -> None:
        shutdown = self._app.shutdown()
        if shutdown is None:
            return
        try:
            self._invoker.run_on_loop(shutdown, grace)
        except TimeoutError:
            _LOGGER.warning("the ASGI app did not shut down in time")

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
    app_dir: Path,
    settings: Mapping[str, str],
    port: int = 0,
    *,
    address: str = "127.0.0.1",
    lease: timedelta = _LEASE,
) -> RunningHost:
    """Serve the app in `app_dir` on loopback until the returned host is stopped.

    The settings are put into the environment, over what is there, before the app is imported, and
    taken out again when the host stops.  Port 0 takes a free one.  `lease` is how long a queue
    message stays hidden before its hold is renewed.  One host runs in a process at a time.

    Raises:
        HostError: the app, its bindings, its settings or `host.json` cannot be served.
    """
    directory = app_dir.resolve()
    options = read_host_json(directory / "host.json")
    with ExitStack() as stack:
        stack.enter_context(_environment(settings))
        app = stack.enter_context(loaded_app(directory))
        app_settings = AppSettings(dict(os.environ))
        storage = QueueStorage(app_settings, options.queues.message_encoding)
        server = LoopbackServer(address, port)
        stack.callback(server.close)
        invoker = Invoker(storage.send, options.function_timeout, _thread_count(app_settings))
        stack.callback(invoker.close)
        enabled = [one for one in app.functions if not app_settings.is_disabled(one.name)]
        reader = QueueReader(storage, options.queues, invoker, lease)
        listeners = _listeners(enabled, app_settings, reader)
        front = Front(
            administration=Administration(directory, server.url, app.functions, invoker),
            router=Router(options.route_prefix, enabled),
            event_grid_functions=[
                one for one in enabled if isinstance(one.trigger, EventGridTrigger)
            ],
            base_url=server.url,
            invoker=invoker,
        )
        undo = stack.pop_all()
    server.start(front.answer)
    listeners.start()
    _LOGGER.info("serving %d functions on %s", len(app.functions), server.url)
    return RunningHost(app, server, invoker, listeners, undo)


def _listeners(
    enabled: list[HostedFunction], settings: AppSettings, reader: QueueReader
) -> _Listeners:
    timers: list[TimerListener] = []
    queues: list[QueueListener] = []
    for function in enabled:
        match function.trigger:
            case TimerTrigger() as trigger:
                schedule = Schedule.parse(settings.resolve(trigger.schedule))
                timers.append(TimerListener(function, trigger, schedule, reader.invoker))
            case QueueTrigger() as trigger:
                queues.append(QueueListener(function, trigger, reader))
    return _Listeners(tuple(timers), tuple(queues))


@contextmanager
def _environment(settings: Mapping[str, str]) -> Iterator[None]:
    earlier = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in earlier.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _thread_count(settings: AppSettings) -> int | None:
    """Give the size of the pool for plain functions; None leaves it to Python, as in Azure."""
    text = settings.values.get(_THREADS_SETTING, "")
    return int(text) if text.isdecimal() and int(text) > 0 else None


def _left(deadline: float) -> timedelta:
    return timedelta(seconds=max(0.0, deadline - time.monotonic()))
