"""Laws of identity: spelling and order of what Azure gives change neither verdict nor finding."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.checks.result import CheckResult, Severity
from shared.findings.finding import fingerprint_of
from shared.network.ids import ResourceId
from tests.judging import scan
from tests.oracle.door_estates import random_door_estate
from tests.oracle.estates import random_estate
from tests.rows import Row

SEEDS: Final = range(12)
ESTATES: Final = [
    *(pytest.param(random_estate(seed), id=f"addresses-{seed}") for seed in SEEDS),
    *(pytest.param(random_door_estate(seed), id=f"doors-{seed}") for seed in SEEDS),
]
segments = st.lists(st.text("abcXYZ019-_.\u00e4\u00d6\u0130", min_size=1, max_size=6), min_size=1)
ids = segments.map(lambda parts: "/" + "/".join(parts))
discriminators = st.lists(st.text("ab/1-", min_size=1, max_size=4), max_size=3).map(tuple)


@st.composite
def respelt(draw: st.DrawFn, text: str) -> str:
    """Draw another casing of an id, perhaps with a slash behind it."""
    flips = draw(st.lists(st.booleans(), min_size=len(text), max_size=len(text)))
    letters = (one.swapcase() if flip else one for one, flip in zip(text, flips, strict=True))
    return "".join(letters) + draw(st.sampled_from(["", "/"]))


def result(resource: str, discriminator: tuple[str, ...] = (), check: str = "c") -> CheckResult:
    return CheckResult(check, ResourceId(resource), Severity.LOW, "title", discriminator)


@given(ids, st.data())
def test_any_casing_of_an_id_is_the_same_resource(text: str, data: st.DataObject) -> None:
    plain = text.replace("\u0130", "i")
    other = data.draw(respelt(plain))
    assert ResourceId(other) == ResourceId(plain)
    assert {ResourceId(plain): 1}[ResourceId(other)] == 1


@given(ids, ids)
def test_ids_sort_as_their_lower_case_keys(one: str, other: str) -> None:
    first, second = sorted([ResourceId(one), ResourceId(other)])
    assert first.key <= second.key


@given(ids, st.sampled_from(["subnets", "ipConfigurations"]), st.text("abcXYZ", min_size=1))
def test_child_gives_its_parent_back(text: str, collection: str, name: str) -> None:
    child = ResourceId(text).child(collection, name)
    assert (child.parent(collection.upper()), child.name) == (ResourceId(text), name)
    assert str(child.parent(collection)) == text


@given(ids, discriminators, st.data())
def test_fingerprint_is_the_same_over_casings(
    text: str, discriminator: tuple[str, ...], data: st.DataObject
) -> None:
    plain = text.replace("\u0130", "i")
    other = result(data.draw(respelt(plain)), tuple(part.upper() for part in discriminator))
    assert fingerprint_of(other) == fingerprint_of(result(plain, discriminator))


@given(ids, discriminators, discriminators)
def test_fingerprint_tells_discriminators_apart(
    text: str, one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    alike = fingerprint_of(result(text, one)) == fingerprint_of(result(text, other))
    assert alike == (one == other)


@given(ids, ids)
def test_fingerprint_tells_resources_and_checks_apart(one: str, other: str) -> None:
    alike = fingerprint_of(result(one)) == fingerprint_of(result(other))
    assert alike == (ResourceId(one) == ResourceId(other))
    assert fingerprint_of(result(one)) != fingerprint_of(result(one, check="d"))


@pytest.mark.parametrize("estate", ESTATES)
def test_order_of_rows_and_rules_changes_nothing(estate: Any) -> None:  # noqa: ANN401 - either kind
    random = Random(estate.seed)
    shuffled = [_shuffled(random, row) for row in random.sample(estate.rows, len(estate.rows))]
    assert _told(estate, shuffled) == _told(estate, estate.rows)


@pytest.mark.parametrize("estate", ESTATES)
def test_casing_of_ids_changes_nothing(estate: Any) -> None:  # noqa: ANN401 - either kind
    random = Random(estate.seed)
    assert _told(estate, [_respelt(random, row) for row in estate.rows]) == _told(
        estate, estate.rows
    )


def _shuffled(random: Random, row: Row) -> Row:
    """Put the rules of a group and the routes of a table in another order."""
    lists = ("securityRules", "routes", "subnets")
    properties: dict[str, Any] = row["properties"]
    moved = {
        member: random.sample(properties[member], len(properties[member]))
        for member in lists
        if properties.get(member)
    }
    return row | {"properties": properties | moved}


def _respelt(random: Random, part: Any) -> Any:  # noqa: ANN401 - any JSON
    """Give the same JSON with every id in a casing of its own."""
    match part:
        case Mapping():
            return {key: _respelt(random, value) for key, value in part.items()}
        case list():
            return [_respelt(random, one) for one in part]
        case str() if part.startswith("/subscriptions/"):
            return random.choice([part, part.upper(), part.lower(), f"{part}/"])
        case _:
            return part


def _told(estate: Any, rows: Sequence[Row]) -> Any:  # noqa: ANN401 - any JSON
    """Give what a scan says, in lower case and without the order of its parts."""
    document = scan(
        rows, ports=estate.ports, trusted=estate.trusted, service_tags=estate.service_tags
    )
    return {
        member: sorted(json.dumps(one, sort_keys=True).lower() for one in document[member])
        for member in ("exposures", "findings", "unread", "undetermined")
    }
