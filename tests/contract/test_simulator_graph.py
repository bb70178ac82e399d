"""The simulator answers KQL over the tables and the row envelope of Resource Graph."""

from collections.abc import Iterator

import pytest
from azure.core.exceptions import HttpResponseError

from tests.simulated_azure import (
    COMPUTE,
    GROUP,
    NETWORK,
    OTHER_SUBSCRIPTION,
    SUBSCRIPTION,
    SimulatedAzure,
    resource,
    simulated_azure,
    small_estate,
)

ELSEWHERE = f"/subscriptions/{OTHER_SUBSCRIPTION}/resourceGroups/RG-Data/providers"
SUBSCRIPTIONS: list[dict[str, object]] = [
    {
        "subscriptionId": SUBSCRIPTION,
        "displayName": "Web",
        "tenantId": "tenant-1",
        "tags": {"owner": "web"},
        "managementGroupAncestorsChain": [{"name": "online", "displayName": "Online"}],
    },
    {
        "subscriptionId": OTHER_SUBSCRIPTION,
        "displayName": "Data",
        "managementGroupAncestorsChain": [{"name": "corp", "displayName": "Corp"}],
    },
]
INSTANCE = f"{COMPUTE}/virtualMachineScaleSets/set/virtualMachines/0"
POLICY = f"{NETWORK}/firewallPolicies/policy"
ASSIGNMENT = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments/a1"


@pytest.fixture(scope="module")
def azure() -> Iterator[SimulatedAzure]:
    more = (
        resource(f"{ELSEWHERE}/Microsoft.Network/networkSecurityGroups/data"),
        resource(INSTANCE, latestModelApplied=True),
        resource(f"{POLICY}/ruleCollectionGroups/group", priority=100),
        resource(ASSIGNMENT, principalId="p1"),
    )
    with simulated_azure(*small_estate(), *more, subscriptions=SUBSCRIPTIONS) as running:
        running.set(quota_queries=None)
        yield running


def test_row_has_the_whole_envelope(azure: SimulatedAzure) -> None:
    row = azure.rows("Resources | where name == 'data'")[0]
    assert row == {
        "id": f"{ELSEWHERE}/Microsoft.Network/networkSecurityGroups/data",
        "name": "data",
        "type": "microsoft.network/networksecuritygroups",
        "tenantId": row["tenantId"],
        "kind": "",
        "location": "westeurope",
        "resourceGroup": "rg-data",
        "subscriptionId": OTHER_SUBSCRIPTION,
        "managedBy": "",
        "sku": None,
        "plan": None,
        "properties": row["properties"],
        "tags": None,
        "identity": None,
        "zones": None,
        "extendedLocation": None,
    }


def test_nested_reference_has_its_resource_group(azure: SimulatedAzure) -> None:
    row = azure.rows("Resources | where type =~ 'Microsoft.Compute/virtualMachines'")[0]
    interfaces = row["properties"]["networkProfile"]["networkInterfaces"]
    assert interfaces == [{"id": f"{NETWORK}/networkInterfaces/nic", "resourceGroup": GROUP}]


@pytest.mark.parametrize(
    ("table", "ids"),
    [
        ("ComputeResources", [INSTANCE]),
        ("NetworkResources", [f"{POLICY}/ruleCollectionGroups/group"]),
        ("AuthorizationResources", [ASSIGNMENT]),
        ("authorizationresources", [ASSIGNMENT]),
        ("ResourceChanges", []),
    ],
)
def test_table_holds_its_types(azure: SimulatedAzure, table: str, ids: list[str]) -> None:
    assert [row["id"] for row in azure.rows(f"{table} | project id")] == ids


