"""A host that is killed in the middle of a sweep: whoever comes next does the rest."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from shared.usecases.interfaces import ShardState
from tests.e2e.functions_world import LEASE, ROOT, World, eventually, running_world

pytestmark = pytest.mark.slow

_SERVE: Final = f"""\
import pathlib, sys, threading
from datetime import timedelta
from functions_host.host import start
host = start(pathlib.Path(sys.argv[1]), {{}}, lease=timedelta(seconds={LEASE.total_seconds()}))
print(host.url, flush=True)
threading.Event().wait()
"""


class KilledHost:
    """A host in a process of its own."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self._process = process
        self.url = url

    def kill(self) -> None:
        """End it without a chance to tidy up."""
        self._process.kill()
        self._process.wait()


@contextmanager
def host_to_kill(world: World) -> Iterator[KilledHost]:
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVE, str(world.app_dir)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        env={**os.environ, **world.settings},
    )
    with process:
        assert process.stdout is not None
        host = KilledHost(process, process.stdout.readline().strip())
        try:
            yield host
        finally:
            host.kill()


def queries(world: World) -> int:
    """How often Resource Graph was asked."""
    return sum("ResourceGraph" in one.path for one in world.simulator.simulation.log)


def is_reading(world: World, queries_of_plan: int) -> bool:
    """The shard is being read, which takes several times as many queries as the plan."""
    return queries(world) > queries_of_plan


def is_recording(world: World, _: int) -> bool:
    """Some findings are in the store, and the shard is not settled."""
    return bool(world.findings()) and world.sweeps()[0].shards[0].state is ShardState.WAITING


def is_telling(world: World, _: int) -> bool:
    """The card was accepted, and its events may not be settled yet."""
    return bool(world.cards())


@pytest.mark.parametrize("is_time", [is_reading, is_recording, is_telling])
def test_sweep_that_a_kill_interrupts_ends_as_if_it_had_not(
    tmp_path: Path, is_time: Callable[[World, int], bool]
) -> None:
    with running_world(tmp_path) as world:
        world.fail({"match": {"path": "/Microsoft.ResourceGraph/"}, "delay_seconds": 0.2})
        with host_to_kill(world) as host:
            world.run(host, "sweep_estate")
            eventually(world.sweeps)
            asked = queries(world)
            eventually(lambda: is_time(world, asked))
            host.kill()
        with world.host() as restarted:
            sweep = eventually(lambda: world.told_sweep(known=set()))
            states, cards = world.states(), world.cards()
            world.sweep(restarted)
        store = world.runtime.findings
        histories = [store.history(one.record.finding.fingerprint) for one in world.findings()]
        assert [shard.state for shard in sweep.shards] == [ShardState.DONE]
        assert len(states) == sum((shard.counts or {})["findings"] for shard in sweep.shards)
        assert {len(history) for history in histories} == {1}
        assert [card["body"] for card in cards] == [cards[0]["body"]] * len(cards)
        assert (world.states(), world.cards()) == (states, cards)
        assert world.messages_in("portcullis-shards-poison") == []
