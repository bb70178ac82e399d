from __future__ import annotations

from datetime import date

import pytest
from starlette.datastructures import QueryParams

from dashboard.filters import (
    finding_filter,
    finding_query,
    link_to,
    only_known,
    page_size,
    session_filter,
    session_query,
    with_place,
)
from dashboard.visit import BadAddressError
from shared.checks.result import Severity
from shared.findings.finding import FindingState
from shared.findings.session import SessionOutcome
from shared.usecases.report import FindingFilter, SessionFilter

TODAY = date(2026, 11, 30)
SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", FindingFilter((FindingState.OPEN,))),
        ("state=any", FindingFilter()),
        ("state=exempt&state=open", FindingFilter((FindingState.EXEMPT, FindingState.OPEN))),
        (
            "severity=HIGH&severity=high&check=vm-ssh-reachable&q=+web+",
            FindingFilter(
                (FindingState.OPEN,), ("vm-ssh-reachable",), (Severity.HIGH,), text="web"
            ),
        ),
        (
            f"subscription={SUBSCRIPTION.upper()}",
            FindingFilter((FindingState.OPEN,), subscription=SUBSCRIPTION),
        ),
    ],
)
def test_filter_is_read_and_written_back(query: str, expected: FindingFilter) -> None:
    found = finding_filter(QueryParams(query))
    assert found == expected
    assert finding_filter(QueryParams(finding_query(found))) == expected


@pytest.mark.parametrize(
    "query",
    [
        "state=closed",
        "severity=worst",
        "check=nothing",
        "subscription=x' or PartitionKey ne '",
        "q=" + "x" * 201,
    ],
)
def test_value_that_means_nothing_is_refused(query: str) -> None:
    with pytest.raises(BadAddressError):
        finding_filter(QueryParams(query))


def test_name_that_means_nothing_is_refused() -> None:
    with pytest.raises(BadAddressError, match="sevrity"):
        only_known(QueryParams("sevrity=high"), ("severity",))


@pytest.mark.parametrize(("query", "size"), [("", 50), ("limit=1", 1), ("limit=200", 200)])
def test_page_has_the_size_that_is_asked_for(query: str, size: int) -> None:
    assert page_size(QueryParams(query)) == size


@pytest.mark.parametrize("text", ["0", "201", "-1", "ten", "²", "9" * 4000])
def test_page_of_another_size_is_refused(text: str) -> None:
    with pytest.raises(BadAddressError):
        page_size(QueryParams({"limit": text}))


def test_link_leads_to_what_was_counted() -> None:
    link = link_to("vm-public-ip", severities=[Severity.LOW], subscription=SUBSCRIPTION)
    assert link == (
        f"/findings?state=open&check=vm-public-ip&severity=low&subscription={SUBSCRIPTION}"
    )


def test_sessions_are_of_the_latest_day_unless_told_otherwise() -> None:
    assert session_filter(QueryParams(""), TODAY) == SessionFilter(TODAY)
    wanted = session_filter(QueryParams("day=2026-11-01&user=ana&outcome=login-failed"), TODAY)
    assert wanted == SessionFilter(
        date(2026, 11, 1), user="ana", outcome=SessionOutcome.LOGIN_FAILED
    )
    assert session_query(wanted, -1) == "day=2026-10-31&user=ana&outcome=login-failed"


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "20261101", "2026-11-01T00"])
def test_day_that_is_none_is_refused(day: str) -> None:
    with pytest.raises(BadAddressError):
        session_filter(QueryParams({"day": day}), TODAY)


def test_place_is_added_to_a_query() -> None:
    assert with_place("state=open", "low.a&b") == "state=open&after=low.a%26b"
    assert with_place("", "low.") == "after=low."
