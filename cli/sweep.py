"""`portcullis sweep`: read, judge and record the whole estate, as the timer does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Final

import typer

from cli.outbox import refused_report
from cli.output import ExitStatus, note, progress, write_lines, write_prose
from cli.settings import command_runtime
from cli.sweep_stats import stats_report
from shared.checks.result import Json
from shared.rendering.scan_summary import MOST_NAMED, counted
from shared.rendering.visible_text import visible
from shared.usecases.interfaces import InventoryError, Queue, ShardState, Sweep, WorkQueue
from shared.usecases.sweep import abandon_shard, assess_shard, plan_sweep

_COUNTED: Final = {
    "virtual_machines": "VM",
    "network_interfaces": "network interface",
    "network_security_groups": "NSG",
}


class _ShardsStayHere:
    """A queue for a sweep whose shards this process works off; other messages go their way."""

    def __init__(self, queue: WorkQueue) -> None:
        self._queue = queue

    def send(self, queue: Queue, message: Mapping[str, Json], delay_seconds: float = 0) -> None:
        """Pass on what is not a shard."""
        if queue is not Queue.SHARDS:
            self._queue.send(queue, message, delay_seconds)


def sweep(
    *,
    queue: Annotated[
        bool, typer.Option("--queue", help="Plan only; the Functions app works the shards off.")
    ] = False,
    stats: Annotated[
        bool,
        typer.Option("--stats", help="Sweep nothing; show how sweeps went and changes are told."),
    ] = False,
) -> int:
    """Read, judge and record the whole estate now.

    News is left to the Functions app, which tells it.  Ends with 3 when part of the estate could
    not be read.
    """
    runtime = command_runtime()
    if stats:
        write_lines(stats_report(runtime.sweeps, runtime.lags, runtime.changes, runtime.findings))
        return ExitStatus.FINE
    surroundings = runtime.surroundings
    if queue:
        planned = plan_sweep(surroundings, runtime.settings.scope)
        write_lines([f"Sweep {planned.id}: {_plan(planned)}, on the queue {Queue.SHARDS}."])
        return ExitStatus.FINE
    here = replace(surroundings, queue=_ShardsStayHere(surroundings.queue))
    planned = plan_sweep(here, runtime.settings.scope)
    with progress(f"Sweep {planned.id}: {_plan(planned)}") as status:
        for shard in planned.shards:
            status.update(f"Shard {shard.number + 1} of {len(planned.shards)}")
            try:
                assess_shard(here, runtime.judge, planned.id, shard.number)
                runtime.remediation.ask_for_plans(planned.id, shard.number)
            except InventoryError as error:
                note(f"shard {shard.number + 1} could not be read: {error}")
                abandon_shard(here, planned.id, shard.number)
    ended = runtime.sweeps.sweep(planned.id) or planned
    write_prose([*sweep_report(ended), *refused_report(runtime.findings)])
    is_complete = not ended.vanished and not any(shard.unread for shard in ended.shards)
    return ExitStatus.FINE if is_complete else ExitStatus.INCOMPLETE


def sweep_report(ended: Sweep) -> Iterator[str]:
    """Tell how a sweep went, as lines."""
    counts: Counter[str] = Counter()
    for shard in ended.shards:
        counts.update(shard.counts or {})
    looked_at = ", ".join(counted(counts[name], noun) for name, noun in _COUNTED.items())
    seconds = f" in {(ended.closed - ended.started).total_seconds():.1f} s" if ended.closed else ""
    yield f"Sweep {ended.id}: {_plan(ended)}{seconds}."
    yield f"Looked at {looked_at}: {counted(counts['findings'], 'finding')}."
    yield from _named(
        "Not read",
        [scope for shard in ended.shards for scope in shard.unread],
    )
    yield from _named("Not to be seen any more", list(ended.vanished))
    waiting = sum(shard.state is ShardState.WAITING for shard in ended.shards)
    if waiting:
        yield f"Not finished: {counted(waiting, 'shard')}"


def _plan(planned: Sweep) -> str:
    subscriptions = sum(len(shard.subscriptions) for shard in planned.shards)
    shards = counted(len(planned.shards), "shard")
    return f"{counted(subscriptions, 'subscription')} in {shards}"


def _named(title: str, names: list[str]) -> Iterator[str]:
    if names:
        yield f"{title}: {len(names):,}"
        yield from (f"  {visible(name)}" for name in names[:MOST_NAMED])
        if len(names) > MOST_NAMED:
            yield f"  and {len(names) - MOST_NAMED:,} more"
