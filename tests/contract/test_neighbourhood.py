"""What lies around a change, read from the simulated Azure over HTTP."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import islice

import pytest

from shared.adapters import neighbourhood
from shared.adapters.inventory import AzureInventory
from shared.exposure.assessment import Question
from shared.findings.finding import Finding, Fingerprint
from shared.findings.judgement import Judgement
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot
from shared.usecases.interfaces import InventoryError, Neighbourhood, Scope
from shared.usecases.scan import scan
from shared.usecases.touched import settled
from simulator.initial_estate import Estate
from simulator.server import start
from tests.fresh_azure import START, QuickClock, delete, inventory_at, put
from tests.simulated_azure import (
    COMPUTE,
    NETWORK,
    OTHER_SUBSCRIPTION,
    SUBSCRIPTION,
    JsonObject,
    SimulatedAzure,
    resource,
    rule,
    simulated_azure,
    small_estate,
)

VM = ResourceId(f"{COMPUTE}/virtualMachines/vm")
NIC = ResourceId(f"{NETWORK}/networkInterfaces/nic")
NSG = ResourceId(f"{NETWORK}/networkSecurityGroups/nsg")
VNET = ResourceId(f"{NETWORK}/virtualNetworks/vnet")
PIP = ResourceId(f"{NETWORK}/publicIPAddresses/pip")
SSH_RULE = f"{NSG.text}/securityRules/ssh"
CLOSED = rule(access="Deny")


@pytest.fixture
def azure() -> Iterator[SimulatedAzure]:
    with simulated_azure(*small_estate()) as running:
        running.set(quota_queries=None)
        yield running


def around(azure: SimulatedAzure, *changed: ResourceId | str) -> Neighbourhood:
    ids = [one if isinstance(one, ResourceId) else ResourceId(one) for one in changed]
    return inventory_at(azure.url).around(ids)


def judged(snapshot: Snapshot) -> Judgement:
    found = scan(snapshot, Question())
    return Judgement(found.findings, found.unjudged)


def checks_on(near: Neighbourhood, machine: ResourceId = VM) -> set[str]:
    found = settled(near, judged(near.snapshot)).findings
    return {finding.check for finding in found if finding.resource == machine}


# Against a read of everything


@pytest.fixture(scope="module")
def sample() -> Iterator[tuple[AzureInventory, Snapshot]]:
    with start(Estate.sample(), now=lambda: START) as simulator:
        simulation = simulator.simulation
        simulation.settings = simulation.settings.with_changes({"quota_queries": None})
        inventory = inventory_at(simulator.url)
        everything = [one.id for one in inventory.subscriptions(Scope())]
        yield inventory, inventory.read(everything)


KINDS = (
    "security_groups",
    "network_interfaces",
    "virtual_machines",
    "virtual_networks",
    "public_ips",
    "load_balancers",
    "scale_sets",
    "route_tables",
)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_touched_is_judged_as_in_a_read_of_everything(
    sample: tuple[AzureInventory, Snapshot], kind: str
) -> None:
    inventory, everything = sample
    resources = sorted(getattr(everything, kind))
    expected = judged(everything).findings
    for changed in islice(resources, 0, None, max(1, len(resources) // 10)):
        near = inventory.around([changed])
        whole = Neighbourhood(everything, near.touched)
        assert near.snapshot.complete
        assert by_print(settled(near, judged(near.snapshot)).findings) == by_print(
            settled(whole, Judgement(expected)).findings
        )


def by_print(findings: tuple[Finding, ...]) -> Mapping[Fingerprint, Finding]:
    return {finding.fingerprint: finding for finding in findings}


def test_many_changes_at_once_are_judged_as_in_a_read_of_everything(
    sample: tuple[AzureInventory, Snapshot],
) -> None:
    inventory, everything = sample
    changed = [*islice(everything.security_groups, 12), *islice(everything.virtual_machines, 12)]
    near = inventory.around(changed)
    whole = Neighbourhood(everything, near.touched)
    assert near.touched >= set(changed)
    assert by_print(settled(near, judged(near.snapshot)).findings) == by_print(
        settled(whole, judged(everything)).findings
    )


def test_rule_change_costs_at_most_four_reads_and_two_queries(
    sample: tuple[AzureInventory, Snapshot],
) -> None:
    inventory, everything = sample
    scaled = {"nsg-crane", "nsg-crane-older", "nsg-loader"}
    several = {"nsg-app", "nsg-second-nic"}
    costs: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
    for group in everything.security_groups:
        near = inventory.around([group])
        costs[max(near.arm_reads - 4, 0), max(near.queries - 2, 0)].add(group.name)
    assert set(costs) == {(0, 0), (0, 1)}
    assert costs[0, 1] == scaled | several, "instances, or a machine's other interfaces, take one"


# One small machine


@pytest.mark.parametrize("changed", [VM, NIC, NSG, VNET, PIP], ids=lambda one: one.name)
def test_change_of_any_part_touches_the_machine(azure: SimulatedAzure, changed: ResourceId) -> None:
    near = around(azure, changed)
    assert VM in near.touched
    assert checks_on(near) == {"vm-ssh-reachable", "vm-public-ip"}
    assert near.arm_reads <= 4
    assert near.queries <= 2


@pytest.mark.parametrize(
    "part",
    [SSH_RULE, f"{VNET.text}/subnets/default", f"{NIC.text}/ipConfigurations/ipconfig1"],
    ids=["rule", "subnet", "ip-configuration"],
)
def test_change_of_a_part_is_looked_at_in_its_whole(azure: SimulatedAzure, part: str) -> None:
    assert VM in around(azure, part).touched


def test_rule_that_the_index_does_not_show_yet_is_seen(azure: SimulatedAzure) -> None:
    azure.set(index_lag_seconds=None)
    put(azure, SSH_RULE, CLOSED)
    assert checks_on(around(azure, NSG)) == {"vm-public-ip"}
    put(azure, SSH_RULE, rule())
    assert checks_on(around(azure, NSG)) == {"vm-public-ip", "vm-ssh-reachable"}


def test_machine_that_the_index_does_not_show_yet_is_judged(azure: SimulatedAzure) -> None:
    *_, interface, machine = small_estate()
    inventory_at(azure.url).subscriptions(Scope())
    azure.set(index_lag_seconds=None)
    put(azure, newly(interface, "nic", "nic2"))
    put(azure, newly(machine, "nic", "nic2", "vm", "vm2"))
    near = around(azure, NSG)
    assert {VM, ResourceId(f"{COMPUTE}/virtualMachines/vm2")} <= near.touched
    assert near.snapshot.complete


def newly(model: JsonObject, *names: str) -> JsonObject:
    """Copy a resource, with the ends of some ids replaced, and without its public address."""
    import json

    text = json.dumps(model)
    for old, new in zip(names[::2], names[1::2], strict=True):
        text = text.replace(f'/{old}"', f'/{new}"').replace(f'"name": "{old}"', f'"name": "{new}"')
    copy: JsonObject = json.loads(text.replace("10.0.0.4", "10.0.0.5"))
    for configuration in copy["properties"].get("ipConfigurations", []):
        configuration["properties"].pop("publicIPAddress", None)
    return copy


def test_machine_that_is_gone_is_touched_and_nowhere_in_the_snapshot(azure: SimulatedAzure) -> None:
    inventory_at(azure.url).subscriptions(Scope())
    azure.set(index_lag_seconds=None)
    delete(azure, VM.text)
    near = around(azure, VM, NIC)
    assert (near.gone, VM in near.touched) == (frozenset({VM}), True)
    assert checks_on(near) == set()
    assert near.snapshot.complete


def test_machine_that_alone_is_gone_is_settled_without_further_reads(azure: SimulatedAzure) -> None:
    delete(azure, VM.text)
    near = around(azure, VM)
    assert (near.touched, near.arm_reads, near.queries) == (frozenset({VM}), 1, 0)


def test_group_that_an_interface_left_within_the_lag_is_settled(azure: SimulatedAzure) -> None:
    inventory_at(azure.url).subscriptions(Scope())
    interface = small_estate()[3]
    put(azure, resource(f"{NETWORK}/networkSecurityGroups/loose", securityRules=[]))
    put(azure, with_group(interface, "loose"))
    azure.request("POST", "/simulator/index/catch-up")
    azure.set(index_lag_seconds=None)
    put(azure, with_group(interface, "nsg"))
    near = around(azure, NIC)
    assert ResourceId(f"{NETWORK}/networkSecurityGroups/loose") in near.touched
    assert {NSG, VM} <= near.touched


def with_group(interface: JsonObject, group: str) -> JsonObject:
    reference = {"id": f"{NETWORK}/networkSecurityGroups/{group}"}
    properties = {**interface["properties"], "networkSecurityGroup": reference}
    return {**interface, "properties": properties}


def test_time_is_that_before_the_first_read(azure: SimulatedAzure) -> None:
    clock = QuickClock()
    azure.break_with({"match": {"path": "networkSecurityGroups"}, "status": 500, "times": 2})
    near = inventory_at(azure.url, clock).around([NSG])
    assert near.snapshot.observed_at == START
    assert clock.moment > START


def test_what_changed_lately_is_read_anew_where_it_lies_near(azure: SimulatedAzure) -> None:
    azure.set(index_lag_seconds=0)
    inventory = inventory_at(azure.url)
    inventory.subscriptions(Scope())
    azure.set(index_lag_seconds=None)
    put(azure, small_estate()[2] | {"tags": {"is": "new"}})
    far = ResourceId(f"{NETWORK}/publicIPAddresses/far")
    near = inventory.around([NSG], [PIP, far])
    assert PIP in near.fresh
    assert far not in near.fresh
    assert near.arm_reads == inventory.around([NSG]).arm_reads + 1


def test_address_that_went_lately_opens_no_way_in(azure: SimulatedAzure) -> None:
    inventory_at(azure.url).subscriptions(Scope())
    azure.set(index_lag_seconds=None)
    put(azure, without_address(small_estate()[3]))
    delete(azure, PIP.text)
    assert checks_on(inventory_at(azure.url).around([VM], [NIC, PIP])) == set()


def without_address(interface: JsonObject) -> JsonObject:
    (configuration,) = interface["properties"]["ipConfigurations"]
    kept = {k: v for k, v in configuration["properties"].items() if k != "publicIPAddress"}
    bare = [{**configuration, "properties": kept}]
    return {**interface, "properties": {**interface["properties"], "ipConfigurations": bare}}


def test_index_is_behind_when_it_shows_the_changed_resource_otherwise(
    azure: SimulatedAzure,
) -> None:
    inventory = inventory_at(azure.url)
    put(azure, SSH_RULE, CLOSED)
    assert not inventory.around([NSG]).is_behind
    azure.set(index_lag_seconds=None)
    put(azure, SSH_RULE, rule())
    assert inventory.around([NSG]).is_behind
    assert not inventory.around([VM]).is_behind


def test_group_without_a_user_is_named_where_somebody_may_have_left_it(
    azure: SimulatedAzure,
) -> None:
    loose = ResourceId(f"{NETWORK}/networkSecurityGroups/loose")
    put(azure, resource(loose.text, securityRules=[]))
    assert around(azure, NIC).loose == {loose}
    assert around(azure, VNET).loose == {loose}
    assert around(azure, NSG).loose == frozenset()


def test_rule_about_an_application_group_costs_two_queries_whoever_its_members_are() -> None:
    members = {"id": f"{NETWORK}/applicationSecurityGroups/web"}
    about = rule(destinationAddressPrefix=None, destinationApplicationSecurityGroups=[members])
    group, network, *others = small_estate()
    guarded = {"networkSecurityGroup": {"id": f"{NETWORK}/networkSecurityGroups/guard"}}
    back = {"name": "back", "properties": {"addressPrefix": "10.0.1.0/24", **guarded}}
    subnets = [*network["properties"]["subnets"], back]
    member = resource(
        f"{NETWORK}/networkInterfaces/member",
        networkSecurityGroup={"id": f"{NETWORK}/networkSecurityGroups/own"},
        ipConfigurations=[
            {
                "name": "one",
                "properties": {
                    "privateIPAddress": "10.0.1.4",
                    "subnet": {"id": f"{VNET.text}/subnets/back"},
                    "applicationSecurityGroups": [members],
                    "publicIPAddress": {"id": f"{NETWORK}/publicIPAddresses/other"},
                },
            }
        ],
    )
    with simulated_azure(
        {**group, "properties": {"securityRules": [{"name": "ssh", **about}]}},
        {**network, "properties": {**network["properties"], "subnets": subnets}},
        *others,
        resource(members["id"]),
        member,
        *(resource(f"{NETWORK}/networkSecurityGroups/{name}") for name in ("own", "guard")),
        resource(f"{NETWORK}/publicIPAddresses/other", ipAddress="198.51.100.8"),
    ) as azure:
        near = around(azure, NSG)
        assert ResourceId(member["id"]) in near.snapshot.network_interfaces
        assert near.snapshot.complete
        assert near.arm_reads <= 4
        assert near.queries <= 2


# Far-reaching changes


@pytest.mark.parametrize(
    "changed",
    [
        "azureFirewalls/fw",
        "firewallPolicies/p/ruleCollectionGroups/g",
        "ipGroups/g",
        "networkManagers/m/securityAdminConfigurations/c/ruleCollections/r/rules/x",
        "virtualNetworks/vnet/virtualNetworkPeerings/hub",
        "bastionHosts/b",
        "bastionHosts/b/providers/Microsoft.Insights/diagnosticSettings/audit",
        "applicationGateways/g",
    ],
)
def test_change_that_reaches_far_names_its_subscription(
    azure: SimulatedAzure, changed: str
) -> None:
    near = around(azure, f"{NETWORK}/{changed}")
    assert near.wide == {SUBSCRIPTION}
    assert not near.touched


@pytest.mark.parametrize(
    "changed",
    [
        f"{NETWORK}/azureFirewalls/fw",
        f"{NETWORK}/firewallPolicies/policy/ruleCollectionGroups/group",
        f"{NETWORK}/virtualNetworks/hub/virtualNetworkPeerings/spoke",
    ],
)
def test_change_in_a_hub_names_the_subscriptions_of_its_spokes(changed: str) -> None:
    with simulated_azure(*hub()) as azure:
        assert around(azure, changed).wide == {SUBSCRIPTION, OTHER_SUBSCRIPTION}


def hub() -> tuple[JsonObject, ...]:
    """Give a firewall with a policy, in a network that is peered with another subscription's."""
    spoke = f"/subscriptions/{OTHER_SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network"
    remote = {"remoteVirtualNetwork": {"id": f"{spoke}/virtualNetworks/spoke"}}
    subnet = f"{NETWORK}/virtualNetworks/hub/subnets/AzureFirewallSubnet"
    return (
        resource(f"{NETWORK}/firewallPolicies/policy"),
        resource(
            f"{NETWORK}/azureFirewalls/fw",
            firewallPolicy={"id": f"{NETWORK}/firewallPolicies/policy"},
            ipConfigurations=[{"name": "one", "properties": {"subnet": {"id": subnet}}}],
        ),
        resource(
            f"{NETWORK}/virtualNetworks/hub",
            addressSpace={"addressPrefixes": ["10.1.0.0/16"]},
            subnets=[
                {"name": "AzureFirewallSubnet", "properties": {"addressPrefix": "10.1.0.0/26"}}
            ],
            virtualNetworkPeerings=[{"name": "spoke", "properties": remote}],
        ),
    )


