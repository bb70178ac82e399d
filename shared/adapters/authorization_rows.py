"""Rows of role assignments and role definitions."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from shared.adapters.wire import Envelope
from shared.adapters.wire_bastion import AssignmentBody, DefinitionBody
from shared.network.authorization import Permission, PrincipalType, RoleAssignment, RoleDefinition
from shared.network.ids import ResourceId

_ASSIGNMENT = msgspec.json.Decoder(AssignmentBody)
_DEFINITION = msgspec.json.Decoder(DefinitionBody)


def role_assignment(identity: ResourceId, row: Envelope) -> RoleAssignment:
    """Read a role assignment; a principal whose type is not told may be anybody, so a user.

    Raises:
        msgspec.DecodeError: principal, role or scope is missing.
        ValueError: the type of the principal is not known.
    """
    body = _ASSIGNMENT.decode(row.properties)
    return RoleAssignment(
        id=identity,
        principal=body.principal_id,
        principal_type=PrincipalType(body.principal_type or PrincipalType.USER),
        role=body.role_definition_id.rstrip("/").rpartition("/")[2].lower(),
        scope=body.scope.rstrip("/").lower() or "/",
    )


def role_definition(identity: ResourceId, row: Envelope) -> RoleDefinition:
    """Read a role definition."""
    permissions = _DEFINITION.decode(row.properties).permissions or ()
    return RoleDefinition(
        identity.name.lower(),
        tuple(
            Permission(
                _lowered(one.actions),
                _lowered(one.not_actions),
                _lowered(one.data_actions),
                _lowered(one.not_data_actions),
            )
            for one in permissions
        ),
    )


def _lowered(patterns: Iterable[str] | None) -> tuple[str, ...]:
    return tuple(pattern.lower() for pattern in patterns or ())
