"""The simulator answers GET, PUT, PATCH and DELETE as Azure Resource Manager does."""

from collections.abc import Iterator

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

from tests.simulated_azure import (
    GROUP,
    NETWORK,
    SimulatedAzure,
    resource,
    rule,
    simulated_azure,
    small_estate,
)


@pytest.fixture
def azure() -> Iterator[SimulatedAzure]:
    with simulated_azure(*small_estate()) as running:
        yield running


def test_resource_is_found_in_any_case(azure: SimulatedAzure) -> None:
    group = azure.network.network_security_groups.get(GROUP.upper(), "NSG")
    assert group.id == f"{NETWORK}/networkSecurityGroups/nsg"


def test_absent_resource_is_not_found_with_arm_code(azure: SimulatedAzure) -> None:
    with pytest.raises(ResourceNotFoundError) as raised:
        azure.network.network_security_groups.get(GROUP, "other")
    assert raised.value.error is not None
    assert raised.value.error.code == "ResourceNotFound"


def test_absent_child_is_not_found(azure: SimulatedAzure) -> None:
    with pytest.raises(ResourceNotFoundError):
        azure.network.security_rules.get(GROUP, "nsg", "other")


def test_absent_group_is_not_found_with_its_own_code(azure: SimulatedAzure) -> None:
    answer = azure.request("GET", f"{NETWORK.replace(GROUP, 'other')}/networkInterfaces/nic")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "ResourceGroupNotFound")


def test_group_has_the_six_default_rules(azure: SimulatedAzure) -> None:
    group = azure.network.network_security_groups.get(GROUP, "nsg")
    assert [(each.name, each.priority) for each in group.default_security_rules or ()] == [
        ("AllowVnetInBound", 65000),
        ("AllowAzureLoadBalancerInBound", 65001),
        ("DenyAllInBound", 65500),
        ("AllowVnetOutBound", 65000),
        ("AllowInternetOutBound", 65001),
        ("DenyAllOutBound", 65500),
    ]


def test_child_of_an_estate_gets_its_id(azure: SimulatedAzure) -> None:
    found = azure.network.security_rules.get(GROUP, "nsg", "SSH")
    assert found.id == f"{NETWORK}/networkSecurityGroups/nsg/securityRules/ssh"


def test_put_of_a_rule_adds_it_to_its_group(azure: SimulatedAzure) -> None:
    azure.network.security_rules.begin_create_or_update(GROUP, "nsg", "new", rule(200)).result()
    group = azure.network.network_security_groups.get(GROUP, "nsg")
    assert [each.name for each in group.security_rules or ()] == ["ssh", "new"]


def test_put_of_a_rule_replaces_all_of_it(azure: SimulatedAzure) -> None:
    first = rule(200, description="old")
    azure.network.security_rules.begin_create_or_update(GROUP, "nsg", "new", first).result()
    azure.network.security_rules.begin_create_or_update(GROUP, "nsg", "new", rule(201)).result()
    found = azure.network.security_rules.get(GROUP, "nsg", "new")
    assert (found.priority, found.description) == (201, None)


def test_put_of_a_rule_changes_the_etags_of_rule_and_group(azure: SimulatedAzure) -> None:
    before = azure.network.network_security_groups.get(GROUP, "nsg").etag
    azure.network.security_rules.begin_create_or_update(GROUP, "nsg", "new", rule(200)).result()
    after = azure.network.network_security_groups.get(GROUP, "nsg").etag
    child = azure.network.security_rules.get(GROUP, "nsg", "new").etag
    assert before != after == child


def test_delete_of_a_rule_takes_it_out_of_its_group(azure: SimulatedAzure) -> None:
    azure.network.security_rules.begin_delete(GROUP, "nsg", "ssh").result()
    assert azure.network.network_security_groups.get(GROUP, "nsg").security_rules == []


def test_delete_of_what_is_not_there_gives_no_content(azure: SimulatedAzure) -> None:
    answer = azure.request("DELETE", f"{NETWORK}/networkSecurityGroups/nsg/securityRules/other")
    assert answer.status_code == 204


def test_put_of_a_group_drops_the_rules_that_it_lacks(azure: SimulatedAzure) -> None:
    body = {"location": "westeurope", "properties": {"securityRules": []}}
    azure.network.network_security_groups.begin_create_or_update(GROUP, "nsg", body).result()
    assert azure.network.network_security_groups.get(GROUP, "nsg").security_rules == []


