"""Edits applied to a snapshot, as Azure would apply them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import reduce
from typing import Any, TypeVar, assert_never

from shared.network.firewall import DnatRule
from shared.network.ids import ResourceId
from shared.network.load_balancer import LoadBalancer
from shared.network.security_group import NetworkSecurityGroup
from shared.network.security_rule import Access, Endpoint, SecurityRule, is_just_in_time
from shared.network.snapshot import Snapshot
from shared.network.topology import IpConfiguration, NetworkInterface
from shared.remediation.edit import (
    MOST_PREFIXES,
    MOST_RULES,
    AddRule,
    DetachNatRule,
    DissociatePublicIp,
    DoorEdit,
    Edit,
    MoveRule,
    NarrowRule,
    RemoveDnatRule,
    RemoveNatRule,
    RemoveRule,
    RuleEdit,
)

_Resource = TypeVar("_Resource")


class EditRefused(Exception):
    """An edit that the estate, as it stands, does not admit."""

    def __init__(self, edit: Edit, why: str) -> None:
        """Keep the edit and what stands against it."""
        super().__init__(f"{edit.target.name}: {why}")
        self.edit = edit
        self.why = why


def edited(snapshot: Snapshot, edits: Iterable[Edit]) -> Snapshot:
    """Give the snapshot as it is after some edits, made in their order.

    Raises:
        EditRefused: what an edit is about is not there, or Azure's limits forbid the outcome.
    """
    return reduce(_edited, edits, snapshot)


def _edited(snapshot: Snapshot, edit: Edit) -> Snapshot:
    match edit:
        case RemoveRule() | NarrowRule() | MoveRule() | AddRule():
            group = _known(snapshot.security_groups, edit, edit.group)
            return _with(snapshot, "security_groups", edit.group, edited_group(group, edit))
        case DissociatePublicIp() | DetachNatRule() | RemoveNatRule() | RemoveDnatRule():
            return _without_door(snapshot, edit)
        case _ as unreachable:
            assert_never(unreachable)


def edited_group(group: NetworkSecurityGroup, edit: RuleEdit) -> NetworkSecurityGroup:
    """Give a security group after one edit.

    Raises:
        EditRefused: see `edited`.
    """
    match edit:
        case RemoveRule():
            gone = rule_named(group, edit)
            rules = tuple(rule for rule in group.rules if rule is not gone)
        case NarrowRule(sources=sources):
            rules = _replaced(group, edit, source=Endpoint(addresses=sources))
        case MoveRule(priority=priority):
            _refuse_taken(group, edit, rule_named(group, edit), priority)
            rules = _replaced(group, edit, priority=priority)
        case AddRule(rule=rule):
            _refuse_taken(group, edit, rule, rule.priority)
            if any(rule.name.lower() == other.name.lower() for other in group.rules):
                raise EditRefused(edit, "a rule of that name exists")
            rules = (*group.rules, rule)
        case _ as unreachable:
            assert_never(unreachable)
    if len(rules) > MOST_RULES:
        raise EditRefused(edit, f"the group would have more than {MOST_RULES} rules")
    if sum(map(_prefix_count, rules)) > MOST_PREFIXES:
        raise EditRefused(edit, f"the group would name more than {MOST_PREFIXES} sources")
    return replace(group, rules=rules)


def rule_named(
    group: NetworkSecurityGroup, edit: RemoveRule | NarrowRule | MoveRule
) -> SecurityRule:
    """Give the rule that an edit is about; names are compared without case.

    Raises:
        EditRefused: the group has no such rule.
    """
    for rule in group.rules:
        if rule.name.lower() == edit.rule.lower():
            return rule
    raise EditRefused(edit, "there is no such rule")


def _prefix_count(rule: SecurityRule) -> int:
    """Count what a rule names as sources, at least: neighbouring prefixes count as one."""
    return sum(1 for _ in rule.source.addresses.prefixes()) + len(rule.source.tags)


def _replaced(
    group: NetworkSecurityGroup,
    edit: NarrowRule | MoveRule,
    **members: Any,  # noqa: ANN401 - passed on to `replace`
) -> tuple[SecurityRule, ...]:
    meant = rule_named(group, edit)
    return tuple(replace(rule, **members) if rule is meant else rule for rule in group.rules)


def _refuse_taken(
    group: NetworkSecurityGroup, edit: RuleEdit, moved: SecurityRule, priority: int
) -> None:
    """Refuse a priority that another rule of the same direction has."""
    for rule in group.rules:
        taken = rule.priority == priority and rule.direction is moved.direction
        if taken and rule is not moved:
            raise EditRefused(edit, f"priority {priority} is taken by {rule.name}")


def _without_door(snapshot: Snapshot, edit: DoorEdit) -> Snapshot:
    match edit:
        case DissociatePublicIp(public_ip=public_ip):
            freed = _with_configuration(snapshot, edit, public_ip=None)
            address = snapshot.public_ips.get(public_ip)
            if address is None:
                return freed
            return _with(freed, "public_ips", public_ip, replace(address, attached_to=None))
        case DetachNatRule(nat_rule=nat_rule):
            kept = tuple(one for one in _configuration(snapshot, edit).nat_rules if one != nat_rule)
            freed = _with_configuration(snapshot, edit, nat_rules=kept)
            return _forgetting(freed, nat_rule)
        case RemoveNatRule(balancer=balancer_id):
            balancer = _known(snapshot.load_balancers, edit, balancer_id)
            return _with(snapshot, "load_balancers", balancer_id, _without_nat(balancer, edit))
        case RemoveDnatRule():
            return _without_dnat(snapshot, edit)
        case _ as unreachable:
            assert_never(unreachable)


def _configuration(snapshot: Snapshot, edit: DissociatePublicIp | DetachNatRule) -> IpConfiguration:
    """Give the IP configuration that an edit is about, if it has what the edit takes away."""
    interface = _known(snapshot.network_interfaces, edit, edit.interface)
    for one in interface.ip_configurations:
        if one.name.lower() == edit.configuration.lower() and _has_door(one, edit):
            return one
    raise EditRefused(edit, f"{edit.configuration} has no such door")


def _has_door(configuration: IpConfiguration, edit: DissociatePublicIp | DetachNatRule) -> bool:
    if isinstance(edit, DissociatePublicIp):
        return configuration.public_ip == edit.public_ip
    return edit.nat_rule in configuration.nat_rules


def _with_configuration(
    snapshot: Snapshot,
    edit: DissociatePublicIp | DetachNatRule,
    **members: Any,  # noqa: ANN401 - passed on to `replace`
) -> Snapshot:
    meant = _configuration(snapshot, edit)
    interface: NetworkInterface = snapshot.network_interfaces[edit.interface]
    configurations = tuple(
        replace(one, **members) if one is meant else one for one in interface.ip_configurations
    )
    freed = replace(interface, ip_configurations=configurations)
    return _with(snapshot, "network_interfaces", edit.interface, freed)


def _forgetting(snapshot: Snapshot, nat_rule: ResourceId) -> Snapshot:
    """Let the balancer's rule forget the configuration, as Azure does once that lets go."""
    balancer_id = nat_rule.parent("inboundNatRules")
    balancer = snapshot.load_balancers.get(balancer_id) if balancer_id else None
    if balancer is None or balancer_id is None:
        return snapshot
    rules = tuple(
        replace(rule, configuration=None) if rule.id == nat_rule else rule
        for rule in balancer.nat_rules
    )
    return _with(snapshot, "load_balancers", balancer_id, replace(balancer, nat_rules=rules))


