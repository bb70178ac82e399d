"""`portcullis posture --recorded` shows what sweeps kept in an account."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from cli.main import main
from shared.adapters.tables import TableStores
from tests.azurite import Azurite
from tests.posture_samples import IP, NOT_MET, machine, machine_id, place, swept
from tests.recording_samples import NOON, subscription

HOME, AWAY, NOWHERE = (subscription(0xF8_0001 + number) for number in range(3))
Written = Callable[..., tuple[int, str]]


@pytest.fixture
def written(
    azurite: Azurite,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Written:
    """Give a function that writes what is kept of some subscriptions in one form."""
    postures = TableStores.from_connection_string(azurite.connection_string).postures
    postures.keep(swept(place(HOME, machine(HOME, "web", {IP: NOT_MET})), sweep="sweep-1"))
    postures.keep(swept(place(AWAY, machine(AWAY, "db")), NOON + timedelta(hours=1), "sweep-2"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AzureWebJobsStorage", azurite.connection_string)

    def in_form(form: str, *subscriptions: str) -> tuple[int, str]:
        named = [part for one in subscriptions for part in ("--subscription", one)]
        status = main(["posture", "--recorded", "--format", form, *named])
        return status, capsys.readouterr().out

    return in_form


def test_table_says_as_of_when_it_is(written: Written) -> None:
    status, text = written("table", HOME, AWAY)
    assert status == 0
    assert "no public IP: NOT MET, 2 VMs: 1 met, 1 NOT MET." in text
    assert (
        text.splitlines()[-1]
        == "As sweeps kept it, by data of 2026-11-03 12:00 UTC to 2026-11-03 13:00 UTC."
    )


def test_subscription_of_which_nothing_is_kept_is_a_gap(written: Written) -> None:
    status, text = written("table", HOME, NOWHERE)
    assert status == 3
    assert "Part of the estate was not read" in text
    assert written("table", NOWHERE)[1].endswith("No sweep has kept a scorecard of this.\n")


def test_json_names_the_sweep_of_each_subscription(written: Written) -> None:
    document = json.loads(written("json", HOME, AWAY)[1])
    assert (document["schema"], document["complete"]) == ("portcullis/posture/1", True)
    assert [(one["subscription"], one["sweep"]) for one in document["kept"]] == [
        (HOME, "sweep-1"),
        (AWAY, "sweep-2"),
    ]
    assert document["observed_at"] == document["kept"][0]["observed_at"]
    assert [one["vm"] for one in document["machines"]] == [
        machine_id(HOME, "web").text,
        machine_id(AWAY, "db").text,
    ]


def test_markdown_is_of_the_oldest_data(written: Written) -> None:
    assert written("markdown", AWAY)[1].startswith("# Remote access as of 2026-11-03 13:00")


def test_whole_estate_without_a_sweep_is_not_whole(written: Written) -> None:
    status, text = written("json")
    assert (status, json.loads(text)["complete"]) == (3, False)
