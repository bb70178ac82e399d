from __future__ import annotations

import pytest

from shared.adapters.graph_exchange import (
    ATTEMPTS,
    Answer,
    AnswerTooLargeError,
    Page,
    QueryScope,
    SignInError,
    UnreachableError,
)
from shared.adapters.graph_query import GraphQuery
from shared.usecases.interfaces import AccessDeniedError, InventoryError, ThrottledError
from tests.unit.adapters.graph_fakes import (
    JITTER,
    FakeClock,
    ScriptedEndpoint,
    exchange_with,
    ids,
    page,
    refusal,
    too_large,
)

QUERY = GraphQuery("machines", "Resources", "| project id\n| order by id asc")
SCOPE = QueryScope(("sub-1",))


def ask(
    *answers: Answer | UnreachableError, clock: FakeClock | None = None, scope: QueryScope = SCOPE
) -> tuple[Page, ScriptedEndpoint]:
    endpoint = ScriptedEndpoint(*answers)
    exchange = exchange_with(endpoint, clock or FakeClock())
    return exchange.ask(QUERY, scope, 1000, None), endpoint


def test_request_names_query_scope_and_page_size() -> None:
    _, endpoint = ask(page())
    assert endpoint.requests == [
        {
            "query": "Resources\n| project id\n| order by id asc",
            "subscriptions": ["sub-1"],
            "options": {"$top": 1000, "resultFormat": "objectArray"},
        }
    ]


def test_management_group_takes_the_place_of_subscriptions() -> None:
    _, endpoint = ask(page(), scope=QueryScope(management_group="corp"))
    assert endpoint.requests[0]["managementGroups"] == ["corp"]
    assert "subscriptions" not in endpoint.requests[0]


def test_empty_scope_asks_for_everything_readable() -> None:
    _, endpoint = ask(page(), scope=QueryScope())
    assert endpoint.requests[0].keys() == {"query", "options"}


def test_rows_stay_the_text_that_came() -> None:
    answer = Answer(200, {}, b'{"totalRecords":1,"count":1,"data":[{"id":  "/a", "n": 1.0}]}')
    found, _ = ask(answer)
    assert [bytes(row) for row in found.data] == [b'{"id":  "/a", "n": 1.0}']


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        pytest.param({"retry-after": "7"}, 7, id="told-in-seconds"),
        pytest.param({"retry-after": "Mon, 02 Nov 2026 08:00:09 GMT"}, 9, id="told-as-a-date"),
        pytest.param({"x-ms-user-quota-resets-after": "00:00:03"}, 3, id="end-of-window"),
        pytest.param({"retry-after": "Mon, 02 Nov 2026 08:00:09 -0000"}, 9, id="date-of-no-zone"),
        pytest.param({"retry-after": "0"}, 1, id="told-no-time"),
        pytest.param({"retry-after": "Mon, 02 Nov 2026 07:00:00 GMT"}, 1, id="told-the-past"),
        pytest.param({"x-ms-user-quota-resets-after": "00:00:00"}, 1, id="window-that-ended"),
        pytest.param({}, 1, id="told-nothing"),
    ],
)
def test_throttled_query_waits_as_told_and_asks_again(headers: dict[str, str], wait: float) -> None:
    clock = FakeClock()
    found, _ = ask(refusal(429, headers=headers), page(ids("/a")), clock=clock)
    assert found.total_records == 1
    assert clock.slept == [wait + JITTER]


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_failing_service_is_asked_again(status: int) -> None:
    found, _ = ask(refusal(status), page(ids("/a")))
    assert found.total_records == 1


def test_lost_connection_is_tried_again() -> None:
    found, _ = ask(UnreachableError("cut"), page(ids("/a")))
    assert found.total_records == 1


def test_waits_grow_while_nobody_says_how_long() -> None:
    clock = FakeClock()
    ask(*[refusal(503)] * 4, page(), clock=clock)
    assert clock.slept == [1 + JITTER, 2 + JITTER, 4 + JITTER, 8 + JITTER]


def test_endless_throttling_ends_with_the_wait_that_was_named() -> None:
    with pytest.raises(ThrottledError) as caught:
        ask(*[refusal(429, headers={"retry-after": "5"})] * ATTEMPTS)
    assert caught.value.retry_after_seconds == 5


def test_endless_failure_ends() -> None:
    with pytest.raises(InventoryError, match=r"answered 502 to machines\.kql"):
        ask(*[refusal(502)] * ATTEMPTS)


def test_endless_silence_ends() -> None:
    with pytest.raises(UnreachableError):
        ask(*[UnreachableError("cut")] * ATTEMPTS)


def test_wait_beyond_patience_is_not_begun() -> None:
    clock = FakeClock()
    with pytest.raises(ThrottledError) as caught:
        ask(refusal(429, headers={"retry-after": "86400"}), clock=clock)
    assert caught.value.retry_after_seconds == 86400
    assert clock.slept == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        pytest.param(refusal(401), SignInError, id="unknown-caller"),
        pytest.param(refusal(403, "AccessDenied"), AccessDeniedError, id="may-not-read"),
        pytest.param(too_large(), AnswerTooLargeError, id="detail-of-a-400"),
        pytest.param(refusal(413), AnswerTooLargeError, id="413"),
        pytest.param(refusal(400, detail="InvalidQuery"), InventoryError, id="bad-query"),
        pytest.param(Answer(404, {}, b"<html>"), InventoryError, id="no-json"),
        pytest.param(Answer(200, {}, b'{"data": 1}'), InventoryError, id="no-page"),
        pytest.param(
            page(headers={"x-ms-tenant-subscription-limit-hit": "true"}),
            InventoryError,
            id="scope-was-cut",
        ),
    ],
)
def test_answer_that_will_not_change_is_an_error_at_once(
    answer: Answer, error: type[InventoryError]
) -> None:
    with pytest.raises(InventoryError) as caught:
        ask(answer)
    assert type(caught.value) is error


def test_error_repeats_what_the_service_said() -> None:
    with pytest.raises(InventoryError, match=r"BadRequest: No\.; InvalidQuery: Because\."):
        ask(refusal(400, "BadRequest", detail="InvalidQuery"))
