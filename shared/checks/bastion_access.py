"""bastion-access-gap: a machine that nobody but owners could open through Bastion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from shared.checks.bastion_controls import ACCESS
from shared.checks.bastion_reach import machines_by_network
from shared.checks.builtin_roles import BUILT_IN_ROLES, OWNER
from shared.checks.check import Answer, Check, Facts
from shared.checks.result import CheckResult, Severity, Unjudged
from shared.exposure.targets import Target
from shared.network.authorization import PrincipalType, RoleAssignment, RoleDefinition
from shared.network.bastion import BastionHost
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot

CHECK_ID: Final = "bastion-access-gap"

_LOGIN: Final = "microsoft.compute/virtualmachines/login/action"
_READ_MACHINE: Final = "microsoft.compute/virtualmachines/read"
_READ_INTERFACE: Final = "microsoft.network/networkinterfaces/read"
_READ_BASTION: Final = "microsoft.network/bastionhosts/read"
_READ_NETWORK: Final = "microsoft.network/virtualnetworks/read"
_PEOPLE: Final = frozenset({PrincipalType.USER, PrincipalType.GROUP, PrincipalType.FOREIGN_GROUP})


class Grants:
    """Who may do what, by the role assignments of a snapshot.

    Groups count as somebody and are not looked into; service principals are no people, and owners
    of a subscription are left out, since they could let themselves in anyway.

    Source: Microsoft Learn, "Azure Bastion FAQ", roles; "Log in to a Linux virtual machine in
    Azure by using Microsoft Entra ID", role assignments.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        """Index the assignments of one snapshot by their scope."""
        self._roles: dict[str, RoleDefinition] = {
            **BUILT_IN_ROLES,
            **{role.name: role for role in snapshot.role_definitions.values()},
        }
        assignments = snapshot.role_assignments.values()
        owners = {one.principal for one in assignments if one.role == OWNER and _is_wide(one)}
        self._by_scope: dict[str, list[RoleAssignment]] = defaultdict(list)
        for one in assignments:
            if one.principal_type in _PEOPLE and one.principal not in owners:
                scope = "/" if one.is_over_management_group else one.scope
                self._by_scope[scope].append(one)

    def holders(self, resource: ResourceId, action: str, *, data: bool = False) -> frozenset[str]:
        """Give the principals who may do something to a resource, by object id."""
        return frozenset(
            one.principal
            for one in self._over(resource)
            if (role := self._roles.get(one.role)) is not None
            and any(
                permission.permits_data(action) if data else permission.permits(action)
                for permission in role.permissions
            )
        )

    def unknown_roles(self, resource: ResourceId) -> tuple[str, ...]:
        """Give the roles over a resource whose permissions are not known."""
        roles = {one.role for one in self._over(resource) if one.role not in self._roles}
        return tuple(sorted(roles))

    def _over(self, resource: ResourceId) -> Iterator[RoleAssignment]:
        yield from self._by_scope.get("/", ())
        key = resource.key
        while key:
            yield from self._by_scope.get(key, ())
            key = key.rpartition("/")[0]


def _is_wide(one: RoleAssignment) -> bool:
    """Tell whether a scope is a subscription or more."""
    return one.is_over_management_group or one.scope.count("/") <= len(("", "subscriptions"))


def people(
    grants: Grants, machine: ResourceId, targets: Sequence[Target], hosts: Sequence[BastionHost]
) -> frozenset[str]:
    """Give the principals who could open a machine through one of the hosts that serve it."""
    able = grants.holders(machine, _LOGIN, data=True) & grants.holders(machine, _READ_MACHINE)
    found: set[str] = set()
    for target in targets if able else ():
        seeing = able & grants.holders(target.interface.id, _READ_INTERFACE)
        for host in hosts:
            allowed = seeing & grants.holders(host.id, _READ_BASTION)
            network = target.network
            if network is not None and host.network != network:
                allowed &= grants.holders(network, _READ_NETWORK)
            found |= allowed
    return frozenset(found)


def _run(facts: Facts) -> Iterator[Answer]:
    if not facts.snapshot.role_assignments:
        for machine, _, _ in _served(facts):
            yield Unjudged(CHECK_ID, machine, "no role assignments were read")
        return
    grants = Grants(facts.snapshot)
    for machine, targets, hosts in _served(facts):
        if people(grants, machine, targets, hosts):
            continue
        if unknown := grants.unknown_roles(machine):
            reason = f"what role {unknown[0]} permits is not known"
            yield Unjudged(CHECK_ID, machine, reason)
        else:
            yield CheckResult(
                check=CHECK_ID,
                resource=machine,
                severity=Severity.LOW,
                title=f"Nobody but owners could open {machine.name} through Azure Bastion",
                controls=ACCESS.labels,
                evidence={
                    "bastions": [host.id.text for host in hosts],
                    "may_log_in": sorted(grants.holders(machine, _LOGIN, data=True)),
                    "may_read_machine": sorted(grants.holders(machine, _READ_MACHINE)),
                },
            )


def _served(
    facts: Facts,
) -> Iterator[tuple[ResourceId, Sequence[Target], Sequence[BastionHost]]]:
    """Give each machine that a Bastion serves, once, with its configurations."""
    served: dict[ResourceId, tuple[list[Target], dict[ResourceId, BastionHost]]] = {}
    for network, machines in machines_by_network(facts).items():
        hosts = facts.assessment.bastions.hosts(network)
        for machine, targets in machines.items() if hosts else ():
            known = served.setdefault(machine, ([], {}))
            known[0].extend(targets)
            known[1].update({host.id: host for host in hosts})
    for machine, (targets, by_id) in served.items():
        yield machine, targets, tuple(by_id.values())


BASTION_ACCESS_GAP: Final = Check(
    id=CHECK_ID,
    finds=(
        "a machine behind a Bastion that nobody but owners could open: no principal may read"
        " machine, interface and Bastion and log in besides"
    ),
    severity_rule="low",
    controls=ACCESS,
    run=_run,
)
