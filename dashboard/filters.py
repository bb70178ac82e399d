"""Filters as they stand in an address: read strictly, and written back the same way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, TypeVar
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from dashboard.visit import BadAddressError
from shared.checks import CHECKS
from shared.checks.result import Severity
from shared.findings.finding import FindingState
from shared.findings.session import SessionOutcome
from shared.usecases.report import FindingFilter, SessionFilter

Word = TypeVar("Word", bound=StrEnum)

PAGE_SIZE: Final = 50
LARGEST_PAGE: Final = 200
EVERY: Final = "any"
CHECK_IDS: Final = frozenset(check.id for check in CHECKS)
_SUBSCRIPTION: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LONGEST_TEXT: Final = 200


def finding_filter(query: QueryParams) -> FindingFilter:
    """Read the filter of a list of findings; without a state it is of the open ones.

    Raises:
        BadAddressError: a value is none of those that there are.
    """
    states = words_in(query, "state", FindingState)
    if not states and EVERY not in query.getlist("state"):
        states = (FindingState.OPEN,)
    return FindingFilter(
        states=states,
        checks=tuple(_check(one) for one in query.getlist("check") if one),
        severities=words_in(query, "severity", Severity),
        subscription=subscription_in(query),
        text=_text(query, "q"),
    )


def finding_query(wanted: FindingFilter) -> str:
    """Write a filter as the query of an address."""
    pairs = [
        *(("state", one.value) for one in wanted.states or ()),
        *((("state", EVERY),) if not wanted.states else ()),
        *(("check", one) for one in wanted.checks),
        *(("severity", one.value) for one in wanted.severities),
        ("subscription", wanted.subscription),
        ("q", wanted.text),
    ]
    return urlencode([pair for pair in pairs if pair[1]])


def link_to(
    *checks: str,
    state: FindingState = FindingState.OPEN,
    severities: Sequence[Severity] = (),
    subscription: str = "",
) -> str:
    """Give the address of the findings behind a number."""
    wanted = FindingFilter((state,), checks, tuple(severities), subscription)
    return f"/findings?{finding_query(wanted)}"


def session_filter(query: QueryParams, latest: date) -> SessionFilter:
    """Read the filter of a list of sessions; without a day it is of the latest one.

    Raises:
        BadAddressError: a value is none of those that there are.
    """
    outcomes = words_in(query, "outcome", SessionOutcome)
    return SessionFilter(
        day=_day(query.get("day", "")) or latest,
        machine=_text(query, "machine"),
        user=_text(query, "user"),
        outcome=outcomes[0] if outcomes else None,
    )


def session_query(wanted: SessionFilter, days: int = 0) -> str:
    """Write a filter as the query of an address, for a day so many days later."""
    moved = replace(wanted, day=wanted.day + timedelta(days=days))
    pairs = {
        "day": moved.day.isoformat(),
        "machine": moved.machine,
        "user": moved.user,
        "outcome": moved.outcome.value if moved.outcome else "",
    }
    return urlencode({name: value for name, value in pairs.items() if value})


def page_size(query: QueryParams) -> int:
    """Read how long a page is to be.

    Raises:
        BadAddressError: it is no number from 1 to `LARGEST_PAGE`.
    """
    text = query.get("limit", "")
    if not text:
        return PAGE_SIZE
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= LARGEST_PAGE:
        return int(text)
    raise BadAddressError(f"limit is a number from 1 to {LARGEST_PAGE}")


def place_in(query: QueryParams) -> str | None:
    """Read where a list goes on."""
    return query.get("after") or None


def with_size(own: str, query: QueryParams) -> str:
    """Add to a query how long its pages are to be, where that was asked for."""
    return f"{own}&limit={page_size(query)}" if query.get("limit") else own


def with_place(query: str, after: str) -> str:
    """Add to a query where its list goes on."""
    return f"{query}&{urlencode({'after': after})}" if query else urlencode({"after": after})


def only_known(query: QueryParams, names: Mapping[str, object] | Sequence[str]) -> None:
    """Refuse names that mean nothing: a misspelt filter would show too much.

    Raises:
        BadAddressError: there is one.
    """
    for name in query:
        if name not in names:
            raise BadAddressError(f"nothing is called {name!r} here; there is {', '.join(names)}")


def words_in(query: QueryParams, name: str, words: type[Word]) -> tuple[Word, ...]:
    """Read the words of one name, each once; `any` and nothing give none.

    Raises:
        BadAddressError: a word is none of those that there are.
    """
    return tuple(dict.fromkeys(_word(one, name, words) for one in _asked(query, name)))


def subscription_in(query: QueryParams) -> str:
    """Read a subscription's id, in lower case; an empty text for none.

    Raises:
        BadAddressError: it is no id.
    """
    trimmed = query.get("subscription", "").strip().lower()
    if trimmed and not _SUBSCRIPTION.fullmatch(trimmed):
        raise BadAddressError("subscription is an id, 00000000-0000-0000-0000-000000000000")
    return trimmed


def _asked(query: QueryParams, name: str) -> Iterator[str]:
    return (one for one in query.getlist(name) if one and one != EVERY)


def _word(text: str, name: str, words: type[Word]) -> Word:
    try:
        return words(text.lower())
    except ValueError:
        known = ", ".join(word.value for word in words)
        raise BadAddressError(f"{name} is one of {known}") from None


def _check(text: str) -> str:
    if text not in CHECK_IDS:
        raise BadAddressError("check is the id of a check, such as vm-ssh-reachable")
    return text


def _text(query: QueryParams, name: str) -> str:
    text = query.get(name, "").strip()
    if len(text) > _LONGEST_TEXT:
        raise BadAddressError(f"{name} has {_LONGEST_TEXT} characters at most")
    return text


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return datetime.strptime(f"{text}+0000", "%Y-%m-%d%z").date()
    except ValueError:
        raise BadAddressError("day is a date such as 2026-11-30") from None
