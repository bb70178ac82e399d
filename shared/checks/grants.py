"""Who may do what to a resource, by the role assignments of a snapshot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from shared.checks.builtin_roles import BUILT_IN_ROLES, OWNER
from shared.network.authorization import (
    MANAGEMENT_GROUPS,
    PrincipalType,
    RoleAssignment,
    RoleDefinition,
)
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot

_PEOPLE: Final = frozenset({PrincipalType.USER, PrincipalType.GROUP, PrincipalType.FOREIGN_GROUP})


@dataclass(frozen=True, slots=True)
class Need:
    """Something that a person must be allowed to do; `action` is in lower case."""

    words: str
    action: str
    is_data: bool = False


class Grants:
    """The role assignments of one snapshot, asked who may do what.

    Only people count, groups among them, which are not looked into; service principals do not.
    There are two readings.  Strictly, an assignment counts when its role is known to permit, its
    scope is known to hold the resource and its principal is known to be no machine; generously,
    it counts unless one of these is known not to be so.

    Source: Microsoft Learn, "Understand scope for Azure RBAC", "Understand Azure role definitions".
    """

    def __init__(self, snapshot: Snapshot) -> None:
        """Index the assignments of one snapshot by their scope."""
        own = {role.name: role for role in snapshot.role_definitions.values()}
        self._roles: dict[str, RoleDefinition] = {**BUILT_IN_ROLES, **own}
        self._groups_above = snapshot.management_groups
        self._by_scope: defaultdict[str, list[RoleAssignment]] = defaultdict(list)
        for one in snapshot.role_assignments.values():
            self._by_scope[one.scope].append(one)
        self._known: dict[tuple[str, str, bool], frozenset[str]] = {}
        self.subscriptions = frozenset(
            scope.split("/")[2] for scope in self._by_scope if scope.startswith("/subscriptions/")
        )
        """Subscriptions that some assignment is about, which is so of every one that was read."""

    def holders(self, resource: ResourceId, need: Need, *, generous: bool) -> frozenset[str]:
        """Give the people who may do something to a resource, by object id."""
        return self._holders(resource.key, need, generous=generous)

    def assignments(
        self, resource: ResourceId, need: Need, principal: str
    ) -> tuple[RoleAssignment, ...]:
        """Give what surely lets a principal do something, the widest scope first."""
        return tuple(
            one
            for one in self._over(resource.key, generous=False)
            if one.principal == principal and self._counts(one, need, generous=False)
        )

    def owners(self, subscription: str, *, generous: bool) -> frozenset[str]:
        """Give who owns a subscription, by a role over it or over what it lies in."""
        key = f"/subscriptions/{subscription}"
        over = self._over(key, generous=generous)
        return frozenset(one.principal for one in over if one.role == OWNER)

    def role_name(self, one: RoleAssignment) -> str:
        """Give the name of an assignment's role for people, else its id."""
        known = self._roles.get(one.role)
        return (known.title if known else "") or one.role

    def _holders(self, key: str, need: Need, *, generous: bool) -> frozenset[str]:
        """Gather who holds something over a key and over all that it lies in.

        What is above single resources is reckoned once.
        """
        is_shared = "/providers/" not in key
        memo = (key, need.action, generous)
        if is_shared and memo in self._known:
            return self._known[memo]
        above = key.rpartition("/")[0]
        inherited = self._holders(above, need, generous=generous) if key else frozenset[str]()
        here = frozenset(
            one.principal
            for one in self._at(key, generous=generous)
            if self._counts(one, need, generous=generous)
        )
        found = inherited | here if here else inherited
        if is_shared:
            self._known[memo] = found
        return found

    def _over(self, key: str, *, generous: bool) -> Iterator[RoleAssignment]:
        if key:
            yield from self._over(key.rpartition("/")[0], generous=generous)
        yield from self._at(key, generous=generous)

    def _at(self, key: str, *, generous: bool) -> Iterator[RoleAssignment]:
        """Give the assignments to a scope; to a subscription also those to groups above it."""
        yield from self._by_scope.get(key or "/", ())
        if key.rpartition("/")[0] != "/subscriptions":
            return
        names = self._groups_above.get(ResourceId(key))
        if names:
            for name in sorted(names):
                yield from self._by_scope.get(f"{MANAGEMENT_GROUPS}{name}", ())
        elif generous:
            for scope, assignments in self._by_scope.items():
                if scope.startswith(MANAGEMENT_GROUPS):
                    yield from assignments

    def _counts(self, one: RoleAssignment, need: Need, *, generous: bool) -> bool:
        if one.principal_type not in _PEOPLE and not (
            generous and one.principal_type is PrincipalType.UNTOLD
        ):
            return False
        role = self._roles.get(one.role)
        if role is None:
            return generous
        return role.permits(need.action, is_data=need.is_data)
