from __future__ import annotations

import re

import pytest

from shared.adapters.graph_exchange import Answer, QueryScope
from shared.adapters.graph_query import GraphQuery
from shared.adapters.paging import GraphPager, IncompleteReadError
from tests.unit.adapters.graph_fakes import (
    Body,
    ComputedEndpoint,
    FakeClock,
    ScriptedEndpoint,
    exchange_with,
    ids,
    page,
    too_large,
)

QUERY = GraphQuery("machines", "Resources", "| project id\n| order by id asc")


def read(endpoint: ScriptedEndpoint | ComputedEndpoint, rows_per_page: int = 1000) -> list[str]:
    pager = GraphPager(exchange_with(endpoint, FakeClock()), rows_per_page)
    return [row.key for row in pager.rows(QUERY, QueryScope(("s",)))]


def part_of(request: Body) -> tuple[int, int] | None:
    """Tell which part a request asks for, and of how many."""
    found = re.search(r"% (\d+) == (\d+)", request["query"])
    return None if found is None else (int(found[2]), int(found[1]))


def test_pages_follow_their_tokens() -> None:
    endpoint = ScriptedEndpoint(page(ids("/a"), total=2, token="t1"), page(ids("/b"), total=2))
    assert read(endpoint) == ["/a", "/b"]
    assert [r["options"].get("$skipToken") for r in endpoint.requests] == [None, "t1"]


def test_query_without_rows_takes_one_page() -> None:
    endpoint = ScriptedEndpoint(page())
    assert read(endpoint) == []
    assert len(endpoint.requests) == 1


def test_repeated_row_comes_once_whatever_its_spelling() -> None:
    endpoint = ScriptedEndpoint(
        page(ids("/A", "/b"), total=3, token="t1"), page(ids("/B", "/c"), total=3)
    )
    assert read(endpoint) == ["/a", "/b", "/c"]


def test_missing_rows_are_found_in_parts() -> None:
    parts = {0: ids("/a"), 1: ids("/b", "/c")}

    def answer(request: Body) -> Answer:
        part = part_of(request)
        if part is None:
            return page(ids("/a", "/b"), total=3)
        return page(parts[part[0]])

    assert read(ComputedEndpoint(answer)) == ["/a", "/b", "/c"]


@pytest.mark.parametrize(
    ("first_pages", "parts"),
    [
        pytest.param([page(ids("/a"), total=2600)], 6, id="pages-as-long-as-asked"),
        pytest.param(
            [page(ids("/a", "/b"), total=5, token="t"), page(ids("/c"), total=5)],
            6,
            id="shorter-pages-than-asked",
        ),
    ],
)
def test_parts_are_half_a_page_in_the_mean(first_pages: list[Answer], parts: int) -> None:
    pages = iter(first_pages)

    def answer(request: Body) -> Answer:
        return next(pages) if part_of(request) is None else page()

    endpoint = ComputedEndpoint(answer)
    read(endpoint)
    asked_for = {part_of(request) for request in endpoint.requests} - {None}
    assert asked_for == {(number, parts) for number in range(parts)}


@pytest.mark.parametrize(
    "first_pass",
    [
        pytest.param([page(ids("/a"), total=1, truncated="true")], id="cut-without-a-token"),
        pytest.param([page(ids("/a"), total=2, token="t"), page(ids("/b"), total=1)], id="shrank"),
        pytest.param(
            [page(ids("/a"), total=2, token="t"), page(ids("/b"), total=2, token="t")],
            id="token-leads-to-itself",
        ),
        pytest.param([page([], total=2, token="t")], id="page-without-rows"),
        pytest.param([too_large(), too_large()], id="row-too-large"),
    ],
)
def test_read_that_does_not_add_up_is_repeated_in_parts(first_pass: list[Answer]) -> None:
    parts = [page(ids("/a")), page(ids("/b")), page(), page()]
    endpoint = ScriptedEndpoint(*first_pass, *parts)
    assert read(endpoint, rows_per_page=2) == ["/a", "/b"]


def test_part_that_does_not_add_up_is_an_error_after_its_rows() -> None:
    endpoint = ScriptedEndpoint(page(total=1), page(ids("/a")), page(ids("/b"), total=2))
    pager = GraphPager(exchange_with(endpoint, FakeClock()))
    rows = pager.rows(QUERY, QueryScope())
    assert [next(rows).key, next(rows).key] == ["/a", "/b"]
    with pytest.raises(IncompleteReadError, match=r"machines.kql: 2 rows were announced and 1"):
        next(rows)


def test_too_large_answers_halve_the_page_for_the_rest_of_the_query() -> None:
    endpoint = ScriptedEndpoint(
        page(ids("/a"), total=3, token="t1"),
        too_large(),
        too_large(),
        page(ids("/b"), total=3, token="t2"),
        page(ids("/c"), total=3),
    )
    assert read(endpoint) == ["/a", "/b", "/c"]
    assert [r["options"]["$top"] for r in endpoint.requests] == [1000, 1000, 500, 250, 250]
    assert [r["options"].get("$skipToken") for r in endpoint.requests[1:4]] == ["t1"] * 3


def test_row_without_id_is_an_incomplete_read() -> None:
    with pytest.raises(IncompleteReadError, match="a row without id"):
        read(ScriptedEndpoint(page([{"name": "x"}])))
