"""The role of the identity that writes: `python -m tests.remediation_role` renews its actions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from shared.adapters.edit_actions import actions_for

FILE: Final = Path(__file__).resolve().parents[1] / "infra" / "roles" / "remediator.json"


def text() -> str:
    """Give the file as it should be: its own description, and the actions that edits take."""
    role = json.loads(FILE.read_text(encoding="utf-8"))
    return json.dumps({**role, "actions": actions_for()}, indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="ascii")
