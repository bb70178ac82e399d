"""What in sessions is worth a look."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shared.checks.result import Severity
from shared.findings.session import SessionOutcome
from shared.findings.session_signals import (
    SignalKind,
    SignalRules,
    failure_signals,
    session_signals,
)
from shared.network.ids import ResourceId
from shared.packetset.addresses import AddressSet
from tests.session_samples import ago, bastion_id, machine_id, session

OFFICE = AddressSet.of(["203.0.113.0/24", "2001:db8::/32"])
FAILED = {"outcome": SessionOutcome.LOGIN_FAILED, "message": "Login Failed"}


def nothing(_: str) -> frozenset[ResourceId]:
    return frozenset()


def kinds(rules: SignalRules, exempt: Any = nothing, **fields: Any) -> list[SignalKind]:  # noqa: ANN401
    return [one.kind for one in session_signals([session(**fields)], rules, exempt)]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        ({"user_name": "root"}, [SignalKind.SHARED_ACCOUNT]),
        ({"user_name": "AzureUser"}, [SignalKind.SHARED_ACCOUNT]),
        ({"user_name": "rooted"}, []),
        ({"client_address": "198.51.100.7"}, [SignalKind.UNTRUSTED_CLIENT]),
        ({"client_address": "2001:db8::7"}, []),
        ({"client_address": "2001:db9::7"}, [SignalKind.UNTRUSTED_CLIENT]),
        ({"client_address": "somewhere"}, [SignalKind.UNTRUSTED_CLIENT]),
        ({"client_address": ""}, []),
        ({"client_address": "198.51.100.7", **FAILED}, []),
        ({"user_name": "root", **FAILED}, []),
    ],
)
def test_session_gives_signals(fields: dict[str, Any], expected: list[SignalKind]) -> None:
    assert kinds(SignalRules(trusted=OFFICE), **fields) == expected


def test_nobody_is_untrusted_where_nobody_is_trusted() -> None:
    assert kinds(SignalRules(), client_address="198.51.100.7") == []


@pytest.mark.parametrize(
    ("machine", "expected"),
    [(machine_id(), [SignalKind.EXEMPT_MACHINE]), (machine_id("other"), []), (None, [])],
)
def test_session_to_an_exempt_machine_is_a_signal(
    machine: str | None, expected: list[SignalKind]
) -> None:
    exempt = frozenset({ResourceId(machine_id())})
    target = ResourceId(machine.upper()) if machine else None
    assert kinds(SignalRules(), lambda _: exempt, machine=target) == expected


def test_signals_that_are_not_wanted_are_not_given_and_nothing_is_asked_for_them() -> None:
    def fail(_: str) -> frozenset[ResourceId]:
        raise AssertionError

    rules = SignalRules(kinds=frozenset(), trusted=OFFICE, failures=1)
    assert kinds(rules, fail, user_name="root", client_address="198.51.100.7") == []
    assert list(failure_signals(failures(1), rules)) == []


def failures(*minutes: float, **fields: Any) -> list[Any]:  # noqa: ANN401 - fields of a session
    return [session(ago(minutes=one), **FAILED, **fields) for one in minutes]


@pytest.mark.parametrize(
    ("attempts", "counts"),
    [
        pytest.param(failures(20, 15), [], id="too-few"),
        pytest.param(failures(20, 15, 10), [3], id="enough-at-the-edge-of-the-time"),
        pytest.param(failures(10, 20, 15), [3], id="in-any-order"),
        pytest.param(failures(20, 15, 9.9), [], id="too-slow"),
        pytest.param(failures(40, 20, 15, 11), [3], id="old-ones-do-not-count"),
        pytest.param(failures(20, 15, 12, 11), [3, 4], id="one-more"),
        pytest.param(
            [*failures(20, 15), *failures(12, client_address="198.51.100.8")], [], id="two-clients"
        ),
        pytest.param(
            [*failures(20, 15), *failures(12, bastion=ResourceId(bastion_id("bas-2")))],
            [],
            id="two-bastions",
        ),
        pytest.param(
            [*failures(20, 15), *failures(12, user_name="admin", machine=None)],
            [3],
            id="other-name-and-machine",
        ),
        pytest.param([*failures(20, 15), session(ago(minutes=12))], [], id="one-got-in"),
        pytest.param(failures(20, 15, 12, client_address=""), [], id="client-not-told"),
    ],
)
def test_repeated_failures_are_those_within_the_time(
    attempts: list[Any], counts: list[int]
) -> None:
    rules = SignalRules(failures=3, within=timedelta(minutes=10))
    assert [signal.count for signal in failure_signals(attempts, rules)] == counts


def test_signal_is_one_for_the_rest_of_its_day() -> None:
    rules = SignalRules(failures=1)
    morning, noon = failure_signals(failures(120, 0), rules)
    (yesterday,) = failure_signals(failures(24 * 60), rules)
    (other,) = failure_signals(failures(0, client_address="198.51.100.8"), rules)
    assert morning.key == noon.key
    assert len({morning.key, yesterday.key, other.key}) == 3
    assert yesterday.key < morning.key


def test_kinds_differ_in_severity() -> None:
    (signal,) = session_signals([session(user_name="root")], SignalRules(), nothing)
    assert signal.severity is Severity.MEDIUM
