"""The timer of the digest goes by the settings; without one it sends nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
LISTING: Final = """
import function_app
for each in function_app.app.get_functions():
    if each.get_function_name() == "send_digest":
        print(each.get_trigger().schedule)
"""


@pytest.mark.parametrize(
    ("settings", "listed"),
    [
        ({"PORTCULLIS_DIGEST_SCHEDULE": "0 0 7 * * 1"}, "%PORTCULLIS_DIGEST_SCHEDULE%"),
        ({"PORTCULLIS_DIGEST_SCHEDULE": ""}, "0 0 7 * * 1"),
        ({}, "0 0 7 * * 1"),
    ],
    ids=["weekly", "empty", "absent"],
)
def test_timer_names_the_setting_where_it_is_there(settings: dict[str, str], listed: str) -> None:
    printed = subprocess.run(
        [sys.executable, "-c", LISTING],
        cwd=ROOT,
        env=settings,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    assert printed.strip() == listed