def test_containers_hold_subscriptions_and_groups(azure: SimulatedAzure) -> None:
    rows = azure.rows("ResourceContainers | project name, type | order by type asc, name asc")
    assert [(row["type"], row["name"]) for row in rows] == [
        ("microsoft.resources/subscriptions", "Data"),
        ("microsoft.resources/subscriptions", "Web"),
        ("microsoft.resources/subscriptions/resourcegroups", "RG-Data"),
        ("microsoft.resources/subscriptions/resourcegroups", GROUP),
    ]


def test_subscription_row_has_tags_state_and_ancestors(azure: SimulatedAzure) -> None:
    row = azure.rows("ResourceContainers | where name == 'Web'")[0]
    assert (row["tenantId"], row["tags"]) == ("tenant-1", {"owner": "web"})
    assert row["properties"] == {
        "managementGroupAncestorsChain": [{"name": "online", "displayName": "Online"}],
        "state": "Enabled",
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param(
            "Resources | where name =~ 'VM' | project name", [{"name": "vm"}], id="equal-any-case"
        ),
        pytest.param(
            "Resources | where name in~ ('VM', 'NIC') | order by name asc | project name",
            [{"name": "nic"}, {"name": "vm"}],
            id="in-any-case",
        ),
        pytest.param(
            "Resources | where name == 'vm' | extend up = toupper(name), low = tolower('A')"
            " | project up, low",
            [{"up": "VM", "low": "a"}],
            id="extend",
        ),
        pytest.param(
            "resources | where type endswith 'networksecuritygroups'"
            " | summarize n = count() by subscriptionId | order by subscriptionId asc",
            [
                {"subscriptionId": SUBSCRIPTION, "n": 1},
                {"subscriptionId": OTHER_SUBSCRIPTION, "n": 1},
            ],
            id="summarize",
        ),
        pytest.param(
            "Resources | where name == 'pip' | project a = properties.ipAddress,"
            " t = tostring(properties.ipAddress), none = properties.x.y",
            [{"a": "198.51.100.7", "t": "198.51.100.7", "none": None}],
            id="dynamic",
        ),
        pytest.param(
            "Resources | where name == 'nsg' | project properties = bag_pack("
            "'rules', array_length(properties.securityRules), 'none', properties.x)",
            [{"properties": {"rules": 1, "none": None}}],
            id="bag-pack",
        ),
        pytest.param(
            "Resources | where name == 'vm' | project p = pack('n', name)",
            [{"p": {"n": "vm"}}],
            id="pack",
        ),
        pytest.param(
            "Resources | where isnotempty(properties.ipAddress) | project name",
            [{"name": "pip"}],
            id="isnotempty",
        ),
        pytest.param(
            "Resources | where name == 'nsg' | mv-expand rule = properties.defaultSecurityRules"
            " | where rule.properties.priority == 65500 | project n = tostring(rule.name)"
            " | order by n asc",
            [{"n": "DenyAllInBound"}, {"n": "DenyAllOutBound"}],
            id="mv-expand",
        ),
        pytest.param(
            "Resources | where name == 'nic' | project nic = tolower(id)"
            " | join kind=inner (resources | where name == 'vm' | project vm = name, nic ="
            " tolower(tostring(properties.networkProfile.networkInterfaces[0].id))) on nic"
            " | project vm",
            [{"vm": "vm"}],
            id="join",
        ),
        pytest.param(
            "Resources | where name == 'vm' | project t = todatetime('2026-01-02T03:04:05Z')",
            [{"t": "2026-01-02T03:04:05Z"}],
            id="datetime",
        ),
    ],
)
def test_query_gives_what_kql_says(
    azure: SimulatedAzure, query: str, expected: list[dict[str, object]]
) -> None:
    assert azure.rows(query) == expected


def test_hash_splits_rows_into_disjoint_parts(azure: SimulatedAzure) -> None:
    parts = [
        azure.rows(f"Resources | where hash(tolower(id)) % 3 == {part} | project id")
        for part in range(3)
    ]
    ids = sorted(row["id"] for part in parts for row in part)
    assert ids == sorted(row["id"] for row in azure.rows("Resources | project id"))


