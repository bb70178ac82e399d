"""One suite for every `ExemptionStore`: Azure Table Storage (Azurite), and in memory."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest

from shared.adapters.tables import TableStores
from shared.findings.exemption_tags import RefusedTags
from shared.findings.kept_exemption import ExemptionOrigin, KeptExemption
from shared.network.ids import ResourceId
from shared.usecases.exemption_interfaces import ExemptionStore
from shared.usecases.interfaces import StoreConflictError
from tests.azurite import Azurite
from tests.memory_exemptions import MemoryExemptions
from tests.recording_samples import CHECK, NOON, exemption, minutes, subscription, vm

_numbers = count(1)


@pytest.fixture(params=["memory", "azurite"])
def store(request: pytest.FixtureRequest) -> ExemptionStore:
    if request.param == "memory":
        return MemoryExemptions()
    azurite: Azurite = request.getfixturevalue("azurite")
    return TableStores.from_connection_string(azurite.connection_string).exemptions


@pytest.fixture
def home() -> str:
    """Give a subscription that no other test uses."""
    return subscription(0xE4_0000 + next(_numbers))


def record(scope: str, **changes: object) -> KeptExemption:
    """Give a new exemption, called by its scope."""
    named = replace(exemption(scope), id=scope[-12:], **changes)  # type: ignore[arg-type]
    return KeptExemption(named, ExemptionOrigin.RECORD, NOON, "ben")


def own(store: ExemptionStore, home: str) -> list[KeptExemption]:
    """Give what is exempt in one subscription, without what management groups say."""
    return [one for one in store.of(home) if one.exemption.scope.subscription]


def unversioned(kept: KeptExemption) -> KeptExemption:
    assert kept.version
    return replace(kept, version=None)


def test_exemption_comes_back_as_it_was_put(store: ExemptionStore, home: str) -> None:
    whole = replace(
        record(f"/subscriptions/{home}", check=CHECK, reason="because " * 9_000),
        ended=minutes(3),
        ended_by="cy",
    )
    store.put(whole)
    assert [unversioned(one) for one in own(store, home.upper())] == [whole]


def test_exemption_of_a_management_group_may_concern_everybody(
    store: ExemptionStore, home: str
) -> None:
    group = f"/providers/Microsoft.Management/managementGroups/{home[-12:]}"
    kept = replace(record(group), members=(home, subscription(7)))
    store.put(kept)
    assert kept in [unversioned(one) for one in store.of(home)]
    assert kept in [unversioned(one) for one in store.of(subscription(0xFFFF))]
    assert kept in [unversioned(one) for one in store.every()]


def test_exemption_of_one_subscription_is_nothing_to_another(
    store: ExemptionStore, home: str
) -> None:
    store.put(record(f"/subscriptions/{home}"))
    assert all(not one.exemption.scope.subscription for one in store.of(subscription(0xFFFF)))


def test_exemption_that_somebody_else_wrote_is_not_overwritten(
    store: ExemptionStore, home: str
) -> None:
    store.put(record(f"/subscriptions/{home}"))
    (first,) = own(store, home)
    store.put(replace(first, ended=minutes(1)))
    with pytest.raises(StoreConflictError):
        store.put(replace(first, ended=minutes(2)))


def test_tags_replace_what_they_said_before_and_nothing_else(
    store: ExemptionStore, home: str
) -> None:
    store.put(record(f"/subscriptions/{home}"))
    machines = [ResourceId(vm(name, home).text) for name in ("one", "two", "three")]
    tagged = [replace(exemption(one), id=f"tag-{one.name}-{home}") for one in machines[:2]]
    store.replace_tagged(home, tagged, [RefusedTags(machines[2], "no owner")], NOON)
    longer = replace(tagged[0], expires=minutes(500))
    store.replace_tagged(home, [longer, tagged[1]], [], minutes(9))
    kept = {one.exemption.id: one for one in own(store, home)}
    assert kept[longer.id].exemption.expires == minutes(500)
    assert kept[tagged[1].id].created == NOON
    store.replace_tagged(home, [longer], [], minutes(10))
    assert {one.exemption.id for one in own(store, home)} == {home[-12:], longer.id}


def test_tags_that_exempt_nothing_are_told_until_they_are_mended(
    store: ExemptionStore, home: str
) -> None:
    refused = RefusedTags(vm(of=home), "no owner")
    store.replace_tagged(home, [], [refused], NOON)
    assert refused in store.refused_tags()
    assert own(store, home) == []
    store.replace_tagged(home, [], [], minutes(1))
    assert refused not in store.refused_tags()
