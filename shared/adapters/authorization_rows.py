"""Rows of role assignments, role definitions and subscriptions."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from shared.adapters.wire import Envelope
from shared.adapters.wire_authorization import AssignmentBody, DefinitionBody, SubscriptionBody
from shared.network.authorization import Permission, PrincipalType, RoleAssignment, RoleDefinition
from shared.network.ids import ResourceId

_ASSIGNMENT = msgspec.json.Decoder(AssignmentBody)
_DEFINITION = msgspec.json.Decoder(DefinitionBody)
_SUBSCRIPTION = msgspec.json.Decoder(SubscriptionBody | str | None)
_KINDS = {kind.lower(): kind for kind in PrincipalType}


def role_assignment(identity: ResourceId, row: Envelope) -> RoleAssignment:
    """Read a role assignment.

    Raises:
        msgspec.DecodeError: principal, role or scope is missing.
    """
    body = _ASSIGNMENT.decode(row.properties)
    kind = (body.principal_type or "").lower()
    return RoleAssignment(
        id=identity,
        principal=body.principal_id,
        principal_type=_KINDS.get(kind, PrincipalType.UNTOLD),
        role=body.role_definition_id.rstrip("/").rpartition("/")[2].lower(),
        scope=body.scope.rstrip("/").lower() or "/",
    )


def role_definition(identity: ResourceId, row: Envelope) -> RoleDefinition:
    """Read a role definition."""
    body = _DEFINITION.decode(row.properties)
    return RoleDefinition(
        name=identity.name.lower(),
        title=body.role_name or "",
        permissions=tuple(
            Permission(
                _lowered(one.actions),
                _lowered(one.not_actions),
                _lowered(one.data_actions),
                _lowered(one.not_data_actions),
            )
            for one in body.permissions or ()
        ),
    )


def management_groups(_: ResourceId, row: Envelope) -> frozenset[str]:
    """Read which management groups a subscription lies in; none where its row does not tell.

    Source: Microsoft Learn, "Azure Resource Graph sample queries for management groups".
    """
    body = _SUBSCRIPTION.decode(row.properties)
    chain = body.management_group_ancestors_chain if isinstance(body, SubscriptionBody) else None
    return frozenset(one.name.lower() for one in chain or ())


def _lowered(patterns: Iterable[str] | None) -> tuple[str, ...]:
    return tuple(pattern.lower() for pattern in patterns or ())
