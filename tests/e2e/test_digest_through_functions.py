"""The state of the estate comes to the channel when the app's timer says."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.checks.result import Severity
from tests.e2e.card_browser import texts_of
from tests.e2e.functions_world import NEVER, World, eventually, running_world

pytestmark = pytest.mark.slow


def summaries(world: World) -> list[list[str]]:
    told = [list(texts_of(card)) for card in world.cards()]
    return [texts for texts in told if "STATE OF THE ESTATE" in texts]


def test_digest_tells_what_the_sweep_recorded(tmp_path: Path) -> None:
    with running_world(tmp_path, PORTCULLIS_DIGEST_SCHEDULE=NEVER) as world, world.host() as host:
        world.sweep(host)
        world.run(host, "send_digest")
        (texts,) = eventually(lambda: summaries(world) or None)
        severities = [one.record.finding.severity for one in world.findings()]
    assert texts[texts.index("CRITICAL") - 1] == str(severities.count(Severity.CRITICAL))
    assert texts[texts.index("Opened") + 1] != "0"
    assert "nothing: all in scope was read" in texts
