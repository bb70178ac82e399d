"""Settings about sessions."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.config import InvalidSettingsError, SessionSettings, read_settings
from shared.findings.session_signals import SHARED_ACCOUNTS, SignalKind
from shared.packetset.addresses import AddressSet


def read(**environ: str) -> SessionSettings:
    return read_settings({f"PORTCULLIS_{name}": value for name, value in environ.items()}).sessions


def test_without_settings_no_account_is_read_and_every_signal_is_wanted() -> None:
    usual = read()
    assert usual.log_accounts == ()
    assert usual.rules.kinds == frozenset(SignalKind)
    assert (usual.rules.failures, usual.rules.within) == (5, timedelta(minutes=10))
    assert usual.rules.shared_accounts == SHARED_ACCOUNTS
    assert usual.retention == timedelta(days=180)


def test_settings_are_read() -> None:
    chosen = read(
        BASTION_LOG_ACCOUNTS="stlogs1, stlogs2",
        SESSION_SIGNALS="failed-logins, Shared-Account",
        FAILED_LOGINS="3 / 60",
        SHARED_ACCOUNTS="Root,oracle",
        SESSION_RETENTION_DAYS="30",
        TRUSTED_SOURCES="203.0.113.0/24",
    )
    assert chosen.log_accounts == ("stlogs1", "stlogs2")
    assert chosen.rules.kinds == {SignalKind.FAILED_LOGINS, SignalKind.SHARED_ACCOUNT}
    assert (chosen.rules.failures, chosen.rules.within) == (3, timedelta(hours=1))
    assert chosen.rules.shared_accounts == {"root", "oracle"}
    assert chosen.rules.trusted == AddressSet.of(["203.0.113.0/24"])
    assert chosen.retention == timedelta(days=30)


def test_signals_can_be_switched_off() -> None:
    assert read(SESSION_SIGNALS="None").rules.kinds == frozenset()


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("SESSION_SIGNALS", "failed", "failed-logins, shared-account"),
        ("SESSION_SIGNALS", "none,failed-logins", "or none"),
        ("FAILED_LOGINS", "5", "such as 5/10"),
        ("FAILED_LOGINS", "1/10", "such as 5/10"),
        ("FAILED_LOGINS", "5/0", "such as 5/10"),
        ("FAILED_LOGINS", "5/1441", "such as 5/10"),
        ("SESSION_RETENTION_DAYS", "2", "3 to 3650"),
        ("SESSION_RETENTION_DAYS", "ever", "3 to 3650"),
        ("SESSIONS_SCHEDULE", "*/5 * * * *", "six"),
    ],
)
def test_wrong_value_is_refused_with_a_remedy(name: str, value: str, remedy: str) -> None:
    with pytest.raises(InvalidSettingsError, match=remedy):
        read(**{name: value})