def test_put_of_a_model_that_was_read_keeps_everything(azure: SimulatedAzure) -> None:
    path = f"{NETWORK}/networkInterfaces/nic"
    before = azure.request("GET", path).json()
    nic = azure.network.network_interfaces.get(GROUP, "nic")
    azure.network.network_interfaces.begin_create_or_update(GROUP, "nic", nic).result()
    after = azure.request("GET", path).json()
    assert _without_etags(after) == _without_etags(before)


def test_new_resource_gives_created_and_keeps_its_spelling(azure: SimulatedAzure) -> None:
    body = {"location": "westeurope"}
    answer = azure.request("PUT", f"{NETWORK}/networkSecurityGroups/New", json=body)
    assert (answer.status_code, answer.json()["name"]) == (201, "New")


def test_address_of_a_public_ip_survives_a_put_without_it(azure: SimulatedAzure) -> None:
    body = {"location": "westeurope", "properties": {"publicIPAllocationMethod": "Static"}}
    written = azure.network.public_ip_addresses.begin_create_or_update(GROUP, "pip", body).result()
    assert written.ip_address == "198.51.100.7"


def test_interface_without_public_address_frees_the_address(azure: SimulatedAzure) -> None:
    nic = azure.request("GET", f"{NETWORK}/networkInterfaces/nic").json()
    del nic["properties"]["ipConfigurations"][0]["properties"]["publicIPAddress"]
    azure.network.network_interfaces.begin_create_or_update(GROUP, "nic", nic).result()
    assert azure.network.public_ip_addresses.get(GROUP, "pip").ip_configuration is None


@pytest.mark.parametrize(
    ("path", "member", "shown"),
    [
        pytest.param(
            "networkSecurityGroups/nsg",
            "networkInterfaces",
            [{"id": f"{NETWORK}/networkInterfaces/nic"}],
            id="interfaces-of-a-group",
        ),
        pytest.param(
            "networkSecurityGroups/nsg",
            "subnets",
            [{"id": f"{NETWORK}/virtualNetworks/vnet/subnets/default"}],
            id="subnets-of-a-group",
        ),
        pytest.param(
            "publicIPAddresses/pip",
            "ipConfiguration",
            {"id": f"{NETWORK}/networkInterfaces/nic/ipConfigurations/ipconfig1"},
            id="configuration-of-an-address",
        ),
        pytest.param(
            "networkInterfaces/nic",
            "virtualMachine",
            {"id": f"{NETWORK.replace('Network', 'Compute')}/virtualMachines/vm"},
            id="machine-of-an-interface",
        ),
        pytest.param(
            "virtualNetworks/vnet/subnets/default",
            "ipConfigurations",
            [{"id": f"{NETWORK}/networkInterfaces/nic/ipConfigurations/ipconfig1"}],
            id="configurations-of-a-subnet",
        ),
    ],
)
def test_back_reference_is_made_on_reading(
    azure: SimulatedAzure, path: str, member: str, shown: object
) -> None:
    assert azure.request("GET", f"{NETWORK}/{path}").json()["properties"][member] == shown