def _without_nat(balancer: LoadBalancer, edit: RemoveNatRule) -> LoadBalancer:
    kept = tuple(rule for rule in balancer.nat_rules if rule.id != edit.target)
    if len(kept) == len(balancer.nat_rules):
        raise EditRefused(edit, "there is no such NAT rule")
    return replace(balancer, nat_rules=kept)


def _without_dnat(snapshot: Snapshot, edit: RemoveDnatRule) -> Snapshot:
    for part in ("firewalls", "rule_collection_groups"):
        holder = getattr(snapshot, part).get(edit.holder)
        if holder is not None:
            kept = tuple(rule for rule in holder.rules if not _is_meant(rule, edit))
            if len(kept) != len(holder.rules) - 1:
                raise EditRefused(edit, "there is not exactly one DNAT rule of that name")
            return _with(snapshot, part, edit.holder, replace(holder, rules=kept))
    raise EditRefused(edit, "it was not read")


def _is_meant(rule: DnatRule, edit: RemoveDnatRule) -> bool:
    return rule.collection == edit.collection and rule.name.lower() == edit.rule.lower()


def _known(resources: Mapping[ResourceId, _Resource], edit: Edit, wanted: ResourceId) -> _Resource:
    found = resources.get(wanted)
    if found is None:
        raise EditRefused(edit, "it was not read")
    return found


def _with(snapshot: Snapshot, part: str, key: ResourceId, value: object) -> Snapshot:
    """Replace one resource, at its place in the order."""
    resources: dict[ResourceId, object] = {**getattr(snapshot, part), key: value}
    members: dict[str, Any] = {part: resources}
    return replace(snapshot, **members)


def without_windows(snapshot: Snapshot) -> Snapshot:
    """Give the snapshot without the rules by which just-in-time access lets people in for a time.

    What those open is meant and ends by itself; what is judged is the estate without it.
    """
    groups = {key: windowless(group) for key, group in snapshot.security_groups.items()}
    return replace(snapshot, security_groups=groups)


def windowless(group: NetworkSecurityGroup) -> NetworkSecurityGroup:
    """Give a group without just-in-time windows: the same one where it has none."""
    if not any(map(is_window, group.rules)):
        return group
    return replace(group, rules=tuple(rule for rule in group.rules if not is_window(rule)))


def is_window(rule: SecurityRule) -> bool:
    """Tell whether a rule is a just-in-time window: an Allow that Defender made."""
    return is_just_in_time(rule.name) and rule.access is not Access.DENY
