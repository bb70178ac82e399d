"""bastion-missing and bastion-blocked: which host serves whom, and what is told of it."""

from __future__ import annotations

import pytest

from shared.checks.bastion_reach import BASTION_BLOCKED, BASTION_MISSING, MOST_NAMED
from shared.checks.result import Severity
from tests.rows import (
    BASTION_PREFIX,
    Part,
    Row,
    allow,
    bastion,
    bastion_subnet,
    child_configuration,
    deny,
    ip_configuration,
    nic,
    nsg,
    one_vm_behind,
    peering,
    resource_id,
    scale_set,
    scale_set_nic_model,
    subnet,
    subnet_id,
    vm,
    vnet,
)
from tests.unit.checks.judging_rows import facts_of, results, unjudged

ELSEWHERE = "7d0f2b3c-0000-4000-8000-00000000000b"
VNET, HUB = resource_id("vnet", "vnet-1"), resource_id("vnet", "vnet-hub")
SERVED, MISSING, UNSURE = "served", "missing", "unsure"


def hub_and_spoke(
    *hosts: Row,
    hub: str = HUB,
    here: Part | None = None,
    there: Part | None = None,
    holds: str | None = None,
) -> list[Row]:
    """Return `vm-1` in a spoke; `here` and `there` change the halves of the peering with the hub.

    `holds` is the host that the hub's own subnet says lives in it.
    """
    own = bastion_subnet(["10.9.255.0/26"])
    if holds is not None:
        own["properties"]["ipConfigurations"] = [{"id": child_configuration(holds)}]
    return [
        vm(),
        nic(),
        vnet(peerings=[peering(hub, ["10.9.0.0/16"], **(here or {}))]),
        vnet(
            hub,
            ["10.9.0.0/16"],
            subnets=[own],
            peerings=[peering("vnet-1", ["10.0.0.0/16"], **(there or {}))],
        ),
        *hosts,
    ]


def said(rows: list[Row], resource: str = VNET) -> str:
    facts = facts_of(rows)
    found = [str(one.resource) for one in results(BASTION_MISSING, facts)]
    unknown = [str(one.resource) for one in unjudged(BASTION_MISSING, facts)]
    return MISSING if resource in found else UNSURE if resource in unknown else SERVED


def in_hub(sku: str | None = "Standard", state: str = "Succeeded") -> Row:
    return bastion("bas-hub", vnet=HUB, sku=sku, state=state)


@pytest.mark.parametrize(
    ("rows", "answer"),
    [
        pytest.param(hub_and_spoke(in_hub()), SERVED, id="peered"),
        pytest.param(hub_and_spoke(in_hub(sku=None)), SERVED, id="old-host-without-a-sku-is-basic"),
        pytest.param(hub_and_spoke(in_hub(sku="Premium")), SERVED, id="premium"),
        pytest.param(hub_and_spoke(in_hub(sku="Developer")), MISSING, id="developer-stays-home"),
        pytest.param(hub_and_spoke(in_hub(state="Failed")), MISSING, id="failed"),
        pytest.param(hub_and_spoke(in_hub(state="Updating")), MISSING, id="not-yet-succeeded"),
        pytest.param(
            hub_and_spoke(in_hub(), here={"state": "Disconnected"}), MISSING, id="disconnected"
        ),
        pytest.param(
            hub_and_spoke(in_hub(), there={"state": "Initiated"}), MISSING, id="one-sided"
        ),
        pytest.param(hub_and_spoke(in_hub(), here={"access": False}), MISSING, id="no-access-here"),
        pytest.param(
            hub_and_spoke(in_hub(), there={"access": False}), MISSING, id="no-access-there"
        ),
        pytest.param(
            hub_and_spoke(in_hub(), here={"peerCompleteVnets": False}),
            UNSURE,
            id="some-subnets-peered-here",
        ),
        pytest.param(
            hub_and_spoke(in_hub(), there={"peerCompleteVnets": False}),
            UNSURE,
            id="some-subnets-peered-there",
        ),
        pytest.param(
            hub_and_spoke(in_hub(sku="Developer"), here={"peerCompleteVnets": False}),
            MISSING,
            id="some-subnets-peered-with-a-host-that-stays-home",
        ),
        pytest.param(
            [row for row in hub_and_spoke(in_hub()) if row["id"] != HUB],
            UNSURE,
            id="peer-not-read-though-its-host-is",
        ),
        pytest.param(hub_and_spoke(), MISSING, id="empty-bastion-subnet-in-the-peer"),
        pytest.param(
            hub_and_spoke(holds=resource_id("bastion", "bas-hub")), UNSURE, id="host-not-read"
        ),
        pytest.param(
            hub_and_spoke(in_hub(), holds=resource_id("bastion", "bas-hub")), SERVED, id="host-read"
        ),
        pytest.param(
            [*hub_and_spoke(in_hub()), bastion("bas-own", state="Failed")],
            SERVED,
            id="one-of-several-works",
        ),
    ],
)
def test_network_is_served_by_its_own_host_or_a_direct_peers(rows: list[Row], answer: str) -> None:
    assert said(rows) == answer


