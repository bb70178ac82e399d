"""Security admin rules as the first layer of a path."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from shared.exposure.layers import Layer, LayerKind, Reason, RuleLayer, UnknownLayer
from shared.exposure.rule_match import Destination, Match, Perspective, match_destination
from shared.network.admin_rules import AdminRule
from shared.network.ids import ResourceId
from shared.network.security_rule import Access, Direction
from shared.network.snapshot import Snapshot
from shared.packetset.protocols import Protocol

_EXEMPT_SERVICES: Final = frozenset(
    {"microsoft.sql/managedinstances", "microsoft.databricks/workspaces"}
)
_WITHOUT_GROUP: Final = Reason(
    "always-allow-without-nsg",
    "an AlwaysAllow admin rule lets packets in, and no security group stands before this address;"
    " whether the platform's default still closes it is not documented",
)
_EXEMPT_NETWORK: Final = Reason(
    "admin-rules-exempt-network",
    "the network holds a service on which admin rules are not applied; whether an AlwaysAllow is"
    " depends on the configuration",
)


class AdminFilter:
    """Builds the layer of security admin rules before the networks of one snapshot.

    Source: Microsoft Learn, "Security admin rules in Azure Virtual Network Manager": rules come
    before security groups, Allow goes on to them, AlwaysAllow delivers past them; no Deny applies
    to networks with SQL Managed Instance or Azure Databricks.
    """

    def __init__(self, snapshot: Snapshot, protocol: Protocol = Protocol.TCP) -> None:
        """Take the admin rules of one snapshot, for flows of one protocol."""
        self._snapshot = snapshot
        self._protocol = protocol
        self._layers: dict[tuple[object, ...], Layer] = {}

    def in_front_of(
        self,
        network: ResourceId | None,
        destination: Destination,
        port: int,
        perspective: Perspective,
        *,
        closed_by_default: bool,
    ) -> tuple[Layer, ...]:
        """Give the layer before one destination; none where no admin rule is about it.

        With `closed_by_default`, only a default of the platform's stands behind it.
        """
        in_force = self._snapshot.admin_rules.get(network) if network else None
        if network is None or in_force is None:
            return ()
        relevant = [one for one in in_force.rules if self._is_about(one, port)]
        fault = in_force.faults[0] if in_force.faults else self._unordered(relevant)
        if fault:
            return (self._unknown(network, fault),)
        exempt = self.is_exempt(network)
        ordered = sorted(relevant, key=lambda one: (self._rank(one), one.rule.priority))
        rules = tuple(
            (one.rule, match)
            for one in ordered
            if (match := match_destination(one.rule, destination, perspective.family))
            is not Match.NO
            and not (exempt and one.rule.access is Access.DENY)
        )
        if not rules:
            return ()
        doubt = _EXEMPT_NETWORK if exempt else _WITHOUT_GROUP if closed_by_default else None
        key = (network, port, perspective, rules, doubt)
        made = RuleLayer(LayerKind.ADMIN_RULES, network, rules, perspective, doubt)
        return (self._layers.setdefault(key, made),)

    def _is_about(self, one: AdminRule, port: int) -> bool:
        rule = one.rule
        return (
            rule.direction is Direction.INBOUND
            and rule.protocol.covers(self._protocol)
            and port in rule.destination_ports
        )

    def is_exempt(self, network_id: ResourceId) -> bool:
        """Tell whether a network holds a service beside which not every admin rule is applied."""
        network = self._snapshot.virtual_networks.get(network_id)
        return network is not None and not _EXEMPT_SERVICES.isdisjoint(network.services)

    def _rank(self, one: AdminRule) -> int:
        """Give 0 to a manager over management groups and 1 to others: the higher scope wins."""
        manager = self._snapshot.network_managers.get(one.manager) if one.manager else None
        return 0 if manager is not None and manager.over_management_groups else 1

    def _unordered(self, rules: Sequence[AdminRule]) -> str:
        """Say between which managers it cannot be told who wins; empty where it can."""
        managers = {one.manager: self._rank(one) for one in rules}
        if len(set(managers.values())) == len(managers):
            return ""
        names = ", ".join(sorted(manager.name for manager in managers if manager))
        return f"which of the network managers {names} wins cannot be told"

    def _unknown(self, network: ResourceId, fault: str) -> Layer:
        return self._layers.setdefault(
            (network,),
            UnknownLayer(
                LayerKind.ADMIN_RULES,
                network,
                Reason("admin-rules-unread", f"security admin rules are not known: {fault}"),
                Access.ALWAYS_ALLOW,
            ),
        )