@pytest.mark.parametrize(
    "path", ["networkSecurityGroups/nsg", "networkSecurityGroups/nsg/securityRules/ssh"]
)
def test_write_on_a_stale_copy_fails(azure: SimulatedAzure, path: str) -> None:
    body = rule() if path.endswith("ssh") else {"location": "westeurope"}
    headers = {"If-Match": 'W/"stale"'}
    answer = azure.request("PUT", f"{NETWORK}/{path}", json=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (412, "PreconditionFailed")


def test_write_with_the_current_etag_succeeds(azure: SimulatedAzure) -> None:
    etag = azure.network.security_rules.get(GROUP, "nsg", "ssh").etag
    headers = {"If-Match": str(etag)}
    azure.network.security_rules.begin_delete(GROUP, "nsg", "ssh", headers=headers).result()
    assert azure.network.network_security_groups.get(GROUP, "nsg").security_rules == []


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("networkSecurityGroups/nsg", "InUseNetworkSecurityGroupCannotBeDeleted"),
        ("publicIPAddresses/pip", "PublicIPAddressCannotBeDeleted"),
        ("networkInterfaces/nic", "NicInUse"),
        ("virtualNetworks/vnet", "InUseSubnetCannotBeDeleted"),
        ("virtualNetworks/vnet/subnets/default", "InUseSubnetCannotBeDeleted"),
    ],
)
def test_delete_of_what_is_in_use_is_refused(azure: SimulatedAzure, path: str, code: str) -> None:
    answer = azure.request("DELETE", f"{NETWORK}/{path}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


def test_unused_resource_is_deleted(azure: SimulatedAzure) -> None:
    azure.network.network_security_groups.begin_create_or_update(
        GROUP, "spare", {"location": "westeurope"}
    ).result()
    azure.network.network_security_groups.begin_delete(GROUP, "spare").result()
    with pytest.raises(ResourceNotFoundError):
        azure.network.network_security_groups.get(GROUP, "spare")


def test_new_reference_to_nothing_is_refused(azure: SimulatedAzure) -> None:
    nic = azure.request("GET", f"{NETWORK}/networkInterfaces/nic").json()
    nic["properties"]["networkSecurityGroup"] = {"id": f"{NETWORK}/networkSecurityGroups/none"}
    with pytest.raises(HttpResponseError) as raised:
        azure.network.network_interfaces.begin_create_or_update(GROUP, "nic", nic)
    assert raised.value.error is not None
    assert raised.value.error.code == "InvalidResourceReference"


@pytest.mark.parametrize(
    "properties", ["text", {"securityRules": ["text"]}, {"securityRules": [rule()]}]
)
def test_body_of_another_shape_is_refused(azure: SimulatedAzure, properties: object) -> None:
    body = {"location": "westeurope", "properties": properties}
    answer = azure.request("PUT", f"{NETWORK}/networkSecurityGroups/nsg", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "InvalidRequestFormat")


def test_tags_are_replaced_by_patch(azure: SimulatedAzure) -> None:
    tags = {"tags": {"team": "web"}}
    group = azure.network.network_security_groups.update_tags(GROUP, "nsg", tags)
    assert (group.tags, len(group.security_rules or ())) == ({"team": "web"}, 1)


def test_missing_api_version_is_refused(azure: SimulatedAzure) -> None:
    answer = azure.request("GET", f"{NETWORK}/networkInterfaces/nic", params={})
    assert (answer.status_code, answer.json()["error"]["code"]) == (
        400,
        "MissingApiVersionParameter",
    )


def test_missing_token_is_refused(azure: SimulatedAzure) -> None:
    path = f"{NETWORK}/networkInterfaces/nic"
    answer = azure.request("GET", path, headers={"Authorization": None})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "AuthenticationFailed")


def test_unreadable_subscription_is_forbidden(azure: SimulatedAzure) -> None:
    azure.set(unreadable_subscriptions=[NETWORK.split("/")[2].upper()])
    with pytest.raises(HttpResponseError) as raised:
        azure.network.network_security_groups.get(GROUP, "nsg")
    assert raised.value.status_code == 403


def test_nat_rule_shows_the_interface_that_it_leads_to() -> None:
    balancer = f"{NETWORK}/loadBalancers/lb"
    leads_to = {"loadBalancerInboundNatRules": [{"id": f"{balancer}/inboundNatRules/ssh"}]}
    resources = (
        resource(balancer, inboundNatRules=[{"name": "ssh", "properties": {"frontendPort": 2222}}]),
        resource(
            f"{NETWORK}/networkInterfaces/nic",
            ipConfigurations=[{"name": "ip", "properties": leads_to}],
        ),
    )
    with simulated_azure(*resources) as azure:
        found = azure.network.inbound_nat_rules.get(GROUP, "lb", "ssh")
    assert found.backend_ip_configuration is not None
    assert (
        found.backend_ip_configuration.id == f"{NETWORK}/networkInterfaces/nic/ipConfigurations/ip"
    )


def _without_etags(value: object) -> object:
    if isinstance(value, list):
        return [_without_etags(element) for element in value]
    if isinstance(value, dict):
        kept = {k: v for k, v in value.items() if k not in {"etag", "provisioningState"}}
        return {k: _without_etags(v) for k, v in kept.items()}
    return value