def test_host_serves_over_a_peering_between_subscriptions() -> None:
    hub = resource_id("vnet", "vnet-hub", subscription=ELSEWHERE)
    host = bastion(resource_id("bastion", "bas-hub", subscription=ELSEWHERE), vnet=hub)
    assert said(hub_and_spoke(host, hub=hub)) == SERVED


@pytest.mark.parametrize("subscription", [VNET.split("/")[2], ELSEWHERE])
def test_subscription_that_was_not_read_whole_may_hold_a_host(subscription: str) -> None:
    hub = resource_id("vnet", "vnet-hub", subscription=ELSEWHERE)
    scope = f"/subscriptions/{subscription}"
    gap = {"id": scope, "type": "portcullis/unread", "properties": {"reason": "throttled"}}
    assert said([*hub_and_spoke(hub=hub), gap]) == UNSURE


def test_second_peering_is_not_passed() -> None:
    middle = resource_id("vnet", "vnet-middle")
    rows = [
        vm(),
        nic(),
        vnet(peerings=[peering(middle, ["10.8.0.0/16"])]),
        vnet(
            middle,
            ["10.8.0.0/16"],
            peerings=[peering("vnet-1", ["10.0.0.0/16"]), peering(HUB, ["10.9.0.0/16"])],
        ),
        vnet(HUB, ["10.9.0.0/16"], peerings=[peering(middle, ["10.8.0.0/16"])]),
        in_hub(),
    ]
    assert said(rows) == MISSING


def test_network_that_was_not_read_is_not_judged() -> None:
    assert said([vm(), nic()]) == UNSURE


def test_host_that_names_no_network_serves_none() -> None:
    lost = bastion()
    del lost["properties"]["ipConfigurations"]
    assert said([*one_vm_behind(), lost]) == MISSING


def test_network_without_machines_needs_no_bastion() -> None:
    assert results(BASTION_MISSING, facts_of([vnet()])) == []


def test_scale_set_without_instances_stands_for_its_machines() -> None:
    rows = [scale_set(nic_models=[scale_set_nic_model(subnet_id())]), vnet()]
    (found,) = results(BASTION_MISSING, facts_of(rows))
    assert found.evidence["machines"] == [resource_id("vmss", "vmss-1")]


def test_missing_bastion_is_medium_and_names_machines_and_what_went_wrong() -> None:
    rows = [*one_vm_behind(), bastion(state="Failed")]
    (found,) = results(BASTION_MISSING, facts_of(rows))
    assert (str(found.resource), found.severity) == (VNET, Severity.MEDIUM)
    assert found.title == (
        "No Azure Bastion serves vnet-1, which holds machines (bas-1 did not succeed)"
    )
    assert found.evidence == {
        "machine_count": 1,
        "machines": [resource_id("vm", "vm-1")],
        "unsuccessful": [resource_id("bastion", "bas-1")],
    }


