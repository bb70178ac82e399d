"""What plans say to people: card, page and command line show the same words."""

from __future__ import annotations

from enum import StrEnum
from itertools import islice
from typing import Final, assert_never

from shared.network.ids import ResourceId
from shared.packetset.addresses import AddressSet
from shared.remediation.edit import (
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
from shared.remediation.edit_documents import port_texts

_NAMED: Final = 5


class PlanKind(StrEnum):
    """What a plan does, from what changes least to what changes most."""

    REMOVE_RULE = "remove-rule"
    NARROW_RULE = "narrow-rule"
    DENY_RULE = "deny-rule"
    DISSOCIATE_PUBLIC_IP = "dissociate-public-ip"
    REMOVE_NAT_RULE = "remove-nat-rule"
    REMOVE_DNAT_RULE = "remove-dnat-rule"


_TITLES: Final = {
    PlanKind.REMOVE_RULE: "Remove what {cause} lets in and nobody should have",
    PlanKind.NARROW_RULE: "Leave {cause} nothing but trusted and private sources",
    PlanKind.DENY_RULE: "Deny the internet above {cause}",
    PlanKind.DISSOCIATE_PUBLIC_IP: "Take public address {cause} off",
    PlanKind.REMOVE_NAT_RULE: "Remove NAT rule {cause}",
    PlanKind.REMOVE_DNAT_RULE: "Remove a DNAT rule of {cause}",
}


def plan_title(kind: PlanKind, cause: ResourceId) -> str:
    """Give a plan's headline."""
    return _TITLES[kind].format(cause=cause.name)


def step_text(edit: Edit) -> str:
    """Say in one sentence what an edit does."""
    match edit:
        case RemoveRule() | NarrowRule() | MoveRule() | AddRule():
            return _rule_step(edit)
        case DissociatePublicIp() | DetachNatRule() | RemoveNatRule() | RemoveDnatRule():
            return _door_step(edit)
        case _ as unreachable:
            assert_never(unreachable)


def _rule_step(edit: RuleEdit) -> str:
    match edit:
        case RemoveRule(group, rule):
            return f"Remove rule {rule} from network security group {group.name}."
        case NarrowRule(group, rule, sources):
            kept = _sources(sources)
            return f"Leave rule {rule} of network security group {group.name} only {kept}."
        case MoveRule(group, rule, priority):
            place = f"network security group {group.name}"
            return f"Give rule {rule} of {place} priority {priority}."
        case AddRule(group, rule):
            ports = ", ".join(port_texts(rule.destination_ports))
            senders = _sources(rule.source.addresses) if rule.source.addresses else "the internet"
            return (
                f"Add rule {rule.name} with priority {rule.priority} to network security group"
                f" {group.name}: deny TCP to port {ports} from {senders}."
            )
        case _ as unreachable:
            assert_never(unreachable)


def _door_step(edit: DoorEdit) -> str:
    match edit:
        case DissociatePublicIp(interface, configuration, public_ip):
            place = f"{configuration} of network interface {interface.name}"
            return f"Take public IP address {public_ip.name} off {place}; the address is kept."
        case DetachNatRule(interface, configuration, nat_rule):
            place = f"{configuration} of network interface {interface.name}"
            return f"Let {place} give up NAT rule {nat_rule.name}."
        case RemoveNatRule(balancer, rule):
            return f"Remove inbound NAT rule {rule} from load balancer {balancer.name}."
        case RemoveDnatRule(holder, _, rule):
            return f"Remove DNAT rule {rule} from {holder.name}."
        case _ as unreachable:
            assert_never(unreachable)


def _sources(sources: AddressSet) -> str:
    """Name the first few prefixes and count the others."""
    prefixes = list(islice(sources.prefixes(), _NAMED + 1))
    if len(prefixes) <= _NAMED:
        return ", ".join(prefixes)
    more = sum(1 for _ in sources.prefixes()) - _NAMED
    return f"{', '.join(prefixes[:_NAMED])} and {more} more prefixes"
