"""The checks of a Bastion's own set-up: its subnet, its logs and its shareable links."""

from __future__ import annotations

import pytest

from shared.checks.bastion_setup import (
    BASTION_AUDIT_OFF,
    BASTION_NSG_INCOMPLETE,
    BASTION_SHAREABLE_LINKS,
    BASTION_SUBNET_TOO_SMALL,
)
from shared.checks.check import Check
from shared.checks.result import Severity
from tests.rows import (
    Part,
    Row,
    allow,
    bastion,
    bastion_subnet,
    diagnostic_setting,
    diagnostic_settings,
    nsg,
    resource_id,
    shareable_links,
    subnet,
    subnet_id,
    vnet,
)
from tests.unit.checks.judging_rows import facts_of, results, unjudged

HOST = resource_id("bastion", "bas-1")
SUBNET = subnet_id("vnet-1", "AzureBastionSubnet")


def counts(check: Check, rows: list[Row]) -> tuple[int, int]:
    """Count what a check found, and what it could not judge."""
    facts = facts_of(rows)
    return len(results(check, facts)), len(unjudged(check, facts))


def setting(**options: str | bool | None) -> Part:
    return diagnostic_setting(**options)  # type: ignore[arg-type]


def sent_to(member: str, value: str | None) -> Part:
    """Return a setting whose one destination is another than a workspace."""
    made = setting(workspace=None)
    made["properties"][member] = value
    return made


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        pytest.param([], 1, id="no-setting"),
        pytest.param([setting()], 0, id="the-category"),
        pytest.param([setting(category="bastionauditlogs")], 0, id="in-any-case"),
        pytest.param([setting(category=None, category_group="allLogs")], 0, id="all-logs"),
        pytest.param([setting(category=None, category_group="audit")], 0, id="audit-group"),
        pytest.param([setting(enabled=False)], 1, id="disabled"),
        pytest.param([setting(category="Other")], 1, id="another-category"),
        pytest.param([setting(workspace=None)], 1, id="no-destination"),
        pytest.param([sent_to("storageAccountId", "/s")], 0, id="storage-account"),
        pytest.param([sent_to("eventHubAuthorizationRuleId", "/e")], 0, id="event-hub"),
        pytest.param([sent_to("marketplacePartnerId", "/p")], 0, id="partner"),
        pytest.param([sent_to("serviceBusRuleId", "/b")], 0, id="service-bus"),
        pytest.param([sent_to("storageAccountId", None)], 1, id="null-destination"),
        pytest.param([setting(enabled=False), setting()], 0, id="second-setting"),
        pytest.param(
            [setting(workspace=None), setting(category="Other")], 1, id="halves-of-two-settings"
        ),
        pytest.param([{"name": "empty", "properties": None}], 1, id="setting-without-properties"),
        pytest.param([{"name": "bare", "properties": {"workspaceId": "/w"}}], 1, id="no-logs"),
    ],
)
def test_audit_is_on_when_its_log_is_enabled_to_a_destination(
    settings: list[Part], found: int
) -> None:
    assert counts(BASTION_AUDIT_OFF, [bastion(), diagnostic_settings(settings=settings)]) == (
        found,
        0,
    )


def test_settings_that_were_not_read_are_not_called_off() -> None:
    assert counts(BASTION_AUDIT_OFF, [bastion()]) == (0, 1)


def test_audit_finding_stands_on_the_host_and_names_what_goes_nowhere() -> None:
    rows = [bastion(), diagnostic_settings(settings=[setting(workspace=None)])]
    (found,) = results(BASTION_AUDIT_OFF, facts_of(rows))
    assert (str(found.resource), found.severity) == (HOST, Severity.MEDIUM)
    assert found.evidence == {"sent": [], "without_destination": ["bastionauditlogs"]}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([bastion(), shareable_links()], (0, 0), id="off-and-none"),
        pytest.param([bastion(), shareable_links(vms=["vm-1"])], (1, 0), id="off-and-some"),
        pytest.param([bastion()], (0, 1), id="off-and-not-read"),
        pytest.param([bastion(enableShareableLink=True)], (1, 0), id="on-and-not-read"),
        pytest.param([bastion(enableShareableLink=True), shareable_links()], (1, 0), id="on"),
        pytest.param([bastion(sku="Basic")], (0, 0), id="basic-has-none"),
        pytest.param([bastion(sku=None)], (0, 0), id="old-host-has-none"),
        pytest.param([bastion(sku="Developer")], (0, 0), id="developer-has-none"),
        pytest.param([bastion(sku="Premium")], (0, 1), id="premium-and-not-read"),
        pytest.param(
            [bastion(sku="Basic"), shareable_links(vms=["vm-1"])], (1, 0), id="basic-with-links"
        ),
    ],
)
def test_links_are_a_finding_when_switched_on_or_there(
    rows: list[Row], expected: tuple[int, int]
) -> None:
    assert counts(BASTION_SHAREABLE_LINKS, rows) == expected


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        (
            [bastion(enableShareableLink=True)],
            "Shareable links of Bastion bas-1 are switched on, which ones exist was not read",
        ),
        (
            [bastion(), shareable_links(vms=["vm-1", "vm-2"])],
            "Shareable links of Bastion bas-1 are switched off, 2 exist",
        ),
    ],
)
def test_links_finding_tells_switch_and_links(rows: list[Row], title: str) -> None:
    (found,) = results(BASTION_SHAREABLE_LINKS, facts_of(rows))
    assert (str(found.resource), found.severity, found.title) == (HOST, Severity.MEDIUM, title)


