"""A Bastion that does not log, told apart from one that nobody uses."""

from __future__ import annotations

from datetime import datetime

import pytest

from shared.findings.session_logging import BastionLog, LoggingState
from shared.network.ids import ResourceId
from tests.session_samples import NOW, ago, bastion_id


@pytest.mark.parametrize(
    ("record", "use", "state"),
    [
        pytest.param(ago(hours=1), None, LoggingState.LOGGING, id="record-lately"),
        pytest.param(ago(days=8), None, LoggingState.QUIET, id="no-use-seen"),
        pytest.param(ago(days=8), ago(days=9), LoggingState.QUIET, id="use-before-the-record"),
        pytest.param(ago(days=8), ago(hours=7), LoggingState.SILENT, id="use-without-record"),
        pytest.param(None, ago(hours=7), LoggingState.SILENT, id="use-and-never-a-record"),
        pytest.param(ago(days=8), ago(hours=5), LoggingState.AWAITED, id="record-on-its-way"),
        pytest.param(ago(hours=7), ago(hours=7), LoggingState.LOGGING, id="use-with-its-record"),
        pytest.param(ago(minutes=424), ago(hours=7), LoggingState.LOGGING, id="clocks-differ"),
        pytest.param(None, None, LoggingState.UNKNOWN, id="nothing-seen"),
    ],
)
def test_silence_is_judged_by_use(
    record: datetime | None, use: datetime | None, state: LoggingState
) -> None:
    assert BastionLog(ResourceId(bastion_id()), record, use).state(NOW) is state
