"""`portcullis demo`: the whole product on this machine, with a simulated Azure."""

from __future__ import annotations

import json
import re
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Final

import requests
import typer

from cli.demo_parts import (
    ACCOUNT,
    DemoError,
    Parts,
    start_azurite,
    start_host,
    start_simulator,
    write_settings,
)
from cli.output import ExitStatus, write_lines, write_table
from cli.records import recorded, worst_first
from cli.settings import LOCAL_SETTINGS
from cli.sweep import sweep_report
from shared.config import Setting, read_settings
from shared.findings.finding import FindingRecord, FindingState
from shared.findings.session import Session, SessionQuery
from shared.rendering.scan_summary import counted, severity_summary
from shared.rendering.scan_table import scan_table
from shared.rendering.sessions_table import sessions_table
from shared.rendering.visible_text import visible
from shared.usecases.interfaces import EventState, Sweep
from shared.wiring import Runtime, command_line_runtime

if TYPE_CHECKING:
    from simulator.estate import Change

SWEEP_FUNCTION: Final = "sweep_estate"
EVENT_FUNCTION: Final = "on_resource_event"
SESSIONS_FUNCTION: Final = "read_sessions"
_SWEEP_SECONDS: Final = 180.0
_TELL_SECONDS: Final = 60.0
_ANSWER_SECONDS: Final = 30.0
_LOOK_SECONDS: Final = 0.5
_SHOWN_HEADLINES: Final = 5
_LOGGED: Final = timedelta(days=1)
_ESCAPED: Final = re.compile(r"\\([^a-zA-Z0-9\s])")
"""A mark that a card's Markdown shows without its backslash."""
_API_VERSION: Final = "2025-05-01"


@dataclass(frozen=True, slots=True)
class _Demo:
    """Everything that runs, and the way to what it records."""

    parts: Parts
    storage: str
    simulator: str
    host: str
    runtime: Runtime
    folder: Path


@dataclass(frozen=True, slots=True)
class _Watch:
    """Prints what happens, each line with the seconds since the start."""

    began: float = field(default_factory=time.monotonic)

    def say(self, text: str) -> None:
        """Print one line."""
        write_lines([f"[{time.monotonic() - self.began:6.1f} s] {text}"])


