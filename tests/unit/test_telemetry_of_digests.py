"""What is logged of a digest."""

from __future__ import annotations

import pytest

from shared import telemetry
from tests.golden.card_samples import week


def test_digest_is_one_line_of_numbers(caplog: pytest.LogCaptureFixture) -> None:
    telemetry.configure()
    telemetry.report_digest(week())
    assert [record.message for record in caplog.records] == [
        "event=digest.sent open=20 unknown=1 opened=21 closed=2 unread=2"
    ]


def test_digest_that_went_to_nobody_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    telemetry.configure()
    telemetry.report_digest(None)
    assert caplog.records == []
