"""Rows of role assignments, role definitions and subscriptions."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from tests.rows.envelope import SUBSCRIPTION, TENANT, Row

OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
ADMINISTRATOR_LOGIN = "1c0163c0-47e6-4577-8991-ea5c82e286e4"
USER_LOGIN = "fb879df8-f326-4884-b1cf-06f3ad86be52"

ROOT = "/"
WHOLE_SUBSCRIPTION = f"/subscriptions/{SUBSCRIPTION}"


def management_group_id(name: str = "mg-1") -> str:
    """Return the id of a management group."""
    return f"/providers/Microsoft.Management/managementGroups/{name}"


def role_assignment(
    principal: str,
    role: str,
    scope: str = WHOLE_SUBSCRIPTION,
    *,
    kind: str | None = "User",
) -> Row:
    """Return the row of a role that `principal` holds over `scope`; `kind` None is not told."""
    prefix = "" if scope == ROOT else scope
    name = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{principal}/{role}/{scope}"))
    return {
        "id": f"{prefix}/providers/Microsoft.Authorization/RoleAssignments/{name}",
        "name": name,
        "type": "microsoft.authorization/roleassignments",
        "subscriptionId": SUBSCRIPTION if scope.startswith("/subscriptions/") else "",
        "properties": {
            "principalId": principal,
            "principalType": kind,
            "roleDefinitionId": f"/providers/Microsoft.Authorization/RoleDefinitions/{role}",
            "scope": scope,
        },
    }


def role_definition(
    name: str,
    *,
    actions: Sequence[str] = (),
    not_actions: Sequence[str] = (),
    data_actions: Sequence[str] = (),
    not_data_actions: Sequence[str] = (),
    title: str = "Custom",
) -> Row:
    """Return the row of a role; `name` is its GUID."""
    permission = {
        "actions": list(actions),
        "notActions": list(not_actions),
        "dataActions": list(data_actions),
        "notDataActions": list(not_data_actions),
    }
    return {
        "id": f"/providers/Microsoft.Authorization/RoleDefinitions/{name}",
        "name": name,
        "type": "microsoft.authorization/roledefinitions",
        "subscriptionId": "",
        "properties": {"roleName": title, "type": "CustomRole", "permissions": [permission]},
    }


def subscription(subscription_id: str = SUBSCRIPTION, groups: Sequence[str] | None = ()) -> Row:
    """Return the row of a subscription in some management groups, the nearest first.

    None is a row that does not tell of them.
    """
    properties: Row = {"state": "Enabled"}
    if groups is not None:
        properties["managementGroupAncestorsChain"] = [{"name": name} for name in groups]
    return {
        "id": f"/subscriptions/{subscription_id}",
        "name": "a subscription",
        "type": "microsoft.resources/subscriptions",
        "tenantId": TENANT,
        "subscriptionId": subscription_id,
        "properties": properties,
    }
