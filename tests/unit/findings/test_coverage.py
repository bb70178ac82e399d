from __future__ import annotations

import pytest

from shared.checks.result import Unjudged
from shared.findings.coverage import Coverage
from shared.network.ids import ResourceId
from shared.network.snapshot import Unread
from tests.recording_samples import CHECK, NOON, OTHER_SUBSCRIPTION, SUBSCRIPTION, finding, vm

GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/shop"


def unread(scope: str) -> Unread:
    return Unread(ResourceId(scope), "403")


@pytest.mark.parametrize(
    ("scope", "settled"),
    [
        pytest.param(vm("db").text, True, id="other-resource"),
        pytest.param(vm("we").text, True, id="name-that-begins-alike"),
        pytest.param(vm().text, False, id="resource"),
        pytest.param(vm().text.lower(), False, id="other-spelling"),
        pytest.param(GROUP, False, id="resource-group"),
        pytest.param(f"/subscriptions/{SUBSCRIPTION}", False, id="subscription"),
        pytest.param(f"{vm().text}/extensions/aad", False, id="child"),
        pytest.param(f"/subscriptions/{OTHER_SUBSCRIPTION}", True, id="other-subscription"),
    ],
)
def test_finding_is_settled_unless_its_path_was_unread(scope: str, *, settled: bool) -> None:
    coverage = Coverage(SUBSCRIPTION, NOON, unread=[unread(scope)])
    assert coverage.settles(finding()) is settled


@pytest.mark.parametrize(
    ("check", "resource", "settled"),
    [
        pytest.param(CHECK, vm(), False, id="same"),
        pytest.param(CHECK, ResourceId(GROUP), False, id="above"),
        pytest.param(CHECK, vm("db"), True, id="other-resource"),
        pytest.param("vm-public-ip", vm(), True, id="other-check"),
    ],
)
def test_finding_is_settled_unless_its_check_could_not_judge(
    check: str, resource: ResourceId, *, settled: bool
) -> None:
    coverage = Coverage(SUBSCRIPTION, NOON, unjudged=[Unjudged(check, resource, "no source")])
    assert coverage.settles(finding()) is settled


@pytest.mark.parametrize(
    ("scope", "whole"),
    [
        pytest.param(f"/subscriptions/{SUBSCRIPTION.upper()}", False, id="subscription"),
        pytest.param("/subscriptions", False, id="every-subscription"),
        pytest.param("/providers/Microsoft.Management/managementGroups/corp", False, id="group"),
        pytest.param(f"/subscriptions/{OTHER_SUBSCRIPTION}", True, id="other-subscription"),
        pytest.param(GROUP, True, id="resource-group"),
    ],
)
def test_coverage_is_whole_unless_the_subscription_was_unread(scope: str, *, whole: bool) -> None:
    coverage = Coverage(SUBSCRIPTION, NOON, unread=[unread(scope)])
    assert coverage.is_whole is whole


def test_unread_scope_above_all_subscriptions_settles_nothing() -> None:
    scope = "/providers/Microsoft.Management/managementGroups/corp"
    assert not Coverage(SUBSCRIPTION, NOON, unread=[unread(scope)]).settles(finding())


def test_finding_of_another_subscription_is_not_settled() -> None:
    assert not Coverage(OTHER_SUBSCRIPTION, NOON).settles(finding())


def test_subscription_is_covered_in_any_spelling() -> None:
    assert Coverage("ABCDEF", NOON).settles(finding(of="abcDEF"))


@pytest.mark.parametrize(
    ("only", "settled"),
    [
        pytest.param([vm()], True, id="itself"),
        pytest.param([ResourceId(GROUP)], True, id="below"),
        pytest.param([vm("db")], False, id="other"),
        pytest.param([], False, id="nothing"),
    ],
)
def test_partial_coverage_settles_only_what_it_looked_at(
    only: list[ResourceId], *, settled: bool
) -> None:
    coverage = Coverage(SUBSCRIPTION, NOON, only=only)
    assert coverage.settles(finding()) is settled
    assert not coverage.is_whole


def test_coverage_without_limits_is_whole() -> None:
    assert Coverage(SUBSCRIPTION, NOON).is_whole
