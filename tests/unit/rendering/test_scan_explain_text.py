from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.adapters.payloads import SnapshotBuilder
from shared.exposure.assessment import Question
from shared.exposure.explanation import Stage, explain, machines_called
from shared.exposure.layers import LayerKind, Step
from shared.network.snapshot import Snapshot
from shared.packetset.addresses import address_number
from shared.rendering.explain_text import explanation_text
from tests.cases.admin_rules import ADMIN_CASES
from tests.cases.balancers import MEMBER, balanced
from tests.cases.firewalls import firewalled
from tests.rows import (
    Row,
    allow,
    default_route,
    deny,
    dnat_rule,
    ip_configuration,
    nat_rule,
    nic,
    one_dual_stack_vm_estate,
    one_vm_estate,
    subnet,
    vm,
    vnet,
)


def snapshot(rows: Sequence[Row]) -> Snapshot:
    builder = SnapshotBuilder()
    for row in rows:
        builder.add_row(row)
    return builder.build(datetime(2026, 3, 1, tzinfo=UTC))


def told(rows: Sequence[Row], source: str | None = None) -> str:
    estate = snapshot(rows)
    (machine,) = machines_called(estate, "vm-1")
    number = None if source is None else address_number(source)
    ways = tuple(explain(estate, Question(), machine, number))
    return "\n".join(map(str, explanation_text(estate, machine, ways, number)))