def demo(
    *,
    once: Annotated[
        bool, typer.Option("--once", help="End after the last change instead of staying up.")
    ] = False,
) -> int:
    """Run the whole product on this machine.

    Starts a simulated Azure with a sample estate, the storage emulator Azurite and the Functions
    app; sweeps, shows what is recorded and told, closes one hole, sweeps again, opens another one,
    of which Event Grid tells at once, and reads who came through Bastion. Needs Node.js and the
    checkout of the project, and no Azure.
    """
    watch = _Watch()
    with _stopped_by_signals(), ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portcullis-demo-")))
        running = _start(Parts(stack, folder), watch)
        _first_look(running, watch)
        _one_change(running, watch)
        _one_opening(running, watch)
        _some_sessions(running, watch)
        if not once:
            _stay_up(running)
    watch.say("Everything is stopped.")
    return ExitStatus.FINE


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Let an interrupt and a request to terminate end the demo alike, with every part stopped.

    A shell that runs the demo in the background has it ignore interrupts; they count here again.
    """

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {one: signal.signal(one, interrupt) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _start(parts: Parts, watch: _Watch) -> _Demo:
    storage = start_azurite(parts)
    watch.say("Azurite keeps tables, queues and logs, in memory.")
    simulator = start_simulator(parts)
    watch.say(f"The simulated Azure answers at {simulator}.")
    values = {
        "FUNCTIONS_WORKER_RUNTIME": "python",
        "AzureWebJobsStorage": storage,
        Setting.ARM_ENDPOINT.value: simulator,
        Setting.SWEEP_SCHEDULE.value: "0 0 3 * * *",
        Setting.SESSIONS_SCHEDULE.value: "0 30 3 * * *",
        Setting.BASTION_LOG_ACCOUNTS.value: ACCOUNT,
        Setting.TEAMS_WEBHOOK_URL.value: f"{simulator}/teams/security?sig=demo",
    }
    settings = parts.folder / LOCAL_SETTINGS.name
    write_settings(settings, values)
    host = start_host(parts, settings)
    watch.say(f"The Functions app runs at {host}.")
    runtime = command_line_runtime(read_settings(values))
    return _Demo(parts, storage, simulator, host, runtime, parts.folder)


def _first_look(running: _Demo, watch: _Watch) -> None:
    ended = _sweep(running)
    watch.say("A sweep has read, judged and recorded the whole estate.")
    records = _open(running)
    write_lines([""])
    write_table(scan_table([record.finding for record in records]))
    write_lines(["", severity_summary(r.finding.severity for r in records), *sweep_report(ended)])
    _wait_until_told(running)
    write_lines([*_cards(running, 0), ""])


def _one_change(running: _Demo, watch: _Watch) -> None:
    """Close one hole as its owner would, in Azure, and let a sweep notice."""
    from simulator.estate import one_change

    change = one_change()
    before = {record.finding.fingerprint for record in _open(running)}
    cards = len(_messages(running))
    _make(change, running)
    watch.say(f"One change in Azure. {change.says}")
    ended = _sweep(running)
    watch.say("A second sweep has noticed. What closed:")
    closed = [
        record
        for record in _recorded(running)
        if record.state is FindingState.RESOLVED and record.finding.fingerprint in before
    ]
    write_lines([""])
    write_table(scan_table([record.finding for record in worst_first(closed)]))
    still_open = severity_summary(record.finding.severity for record in _open(running))
    write_lines(["", f"Still open: {still_open}", *sweep_report(ended)])
    _wait_until_told(running)
    write_lines([*_cards(running, cards), ""])


def _one_opening(running: _Demo, watch: _Watch) -> None:
    """Open one hole as somebody in a hurry would, and let Event Grid tell of it."""
    from simulator.estate import one_opening

    change = one_opening()
    before = {record.finding.fingerprint for record in _open(running)}
    cards = len(_messages(running))
    _subscribe(running)
    watch.say("Event Grid tells the app of every change from now on.")
    began = time.monotonic()
    _make(change, running)
    watch.say(f"One more change in Azure, and no sweep. {change.says}")
    running.parts.wait_for(
        "the card", lambda: True if len(_messages(running)) > cards else None, _TELL_SECONDS
    )
    seconds = time.monotonic() - began
    _wait_until_told(running)
    opened = [record for record in _open(running) if record.finding.fingerprint not in before]
    who = " and ".join(sorted({_opener(running, record) for record in opened}))
    watch.say(f"Told after {seconds:.1f} s. Opened by {who}:")
    write_lines([""])
    write_table(scan_table([record.finding for record in worst_first(opened)]))
    write_lines(["", *_cards(running, cards), ""])


def _some_sessions(running: _Demo, watch: _Watch) -> None:
    """Write audit logs as Azure Bastion does, and have the app read them."""
    from simulator.audit_log import AuditLog, sample_records

    now = datetime.now(UTC)
    written = sample_records(now)
    query = SessionQuery(now - _LOGGED)
    cards = len(_messages(running))
    AuditLog(running.storage).write(*written)
    watch.say(f"Azure Bastion has logged {counted(len(written), 'session')}.")
    _run(SESSIONS_FUNCTION, running)

    def read() -> Sequence[Session] | None:
        found = tuple(running.runtime.sessions.sessions(query))
        told = len(_messages(running)) > cards
        return found if told and len(found) == len(written) else None

    found = running.parts.wait_for("the reading of sessions", read, _TELL_SECONDS)
    watch.say("The app has read the log. Who came through Bastion:")
    newest_first = sorted(found, key=lambda session: session.time, reverse=True)
    write_lines([""])
    write_table(sessions_table(newest_first))
    write_lines(["", *_cards(running, cards), ""])


def _make(change: Change, running: _Demo) -> None:
    """Send the request of a change to Azure, in the name of who makes it."""
    caller = {"upn": change.by, "appid": change.client_id}
    named = {"x-simulated-actor": json.dumps(caller)} if change.by else {}
    answer = requests.request(
        change.method,
        f"{running.simulator}{change.path}",
        params={"api-version": _API_VERSION},
        headers={"Authorization": "Bearer demo", **named},
        json=change.body,
        timeout=_ANSWER_SECONDS,
    )
    if not answer.ok:
        raise DemoError(f"the change was refused with {answer.status_code}: {answer.text}")


def _subscribe(running: _Demo) -> None:
    """Have Event Grid tell the app, as its event subscriptions do in Azure."""
    subscription = {"url": running.host, "function": EVENT_FUNCTION, "schema": "EventGridSchema"}
    requests.put(
        f"{running.simulator}/simulator/event-subscriptions",
        json={"subscriptions": [subscription]},
        timeout=_ANSWER_SECONDS,
    ).raise_for_status()


def _opener(running: _Demo, record: FindingRecord) -> str:
    """Name who made the last step of a finding, and with which program."""
    actor = running.runtime.findings.history(record.finding.fingerprint)[0].actor
    if actor is None:
        return "somebody unknown"
    return visible(f"{actor.name} with {actor.client}" if actor.client else actor.name)


def _sweep(running: _Demo) -> Sweep:
    """Set off a sweep, and wait until it is closed."""
    known = {sweep.id for sweep in running.runtime.sweeps.latest(1)}
    _run(SWEEP_FUNCTION, running)

    def closed() -> Sweep | None:
        latest = running.runtime.sweeps.latest(1)
        return latest[0] if latest and latest[0].id not in known and latest[0].closed else None

    return running.parts.wait_for("the end of the sweep", closed, _SWEEP_SECONDS)


def _run(function: str, running: _Demo) -> None:
    """Set off a timer's function by hand."""
    url = f"{running.host}/admin/functions/{function}"
    requests.post(url, json={}, timeout=_ANSWER_SECONDS).raise_for_status()


