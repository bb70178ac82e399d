"""`portcullis outbox` and `portcullis sweep`, while the channel refuses cards and afterwards."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.main import main
from tests.e2e.functions_world import eventually, running_world

pytestmark = pytest.mark.slow

REASON = "Teams refused the card with status 404"


def test_refused_news_is_shown_and_told_after_it_was_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def said(*arguments: str) -> str:
        assert main(arguments) == 0
        return capsys.readouterr().out

    with running_world(tmp_path) as world:
        monkeypatch.chdir(tmp_path)
        for name, value in world.settings.items():
            monkeypatch.setenv(name, value)
        world.fail({"match": {"path": "^/teams/"}, "status": 404})
        with world.host() as host:
            swept = world.sweep(host)
            refused = f"{len(world.findings())} events"
            world.fail()
            report = (
                f"Refused, and so not told: {refused}\n"
                f"  {len(world.findings())}: {REASON}\n"
                "  Mend the channel, then: portcullis outbox --retry-refused\n"
            )
            assert said("outbox") == f"Waiting to be told: 0 events.\n{report}"
            assert said("sweep").endswith(report)
            assert said("outbox", "--retry-refused") == f"Put back to be told: {refused}.\n"
            assert said("outbox") == f"Waiting to be told: {refused}.\n"
            world.put_in("portcullis-notifications", json.dumps({"sweep": swept.id}))
            assert len(eventually(world.cards)) == 1
            eventually(lambda: not world.outbox())
