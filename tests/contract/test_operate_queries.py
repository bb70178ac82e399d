"""The queries of `docs/operate` as Microsoft's own parser sees them."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

CHECK: Final = Path(__file__).parent / "kql_check.mjs"
QUERIES: Final = sorted((Path(__file__).parents[2] / "docs" / "operate").glob("*.kql"))


def diagnostics(*files: Path) -> list[dict[str, Any]]:
    node = shutil.which("node")
    assert node is not None, "Node.js is missing"
    command = [node, str(CHECK), "--workspace", *map(str, files)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_queries_have_no_diagnostics() -> None:
    assert QUERIES
    assert diagnostics(*QUERIES) == []


def test_parser_sees_a_column_that_is_not_there(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.kql"
    wrong.write_text("AppTraces | where Mesage has 'event='", encoding="utf-8")
    assert [one["file"] for one in diagnostics(wrong)] == [str(wrong)]