def _wait_until_told(running: _Demo) -> None:
    """Wait until no news is left in the outbox."""
    store = running.runtime.findings

    def told() -> bool | None:
        pending = any(
            event.state is EventState.PENDING
            for subscription in store.subscriptions()
            for event in store.events(subscription)
        )
        return None if pending else True

    running.parts.wait_for("the end of telling", told, _TELL_SECONDS)


def _recorded(running: _Demo) -> Sequence[FindingRecord]:
    store = running.runtime.findings
    return tuple(recorded(store, store.subscriptions()))


def _open(running: _Demo) -> Sequence[FindingRecord]:
    return worst_first(r for r in _recorded(running) if r.state is FindingState.OPEN)


def _messages(running: _Demo) -> Sequence[Mapping[str, object]]:
    answer = requests.get(f"{running.simulator}/simulator/teams", timeout=_ANSWER_SECONDS)
    answer.raise_for_status()
    messages: Sequence[Mapping[str, object]] = answer.json()["messages"]
    return messages


def _cards(running: _Demo, known: int) -> Iterator[str]:
    """Tell of the cards that arrived in the simulated Teams channel since `known` of them."""
    new = _messages(running)[known:]
    yield f"Teams: {counted(len(new), 'card')} at {running.simulator}/simulator/teams"
    yield from (f"  {_headline(message)}" for message in new[:_SHOWN_HEADLINES])
    if len(new) > _SHOWN_HEADLINES:
        yield f"  and {len(new) - _SHOWN_HEADLINES} more"


def _headline(message: Mapping[str, object]) -> str:
    match message:
        case {"payload": {"attachments": [{"content": {"fallbackText": str(text)}}, *_]}}:
            return visible(_ESCAPED.sub(r"\1", text))
        case _:
            return "a message without a card"


def _stay_up(running: _Demo) -> None:
    """Print where everything is, and wait for Ctrl-C."""
    try:
        write_lines(
            [
                f"Dashboard        {running.host}/",
                f"Simulated Azure  {running.simulator}/simulator/health",
                f"Teams channel    {running.simulator}/simulator/teams",
                f"Functions app    {running.host}/admin/functions",
                f"Settings, logs   {running.folder}",
                "",
                "Look around from another terminal, in that folder, whose settings lead here:",
                f"  cd {running.folder}",
                "  portcullis findings",
                "  portcullis sessions --failed",
                "  portcullis explain --vm vm-jit-window --from 203.0.113.9",
                "",
                "Ctrl-C ends it.",
            ]
        )
        while True:
            running.parts.check_alive()
            time.sleep(_LOOK_SECONDS)
    except KeyboardInterrupt:
        return
