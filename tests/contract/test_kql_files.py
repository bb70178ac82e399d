"""Every KQL file as Microsoft's own parser sees it, narrowed the ways in which it is sent."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from shared.adapters.bastion_list import BASTIONS
from shared.adapters.change_log import actors_query
from shared.adapters.graph_query import (
    COUNTS,
    ESTATE,
    RESOURCE_CHANGES,
    SUBSCRIPTIONS,
    WHOLE_ROWS,
    GraphQuery,
)
from shared.adapters.neighbourhood_queries import around_query, children_query, instances_query
from shared.network.ids import ResourceId

CHECK = Path(__file__).parent / "kql_check.mjs"
ODD_ID = ResourceId("/subscriptions/s/resourceGroups/it's \\ odd/providers/x")
QUERIES = (*ESTATE, *COUNTS, SUBSCRIPTIONS, WHOLE_ROWS, RESOURCE_CHANGES, BASTIONS)


def diagnostics(folder: Path, queries: dict[str, str]) -> list[dict[str, Any]]:
    """Let the parser look at some texts; the result names them by their keys."""
    node = shutil.which("node")
    assert node is not None, "Node.js is missing"
    files = [folder / f"{name}.kql" for name in queries]
    for file, text in zip(files, queries.values(), strict=True):
        file.write_text(text, encoding="utf-8")
    done = subprocess.run([node, CHECK, *files], capture_output=True, check=True, text=True)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return [{**one, "file": Path(one["file"]).stem} for one in found]


def test_files_as_they_are_have_no_diagnostics(tmp_path: Path) -> None:
    texts = {query.name: query.text for query in QUERIES}
    assert diagnostics(tmp_path, texts) == []


@pytest.mark.parametrize(
    "narrowed",
    [
        pytest.param(lambda query: query.part(3, of=8), id="in-parts"),
        pytest.param(lambda query: query.about([ODD_ID]), id="by-id"),
    ],
)
def test_narrowed_queries_have_no_diagnostics(
    tmp_path: Path, narrowed: Callable[[GraphQuery], GraphQuery]
) -> None:
    queries = (*ESTATE, SUBSCRIPTIONS, WHOLE_ROWS)
    texts = {query.name: narrowed(query).text for query in queries}
    assert diagnostics(tmp_path, texts) == []


def test_queries_around_changes_have_no_diagnostics(tmp_path: Path) -> None:
    texts = {
        "around": around_query([ODD_ID], [ODD_ID], [ODD_ID]).text,
        "doors": around_query([], [], []).text,
        "children": children_query([ODD_ID]).text,
        "no-children": children_query([]).text,
        "instances": instances_query([ODD_ID]).text,
    }
    assert diagnostics(tmp_path, texts) == []


def test_query_about_actors_has_no_diagnostics(tmp_path: Path) -> None:
    query = actors_query([ODD_ID], datetime(2026, 11, 3, 14, 2, tzinfo=UTC))
    assert diagnostics(tmp_path, {"actors": query.text}) == []


@pytest.mark.parametrize(
    "stages",
    [
        pytest.param("| where typo == 'x'", id="unknown-column"),
        pytest.param("| projekt id", id="unknown-operator"),
        pytest.param("| extend x = bagpack('a', 1)", id="unknown-function"),
    ],
)
def test_parser_sees_a_query_that_is_wrong(tmp_path: Path, stages: str) -> None:
    wrong = GraphQuery("wrong", "Resources", stages)
    assert [one["file"] for one in diagnostics(tmp_path, {"wrong": wrong.text})][:1] == ["wrong"]
