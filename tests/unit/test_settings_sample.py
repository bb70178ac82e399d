"""The sample of settings and the page about them, against what is read."""

from __future__ import annotations

import json
import re
from pathlib import Path

from shared import telemetry
from shared.config import KeyStorage, Setting, read_settings
from shared.config.storage import ACCOUNT_NAME, CLIENT_ID, CONNECTION, QUEUE_URI, TABLE_URI

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = json.loads((ROOT / "local.settings.sample.json").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


def first_cells(pattern: str) -> list[str]:
    """Give what matches in the first cell of each row of the page's tables."""
    rows = [line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| `")]
    return [found for row in rows for found in re.findall(f"`({pattern})`", row)]


def test_sample_names_every_setting_and_nothing_else() -> None:
    ours = set(Setting) | {CONNECTION}
    assert set(SAMPLE["Values"]) == ours | {"FUNCTIONS_WORKER_RUNTIME"}


def test_sample_is_free_of_faults() -> None:
    settings = read_settings(SAMPLE["Values"])
    assert settings.arm.is_simulator
    assert isinstance(settings.storage, KeyStorage)


def test_sample_is_what_core_tools_read() -> None:
    assert SAMPLE["IsEncrypted"] is False
    assert all(isinstance(value, str) for value in SAMPLE["Values"].values())


def test_page_has_a_row_for_every_setting_and_no_other() -> None:
    assert first_cells(r"PORTCULLIS_\w+") == [setting.value for setting in Setting]


def test_page_has_a_row_for_every_storage_setting() -> None:
    assert {CONNECTION, ACCOUNT_NAME, TABLE_URI, QUEUE_URI, CLIENT_ID} <= set(
        first_cells(r"AzureWebJobs\w+")
    )


def test_page_names_the_sample_address_of_the_simulator() -> None:
    port = SAMPLE["Values"][Setting.ARM_ENDPOINT].rpartition(":")[2]
    assert f"python -m simulator --port {port}" in PAGE


def test_page_has_a_row_for_every_event_and_no_other() -> None:
    events = {kind.NAME for kind in telemetry.EVENTS}
    assert set(first_cells(r"[a-z]+\.[a-z]+")) == events
