from __future__ import annotations

import re

import pytest

from shared.adapters.graph_query import (
    AUTHORIZATION,
    COMPUTE,
    COUNTS,
    ESTATE,
    INSTANCES,
    KQL_FOLDER,
    NETWORK,
    NETWORK_CHILDREN,
    SUBSCRIPTIONS,
    GraphQuery,
    query_for,
)
from shared.adapters.payloads import READERS
from shared.network.ids import ResourceId

GROUP = "/subscriptions/s/resourceGroups/g/providers"
INSTANCE = f"{GROUP}/Microsoft.Compute/virtualMachineScaleSets/v/virtualMachines/0"
QUERY = GraphQuery("some", "Resources", "| project id\n| order by id asc")


def types_of(query: GraphQuery) -> set[str]:
    """Give the types that a query selects in its first stage."""
    return set(re.findall(r"'([^']+)'", query.stages.partition(")")[0]))


def test_conditions_stand_ahead_of_all_stages() -> None:
    narrowed = QUERY.where("a == 1").where("b == 2")
    assert narrowed.text.splitlines()[:3] == ["Resources", "| where a == 1", "| where b == 2"]


def test_part_selects_by_the_hash_of_the_id() -> None:
    assert QUERY.part(2, of=8).conditions == ("hash(tolower(id)) % 8 == 2",)


def test_ids_are_quoted_so_that_none_ends_the_text() -> None:
    odd = ResourceId("/a'b\\c")
    assert QUERY.about([odd]).conditions == ("id in~ ('/a\\'b\\\\c')",)


def test_every_kql_file_is_used() -> None:
    adapters = "".join(path.read_text() for path in KQL_FOLDER.parent.glob("*.py"))
    used = set(re.findall(r'GraphQuery\.named\("(\w+)"\)', adapters))
    assert used == {path.stem for path in KQL_FOLDER.glob("*.kql")}


@pytest.mark.parametrize("query", [*ESTATE, *COUNTS, SUBSCRIPTIONS], ids=lambda query: query.name)
def test_query_sorts_by_id_and_never_limits(query: GraphQuery) -> None:
    assert query.stages.rstrip().endswith("| order by id asc")
    assert not re.search(r"\|\s*(take|limit|sample|mv-expand)", query.stages)


def test_every_type_that_has_a_reader_is_read() -> None:
    read = set().union(*map(types_of, (*ESTATE, SUBSCRIPTIONS)))
    assert {row_type for row_type in READERS if not row_type.startswith("portcullis/")} <= read


@pytest.mark.parametrize("query", [*ESTATE, SUBSCRIPTIONS], ids=lambda query: query.name)
def test_roles_alone_are_inherited_from_above(query: GraphQuery) -> None:
    assert query.looks_above is (query is AUTHORIZATION)


@pytest.mark.parametrize(
    ("counting", "counted"),
    [(COUNTS[0], (COMPUTE, NETWORK)), (COUNTS[1], (INSTANCES,)), (COUNTS[2], (NETWORK_CHILDREN,))],
    ids=lambda value: value.name if isinstance(value, GraphQuery) else "",
)
def test_counts_are_of_the_rows_that_are_read(
    counting: GraphQuery, counted: tuple[GraphQuery, ...]
) -> None:
    assert types_of(counting) == set().union(*map(types_of, counted))
    assert {query.table for query in counted} == {counting.table}


@pytest.mark.parametrize(
    ("resource", "query"),
    [
        (f"{GROUP}/Microsoft.Compute/virtualMachines/v", COMPUTE),
        (f"{GROUP}/microsoft.compute/virtualMachineScaleSets/v", COMPUTE),
        (INSTANCE, INSTANCES),
        (f"{INSTANCE}/networkInterfaces/n", INSTANCES),
        (f"{GROUP}/Microsoft.Network/networkSecurityGroups/n", NETWORK),
        (f"{GROUP}/Microsoft.Network/firewallPolicies/p", NETWORK),
        (f"{GROUP}/Microsoft.Network/networkManagers/m", NETWORK),
        (f"{GROUP}/Microsoft.Network/firewallPolicies/p/ruleCollectionGroups/g", NETWORK_CHILDREN),
        (f"{GROUP}/Microsoft.Authorization/roleAssignments/a", AUTHORIZATION),
    ],
)
def test_resource_is_sought_in_the_table_that_holds_it(resource: str, query: GraphQuery) -> None:
    assert query_for(ResourceId(resource)) is query
