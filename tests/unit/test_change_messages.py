"""Messages about changes are read as they were written; others are refused."""

from __future__ import annotations

import json

import pytest

from functions.messages import InvalidMessageError, QueuedWork
from shared.usecases.change_message import look_message
from tests.recording_samples import SUBSCRIPTION


def parsed(message: object) -> QueuedWork:
    return QueuedWork.parse(json.dumps(message).encode())


def test_message_that_asks_to_look_names_a_subscription() -> None:
    assert parsed(look_message(SUBSCRIPTION)).subscription == SUBSCRIPTION


@pytest.mark.parametrize("message", [{"look": ""}, {"look": 7}, {"look": None}, {}])
def test_message_that_names_no_subscription_is_refused(message: dict[str, object]) -> None:
    with pytest.raises(InvalidMessageError):
        _ = parsed(message).subscription
