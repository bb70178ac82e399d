"""The templates against Azure: versions of its types, ids of roles, names of permissions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest

from dashboard.principal import AppRole
from shared.adapters.arm_resources import API_VERSIONS
from tests.bicep import INFRA, TEMPLATES, Declaration, calls, literals, template

ROOT: Final = Path(__file__).resolve().parents[2]
DATA: Final = ROOT / "tests" / "data"
QUERIES: Final = sorted((ROOT / "shared" / "adapters" / "kql").glob("*.kql"))
READER: Final = json.loads((INFRA / "roles" / "reader.json").read_text(encoding="utf-8"))
REMEDIATOR: Final = json.loads((INFRA / "roles" / "remediator.json").read_text(encoding="utf-8"))
VERSIONS: Final = json.loads((DATA / "azure-api-versions.json").read_text())["versions"]
ROLES: Final = json.loads((DATA / "azure-roles.json").read_text(encoding="utf-8"))
GUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
READ_BY_ACTION: Final = {"microsoft.network/effectivesecurityadminrules"}
"""Rows of their own in Resource Graph that no type of Resource Manager is behind."""


def resources() -> Iterator[tuple[str, Declaration]]:
    for path in TEMPLATES:
        for one in template(path).resources.values():
            yield path.stem, one


def queried_types() -> set[str]:
    """Give every type that our queries name."""
    named = re.compile(r"'(microsoft\.\w+/[\w/]+)'")
    return {kind for path in QUERIES for kind in named.findall(path.read_text(encoding="utf-8"))}


def permits(role: Mapping[str, Any], action: str) -> bool:
    return any(fnmatchcase(action.lower(), granted.lower()) for granted in role["actions"])


every_resource = pytest.mark.parametrize(
    "resource", [pytest.param(one, id=f"{stem}-{one.name}") for stem, one in resources()]
)
every_role = pytest.mark.parametrize("role", [READER, REMEDIATOR], ids=["reader", "remediator"])


@every_resource
def test_type_and_version_are_ones_that_azure_has(resource: Declaration) -> None:
    kind, _, version = resource.type_.partition("@")
    assert version in VERSIONS[kind]


@every_resource
def test_child_names_its_parent_or_all_its_segments(resource: Declaration) -> None:
    segments = resource.type_.partition("@")[0].count("/")
    name = " ".join(literals(resource.body["name"]))
    assert segments == 1 or "parent" in resource.body or name.count("/") == segments - 1


def test_every_version_on_the_list_is_of_a_type_that_is_used() -> None:
    assert set(VERSIONS) == {one.type_.partition("@")[0] for _, one in resources()}


def test_every_id_of_a_role_is_the_one_of_that_name() -> None:
    named: dict[str, str] = {}
    for path in TEMPLATES:
        for variable in template(path).variables.values():
            given = variable.value
            roles = given if isinstance(given, Mapping) else {variable.name: given}
            named |= {k: str(v) for k, v in roles.items() if GUID.fullmatch(str(v))}
    assert named == ROLES["built_in"]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_role_ids_stand_in_variables_that_name_them(path: Path) -> None:
    for function, arguments in calls(template(path).root):
        if function == "subscriptionResourceId":
            assert not GUID.search(str(arguments[1]))


def test_app_roles_have_ids_and_the_values_that_the_app_knows() -> None:
    roles = json.loads((INFRA / "app-roles.json").read_text(encoding="utf-8"))
    assert [role["value"] for role in roles] == list(AppRole)
    assert len({UUID(role["id"]) for role in roles}) == 3


@every_role
def test_role_lists_permissions_that_azure_has(role: Mapping[str, Any]) -> None:
    known = {
        f"{provider}/{rest}" for provider, actions in ROLES["actions"].items() for rest in actions
    }
    assert set(role["actions"]) <= known


@every_role
def test_role_is_sorted_and_says_nothing_twice(role: Mapping[str, Any]) -> None:
    assert role["actions"] == sorted(set(role["actions"]))


def test_reader_may_read_every_type_that_is_queried_or_read() -> None:
    wanted = (queried_types() | set(API_VERSIONS)) - READ_BY_ACTION
    assert [kind for kind in sorted(wanted) if not permits(READER, f"{kind}/read")] == []


def test_reader_changes_nothing() -> None:
    asking = {"getShareableLinks", "getactivesessions"}
    asking |= {"listNetworkManagerEffectiveSecurityAdminRules"}
    changing = [one for one in READER["actions"] if not one.endswith("/read")]
    assert {one.split("/")[-2] for one in changing if one.endswith("/action")} == asking
    assert all(one.endswith("/action") for one in changing)


def test_remediator_has_no_wildcard_and_grants_nothing() -> None:
    granting = {one for one in REMEDIATOR["actions"] if "Authorization" in one}
    assert granting == {"Microsoft.Authorization/locks/read"}
    assert not [one for one in REMEDIATOR["actions"] if "*" in one]


@pytest.mark.parametrize(
    "action",
    [
        "networkSecurityGroups/securityRules/write",
        "networkSecurityGroups/securityRules/delete",
        "loadBalancers/inboundNatRules/write",
        "loadBalancers/inboundNatRules/delete",
        "firewallPolicies/ruleCollectionGroups/write",
        "azureFirewalls/write",
        "networkInterfaces/write",
        "networkSecurityGroups/join/action",
        "publicIPAddresses/join/action",
        "virtualNetworks/subnets/join/action",
        "loadBalancers/backendAddressPools/join/action",
        "loadBalancers/inboundNatRules/join/action",
        "applicationGateways/backendAddressPools/join/action",
        "applicationSecurityGroups/joinIpConfiguration/action",
    ],
)
def test_remediator_may_change_rules_and_what_hangs_on_an_interface(action: str) -> None:
    assert permits(REMEDIATOR, f"Microsoft.Network/{action}")


@pytest.mark.parametrize(
    "action",
    [
        "networkSecurityGroups/write",
        "networkSecurityGroups/delete",
        "networkInterfaces/delete",
        "virtualNetworks/write",
        "virtualNetworks/subnets/write",
        "publicIPAddresses/delete",
        "loadBalancers/write",
        "bastionHosts/write",
    ],
)
def test_remediator_may_not_change_what_no_plan_changes(action: str) -> None:
    assert not permits(REMEDIATOR, f"Microsoft.Network/{action}")


def test_reader_may_read_locks_which_stand_in_the_way_of_changes() -> None:
    assert permits(READER, "Microsoft.Authorization/locks/read")
