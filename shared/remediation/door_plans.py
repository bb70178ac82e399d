"""What could be done about a front door itself, where no security group can close it."""

from __future__ import annotations

from collections.abc import Iterator

from shared.exposure.exposure import Exposure
from shared.exposure.front_door import FrontDoorKind
from shared.exposure.layers import Reason
from shared.exposure.verdict import Exposed
from shared.network.ids import ResourceId
from shared.network.load_balancer import NatRule
from shared.network.security_rule import Access, Endpoint, SecurityRule, is_just_in_time
from shared.network.service_tags import AZURE_LOAD_BALANCER, VIRTUAL_NETWORK
from shared.network.snapshot import Snapshot
from shared.packetset.protocols import ports_of
from shared.remediation.clearing import ANYONE
from shared.remediation.edit import (
    DetachNatRule,
    DissociatePublicIp,
    Edit,
    RemoveDnatRule,
    RemoveNatRule,
)
from shared.remediation.group_plans import Candidate
from shared.remediation.rehearsal import Stage
from shared.remediation.wording import PlanKind

_NOT_THE_INTERNET = frozenset({VIRTUAL_NETWORK, AZURE_LOAD_BALANCER})

_BY_HAND = {
    FrontDoorKind.LOAD_BALANCER_RULE: "a load-balancing rule leads there, and others may need it",
    FrontDoorKind.SCALE_SET_PUBLIC_IP: "its scale set's model must change, and its instances after",
    FrontDoorKind.APPLICATION_GATEWAY: "a listener of an application gateway leads there",
}


def door_candidate(stage: Stage, exposure: Exposure) -> Candidate | Reason:
    """Give the edits that take away the door of one exposure, or why a person must act."""
    door, verdict = exposure.front_door, exposure.verdict
    if isinstance(verdict, Exposed) and verdict.witness is None:
        text = "only a service tag whose addresses are not known lets anybody in"
        return Reason("opaque-tag", text)
    if any(step.access is Access.ALWAYS_ALLOW for step in verdict.trace):
        text = "a security admin rule delivers past all security groups; its owner must change it"
        return Reason("always-allow", text)
    match door.kind:
        case FrontDoorKind.PUBLIC_IP:
            return _dissociated(stage, exposure)
        case FrontDoorKind.LOAD_BALANCER_NAT_RULE:
            return _without_nat(stage.snapshot, door.id)
        case FrontDoorKind.FIREWALL_DNAT:
            return _without_dnat(door.id, door.rule or "")
        case other:
            return Reason("needs-a-person", _BY_HAND[other])


def _dissociated(stage: Stage, exposure: Exposure) -> Candidate | Reason:
    public_ip = exposure.front_door.id
    others = sorted(set(_other_uses(stage, exposure.nic)))
    if others:
        text = f"rule {others[0]} lets the internet in to other ports of {public_ip.name}, too"
        return Reason("serves-other-ports", text)
    edit = DissociatePublicIp(exposure.nic, exposure.ip_configuration, public_ip)
    return Candidate(PlanKind.DISSOCIATE_PUBLIC_IP, public_ip, (edit,))


def _other_uses(stage: Stage, interface: ResourceId) -> Iterator[str]:
    """Give the rules that let the internet in to other ports, shadowed or not."""
    watched = ports_of(map(str, stage.question.ports))
    for group_id in stage.neighbourhoods.groups_before(interface):
        group = stage.snapshot.security_groups.get(group_id)
        for rule in group.inbound if group else ():
            if _lets_internet_in(rule) and not rule.destination_ports.is_subset(watched):
                yield rule.name


def _lets_internet_in(rule: SecurityRule) -> bool:
    if rule.access is Access.DENY or is_just_in_time(rule.name):
        return False
    return _holds_internet(rule.source)


def _holds_internet(source: Endpoint) -> bool:
    return (
        source.everywhere
        or source.addresses.overlaps(ANYONE)
        or any(tag.key not in _NOT_THE_INTERNET for tag in source.tags)
    )


def _without_nat(snapshot: Snapshot, rule_id: ResourceId) -> Candidate | Reason:
    """Remove a NAT rule, once the interface that it leads to has let go of it."""
    balancer_id = rule_id.parent("inboundNatRules")
    balancer = snapshot.load_balancers.get(balancer_id) if balancer_id else None
    rule = (
        next((one for one in balancer.nat_rules if one.id == rule_id), None) if balancer else None
    )
    if balancer is None or rule is None:
        return Reason("needs-a-person", "a NAT pool of a scale set leads there")
    edits: tuple[Edit, ...] = tuple(_detached(snapshot, rule))
    remove = RemoveNatRule(balancer.id, rule.id.name)
    return Candidate(PlanKind.REMOVE_NAT_RULE, rule.id, (*edits, remove))


def _detached(snapshot: Snapshot, rule: NatRule) -> Iterator[DetachNatRule]:
    """Let every configuration that names a rule of version 1 give it up."""
    if rule.pool is not None:
        return
    for interface in snapshot.network_interfaces.values():
        for configuration in interface.ip_configurations:
            if rule.id in configuration.nat_rules:
                yield DetachNatRule(interface.id, configuration.name, rule.id)


def _without_dnat(collection: ResourceId, rule: str) -> Candidate:
    """Remove a DNAT rule of a firewall's own collection, or of a policy's group."""
    holder = collection.parent("natRuleCollections") or collection
    edit = RemoveDnatRule(holder, collection, rule)
    return Candidate(PlanKind.REMOVE_DNAT_RULE, collection.child("rules", rule), (edit,))
