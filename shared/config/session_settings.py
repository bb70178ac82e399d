"""Settings about the sessions of Bastions: where their logs are, what to tell, how long to keep."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeAlias

from shared.config import values
from shared.config.reading import Reading, shown
from shared.findings.session_signals import SHARED_ACCOUNTS, SignalKind, SignalRules
from shared.packetset.addresses import AddressSet

LOG_ACCOUNTS: Final = "PORTCULLIS_BASTION_LOG_ACCOUNTS"
SIGNALS: Final = "PORTCULLIS_SESSION_SIGNALS"
FAILED_LOGINS: Final = "PORTCULLIS_FAILED_LOGINS"
SHARED_ACCOUNT_NAMES: Final = "PORTCULLIS_SHARED_ACCOUNTS"
RETENTION: Final = "PORTCULLIS_SESSION_RETENTION_DAYS"

NO_SIGNALS: Final = "none"
DEFAULT_RETENTION_DAYS: Final = 180
_LEAST_DAYS: Final = 3
_MOST_DAYS: Final = 3_650
_MOST_FAILURES: Final = 1_000
_MOST_MINUTES: Final = 1_440
_FAILURES: Final = re.compile(r"(\d{1,4})\s*/\s*(\d{1,4})", re.ASCII)

Failures: TypeAlias = tuple[int, timedelta]


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """The accounts that hold audit logs, the rules for signals, and how long sessions are kept."""

    log_accounts: tuple[str, ...]
    rules: SignalRules
    retention: timedelta


def read_session_settings(reading: Reading, trusted: AddressSet) -> SessionSettings:
    """Read them; `trusted` are the addresses from which a session is no surprise."""
    usual = SignalRules()
    failures, within = reading.value(FAILED_LOGINS, failed_logins, (usual.failures, usual.within))
    return SessionSettings(
        log_accounts=reading.value(LOG_ACCOUNTS, values.storage_accounts, ()),
        rules=SignalRules(
            kinds=reading.value(SIGNALS, signal_kinds, usual.kinds),
            failures=failures,
            within=within,
            shared_accounts=reading.value(SHARED_ACCOUNT_NAMES, account_names, SHARED_ACCOUNTS),
            trusted=trusted,
        ),
        retention=reading.value(RETENTION, retention, timedelta(days=DEFAULT_RETENTION_DAYS)),
    )


def signal_kinds(text: str) -> frozenset[SignalKind]:
    """Read which signals are wanted."""
    words = {one.strip().lower() for one in text.split(",") if one.strip()}
    if words == {NO_SIGNALS}:
        return frozenset()
    unknown = sorted(words - set(SignalKind))
    if unknown:
        choice = ", ".join(SignalKind)
        raise ValueError(f"names {shown(unknown[0])}; write some of {choice}, or {NO_SIGNALS}")
    return frozenset(map(SignalKind, words))


def failed_logins(text: str) -> Failures:
    """Read how many failures within how many minutes are repeated ones."""
    found = _FAILURES.fullmatch(text)
    count, minutes = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 < count <= _MOST_FAILURES or not 0 < minutes <= _MOST_MINUTES:
        raise ValueError(f"is {shown(text)}; write failures/minutes, such as 5/10")
    return count, timedelta(minutes=minutes)


def account_names(text: str) -> frozenset[str]:
    """Read user names, in lower case; they take the place of the usual ones."""
    return frozenset(one.strip().lower() for one in text.split(",") if one.strip())


def retention(text: str) -> timedelta:
    """Read for how many days sessions are kept."""
    if text.isascii() and text.isdigit() and _LEAST_DAYS <= int(text) <= _MOST_DAYS:
        return timedelta(days=int(text))
    raise ValueError(f"is {shown(text)}; write days from {_LEAST_DAYS} to {_MOST_DAYS}")
