"""Changes of the estate in words: which rule came, which group was detached, what decides now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from shared.findings.object_changes import ChangeKind, FieldChange, ObjectChange
from shared.findings.scan_comparison import Cause, Decision
from shared.network.ids import ResourceId
from shared.rendering.card_wording import resource_name
from shared.rendering.visible_text import visible

_MOST_CAUSES: Final = 3
_TYPES: Final = {
    "networksecuritygroups": "NSG",
    "networkinterfaces": "network interface",
    "publicipaddresses": "public IP",
    "virtualmachines": "machine",
    "virtualmachinescalesets": "scale set",
    "virtualnetworks": "virtual network",
    "subnets": "subnet",
    "loadbalancers": "load balancer",
    "routetables": "route table",
    "azurefirewalls": "firewall",
    "firewallpolicies": "firewall policy",
    "rulecollectiongroups": "rule collection group",
    "ipgroups": "IP group",
    "applicationgateways": "application gateway",
    "bastionhosts": "Bastion",
}
_ATTACHED: Final = frozenset(
    {
        "NSG",
        "public IP",
        "route table",
        "subnet",
        "backend pool",
        "NAT rule",
        "member",
        "policy",
        "IP group",
        "application security group",
        "network interface",
    }
)
_LAYERS: Final = {
    "front-door": "front door",
    "admin-rules": "security admin rules",
    "subnet-nsg": "subnet NSG",
    "nic-nsg": "NIC NSG",
    "platform": "Azure default",
}
_USUAL: Final = frozenset(
    {("direction", "Inbound"), ("source ports", "any"), ("destination", "*"), ("protocol", "*")}
)


def causes_text(causes: Iterable[Cause]) -> str:
    """Give the first causes, and how many more there are."""
    texts = [cause_text(cause) for cause in causes]
    more = len(texts) - _MOST_CAUSES
    shown = "; ".join(texts[:_MOST_CAUSES])
    return f"{shown}; and {more:,} more" if more > 0 else shown


def cause_text(cause: Cause) -> str:
    """Tell one change."""
    return _decision(cause) if isinstance(cause, Decision) else _object_change(cause)


def _decision(one: Decision) -> str:
    place = f"{_LAYERS.get(one.layer, one.layer)} {visible(one.resource.name)}"
    if one.after is None:
        return f"{place}: {visible(one.before or '')} no longer decides"
    if one.before is None:
        return f"{place}: {visible(one.after)} decides"
    return f"{place}: {visible(one.after)} decides instead of {visible(one.before)}"


def _object_change(change: ObjectChange) -> str:
    subject = f"{_type(change.resource)} {visible(resource_name(change.resource))}"
    part = visible(change.part)
    if change.kind is ChangeKind.CHANGED:
        fields = ", ".join(_field(field) for field in change.fields)
        return f"{subject}: {part}: {fields}" if part else f"{subject}: {fields}"
    if not part:
        return f"{subject} {change.kind.value}"
    told = ", ".join(
        f"{field.name} {visible(value)}"
        for field in change.fields
        if (value := field.after or field.before or "") and (field.name, value) not in _USUAL
    )
    return f"{subject}: {part} {change.kind.value}" + (f" ({told})" if told else "")


def _type(resource: ResourceId) -> str:
    segments = resource.key.split("/")
    kind = segments[-2] if len(segments) > 1 else ""
    return _TYPES.get(kind, visible(kind))


def _field(field: FieldChange) -> str:
    before, after = field.before, field.after
    come, gone = ("attached", "detached") if field.name in _ATTACHED else ("added", "removed")
    if before is not None and after is not None:
        return f"{field.name} {visible(before)}, now {visible(after)}"
    if after is not None:
        return f"{field.name} {visible(after)} {come}"
    return f"{field.name} {visible(before or '')} {gone}"
