"""Messages about changes are read as they were written; others are refused."""

from __future__ import annotations

import json

import pytest

from functions.messages import InvalidMessageError, QueuedWork
from shared.usecases.change_message import change_message, look_message
from tests.change_stage import ANA, change
from tests.recording_samples import SUBSCRIPTION


def parsed(message: object) -> QueuedWork:
    return QueuedWork.parse(json.dumps(message).encode())


@pytest.mark.parametrize("actor", [ANA, None])
def test_change_comes_back_as_it_was(actor: object) -> None:
    told = change(deleted=True, actor=ANA if actor else None)
    work = parsed(change_message(told))
    assert (work.is_look, work.change, work.subscription) == (False, told, SUBSCRIPTION)


def test_message_that_asks_to_look_names_a_subscription() -> None:
    work = parsed(look_message(SUBSCRIPTION))
    assert (work.is_look, work.subscription) == (True, SUBSCRIPTION)


@pytest.mark.parametrize(
    "members",
    [
        pytest.param({"resource": "nsg"}, id="resource"),
        pytest.param({"occurred": "yesterday"}, id="time"),
        pytest.param({"received": "2026-11-03T12:00:00"}, id="time-without-zone"),
        pytest.param({"actor": {"name": "ana"}}, id="actor"),
        pytest.param({"actor": {**change_message(change())["actor"], "kind": "x"}}, id="kind"),  # type: ignore[dict-item]
    ],
)
def test_message_that_names_no_change_is_refused(members: dict[str, object]) -> None:
    work = parsed({**change_message(change()), **members})
    with pytest.raises(InvalidMessageError):
        _ = work.change


@pytest.mark.parametrize("look", ["", 7, None])
def test_message_that_names_no_subscription_is_refused(look: object) -> None:
    with pytest.raises(InvalidMessageError):
        _ = parsed({"look": look}).subscription