def test_many_machines_are_counted_and_a_few_named() -> None:
    rows = [vnet()]
    for number in range(MOST_NAMED + 2):
        rows += [vm(f"vm-{number}", [f"nic-{number}"]), nic(f"nic-{number}", vm=f"vm-{number}")]
    (found,) = results(BASTION_MISSING, facts_of(rows))
    assert found.evidence["machine_count"] == MOST_NAMED + 2
    assert str(found.evidence["machines"]).count("/virtualMachines/vm-") == MOST_NAMED


def test_blocked_machine_is_medium_and_tells_the_rule_that_stops_each_host() -> None:
    rows = one_vm_behind(bastion(), rules=[deny(100, name="no-ssh")], subnets=[bastion_subnet()])
    (found,) = results(BASTION_BLOCKED, facts_of(rows))
    assert (str(found.resource), found.severity) == (resource_id("vm", "vm-1"), Severity.MEDIUM)
    assert found.title == "Azure Bastion (bas-1) does not get through to port 22 of vm-1"
    assert found.evidence == {
        "port": 22,
        "hosts": [
            {
                "bastion": resource_id("bastion", "bas-1"),
                "trace": [
                    {
                        "layer": "subnet-nsg",
                        "resource": resource_id("nsg", "nsg-subnet"),
                        "rule": "no-ssh",
                        "priority": 100,
                        "access": "Deny",
                    }
                ],
            }
        ],
    }


def test_one_host_that_gets_through_is_enough() -> None:
    rows = [
        *hub_and_spoke(in_hub())[:1],
        nic(nsg="nsg-1"),
        *hub_and_spoke(in_hub())[2:],
        nsg("nsg-1", [allow(100, source="10.9.255.0/26"), deny(200)]),
    ]
    rows[2] = vnet(subnets=[subnet(), bastion_subnet()], peerings=[peering(HUB, ["10.9.0.0/16"])])
    rows.append(bastion("bas-own"))
    assert results(BASTION_BLOCKED, facts_of(rows)) == []


def test_one_interface_that_is_reached_is_enough() -> None:
    rows = [
        vm(nics=["nic-1", "nic-2"]),
        nic("nic-1", [ip_configuration(private_ip="10.0.0.4")], nsg="nsg-1"),
        nic("nic-2", [ip_configuration(private_ip="10.0.0.5")]),
        nsg("nsg-1", [deny(100)]),
        vnet(subnets=[subnet(), bastion_subnet()]),
        bastion(),
    ]
    assert results(BASTION_BLOCKED, facts_of(rows)) == []


def doubts(rows: list[Row]) -> list[str]:
    facts = facts_of(rows)
    assert results(BASTION_BLOCKED, facts) == []
    return [one.reason for one in unjudged(BASTION_BLOCKED, facts)]


def beside(*further: Row, own: Part | None = None) -> list[Row]:
    rows = one_vm_behind(subnets=[own or bastion_subnet()])
    return [*rows, bastion(), *further]


def test_machine_without_ipv4_cannot_be_judged() -> None:
    six = ip_configuration(private_ip="fd00::4", family="IPv6")
    rows = [
        vm(),
        nic(ip_configurations=[six]),
        vnet(subnets=[subnet(), bastion_subnet()]),
        bastion(),
    ]
    assert doubts(rows) == ["it has no IPv4 address for Bastion to go to"]


def test_group_before_the_machine_that_was_not_read_leaves_it_open() -> None:
    rows = [vm(), nic(nsg="nsg-1"), vnet(subnets=[subnet(), bastion_subnet()]), bastion()]
    assert doubts(rows) == ["network security group nsg-1 could not be read"]


