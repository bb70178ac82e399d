from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.findings.exemption import exemption_of
from shared.network.ids import ResourceId
from tests.recording_samples import (
    OTHER_SUBSCRIPTION,
    SUBSCRIPTION,
    exemption,
    finding,
    minutes,
    vm,
)


@pytest.mark.parametrize(
    ("scope", "check", "expected"),
    [
        pytest.param(vm().text, None, True, id="resource"),
        pytest.param(
            vm().text.upper().replace("/VIRTUALM", "/virtualM"), None, True, id="spelling"
        ),
        pytest.param(f"/subscriptions/{SUBSCRIPTION}", None, True, id="subscription"),
        pytest.param(f"/subscriptions/{SUBSCRIPTION}/resourceGroups/shop", None, True, id="group"),
        pytest.param(f"/subscriptions/{SUBSCRIPTION}/resourceGroups/sho", None, False, id="prefix"),
        pytest.param(f"/subscriptions/{OTHER_SUBSCRIPTION}", None, False, id="elsewhere"),
        pytest.param(vm("db").text, None, False, id="other-resource"),
        pytest.param(vm().text, "vm-ssh-reachable", True, id="check"),
        pytest.param(vm().text, "vm-public-ip", False, id="other-check"),
    ],
)
def test_exemption_covers_what_lies_in_its_scope(
    scope: str, check: str | None, *, expected: bool
) -> None:
    assert exemption(scope, check=check).covers(finding()) is expected


@pytest.mark.parametrize(("minute", "expected"), [(59, True), (60, False), (61, False)])
def test_exemption_is_live_until_it_expires(minute: int, *, expected: bool) -> None:
    assert exemption(expires=minutes(60)).is_live(minutes(minute)) is expected


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("reason", " ", "the reason is empty"),
        ("owner", "", "the owner is empty"),
        ("expires", datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None), "lacks a time zone"),
    ],
)
def test_exemption_without_answer_is_refused(field: str, value: object, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        replace(exemption(), **{field: value})  # type: ignore[arg-type]


def test_longest_of_several_exemptions_counts() -> None:
    short, long = exemption(expires=minutes(10)), exemption(expires=minutes(20))
    elsewhere = exemption(ResourceId("/subscriptions/x"), expires=minutes(30))
    assert exemption_of(finding(), [short, long, elsewhere]) is long


def test_finding_outside_of_every_scope_is_not_exempt() -> None:
    assert exemption_of(finding(), [exemption(vm("db").text)]) is None