@pytest.mark.parametrize(
    ("expansion", "rows"),
    [
        pytest.param("r = properties.securityRules", 128, id="default"),
        pytest.param("r = properties.securityRules limit 150", 150, id="own-limit"),
        pytest.param("r = todynamic(tostring(properties.securityRules))", 128, id="function"),
        pytest.param("r = properties['securityRules'] // all | of it\n", 128, id="comment"),
    ],
)
def test_expansion_stops_at_its_limit(expansion: str, rows: int) -> None:
    many = [{"name": f"r{n}", "properties": {"priority": 100 + n}} for n in range(200)]
    group = resource(f"{NETWORK}/networkSecurityGroups/big", securityRules=many)
    with simulated_azure(group) as azure:
        assert azure.rows(f"Resources | mv-expand {expansion} | count") == [{"Count": rows}]


def test_named_subscriptions_are_the_scope(azure: SimulatedAzure) -> None:
    found = azure.query("Resources | project subscriptionId", [OTHER_SUBSCRIPTION.upper()])
    assert found.data == [{"subscriptionId": OTHER_SUBSCRIPTION}]


def test_management_group_is_the_scope_of_its_subscriptions(azure: SimulatedAzure) -> None:
    body = {"query": "Resources | project name", "managementGroups": ["CORP"]}
    answer = azure.request("POST", "/providers/Microsoft.ResourceGraph/resources", json=body)
    assert answer.json()["data"] == [{"name": "data"}]


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("Resources | where (", id="syntax"),
        pytest.param("Nothing | project id", id="unknown-table"),
        pytest.param("Resources | project nothing", id="unknown-column"),
        pytest.param(
            "Resources | mv-expand properties | mv-expand tags | mv-expand zones", id="expansions"
        ),
        pytest.param("Resources | mv-expand zones limit 401", id="expansion-limit"),
    ],
)
def test_impossible_query_is_refused(azure: SimulatedAzure, query: str) -> None:
    with pytest.raises(HttpResponseError) as raised:
        azure.query(query)
    assert raised.value.status_code == 400
    assert "(InvalidQuery)" in str(raised.value)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({}, id="no-query"),
        pytest.param({"query": "Resources", "options": {"$top": 1001}}, id="page-too-large"),
        pytest.param({"query": "Resources", "subscriptions": "s"}, id="scope-no-list"),
        pytest.param(
            {"query": "Resources", "subscriptions": ["s"], "managementGroups": ["m"]},
            id="two-scopes",
        ),
        pytest.param({"query": "Resources", "options": {"$skipToken": "x"}}, id="token"),
    ],
)
def test_impossible_request_is_refused(azure: SimulatedAzure, body: dict[str, object]) -> None:
    answer = azure.request("POST", "/providers/Microsoft.ResourceGraph/resources", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BadRequest")


def test_unreadable_subscription_is_left_out_without_a_sign() -> None:
    elsewhere = resource(f"{ELSEWHERE}/Microsoft.Network/networkSecurityGroups/data")
    with simulated_azure(*small_estate(), elsewhere) as azure:
        azure.set(unreadable_subscriptions=[SUBSCRIPTION])
        found = azure.query("Resources | project name", [SUBSCRIPTION, OTHER_SUBSCRIPTION])
        containers = azure.rows("ResourceContainers | where type endswith '/subscriptions'")
    assert (found.data, found.total_records) == ([{"name": "data"}], 1)
    assert [row["subscriptionId"] for row in containers] == [OTHER_SUBSCRIPTION]


def test_scope_without_anything_readable_is_forbidden() -> None:
    with simulated_azure(*small_estate()) as azure:
        azure.set(unreadable_subscriptions=[SUBSCRIPTION])
        with pytest.raises(HttpResponseError) as raised:
            azure.query("Resources", [SUBSCRIPTION])
    assert raised.value.status_code == 403
