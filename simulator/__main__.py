"""`python -m simulator`: serve an estate on loopback until interrupted or terminated."""

import argparse
import signal
import sys
import threading
from pathlib import Path

from simulator.initial_estate import Estate, InvalidEstate
from simulator.server import NotLoopback, start


def main(arguments: list[str] | None = None) -> int:
    """Serve until told to stop; the first line of output is the address.

    Returns 0 after an interrupt or a request to terminate, 2 for an estate that cannot be read or
    an address that cannot be served.
    """
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1", help="loopback address to listen on")
    parser.add_argument("--estate", default="sample", help="'sample', or a JSON file of resources")
    parser.add_argument("--port-file", type=Path, help="file to write the port into, once it is up")
    options = parser.parse_args(arguments)
    try:
        is_sample = options.estate == "sample"
        estate = Estate.sample() if is_sample else Estate.from_file(Path(options.estate))
        running = start(estate, options.port, options.host)
    except (InvalidEstate, NotLoopback, OSError) as error:
        print(f"simulator: {error}", file=sys.stderr)  # noqa: T201 - a command line tool
        return 2
    with running:
        if options.port_file:
            _write_whole(options.port_file, f"{running.port}\n")
        stopped = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopped.set())
        print(running.url, flush=True)  # noqa: T201 - a command line tool
        stopped.wait()
    return 0


def _write_whole(path: Path, text: str) -> None:
    unfinished = path.with_name(path.name + ".new")
    unfinished.write_text(text, encoding="ascii")
    unfinished.replace(path)


if __name__ == "__main__":
    sys.exit(main())
