"""Azure's own account of the filters before an interface: effective rules and IP flow verify."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from shared.adapters.arm_reads import POLLING_SECONDS, ArmReader, body_of
from shared.adapters.endpoint_text import ACCESSES, DIRECTIONS, endpoint, member
from shared.adapters.wire_effective import (
    Association,
    EffectiveGroup,
    EffectiveGroups,
    EffectiveRule,
    FlowAnswer,
)
from shared.exposure.effective import RuleList
from shared.exposure.layers import LayerKind
from shared.network.ids import ResourceId, resource_id
from shared.network.security_rule import Access, Direction, Endpoint, SecurityRule
from shared.packetset.addresses import AddressSet, InvalidAddressError, address_text
from shared.packetset.protocols import Protocol, ports_of
from shared.usecases.interfaces import InventoryError
from shared.usecases.verify import Flow

_GROUPS: Final = msgspec.json.Decoder(EffectiveGroups)
_FLOW: Final = msgspec.json.Decoder(FlowAnswer)
_ACCESSES: Final = {**ACCESSES, Access.ALWAYS_ALLOW.lower(): Access.ALWAYS_ALLOW}


class EffectiveRules:
    """A `FilterAccount`: asks Azure about running machines.

    Effective rules need `networkInterfaces/effectiveNetworkSecurityGroups/action`, flows
    `networkWatchers/ipFlowVerify/action` and a Network Watcher in the region of the machine;
    neither action is part of the role Reader.

    Source: Microsoft Learn, "IP flow verify overview".
    """

    def __init__(self, reader: ArmReader) -> None:
        """Take the way to Resource Manager."""
        self._reader = reader
        self._watchers: dict[ResourceId, ResourceId] = {}

    def rule_lists(self, interface: ResourceId) -> Sequence[RuleList]:
        """Give the effective rules before a network interface."""
        network = self._reader.network(interface.subscription).network_interfaces
        doing = f"asking for the effective rules of {interface.name}"
        text = self._reader.outcome(
            doing,
            lambda: network.begin_list_effective_network_security_groups(
                interface.resource_group,
                interface.name,
                cls=body_of,
                polling_interval=POLLING_SECONDS,
            ),
        )
        try:
            return tuple(_rule_list(group) for group in _GROUPS.decode(text).value or ())
        except (msgspec.DecodeError, ValueError) as error:
            raise InventoryError(f"{doing}: {error}") from error

    def access(self, machine: ResourceId, interface: ResourceId, flow: Flow) -> Access:
        """Tell whether one flow of IPv4 is let in to an interface of a machine."""
        from azure.mgmt.network.models import VerificationIPFlowParameters

        watcher = self._watcher_of(interface)
        watchers = self._reader.network(watcher.subscription).network_watchers
        asked = VerificationIPFlowParameters(
            target_resource_id=machine.text,
            target_nic_resource_id=interface.text,
            direction=Direction.INBOUND.value,
            protocol="TCP",
            local_port=str(flow.port),
            remote_port=str(flow.source_port),
            local_ip_address=address_text(flow.destination),
            remote_ip_address=address_text(flow.source),
        )
        doing = f"asking whether {address_text(flow.source)} gets in to {machine.name}"
        text = self._reader.outcome(
            doing,
            lambda: watchers.begin_verify_ip_flow(
                watcher.resource_group,
                watcher.name,
                asked,
                cls=body_of,
                polling_interval=POLLING_SECONDS,
            ),
        )
        try:
            return member(ACCESSES, _FLOW.decode(text).access, "access")
        except (msgspec.DecodeError, ValueError) as error:
            raise InventoryError(f"{doing}: {error}") from error

    def _watcher_of(self, interface: ResourceId) -> ResourceId:
        """Find the Network Watcher of the region that an interface is in, once."""
        if interface not in self._watchers:
            self._watchers[interface] = self._found_watcher(interface)
        return self._watchers[interface]

    def _found_watcher(self, interface: ResourceId) -> ResourceId:
        client = self._reader.network(interface.subscription)
        region = self._reader.ask(
            f"reading {interface.name}",
            lambda: (
                client.network_interfaces.get(interface.resource_group, interface.name).location
            ),
        )
        watchers = self._reader.ask(
            "reading the Network Watchers", lambda: list(client.network_watchers.list_all())
        )
        for watcher in watchers:
            if watcher.id and _region(watcher.location) == _region(region):
                return resource_id(watcher.id)
        raise InventoryError(f"there is no Network Watcher in {region}")


def _region(location: str | None) -> str:
    """Give a region's name as it compares: `West Europe` is `westeurope`."""
    return (location or "").replace(" ", "").lower()


def _rule_list(group: EffectiveGroup) -> RuleList:
    rules = tuple(_rule(rule) for rule in group.effective_security_rules or ())
    return RuleList(_kind(group.association or Association()), rules)


def _kind(association: Association) -> LayerKind:
    """Tell where a list of rules stands.

    Raises:
        ValueError: nowhere that we know of.
    """
    if association.network_manager is not None:
        return LayerKind.ADMIN_RULES
    if association.subnet is not None:
        return LayerKind.SUBNET_NSG
    if association.network_interface is not None:
        return LayerKind.NIC_NSG
    raise ValueError("rules that belong to no subnet, interface or network manager")


def _rule(rule: EffectiveRule) -> SecurityRule:
    return SecurityRule(
        name=rule.name.rpartition("/")[2],
        priority=rule.priority,
        direction=member(DIRECTIONS, rule.direction, "direction"),
        access=member(_ACCESSES, rule.access, "access"),
        protocol=Protocol.parse(rule.protocol or "All"),
        source=_side(
            rule.source_address_prefix,
            rule.source_address_prefixes,
            rule.expanded_source_address_prefix,
        ),
        source_ports=ports_of(_texts(rule.source_port_range, rule.source_port_ranges) or ("*",)),
        destination=_side(
            rule.destination_address_prefix,
            rule.destination_address_prefixes,
            rule.expanded_destination_address_prefix,
        ),
        destination_ports=ports_of(
            _texts(rule.destination_port_range, rule.destination_port_ranges) or ("*",)
        ),
    )


def _side(
    singular: str | None, plural: Sequence[str] | None, expanded: Sequence[str] | None
) -> Endpoint:
    """Read one side: what its tags expand to, and its literal prefixes.

    A side that names nothing is one of application security groups, whose addresses are not told.
    """
    stated = _texts(singular, plural)
    if not stated:
        return Endpoint(unresolved=True)
    if expanded:
        return endpoint((*expanded, *_literal(stated)))
    return endpoint(stated)


def _literal(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        try:
            AddressSet.parse(text)
        except InvalidAddressError:
            continue
        yield text


def _texts(singular: str | None, plural: Sequence[str] | None) -> tuple[str, ...]:
    """Give what the fields of one side name; Azure repeats the singular one in the plural one."""
    return tuple(dict.fromkeys(text for text in (singular, *(plural or ())) if text))
