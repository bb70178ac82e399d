"""What Azure Functions sees of the app, and what loading it costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

import function_app

FUNCTIONS: Final = function_app.app.get_functions()
ROOT: Final = Path(__file__).resolve().parents[2]
HEAVY: Final = (
    "azure.core",
    "azure.data",
    "azure.identity",
    "azure.mgmt",
    "azure.storage",
    "cryptography",
    "msal",
    "requests",
    "shared.adapters",
    "shared.config",
)


def triggers() -> dict[str, str]:
    """Give the queue or schedule of each function."""
    named = {str(each.get_function_name()): each.get_trigger() for each in FUNCTIONS}
    return {
        name: str(getattr(trigger, "queue_name", None) or getattr(trigger, "schedule", None))
        for name, trigger in named.items()
    }


def test_app_has_a_trigger_for_each_job() -> None:
    assert triggers() == {
        "sweep_estate": "%PORTCULLIS_SWEEP_SCHEDULE%",
        "assess_shard": "portcullis-shards",
        "abandon_shard": "portcullis-shards-poison",
        "on_resource_event": "None",
        "assess_change": "portcullis-changes",
        "abandon_change": "portcullis-changes-poison",
        "tell_sweep": "portcullis-notifications",
        "abandon_announcement": "portcullis-notifications-poison",
        "tell_pending": "30 */5 * * * *",
        "refresh_service_tags": "0 30 3 * * 0",
        "read_sessions": "15 */10 * * * *",
    }


def test_no_timer_runs_whenever_the_app_starts() -> None:
    assert not any(getattr(each.get_trigger(), "run_on_startup", None) for each in FUNCTIONS)


def test_loading_the_app_imports_no_heavy_module_and_reads_no_setting() -> None:
    code = "import function_app, sys; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PORTCULLIS_CLOUD": "mars"},
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split()
    assert "shared.wiring" in loaded
    assert [name for name in loaded if name.startswith(HEAVY)] == []
