"""What is logged: one safe line an event, and nothing of the libraries' chatter."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

import pytest

from shared import telemetry
from shared.findings.lag import Lag
from shared.telemetry import NewsDelivered, NewsPostponed, NewsRefused, SweepPlanned, WorkFailed
from shared.usecases.change_inbox import Receipt, Received
from shared.usecases.changes import Work
from shared.usecases.interfaces import Shard, StoreError, Sweep
from shared.usecases.notify import CardLags, Delivery

SWEEP = "20260301T000000.000000Z"


@pytest.fixture(autouse=True)
def configured() -> None:
    telemetry.configure()


def test_event_is_a_line_of_named_fields() -> None:
    line = telemetry.line_of(SweepPlanned(SWEEP, shards=3, subscriptions=40, vanished=0))
    assert line == f"event=sweep.planned sweep={SWEEP} shards=3 subscriptions=40 vanished=0"


@pytest.mark.parametrize(
    "text",
    [
        "two words",
        "a line\nevent=sweep.planned sweep=forged",
        "carriage\rreturn",
        "unicode line\u2028break",
        "terminal\x1b[2Jescape",
        'a "quoted" = sign',
        "",
    ],
)
def test_value_of_more_than_a_word_is_a_json_string_on_the_same_line(text: str) -> None:
    line = telemetry.line_of(WorkFailed("assess_shard", "StoreError", text))
    head, _, value = line.partition(" reason=")
    assert head == "event=work.failed function=assess_shard error=StoreError"
    assert json.loads(value) == text
    assert line.isprintable()
    assert line.isascii()


def test_long_value_is_cut() -> None:
    assert len(telemetry.line_of(WorkFailed("f", "E", "x" * 100_000))) < 1_100


def test_events_of_one_invocation_carry_its_id(caplog: pytest.LogCaptureFixture) -> None:
    with telemetry.unit_of_work("assess_shard", "7f3c"):
        telemetry.report(telemetry.ShardAssessed(SWEEP, 2))
    telemetry.report(telemetry.ShardAssessed(SWEEP, 3))
    assert [record.message for record in caplog.records] == [
        f"event=shard.assessed sweep={SWEEP} shard=2 invocation=7f3c",
        f"event=shard.assessed sweep={SWEEP} shard=3",
    ]


def test_own_error_is_reported_with_its_text_and_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(StoreError), telemetry.unit_of_work("tell_sweep", "7f3c"):
        raise StoreError("the account is busy")
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert record.message == (
        "event=work.failed function=tell_sweep error=StoreError"
        ' reason="the account is busy" invocation=7f3c'
    )


def test_foreign_error_is_reported_by_its_kind_alone(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(RuntimeError), telemetry.unit_of_work("tell_sweep", "7f3c"):
        raise RuntimeError("https://teams.contoso.example/?sig=secret")
    assert "error=RuntimeError" in caplog.records[0].message
    assert "secret" not in caplog.records[0].message


def test_plan_names_the_subscriptions_that_vanished(caplog: pytest.LogCaptureFixture) -> None:
    started = datetime(2026, 3, 1, tzinfo=UTC)
    shards = (Shard(0, ("a", "b")), Shard(1, ("c",)))
    telemetry.report_plan(Sweep(SWEEP, started, shards, vanished=("d", "e")))
    assert [(record.levelno, record.message) for record in caplog.records] == [
        (
            logging.INFO,
            f"event=sweep.planned sweep={SWEEP} shards=2 subscriptions=3 vanished=2",
        ),
        (
            logging.WARNING,
            f'event=subscriptions.vanished sweep={SWEEP} subscriptions="d,e"',
        ),
    ]


@pytest.mark.parametrize(
    ("delivery", "expected"),
    [
        (Delivery(cards=1, told=4), [NewsDelivered]),
        (Delivery(refused=2), [NewsDelivered, NewsRefused]),
        (Delivery(left=3, retry_after_seconds=60.0), [NewsDelivered, NewsPostponed]),
    ],
)
def test_delivery_is_one_line_and_one_for_each_surprise(
    caplog: pytest.LogCaptureFixture, delivery: Delivery, expected: list[type[telemetry.Event]]
) -> None:
    telemetry.report_delivery(SWEEP, delivery)
    assert [record.message.split()[0] for record in caplog.records] == [
        f"event={kind.NAME}" for kind in expected
    ]


def test_worker_that_only_looked_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    telemetry.report_changes(Work("a"))
    assert caplog.records == []


def test_assessment_of_changes_is_a_line_each_for_what_it_did(
    caplog: pytest.LogCaptureFixture,
) -> None:
    lags = (Lag(0.5, 1.0, 2.0), Lag(0.25, 1.5, 3.0))
    work = Work("a", marks=2, rounds=1, arm_reads=3, queries=2, steps=2, postponed="azure")
    work.deliveries = [Delivery(), Delivery(cards=1, told=2, lags=(CardLags("event-c1", lags),))]
    telemetry.report_changes(work)
    assert [record.message for record in caplog.records] == [
        "event=changes.assessed subscription=a marks=2 rounds=1 arm_reads=3 queries=2 steps=2",
        "event=news.delivered occasion=a cards=1 told=2 quiet=0 refused=0 left=0",
        (
            "event=lag.measured run=event-c1 findings=2 received_p95=0.5 judged_p95=1.5"
            " told_p50=2.0 told_p95=3.0"
        ),
        "event=changes.postponed subscription=a reason=azure",
    ]


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (Received(Receipt.QUEUED, "event-c1"), ["event=event.queued run=event-c1"]),
        (Received(Receipt.REFUSED), ["event=event.refused"]),
        (Received(Receipt.IGNORED), []),
    ],
)
def test_event_that_came_in_is_a_line_unless_it_cannot_matter(
    caplog: pytest.LogCaptureFixture, received: Received, expected: list[str]
) -> None:
    telemetry.report_receipt(received)
    assert [record.message for record in caplog.records] == expected


def test_requests_of_the_sdks_are_not_logged() -> None:
    for name in (
        "azure.core.pipeline.policies.http_logging_policy",
        "azure.mgmt.core.policies",
        "urllib3.connectionpool",
    ):
        assert not logging.getLogger(name).isEnabledFor(logging.INFO)