@pytest.mark.parametrize(
    "changed",
    [
        f"{NETWORK}/natGateways/nat",
        f"{NETWORK}/applicationSecurityGroups/web",
        f"{NETWORK}/dnsZones/zone",
        f"{NSG.text}/providers/Microsoft.Insights/diagnosticSettings/audit",
        f"{NETWORK}/networkSecurityGroups/../../../../elsewhere",
        "/subscriptions/x",
    ],
)
def test_change_that_opens_nothing_is_not_looked_at(azure: SimulatedAzure, changed: str) -> None:
    near = around(azure, changed)
    assert (near.wide, near.arm_reads, near.queries) == (frozenset(), 0, 0)


def test_space_that_a_network_changed_concerns_its_peers(azure: SimulatedAzure) -> None:
    inventory_at(azure.url).subscriptions(Scope())
    azure.set(index_lag_seconds=None)
    network = small_estate()[1]
    remote = f"/subscriptions/{OTHER_SUBSCRIPTION}/resourceGroups/hub/providers/Microsoft.Network"
    peering = {"remoteVirtualNetwork": {"id": f"{remote}/virtualNetworks/hub"}}
    peered = {"virtualNetworkPeerings": [{"name": "hub", "properties": peering}]}
    with simulated_azure(
        {**network, "properties": {**network["properties"], **peered}}, *small_estate()[:1]
    ) as other:
        other.set(quota_queries=None)
        inventory_at(other.url).subscriptions(Scope())
        other.set(index_lag_seconds=None)
        wider = {"addressSpace": {"addressPrefixes": ["10.0.0.0/8"]}}
        put(other, {**network, "properties": {**network["properties"], **peered, **wider}})
        assert around(other, VNET).wide == {SUBSCRIPTION, OTHER_SUBSCRIPTION}


def test_change_with_too_much_behind_it_is_left_to_a_sweep(
    azure: SimulatedAzure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbourhood, "INTERFACES_FOLLOWED", 0)
    near = around(azure, NSG)
    assert near.wide == {SUBSCRIPTION}
    assert not near.touched
    assert near.queries == 0


# Trouble


@pytest.mark.parametrize("path", ["networkSecurityGroups", "ResourceGraph"])
def test_look_that_fails_is_worth_another_try(azure: SimulatedAzure, path: str) -> None:
    azure.break_with({"match": {"path": path}, "status": 500})
    with pytest.raises(InventoryError):
        around(azure, NSG)


def test_changed_resource_that_may_not_be_read_touches_nothing(azure: SimulatedAzure) -> None:
    azure.break_with({"match": {"path": "networkSecurityGroups"}, "status": 403})
    near = around(azure, NSG)
    assert near.touched == frozenset()
    assert [gap.scope for gap in near.snapshot.unread] == [NSG]
