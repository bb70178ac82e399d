"""Direct reads against Azure on the wire: patience, refusals, and what they lay over an estate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec
import pytest
import requests

from shared.adapters import arm_reads, scale_set_reads
from shared.adapters.admin_rule_reads import AdminRuleReads
from shared.adapters.arm_endpoint import Cloud, arm_endpoint
from shared.adapters.arm_reads import ArmReader, Supplement, body_of
from shared.adapters.effective_rules import EffectiveRules
from shared.adapters.graph_exchange import SignInError, UnreachableError
from shared.adapters.identity import SimulatorCredential
from shared.adapters.payloads import SnapshotBuilder
from shared.adapters.scale_set_reads import ScaleSetReads
from shared.adapters.service_tag_reads import ServiceTagReads
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot
from shared.packetset.addresses import AddressSet
from shared.usecases.interfaces import AccessDeniedError, InventoryError, ThrottledError
from simulator.initial_estate import Estate
from simulator.server import RunningSimulator
from simulator.server import start as start_simulator
from tests.rows import (
    SUBSCRIPTION,
    Part,
    Row,
    effective_configurations,
    instance_id,
    ip_configuration,
    nic,
    one_vm_estate,
    resource_id,
    scale_set,
    scale_set_instance,
    scale_set_nic,
    scale_set_nic_model,
    scale_set_public_ip,
    subnet,
    subnet_id,
    vnet,
)
from tests.unit.adapters.graph_fakes import FakeClock

AUTHORIZED: Final = {"Authorization": "Bearer test"}
TAGS_PATH: Final = "serviceTags"
ADMIN_PATH: Final = "listNetworkManagerEffectiveSecurityAdminRules"
NETWORK: Final = ResourceId(resource_id("vnet", "vnet-1"))
SET: Final = ResourceId(resource_id("vmss", "vmss-1"))


@pytest.fixture(scope="module")
def running() -> Iterator[RunningSimulator]:
    with start_simulator(Estate.sample(), 0) as simulator:
        yield simulator


@pytest.fixture
def azure(running: RunningSimulator) -> RunningSimulator:
    """Give the simulator as it was at its start."""
    requests.post(f"{running.url}/simulator/reset", timeout=10).raise_for_status()
    return running


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def reader(azure: RunningSimulator, clock: FakeClock) -> ArmReader:
    return ArmReader(arm_endpoint(override=azure.url), SimulatorCredential(), clock)


def break_with(azure: RunningSimulator, *faults: Part) -> None:
    body = {"faults": list(faults)}
    requests.put(f"{azure.url}/simulator/faults", json=body, timeout=10).raise_for_status()


def set_up(azure: RunningSimulator, **settings: object) -> None:
    requests.patch(f"{azure.url}/simulator/settings", json=settings, timeout=10).raise_for_status()


def fault(path: str, status: int, code: str = "Broken", **more: object) -> Part:
    body = {"error": {"code": code, "message": "So it is."}}
    return {"match": {"path": path}, "status": status, "body": body, **more}


def answer(path: str, body: Part, **more: object) -> Part:
    return {"match": {"path": path}, "status": 200, "body": body, **more}


def asked(azure: RunningSimulator, path: str) -> int:
    found = requests.get(f"{azure.url}/simulator/requests", timeout=10).json()
    return sum(path in one["path"] for one in found["requests"])


def snapshot_of(*rows: Row) -> Snapshot:
    builder = SnapshotBuilder()
    for row in rows:
        builder.add_row(row)
    return builder.so_far()


def laid_over(supplement: Supplement, rows: Sequence[Row], *subscriptions: str) -> Snapshot:
    """Give the estate of some rows with a supplement over it, as the inventory makes it."""
    builder = SnapshotBuilder()
    for row in rows:
        builder.add_row(row)
    for text in supplement(builder.so_far(), subscriptions):
        builder.add_json(text)
    return builder.build(datetime(2026, 11, 2, tzinfo=UTC))


def service_tags(reader: ArmReader) -> bytes:
    tags = reader.network(SUBSCRIPTION).service_tags
    return reader.body("reading the tags", lambda: tags.list("westeurope", cls=body_of))


def test_throttled_call_is_repeated_after_the_time_that_azure_names(
    azure: RunningSimulator, reader: ArmReader, clock: FakeClock
) -> None:
    tags = {"changeNumber": "1", "values": []}
    break_with(
        azure,
        fault(TAGS_PATH, 429, headers={"Retry-After": "7"}, times=2),
        answer(TAGS_PATH, tags),
    )
    assert msgspec.json.decode(service_tags(reader)) == tags
    assert clock.slept == [7.0, 7.0]


def test_call_is_given_up_after_four_tries(
    azure: RunningSimulator, reader: ArmReader, clock: FakeClock
) -> None:
    break_with(azure, fault(TAGS_PATH, 503))
    with pytest.raises(ThrottledError, match="reading the tags: Broken: So it is"):
        service_tags(reader)
    assert clock.slept == [1.0, 4.0, 15.0]


def test_service_that_wants_peace_for_an_hour_is_left_alone(
    azure: RunningSimulator, reader: ArmReader, clock: FakeClock
) -> None:
    break_with(azure, fault(TAGS_PATH, 429, headers={"Retry-After": "3600"}))
    with pytest.raises(ThrottledError) as caught:
        service_tags(reader)
    assert (caught.value.retry_after_seconds, clock.slept) == (3600.0, [])


def test_cut_connection_is_tried_again_and_told(
    azure: RunningSimulator, reader: ArmReader, clock: FakeClock
) -> None:
    break_with(azure, {"match": {"path": TAGS_PATH}, "close_connection": True})
    with pytest.raises(UnreachableError, match="Azure could not be reached"):
        service_tags(reader)
    assert len(clock.slept) == 3


@pytest.mark.parametrize(
    ("status", "kind"), [(401, SignInError), (403, AccessDeniedError), (404, InventoryError)]
)
def test_refusal_is_final(
    azure: RunningSimulator,
    reader: ArmReader,
    clock: FakeClock,
    status: int,
    kind: type[InventoryError],
) -> None:
    break_with(azure, fault(TAGS_PATH, status))
    with pytest.raises(kind):
        service_tags(reader)
    assert (clock.slept, asked(azure, TAGS_PATH)) == ([], 1)


def test_service_tags_are_those_that_azure_publishes(
    azure: RunningSimulator, reader: ArmReader
) -> None:
    listed = {
        "changeNumber": "42",
        "cloud": "Public",
        "values": [{"name": "Sql", "properties": {"addressPrefixes": ["20.1.0.0/16", "::1/128"]}}],
    }
    break_with(azure, answer(TAGS_PATH, listed))
    published = ServiceTagReads(reader, Cloud.PUBLIC).published([SUBSCRIPTION])
    assert published.table.change_number == "42"
    assert published.table.resolve("sql") == AddressSet.of(["20.1.0.0/16", "::1"])
    assert published.location.text.endswith("/providers/Microsoft.Network/locations/westeurope")


def test_second_subscription_is_asked_where_the_first_may_not(
    azure: RunningSimulator, reader: ArmReader
) -> None:
    second = Estate.sample().subscriptions[0]["subscriptionId"]
    break_with(azure, fault(f"{SUBSCRIPTION}.*{TAGS_PATH}", 403))
    published = ServiceTagReads(reader, Cloud.PUBLIC).published([SUBSCRIPTION, second])
    assert published.location.subscription == second
    assert published.table.resolve("azurecloud.westeurope") is not None


def test_no_more_than_three_subscriptions_are_asked(
    azure: RunningSimulator, reader: ArmReader
) -> None:
    break_with(azure, fault(TAGS_PATH, 403))
    with pytest.raises(AccessDeniedError):
        ServiceTagReads(reader, Cloud.PUBLIC).published([SUBSCRIPTION] * 9)
    assert asked(azure, TAGS_PATH) == 3


@pytest.mark.parametrize(
    "body",
    [
        {"changeNumber": "1", "values": [{"name": "Sql", "properties": {}}]},
        {"changeNumber": "1", "values": []},
        {
            "changeNumber": "1",
            "values": [{"name": "Sql", "properties": {"addressPrefixes": ["20.0.0.0/8"]}}],
            "nextLink": "https://management.azure.com/next",
        },
    ],
    ids=["tag-without-prefixes", "no-tags", "part-of-a-list"],
)
def test_list_that_is_not_whole_is_not_used(
    azure: RunningSimulator, reader: ArmReader, body: Part
) -> None:
    break_with(azure, answer(TAGS_PATH, body))
    estate = laid_over(ServiceTagReads(reader, Cloud.PUBLIC), one_vm_estate([]), SUBSCRIPTION)
    assert not estate.service_tags.prefixes


def test_service_tags_are_laid_over_an_estate(azure: RunningSimulator, reader: ArmReader) -> None:
    second = Estate.sample().subscriptions[0]["subscriptionId"]
    set_up(azure, service_tags_change_number=99)
    estate = laid_over(ServiceTagReads(reader, Cloud.PUBLIC), one_vm_estate([]), second)
    assert estate.service_tags.change_number == "99"


def estate_behind_a_manager_out_of_sight() -> list[Row]:
    """Return one machine in a network with a deployed configuration whose rules have no rows."""
    return [*one_vm_estate([]), effective_configurations()]


def rule_of(name: str, access: str = "Deny") -> Part:
    rule: Part = {
        "id": f"{resource_id('network-manager', 'nm-1')}/securityAdminConfigurations/config-1"
        f"/ruleCollections/collection-1/rules/{name}",
        "kind": "Custom",
        "properties": {
            "access": access,
            "direction": "Inbound",
            "priority": 10,
            "protocol": "Tcp",
            "sources": [{"addressPrefix": "*", "addressPrefixType": "IPPrefix"}],
            "destinations": [{"addressPrefix": "*", "addressPrefixType": "IPPrefix"}],
            "sourcePortRanges": ["0-65535"],
            "destinationPortRanges": ["22"],
        },
    }
    return rule


def test_admin_rules_that_resource_graph_hides_are_read_page_by_page(
    azure: RunningSimulator, reader: ArmReader
) -> None:
    break_with(
        azure,
        answer(ADMIN_PATH, {"value": [rule_of("one")], "skipToken": "next"}, times=1),
        answer(ADMIN_PATH, {"value": [rule_of("two", "AlwaysAllow")]}, times=1),
    )
    estate = laid_over(AdminRuleReads(reader), estate_behind_a_manager_out_of_sight())
    in_force = estate.admin_rules[NETWORK]
    assert [one.rule.name for one in in_force.rules] == ["one", "two"]
    assert in_force.faults == ()


def test_pages_of_the_service_follow_its_skip_token(
    azure: RunningSimulator, reader: ArmReader
) -> None:
    set_up(azure, list_page_size=1)
    network = ResourceId(
        next(one["id"] for one in Estate.sample().resources if one["name"] == "vnet-payments")
    )
    rows = [
        *one_vm_estate([]),
        vnet(network.text, subnets=[subnet()]),
        effective_configurations(network.text),
        nic_in(network),
    ]
    in_force = laid_over(AdminRuleReads(reader), rows).admin_rules[network]
    assert sorted(one.rule.name for one in in_force.rules) == ["deny-ssh", "shield", "support-line"]
    assert asked(azure, ADMIN_PATH) == 3


def nic_in(network: ResourceId) -> Row:
    place = network.child("subnets", "default").text
    return nic("nic-9", [ip_configuration(subnet=place)])


@pytest.mark.parametrize("status", [403, 404])
def test_refusal_leaves_the_fault_of_the_admin_rules(
    azure: RunningSimulator, reader: ArmReader, status: int
) -> None:
    break_with(azure, fault(ADMIN_PATH, status))
    estate = laid_over(AdminRuleReads(reader), estate_behind_a_manager_out_of_sight())
    assert estate.admin_rules[NETWORK].faults


@pytest.mark.parametrize(
    "body",
    [{"value": "rules"}, {"value": [], "skipToken": "for ever"}],
    ids=["no-list", "endless-pages"],
)
def test_answer_that_is_no_list_leaves_the_fault(
    azure: RunningSimulator, reader: ArmReader, body: Part
) -> None:
    break_with(azure, answer(ADMIN_PATH, body))
    estate = laid_over(AdminRuleReads(reader), estate_behind_a_manager_out_of_sight())
    assert estate.admin_rules[NETWORK].faults


def test_network_without_machines_is_not_asked_about(
    azure: RunningSimulator, reader: ArmReader
) -> None:
    laid_over(AdminRuleReads(reader), [vnet(), effective_configurations()])
    assert asked(azure, ADMIN_PATH) == 0


def test_after_one_refusal_a_subscription_is_not_asked_again(
    azure: RunningSimulator, reader: ArmReader
) -> None:
    other = ResourceId(resource_id("vnet", "vnet-2"))
    rows = [
        *estate_behind_a_manager_out_of_sight(),
        vnet("vnet-2", subnets=[subnet()]),
        effective_configurations("vnet-2"),
        nic_in(other),
    ]
    break_with(azure, fault(ADMIN_PATH, 403))
    laid_over(AdminRuleReads(reader), rows)
    assert asked(azure, ADMIN_PATH) == 1


def uniform_set(*further: Row, capacity: int = 1) -> list[Row]:
    model = scale_set_nic_model(subnet_id(), public_ip_sku="Standard")
    return [scale_set(nic_models=[model], capacity=capacity), vnet(subnets=[subnet()]), *further]


def hollow(row: Row) -> Row:
    """Return the row of an interface without its IP configurations."""
    return {**row, "properties": {**row["properties"], "ipConfigurations": None}}


def listed(*rows: Row) -> Part:
    members = ("id", "name", "properties", "sku", "location")
    return {"value": [{name: row[name] for name in members} for row in rows]}


def lists_of(azure: RunningSimulator) -> None:
    """Let the two lists of `vmss-1` tell of one instance with a public address."""
    break_with(
        azure,
        answer("vmss-1/networkInterfaces", listed(scale_set_nic(subnet_id()))),
        answer("vmss-1/publicIPAddresses", listed(scale_set_public_ip())),
    )


@pytest.mark.parametrize(
    "rows",
    [
        uniform_set(),
        uniform_set(scale_set_instance()),
        uniform_set(scale_set_instance(), hollow(scale_set_nic(subnet_id()))),
    ],
    ids=["no-instance", "no-interface", "interface-without-configurations"],
)
def test_gap_in_a_uniform_set_is_filled(
    azure: RunningSimulator, reader: ArmReader, rows: list[Row]
) -> None:
    lists_of(azure)
    estate = laid_over(ScaleSetReads(reader), rows)
    interface = estate.network_interfaces[
        ResourceId(f"{instance_id()}/networkInterfaces/nic-model")
    ]
    assert [one.private_ip is not None for one in interface.ip_configurations] == [True]
    assert [one.address for one in estate.public_ips.values()] == ["20.1.2.50"]
    machine = estate.virtual_machines[ResourceId(instance_id())]
    assert (machine.scale_set, machine.network_interfaces) == (SET, (interface.id,))
    assert estate.complete


def test_row_of_an_instance_is_not_replaced(azure: RunningSimulator, reader: ArmReader) -> None:
    lists_of(azure)
    estate = laid_over(ScaleSetReads(reader), uniform_set(scale_set_instance(power="stopped")))
    assert estate.virtual_machines[ResourceId(instance_id())].power_state == "stopped"


@pytest.mark.parametrize(
    "rows",
    [uniform_set(capacity=0), uniform_set(scale_set_instance(), scale_set_nic(subnet_id()))],
    ids=["empty-set", "complete-rows"],
)
def test_set_without_a_gap_is_not_asked_about(
    azure: RunningSimulator, reader: ArmReader, rows: list[Row]
) -> None:
    laid_over(ScaleSetReads(reader), rows)
    assert asked(azure, "virtualMachineScaleSets") == 0


@pytest.mark.parametrize(
    "broken",
    [fault("vmss-1/publicIPAddresses", 403), answer("publicIPAddresses", {"value": [{"id": "x"}]})],
    ids=["refused", "no-resource-id"],
)
def test_set_that_could_not_be_read_is_unread(
    azure: RunningSimulator, reader: ArmReader, broken: Part
) -> None:
    break_with(
        azure, broken, answer("vmss-1/networkInterfaces", listed(scale_set_nic(subnet_id())))
    )
    estate = laid_over(ScaleSetReads(reader), uniform_set())
    assert [one.scope for one in estate.unread] == [SET]
    assert not estate.network_interfaces


def test_sets_beyond_the_limit_are_unread(
    azure: RunningSimulator, reader: ArmReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists_of(azure)
    monkeypatch.setattr(scale_set_reads, "SETS_PER_READ", 1)
    second = scale_set("vmss-2", nic_models=[scale_set_nic_model(subnet_id())])
    estate = laid_over(ScaleSetReads(reader), uniform_set(second))
    assert [one.scope.name for one in estate.unread] == ["vmss-2"]


def cranes(*, hollowed: bool) -> list[Row]:
    """Return the rows of a scale set of the sample estate, its interfaces hollow or whole."""
    rows = [one for one in Estate.sample().resources if "vmss-crane" in one["id"]]
    if not hollowed:
        return rows
    return [hollow(one) if "ipConfigurations" in one["properties"] else one for one in rows]


def test_lists_tell_the_same_as_whole_rows(reader: ArmReader) -> None:
    whole = laid_over(ScaleSetReads(reader), cranes(hollowed=False))
    filled = laid_over(ScaleSetReads(reader), cranes(hollowed=True))
    assert filled.network_interfaces == whole.network_interfaces
    assert all(one.ip_configurations for one in filled.network_interfaces.values())


def test_operation_without_end_is_not_waited_for(
    azure: RunningSimulator, reader: ArmReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arm_reads, "LONGEST_OPERATION_SECONDS", 0.3)
    set_up(azure, operation_polls=10_000)
    nic = next(one["id"] for one in Estate.sample().resources if one["name"] == "nic-api")
    with pytest.raises(InventoryError, match="did not answer in time"):
        EffectiveRules(reader).rule_lists(ResourceId(nic))
