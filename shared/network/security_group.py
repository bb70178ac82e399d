"""Network security groups and the rules that every one of them ends with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
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

    @property
    def all_rules(self) -> tuple[SecurityRule, ...]:
        """The custom rules, in any order, and the default ones."""
        return (*self.rules, *DEFAULT_SECURITY_RULES)

    @cached_property
    def inbound(self) -> tuple[SecurityRule, ...]:
        """The inbound rules in the order in which Azure tries them, default rules last."""
        return in_order(rule for rule in self.all_rules if rule.direction is Direction.INBOUND)

    @cached_property
    def outbound(self) -> tuple[SecurityRule, ...]:
        """The outbound rules in the order in which Azure tries them, default rules last."""
        return in_order(rule for rule in self.all_rules if rule.direction is Direction.OUTBOUND)


def in_order(rules: Iterable[SecurityRule]) -> tuple[SecurityRule, ...]:
    """Give rules of one direction in the order in which Azure tries them."""
    return tuple(sorted(rules, key=attrgetter("priority")))
