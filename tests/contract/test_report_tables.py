"""Lists, tallies and the key of forms in Azure Table Storage (Azurite)."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from shared.adapters.tables import TableStores
from shared.checks.result import Severity
from shared.findings.finding import FindingRecord, FindingState
from shared.findings.session import Session, SessionOutcome
from shared.findings.summary import FindingSummary, summary_of
from shared.findings.tally import tally_of
from shared.usecases.report import (
    ContinuationError,
    Counted,
    FindingFilter,
    SessionFilter,
    findings_page,
)
from tests.azurite import Azurite
from tests.recording_samples import NOON, finding, opened, subscription
from tests.session_samples import NOW, Host, ago, session

_numbers = count(1)


@pytest.fixture
def stores(azurite: Azurite) -> TableStores:
    return TableStores.from_connection_string(azurite.connection_string)


@pytest.fixture
def home() -> str:
    """Give a subscription that no other test uses."""
    return subscription(0xD0_0000 + next(_numbers))


def write(stores: TableStores, home: str, *names: str, check: str = "vm-ssh-reachable") -> None:
    """Record open findings; every third is critical, the others are low."""
    changes = [
        opened(
            finding(
                name,
                Severity.LOW if number % 3 else Severity.CRITICAL,
                of=home,
                check=check,
                title=f"{name} <b>é</b>",
            )
        )
        for number, name in enumerate(names)
    ]
    stores.findings.write(home, changes, stores.findings.watermark(home))


def walked(stores: TableStores, wanted: FindingFilter, size: int) -> list[FindingSummary]:
    found: list[FindingSummary] = []
    after = None
    while True:
        page = findings_page(stores.finding_lists, wanted, size, after)
        assert len(page.rows) <= size
        found += page.rows
        after = page.following
        if after is None:
            return found


def names(found: Sequence[FindingSummary]) -> set[str]:
    return {one.resource.name for one in found}


def test_every_finding_is_on_one_page(stores: TableStores, home: str) -> None:
    write(stores, home, *(f"vm-{n}" for n in range(23)))
    found = walked(stores, FindingFilter(subscription=home.upper()), 5)
    assert len(found) == len(names(found)) == 23
    assert [one.severity for one in found] == [Severity.CRITICAL] * 8 + [Severity.LOW] * 15


def test_summary_is_that_of_the_record(stores: TableStores, home: str) -> None:
    write(stores, home, "web")
    (found,) = walked(stores, FindingFilter(subscription=home), 5)
    (stored,) = stores.findings.findings(home)
    assert found == summary_of(stored.record)
    assert list(stores.finding_lists.summaries(home)) == [found]


def test_filters_are_kept_apart(stores: TableStores, home: str) -> None:
    write(stores, home, "a", "b")
    write(stores, home, "c", check="vm-public-ip")
    of_check = FindingFilter(subscription=home, checks=("vm-public-ip", "nsg-ssh-open"))
    assert names(walked(stores, of_check, 5)) == {"c"}
    resolved = FindingFilter(subscription=home, states=(FindingState.RESOLVED,))
    assert walked(stores, resolved, 5) == []
    low = FindingFilter(
        subscription=home,
        states=(FindingState.OPEN, FindingState.EXEMPT),
        severities=(Severity.LOW,),
    )
    assert names(walked(stores, low, 5)) == {"b"}


def test_text_is_found_whatever_lies_between(stores: TableStores, home: str) -> None:
    write(stores, home, *(f"{'web' if n % 4 else 'mail'}-{n}" for n in range(40)))
    found = walked(stores, FindingFilter(subscription=home, text="MAIL"), 3)
    assert names(found) == {f"mail-{n}" for n in range(0, 40, 4)}
    assert len(found) == 10


def test_quotes_in_a_text_are_no_filter(stores: TableStores, home: str) -> None:
    write(stores, home, "web")
    assert walked(stores, FindingFilter(subscription=home, text="' or 1 eq 1"), 3) == []


@pytest.mark.parametrize(
    "after", ["critical.%%%", "critical.WzFd", "critical.W10", "low." + "A" * 5000]
)
def test_place_that_was_made_up_is_refused(stores: TableStores, after: str) -> None:
    with pytest.raises(ContinuationError):
        findings_page(stores.finding_lists, FindingFilter(), 5, after)


def test_tally_comes_back_as_it_was_kept(stores: TableStores, home: str) -> None:
    records = [
        FindingRecord(finding("a", of=home), FindingState.OPEN, NOON, NOON, NOON),
        FindingRecord(
            finding("b", Severity.HIGH, of=home),
            FindingState.RESOLVED,
            NOON,
            NOON - timedelta(days=1),
            NOON,
        ),
    ]
    counted = Counted(tally_of(map(summary_of, records), NOON), 'W/"datetime"')
    stores.tallies.keep(home, counted)
    stores.tallies.keep(f"{home[:-1]}x", Counted(replace(counted.tally, counts={}), None))
    stores.tallies.note(NOON)
    kept = stores.tallies.kept()
    assert kept.at == NOON
    assert kept.counted[home] == counted
    assert kept.counted[f"{home[:-1]}x"].version is None


def test_key_of_forms_is_one_for_everybody(azurite: Azurite) -> None:
    several = [TableStores.from_connection_string(azurite.connection_string) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        keys = set(pool.map(lambda stores: stores.signing_keys.key(), several))
    assert len(keys) == 1
    assert {len(key) for key in keys} == {32}


def day_of(stores: TableStores, wanted: SessionFilter, size: int = 50) -> list[Session]:
    """Walk all pages of a day, past the Bastions of other tests."""
    found: list[Session] = []
    after: str | None = None
    while True:
        page = stores.session_lists.of_day(wanted, size, after)
        found += page.rows
        after = page.following
        if after is None:
            return found


def test_sessions_of_a_day_are_listed_bastion_by_bastion(stores: TableStores) -> None:
    host = Host.new()
    some = [session(ago(minutes=n), bastion=host.id, user_name=f"user-{n}") for n in range(7)]
    stores.sessions.add([*some, session(ago(days=2), bastion=host.id)])
    stores.sessions.note_record(host.id, NOW)
    found = [one for one in day_of(stores, SessionFilter(NOW.date()), 3) if one.bastion == host.id]
    assert found == sorted(some, key=lambda one: one.time)


def test_sessions_pass_the_filters_of_a_day(stores: TableStores) -> None:
    host = Host.new()
    person = {"bastion": host.id, "user_name": host.name}
    failed = session(ago(hours=1), outcome=SessionOutcome.LOGIN_FAILED, **person)
    fine = session(ago(hours=2), **person)
    stores.sessions.add([failed, fine])
    stores.sessions.note_record(host.id, NOW)
    of_user = SessionFilter(NOW.date(), user=host.name.upper())
    assert day_of(stores, of_user) == [fine, failed]
    failures = replace(of_user, outcome=SessionOutcome.LOGIN_FAILED)
    assert day_of(stores, failures) == [failed]
    assert day_of(stores, replace(of_user, machine="other")) == []


@pytest.mark.parametrize("after", ["x.1", "99999.", "-1."])
def test_place_among_bastions_that_was_made_up_is_refused(stores: TableStores, after: str) -> None:
    with pytest.raises(ContinuationError):
        stores.session_lists.of_day(SessionFilter(NOW.date()), 5, after)
