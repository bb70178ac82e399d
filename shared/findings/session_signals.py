"""Signals: what in the sessions of Bastions is worth a look."""

from __future__ import annotations

import hashlib
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final, TypeAlias

from shared.checks.result import Severity
from shared.findings.session import Session, SessionOutcome
from shared.network.ids import ResourceId
from shared.packetset.addresses import (
    NO_ADDRESSES,
    AddressSet,
    InvalidAddressError,
    address_number,
)


class SignalKind(StrEnum):
    """What a signal is about; the values are those of the setting."""

    FAILED_LOGINS = "failed-logins"
    SHARED_ACCOUNT = "shared-account"
    UNTRUSTED_CLIENT = "untrusted-client"
    EXEMPT_MACHINE = "exempt-machine"


SEVERITIES: Final = {
    SignalKind.FAILED_LOGINS: Severity.HIGH,
    SignalKind.SHARED_ACCOUNT: Severity.MEDIUM,
    SignalKind.UNTRUSTED_CLIENT: Severity.HIGH,
    SignalKind.EXEMPT_MACHINE: Severity.MEDIUM,
}
SHARED_ACCOUNTS: Final = frozenset(
    {"admin", "administrator", "azureuser", "centos", "debian", "ec2-user", "root", "ubuntu"}
)
"""Names that images and tutorials bring along, so that nobody is behind them."""


@dataclass(frozen=True, slots=True)
class SignalRules:
    """Which signals are wanted, and by what they are judged.

    Repeated failures are `failures` failed logins from one client at one Bastion `within` a time.
    Names of shared accounts are in lower case.  Without `trusted` addresses no client is
    untrusted.
    """

    kinds: frozenset[SignalKind] = frozenset(SignalKind)
    failures: int = 5
    within: timedelta = timedelta(minutes=10)
    shared_accounts: frozenset[str] = SHARED_ACCOUNTS
    trusted: AddressSet = NO_ADDRESSES


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing worth a look, at most once a day: `key` is the same for the rest of that day (UTC).

    `at` is the time of the session that gave it, `count` how many failures there were by then.
    """

    kind: SignalKind
    bastion: ResourceId
    at: datetime
    client_address: str = ""
    user_name: str = ""
    machine: ResourceId | None = None
    count: int = 1

    @property
    def severity(self) -> Severity:
        """How much a look matters."""
        return SEVERITIES[self.kind]

    @property
    def key(self) -> str:
        """A text that sorts by day and is the same for the same signal of that day."""
        about = (
            self.kind,
            self.bastion.key,
            self.client_address,
            self.user_name.lower(),
            self.machine.key if self.machine else "",
        )
        digest = hashlib.sha256("\n".join(about).encode("utf-8", "surrogatepass")).hexdigest()
        return f"{self.at:%Y%m%d}|{digest[:32]}"


ExemptMachines: TypeAlias = Callable[[str], frozenset[ResourceId]]
"""Gives the machines of a subscription that are under an exemption."""


def session_signals(
    sessions: Iterable[Session], rules: SignalRules, exempt: ExemptMachines
) -> Iterator[Signal]:
    """Give the signals that single sessions are; those who did not get in give none."""
    for session in sessions:
        if session.outcome is not SessionOutcome.CONNECTED:
            continue
        if session.user_name.lower() in rules.shared_accounts:
            yield from _wanted(SignalKind.SHARED_ACCOUNT, session, rules)
        if _is_untrusted(session.client_address, rules.trusted):
            yield from _wanted(SignalKind.UNTRUSTED_CLIENT, session, rules)
        if session.machine is not None and (
            SignalKind.EXEMPT_MACHINE in rules.kinds
            and session.machine in exempt(session.machine.subscription)
        ):
            yield from _wanted(SignalKind.EXEMPT_MACHINE, session, rules)


def failure_signals(failures: Iterable[Session], rules: SignalRules) -> Iterator[Signal]:
    """Give a signal for each failed login that is one too many; order does not matter.

    Failures of a client count together at one Bastion, whatever machine or name was tried.
    """
    if SignalKind.FAILED_LOGINS not in rules.kinds:
        return
    by_client: defaultdict[tuple[str, str], list[Session]] = defaultdict(list)
    for session in failures:
        if session.outcome is SessionOutcome.LOGIN_FAILED and session.client_address:
            by_client[session.bastion.key, session.client_address].append(session)
    for attempts in by_client.values():
        recent: deque[Session] = deque()
        for session in sorted(attempts, key=lambda one: one.time):
            recent.append(session)
            while session.time - recent[0].time > rules.within:
                recent.popleft()
            if len(recent) >= rules.failures:
                yield Signal(
                    SignalKind.FAILED_LOGINS,
                    session.bastion,
                    session.time,
                    client_address=session.client_address,
                    count=len(recent),
                )


def _wanted(kind: SignalKind, session: Session, rules: SignalRules) -> Iterator[Signal]:
    if kind in rules.kinds:
        yield Signal(
            kind,
            session.bastion,
            session.time,
            client_address=session.client_address,
            user_name=session.user_name,
            machine=session.machine,
        )


@lru_cache(maxsize=4_096)
def _is_untrusted(client: str, trusted: AddressSet) -> bool:
    """Tell whether a client is outside; an address that cannot be read is no trusted one."""
    if not trusted or not client:
        return False
    try:
        return address_number(client) not in trusted
    except InvalidAddressError:
        return True
