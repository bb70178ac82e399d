"""Role assignments and what their roles permit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from shared.network.ids import ResourceId


class PrincipalType(StrEnum):
    """Who holds a role, as Azure tells principals apart."""

    USER = "User"
    GROUP = "Group"
    SERVICE_PRINCIPAL = "ServicePrincipal"
    FOREIGN_GROUP = "ForeignGroup"
    DEVICE = "Device"


@dataclass(frozen=True, slots=True)
class RoleAssignment:
    """One role held by one principal over a scope; `scope` is lower-cased, `/` for everything."""

    id: ResourceId
    principal: str
    principal_type: PrincipalType
    role: str
    scope: str

    def covers(self, resource: ResourceId) -> bool:
        """Tell whether the scope holds a resource; a management group may hold any.

        Source: Microsoft Learn, "Understand scope for Azure RBAC".
        """
        if self.scope == "/" or self.is_over_management_group:
            return True
        return resource.key == self.scope or resource.key.startswith(f"{self.scope}/")

    @property
    def is_over_management_group(self) -> bool:
        """Whether the scope is a management group, whose members are not told here."""
        return self.scope.startswith("/providers/microsoft.management/managementgroups/")


@dataclass(frozen=True, slots=True)
class Permission:
    """One set of permissions: what is granted, less what is taken out of it again.

    Patterns are lower-cased; `*` stands for any text.
    """

    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    not_data_actions: tuple[str, ...] = ()

    def permits(self, action: str) -> bool:
        """Tell whether a management action, in lower case, is granted."""
        return _matches(action, self.actions) and not _matches(action, self.not_actions)

    def permits_data(self, action: str) -> bool:
        """Tell whether a data action, in lower case, is granted."""
        return _matches(action, self.data_actions) and not _matches(action, self.not_data_actions)


@dataclass(frozen=True, slots=True)
class RoleDefinition:
    """A role; `name` is its GUID in lower case."""

    name: str
    permissions: tuple[Permission, ...] = ()


def _matches(action: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(action, pattern) for pattern in patterns)
