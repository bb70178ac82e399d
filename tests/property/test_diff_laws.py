"""Laws of comparing two scans, over the random estates that the oracle judges, too."""

from __future__ import annotations

from typing import Final

import pytest

from shared.findings.scan_comparison import (
    Change,
    ExposureDifference,
    FindingDifference,
    ScanComparison,
)
from tests.diffing import difference
from tests.oracle.door_estates import random_door_estate
from tests.oracle.estates import random_estate
from tests.rows import Row

PAIRS: Final = range(25)
MIRRORED: Final = {
    Change.OPENED: Change.CLOSED,
    Change.CLOSED: Change.OPENED,
    Change.CHANGED: Change.CHANGED,
    Change.INCOMPARABLE: Change.INCOMPARABLE,
}


def estates(number: int) -> tuple[list[Row], list[Row]]:
    """Give two estates whose objects have the same names and other contents."""
    make = random_door_estate if number % 2 else random_estate
    return list(make(2 * number).rows), list(make(2 * number + 1).rows)


def ways(compared: ScanComparison) -> set[tuple[object, ...]]:
    return {
        (one.change, one.seen.identity, one.gained, one.lost, one.gap) for one in compared.exposures
    }


def findings(compared: ScanComparison) -> set[tuple[object, ...]]:
    return {(one.change, one.seen.fingerprint, one.gap) for one in compared.findings}


def seen_backwards(one: ExposureDifference) -> tuple[object, ...]:
    turned = (one.before or one.after, one.lost, one.gained)
    assert turned[0] is not None
    return MIRRORED[one.change], turned[0].identity, turned[1], turned[2], one.gap


def found_backwards(one: FindingDifference) -> tuple[object, ...]:
    return MIRRORED[one.change], one.seen.fingerprint, one.gap


@pytest.mark.parametrize("number", PAIRS)
def test_estate_does_not_differ_from_itself(number: int) -> None:
    estate, _ = estates(number)
    compared = difference(estate, estate)
    assert (compared.exposures, compared.findings) == ((), ())


@pytest.mark.parametrize("number", PAIRS)
def test_swapped_estates_swap_opened_and_closed(number: int) -> None:
    old, new = estates(number)
    forth, back = difference(old, new), difference(new, old)
    assert ways(back) == {seen_backwards(one) for one in forth.exposures}
    assert findings(back) == {found_backwards(one) for one in forth.findings}


@pytest.mark.parametrize("number", PAIRS)
def test_every_way_in_that_differs_has_a_cause(number: int) -> None:
    compared = difference(*estates(number))
    assert [one for one in compared.exposures if not (one.causes or one.gap)] == []


def test_random_estates_differ() -> None:
    told = {one.change for n in PAIRS for one in difference(*estates(n)).exposures}
    assert told >= {Change.OPENED, Change.CLOSED, Change.CHANGED}