def test_link_to_a_machine_that_it_does_not_name_counts() -> None:
    rows = [bastion(), shareable_links(vms=["vm-1"])]
    rows[1]["properties"]["value"].append({"vm": None, "bsl": "https://secret"})
    (found,) = results(BASTION_SHAREABLE_LINKS, facts_of(rows))
    assert found.evidence["machines"] == [resource_id("vm", "vm-1"), None]
    assert "secret" not in str(found)


@pytest.mark.parametrize(
    ("prefixes", "expected"),
    [
        pytest.param(["10.0.255.0/26"], (0, 0), id="as-required"),
        pytest.param(["10.0.255.0/24"], (0, 0), id="larger"),
        pytest.param(["10.0.255.0/27"], (1, 0), id="from-the-time-before"),
        pytest.param(["10.0.255.0/27", "10.0.255.32/27"], (0, 0), id="two-that-make-one"),
        pytest.param(["10.0.254.0/27", "10.0.255.32/27"], (1, 0), id="two-apart"),
        pytest.param(["10.0.255.0/26", "fd00:1::/64"], (0, 0), id="dual-stack"),
        pytest.param(["fd00:1::/64"], (0, 1), id="ipv6-alone"),
    ],
)
def test_bastion_subnet_needs_a_26(prefixes: list[str], expected: tuple[int, int]) -> None:
    assert counts(BASTION_SUBNET_TOO_SMALL, [vnet(subnets=[bastion_subnet(prefixes)])]) == expected


def test_small_subnet_is_low_and_other_subnets_may_be_small() -> None:
    rows = [vnet(subnets=[subnet("tiny", ["10.0.1.0/29"]), bastion_subnet(["10.0.255.0/28"])])]
    (found,) = results(BASTION_SUBNET_TOO_SMALL, facts_of(rows))
    assert (str(found.resource), found.severity) == (SUBNET, Severity.LOW)
    assert found.evidence == {"prefixes": ["10.0.255.0/28"]}


def under(rules: list[Part], **host: object) -> list[Row]:
    """Return a Bastion whose subnet has a group of these rules."""
    return [
        vnet(subnets=[bastion_subnet(nsg="nsg-bas")]),
        nsg("nsg-bas", rules),
        bastion(**host),  # type: ignore[arg-type]
    ]


def test_incomplete_group_is_medium_and_names_every_missing_flow() -> None:
    (found,) = results(BASTION_NSG_INCOMPLETE, facts_of(under([])))
    assert (str(found.resource), found.severity) == (resource_id("nsg", "nsg-bas"), Severity.MEDIUM)
    assert found.title == (
        "nsg-bas stops what Azure Bastion needs: inbound: from clients (Internet), port 443, Tcp,"
        " and 1 more"
    )
    assert found.evidence == {
        "subnet": SUBNET,
        "missing": [
            "inbound: from clients (Internet), port 443, Tcp",
            "inbound: from GatewayManager, port 443, Tcp",
        ],
    }


def test_one_missing_flow_has_no_more() -> None:
    rules = [allow(100, source="203.0.113.0/24", port="443")]
    (found,) = results(BASTION_NSG_INCOMPLETE, facts_of(under(rules)))
    assert found.title.endswith("inbound: from GatewayManager, port 443, Tcp")


def test_group_that_lets_everything_through_is_complete() -> None:
    rules = [allow(100, port="*", protocol="*")]
    assert counts(BASTION_NSG_INCOMPLETE, under(rules)) == (0, 0)


def test_subnet_without_a_group_is_complete() -> None:
    assert counts(BASTION_NSG_INCOMPLETE, [vnet(subnets=[bastion_subnet()])]) == (0, 0)


def test_group_on_two_bastion_subnets_has_a_finding_for_each() -> None:
    rows = [
        vnet(subnets=[bastion_subnet(nsg="nsg-bas")]),
        vnet("vnet-2", ["10.2.0.0/16"], subnets=[bastion_subnet(["10.2.0.0/26"], nsg="nsg-bas")]),
        nsg("nsg-bas", []),
    ]
    first, second = results(BASTION_NSG_INCOMPLETE, facts_of(rows))
    assert first.resource == second.resource
    assert first.discriminator != second.discriminator


@pytest.mark.parametrize(
    ("group", "reason"),
    [
        pytest.param([], "it could not be read", id="not-read"),
        pytest.param([nsg("nsg-bas", [allow(100, port="70000")])], "not a port", id="not-valid"),
    ],
)
def test_group_that_is_not_known_is_not_judged(group: list[Row], reason: str) -> None:
    rows = [vnet(subnets=[bastion_subnet(nsg="nsg-bas")]), *group]
    (unknown,) = unjudged(BASTION_NSG_INCOMPLETE, facts_of(rows))
    assert reason in unknown.reason


def test_private_only_host_may_do_without_clients_from_the_internet() -> None:
    gateway = allow(100, source="GatewayManager", port="443")
    rows = under([gateway], sku="Premium", enablePrivateOnlyBastion=True)
    (unknown,) = unjudged(BASTION_NSG_INCOMPLETE, facts_of(rows))
    assert "clients (Internet)" in unknown.reason
    assert results(BASTION_NSG_INCOMPLETE, facts_of(rows)) == []
