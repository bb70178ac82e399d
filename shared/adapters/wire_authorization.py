"""Role assignments, role definitions and subscriptions as Resource Graph writes them.

Source: ARM type definitions of Microsoft.Authorization; Microsoft Learn, "Azure Resource Graph
table and resource type reference", AuthorizationResources and ResourceContainers.
"""

from __future__ import annotations

from msgspec import Struct


class AssignmentBody(Struct, rename="camel"):
    """A role assignment."""

    principal_id: str
    role_definition_id: str
    scope: str
    principal_type: str | None = None


class PermissionBody(Struct, rename="camel"):
    """One set of permissions of a role."""

    actions: list[str] | None = None
    not_actions: list[str] | None = None
    data_actions: list[str] | None = None
    not_data_actions: list[str] | None = None


class DefinitionBody(Struct, rename="camel"):
    """A role definition."""

    role_name: str | None = None
    permissions: list[PermissionBody] | None = None


class AncestorBody(Struct):
    """A management group above a subscription."""

    name: str


class SubscriptionBody(Struct, rename="camel"):
    """A subscription as a container."""

    management_group_ancestors_chain: list[AncestorBody] | None = None
