"""Network security groups and the rules that every one of them ends with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from shared.network.ids import ResourceId
from shared.network.security_rule import EVERYWHERE, Access, Direction, Endpoint, SecurityRule
from shared.network.service_tags import ServiceTag

_VIRTUAL_NETWORK: Final = Endpoint(tags=(ServiceTag.parse("VirtualNetwork"),))
_LOAD_BALANCER: Final = Endpoint(tags=(ServiceTag.parse("AzureLoadBalancer"),))
_INTERNET: Final = Endpoint(tags=(ServiceTag.parse("Internet"),))

DEFAULT_SECURITY_RULES: Final = (
    SecurityRule(
        "AllowVnetInBound",
        65000,
        Direction.INBOUND,
        Access.ALLOW,
        source=_VIRTUAL_NETWORK,
        destination=_VIRTUAL_NETWORK,
    ),
    SecurityRule(
        "AllowAzureLoadBalancerInBound",
        65001,
        Direction.INBOUND,
        Access.ALLOW,
        source=_LOAD_BALANCER,
    ),
    SecurityRule("DenyAllInBound", 65500, Direction.INBOUND, Access.DENY),
    SecurityRule(
        "AllowVnetOutBound",
        65000,
        Direction.OUTBOUND,
        Access.ALLOW,
        source=_VIRTUAL_NETWORK,
        destination=_VIRTUAL_NETWORK,
    ),
    SecurityRule(
        "AllowInternetOutBound",
        65001,
        Direction.OUTBOUND,
        Access.ALLOW,
        source=EVERYWHERE,
        destination=_INTERNET,
    ),
    SecurityRule("DenyAllOutBound", 65500, Direction.OUTBOUND, Access.DENY),
)
"""Source: Microsoft Learn, "Network security groups", default security rules."""


@dataclass(frozen=True)
class NetworkSecurityGroup:
    """A network security group with its custom rules, in any order.

    `faults` name rules that could not be understood: a group with any of them cannot be judged.
    """

    id: ResourceId
    rules: tuple[SecurityRule, ...] = ()
    faults: tuple[str, ...] = ()

    @cached_property
    def inbound(self) -> tuple[SecurityRule, ...]:
        """The inbound rules in the order in which Azure tries them, default rules last."""
        return self._ordered(Direction.INBOUND)

    @cached_property
    def outbound(self) -> tuple[SecurityRule, ...]:
        """The outbound rules in the order in which Azure tries them, default rules last."""
        return self._ordered(Direction.OUTBOUND)

    def _ordered(self, direction: Direction) -> tuple[SecurityRule, ...]:
        rules = (*self.rules, *DEFAULT_SECURITY_RULES)
        return tuple(
            sorted(
                (rule for rule in rules if rule.direction is direction),
                key=lambda rule: rule.priority,
            )
        )
