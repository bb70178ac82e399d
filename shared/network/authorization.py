"""Role assignments and what their roles permit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Final

from shared.network.ids import ResourceId

MANAGEMENT_GROUPS: Final = "/providers/microsoft.management/managementgroups/"
"""How the scopes begin that are management groups."""


class PrincipalType(StrEnum):
    """Who holds a role, as Azure tells principals apart; `UNTOLD` is what it does not tell."""

    USER = "User"
    GROUP = "Group"
    SERVICE_PRINCIPAL = "ServicePrincipal"
    FOREIGN_GROUP = "ForeignGroup"
    DEVICE = "Device"
    UNTOLD = ""


@dataclass(frozen=True, slots=True)
class RoleAssignment:
    """One role held by one principal over a scope; `scope` is lower-cased, `/` for everything."""

    id: ResourceId
    principal: str
    principal_type: PrincipalType
    role: str
    scope: str


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
    """A role; `name` is its GUID in lower case, `title` what people call it, where that is told."""

    name: str
    permissions: tuple[Permission, ...] = ()
    title: str = ""

    def permits(self, action: str, *, is_data: bool) -> bool:
        """Tell whether one of its sets of permissions grants an action, in lower case."""
        return any(
            one.permits_data(action) if is_data else one.permits(action) for one in self.permissions
        )


def _matches(action: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(action, pattern) for pattern in patterns)