@pytest.mark.parametrize(
    ("rows", "source", "sentence"),
    [
        pytest.param(
            one_vm_estate([allow(100, name="one")], nic_rules=[deny(200, name="two")]),
            None,
            "  subnet NSG    nsg-subnet: one (priority 100) allows\n"
            "  NIC NSG       nsg-nic: two (priority 200) denies: the way ends here\n"
            "  machine       vm-1, not reached\n"
            "  Closed: nobody untrusted on the internet gets in.",
            id="closed-by-the-second-layer",
        ),
        pytest.param(
            one_vm_estate([deny(100)], nic_rules=[]),
            "8.8.8.8",
            "  NIC NSG       nsg-nic: not reached\n"
            "  machine       vm-1, not reached\n"
            "  Closed: 8.8.8.8 does not get in.",
            id="asked-sender-kept-out",
        ),
        pytest.param(
            one_vm_estate([allow(100)]),
            "8.8.8.8",
            "  sender        8.8.8.8, source port 1024 (as asked)",
            id="asked-sender",
        ),
        pytest.param(
            one_vm_estate([allow(100)]), "8.8.8.8", "Reachable: 8.8.8.8 gets in.", id="asked-in"
        ),
        pytest.param(
            one_vm_estate([allow(100)]),
            "2a01::1",
            "  sender        2a01::1\n"
            "  front door    20.1.2.3:22\n"
            "  Not this way: this front door takes IPv4 only.",
            id="other-family",
        ),
        pytest.param(
            one_vm_estate([allow(100, source="AzureCloud")]),
            None,
            "  sender        a member of a service tag whose addresses are not known",
            id="members-of-a-tag",
        ),
        pytest.param(
            one_vm_estate([allow(100, source="AzureCloud")]),
            None,
            "  Reachable from any Azure tenant.\n    and AzureCloud\n",
            id="possible-tag",
        ),
        pytest.param(
            one_vm_estate([deny(100, source="Storage"), allow(200)]),
            None,
            "    less those of Storage",
            id="less-tag",
        ),
        pytest.param(
            one_vm_estate([allow(100, source="203.0.113.0/28")]),
            None,
            "    16 addresses: 203.0.113.0/28",
            id="few-addresses",
        ),
        pytest.param(
            one_dual_stack_vm_estate([allow(100)]),
            None,
            "    more than 10^37 addresses: 2000::/3",
            id="ipv6",
        ),
        pytest.param(
            one_dual_stack_vm_estate([allow(100)]),
            None,
            "  front door    [2a01:111::5]:22\n  translated to [fd00:db8::4]:22 (nic-1, ipconfig6)",
            id="ipv6-addresses",
        ),
        pytest.param(
            one_vm_estate([allow(100)], power="deallocated", address=None),
            None,
            "  Reachable from the internet once it is started.",
            id="latent",
        ),
        pytest.param(
            one_vm_estate([allow(100)], address=None, private_ip=None),
            None,
            "  front door    no address now, port 22\n"
            "  translated to no address now, port 22 (nic-1, ipconfig1)",
            id="no-addresses",
        ),
        pytest.param(
            one_vm_estate([allow(100)], routes=[default_route()]),
            None,
            "  Replies to the internet leave by a user-defined default route (asymmetric).",
            id="asymmetric",
        ),
        pytest.param(
            [row for row in one_vm_estate([]) if row["name"] != "nsg-subnet"],
            None,
            "  subnet NSG    not known: network security group nsg-subnet could not be read\n"
            "  NIC NSG       none\n"
            "  machine       vm-1, perhaps reached\n"
            "  Not known whether anybody gets in:\n"
            "    network security group nsg-subnet could not be read",
            id="unreadable-layer",
        ),
        pytest.param(
            [row for row in one_vm_estate([allow(100)]) if row["name"] != "pip-1"],
            None,
            "SSH (port 22) through public IP pip-1\n",
            id="door-without-sku",
        ),
        pytest.param(
            [vm(), nic("nic-1", [ip_configuration(public_ip="/odd")])],
            None,
            "through public IP odd\n",
            id="door-with-an-odd-id",
        ),
        pytest.param(
            firewalled([], dnat_rule(sources=["203.0.113.7"])),
            None,
            "through firewall DNAT rule dnat-ssh of fw-1",
            id="door-with-a-rule",
        ),
        pytest.param(
            firewalled([], dnat_rule("nat")),
            None,
            "  door rule     nat allows\n",
            id="rule-called-as-its-collection",
        ),
        pytest.param(
            firewalled([], dnat_rule(sources=["203.0.113.7"])),
            None,
            "  translated to 10.0.0.4:22 (nic-1, ipconfig1), from 10.0.1.",
            id="translated-source",
        ),
        pytest.param(
            firewalled([], dnat_rule(ports=["2000-2999"], to_port="22")),
            None,
            "  front door    20.9.9.9:2000-2999",
            id="range-of-ports",
        ),
        pytest.param(
            balanced([allow(100)], nat_rules=[nat_rule(target=MEMBER)]),
            None,
            "  door rule     nat-ssh allows",
            id="rule-that-is-the-door",
        ),
        pytest.param(
            ADMIN_CASES[0].rows,
            None,
            "always allows: delivered past the security groups",
            id="always-allow",
        ),
        pytest.param(
            [vm(power=None), vnet(subnets=[subnet()]), nic("nic-1", [ip_configuration()])],
            None,
            "  Linux, power state not known, 1 network interface\n"
            "\n"
            "No front door: no public address leads to it, so nobody on the internet reaches it.",
            id="no-door",
        ),
        pytest.param(
            [vm(nics=["nic-1", "nic-2"])],
            None,
            "  Not known: network interface nic-1 could not be read.\n"
            "  Not known: network interface nic-2 could not be read.\n"
            "\n"
            "No front door is known. What could not be read may hold one.",
            id="unread-interfaces",
        ),
        pytest.param(
            [nic()],
            None,
            "  No row tells of the machine itself, only its network interface does.",
            id="no-row-of-the-machine",
        ),
    ],
)
def test_text_says(rows: Sequence[Row], source: str | None, sentence: str) -> None:
    assert sentence in told(rows, source)


def test_system_that_is_not_known_is_told_so() -> None:
    machine = vm(password_login=None, storageProfile={})
    assert "  system not known, running, 1 network interface" in told([machine, nic()])


def test_layer_without_a_rule_says_so() -> None:
    rows = next(case.rows for case in ADMIN_CASES if "no rule matches" in told(case.rows))
    assert "admin rules" in told(rows)


def test_filter_that_could_not_be_read_is_told_by_its_step_too() -> None:
    estate = snapshot(one_vm_estate([allow(100)]))
    (machine,) = machines_called(estate, "vm-1")
    (way,) = explain(estate, Question(), machine)
    kind = LayerKind.SUBNET_NSG
    unread = replace(way, stages=(Stage(kind, machine, Step(kind, machine)),))
    text = "\n".join(map(str, explanation_text(estate, machine, (unread,))))
    assert "  subnet NSG    vm-1: could not be read" in text
