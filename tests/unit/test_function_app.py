"""What Azure Functions sees of the app, and what loading it costs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.loaded_app import FUNCTIONS

ROOT: Final = Path(__file__).resolve().parents[2]
HEAVY: Final = (
    "azure.core",
    "azure.data",
    "azure.identity",
    "azure.mgmt",
    "azure.storage",
    "cryptography",
    "dashboard",
    "jinja2",
    "msal",
    "requests",
    "shared.adapters",
    "shared.config",
    "starlette",
)


LISTING: Final = """
import json, function_app
named = {one.get_function_name(): one.get_trigger() for one in function_app.app.get_functions()}
print(json.dumps({
    name: getattr(each, "queue_name", None) or getattr(each, "schedule", None)
    for name, each in named.items()
}))
"""


def triggers() -> dict[str, str | None]:
    """Give the queue or schedule of each function, by an app that finds no settings."""
    printed = subprocess.run(
        [sys.executable, "-c", LISTING],
        cwd=ROOT,
        env={},
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    listed: dict[str, str | None] = json.loads(printed)
    return listed


def test_app_has_a_trigger_for_each_job() -> None:
    assert triggers() == {
        "sweep_estate": "%PORTCULLIS_SWEEP_SCHEDULE%",
        "assess_shard": "portcullis-shards",
        "abandon_shard": "portcullis-shards-poison",
        "on_resource_event": None,
        "assess_change": "portcullis-changes",
        "abandon_change": "portcullis-changes-poison",
        "tell_sweep": "portcullis-notifications",
        "abandon_announcement": "portcullis-notifications-poison",
        "tell_pending": "30 */5 * * * *",
        "send_digest": "0 0 7 * * 1",
        "refresh_service_tags": "0 30 3 * * 0",
        "read_sessions": "15 */10 * * * *",
        "remediate": "portcullis-remediations",
        "abandon_remediation": "portcullis-remediations-poison",
        "tend_remediations": "50 */5 * * * *",
        "pages": None,
        "count_findings": "20 */2 * * * *",
    }


def test_pages_need_no_key_and_take_every_address() -> None:
    (trigger,) = (one.get_trigger() for one in FUNCTIONS if one.get_function_name() == "pages")
    assert trigger is not None
    described = trigger.get_dict_repr()
    assert (described["route"], str(described["authLevel"])) == ("{*path}", "ANONYMOUS")


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