@pytest.mark.parametrize(
    "group",
    [
        pytest.param([], id="not-read"),
        pytest.param([nsg("nsg-bas", [allow(100, port="70000")])], id="not-understood"),
    ],
)
def test_group_on_the_bastions_subnet_that_is_not_known_leaves_it_open(group: list[Row]) -> None:
    rows = beside(*group, own=bastion_subnet(nsg="nsg-bas"))
    assert doubts(rows) == ["what nsg-bas lets out is not known"]


def test_bastion_whose_subnet_was_not_read_leaves_it_open() -> None:
    assert doubts([*one_vm_behind(), bastion()]) == ["the subnet of bas-1 is not known"]


def out(priority: int, *, destination: str = "*", access: str = "Deny") -> Part:
    make = {"Deny": deny, "Allow": allow}[access]
    return make(priority, direction="Outbound", destination=destination, protocol="*", port="*")


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        pytest.param([out(100)], 1, id="nothing-goes-out"),
        pytest.param([out(100, destination="10.0.0.4/32")], 1, id="nothing-to-this-machine"),
        pytest.param([out(100, destination="10.0.0.5/32")], 0, id="nothing-to-another-machine"),
        pytest.param(
            [out(100, destination="10.0.0.4/32", access="Allow"), out(200)],
            0,
            id="to-this-machine-alone",
        ),
    ],
)
def test_way_out_of_the_bastions_subnet_is_judged_for_the_machine(
    rules: list[Part], found: int
) -> None:
    rows = beside(nsg("nsg-bas", rules), own=bastion_subnet(nsg="nsg-bas"))
    assert len(results(BASTION_BLOCKED, facts_of(rows))) == found


@pytest.mark.parametrize(
    ("destination", "counts"),
    [
        pytest.param("10.0.0.5/32", (0, 1), id="one-address-of-its-subnet"),
        pytest.param("10.0.0.0/16", (1, 0), id="all-of-its-subnet"),
        pytest.param("10.7.0.0/16", (0, 0), id="somewhere-else"),
    ],
)
def test_machine_without_an_address_may_be_anywhere_in_its_subnet(
    destination: str, counts: tuple[int, int]
) -> None:
    rows = beside(
        nsg("nsg-bas", [out(100, destination=destination)]), own=bastion_subnet(nsg="nsg-bas")
    )
    rows[1] = nic(ip_configurations=[ip_configuration(private_ip=None)])
    facts = facts_of(rows)
    found, unknown = results(BASTION_BLOCKED, facts), unjudged(BASTION_BLOCKED, facts)
    assert (len(found), len(unknown)) == counts


def test_bastion_subnet_outside_of_its_networks_space_may_not_count_as_virtual_network() -> None:
    (reason,) = doubts(beside(own=bastion_subnet(["172.16.0.0/26"])))
    assert "VirtualNetwork" in reason


def test_dual_stack_bastion_subnet_is_seen_by_its_ipv4_half() -> None:
    rows = [
        *one_vm_behind(
            rules=[allow(100, source=BASTION_PREFIX), deny(200)],
            subnets=[bastion_subnet([BASTION_PREFIX, "fd00:1::/64"])],
        ),
        bastion(),
    ]
    assert results(BASTION_BLOCKED, facts_of(rows)) == []


@pytest.mark.parametrize(
    ("system", "found"), [pytest.param("Windows", 1, id="rdp"), pytest.param("Linux", 0, id="ssh")]
)
def test_instance_without_a_system_of_its_own_has_its_models(system: str, found: int) -> None:
    model = scale_set(nic_models=[scale_set_nic_model(subnet_id(), nsg="nsg-1")])
    model["properties"]["virtualMachineProfile"]["storageProfile"]["osDisk"]["osType"] = system
    rows = [
        model,
        nsg("nsg-1", [deny(100, port="3389")]),
        vnet(subnets=[subnet(), bastion_subnet()]),
        bastion(),
    ]
    assert len(results(BASTION_BLOCKED, facts_of(rows))) == found
