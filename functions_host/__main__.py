"""The command `python -m functions_host`: serve an app until it is told to stop."""

import argparse
import logging
import os
import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn

from functions_host import HostError
from functions_host.app_settings import read_local_settings
from functions_host.host import RunningHost, start
from functions_host.loader import AppNotLoadable

_DEFAULT_SETTINGS: Final = "local.settings.json"
_USAGE: Final = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM; give 0 then, and 2 when the app cannot be served.

    A second signal cuts off at once what still runs.
    """
    options = _parser().parse_args(arguments)
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("azure").setLevel(logging.WARNING)
    stop_requested = _stop_requested()
    try:
        host = start(options.app_dir, _settings(options), options.port, address=options.address)
    except HostError as error:
        if isinstance(error, AppNotLoadable) and error.__cause__ is not None:
            traceback.print_exception(error.__cause__)
        print(f"functions_host: {error}", file=sys.stderr)  # noqa: T201  # a command's own message
        return _USAGE
    _announce(host, options.port_file)
    stop_requested.wait()
    if not host.stop():
        logging.getLogger(__name__).warning("some functions were still running and are cut off")
        _cut_off()
    return 0


def _stop_requested() -> threading.Event:
    requested = threading.Event()

    def on_signal(*_: object) -> None:
        if requested.is_set():
            _cut_off()
        requested.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    return requested


def _cut_off() -> NoReturn:
    """End the process without waiting for its threads, as its orderly end would."""
    sys.stderr.flush()
    os._exit(0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m functions_host",
        description="Serve a Python Functions app on this machine, without Azure.",
    )
    parser.add_argument("--app-dir", type=Path, default=Path(), help="where function_app.py is")
    parser.add_argument("--port", type=int, default=7071, help="0 takes a free one")
    parser.add_argument("--address", default="127.0.0.1", help="a loopback address")
    parser.add_argument(
        "--settings", type=Path, help=f"settings file (default: {_DEFAULT_SETTINGS} of the app)"
    )
    parser.add_argument("--port-file", type=Path, help="gets the port once the host listens")
    return parser


def _settings(options: argparse.Namespace) -> dict[str, str]:
    """Give the file's settings that the environment does not set: what is there wins.

    Source: Microsoft Learn, "Code and test Azure Functions locally", local settings file.
    """
    path: Path = options.settings or options.app_dir / _DEFAULT_SETTINGS
    if options.settings is None and not path.exists():
        return {}
    return {
        name: value for name, value in read_local_settings(path).items() if name not in os.environ
    }


def _announce(host: RunningHost, port_file: Path | None) -> None:
    if port_file is not None:
        beside = port_file.with_name(f"{port_file.name}.part")
        beside.write_text(f"{host.port}\n", encoding="ascii")
        beside.replace(port_file)


if __name__ == "__main__":
    sys.exit(main())
