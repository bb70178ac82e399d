"""What the filters before an interface say to one flow: first match, layer after layer.

Source: Microsoft Learn, "IP flow verify overview".  Like Azure's own answer it looks at no route,
balancer or guest, and not at the default of a Standard address without any NSG.
"""

from dataclasses import dataclass
from typing import Final

from simulator.exchange import JsonObject
from simulator.filtering.layers import FilterLayer, Flow

_ALLOW: Final = "Allow"
_DENY: Final = "Deny"


@dataclass(frozen=True, slots=True)
class FlowVerdict:
    """Whether a flow passes, and the rule that decided; None where no rule was about it."""

    access: str
    rule_name: str | None

    def as_json(self) -> JsonObject:
        """Return the verdict as Azure answers it."""
        named = {} if self.rule_name is None else {"ruleName": self.rule_name}
        return {"access": self.access, **named}


def flow_verdict(inbound: list[FilterLayer], flow: Flow) -> FlowVerdict:
    """Judge a flow; an outbound one meets the interface's NSG before the subnet's.

    Of admin rules an Allow hands over to the next layer, an AlwaysAllow ends with the flow let
    through, a Deny ends it.
    """
    admin = [layer for layer in inbound if layer.group is None]
    groups = [layer for layer in inbound if layer.group is not None]
    for layer in admin:
        rule = layer.first_match(flow)
        if rule is not None and rule.access.lower() == "alwaysallow":
            return FlowVerdict(_ALLOW, rule.name)
        if rule is not None and rule.access.lower() == "deny":
            return FlowVerdict(_DENY, rule.name)
        if rule is not None:
            break
    passed: str | None = None
    for layer in groups if flow.direction.lower() == "inbound" else groups[::-1]:
        rule = layer.first_match(flow)
        if rule is None or rule.access.lower() != "allow":
            return FlowVerdict(_DENY, rule.name if rule else None)
        passed = rule.name
    return FlowVerdict(_ALLOW, passed)
