"""One packet through all layers to one IP configuration of a VM."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Final

from tests.oracle.decision import Decision, Match, alike, either, every
from tests.oracle.estate import Estate, key, link
from tests.oracle.layers import (
    Step,
    admin_answer,
    admin_rules,
    groups_of,
    may_skip_admin_denies,
    platform,
    security_group,
)
from tests.oracle.matching import Packet, Surroundings, source_matches
from tests.rows import Part, Row


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: an address (as a number) and port, and the unresolved tags that hold it."""

    address: int
    port: int
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Route:
    """One way from a front door to an IP configuration.

    `floating` is the frontend address that stays the destination; `clients` the sources that a
    DNAT rule lets in (None: no such filter); `translated` the addresses that it sends from.
    """

    configuration: str
    family: str
    port: int
    sku: str | None
    floating: str | None = None
    clients: tuple[str, ...] | None = None
    clients_unread: bool = False
    translated: tuple[str, ...] = ()
    front_rule: str = ""


class Path:
    """A route in its estate: says of each sender what becomes of its packet."""

    def __init__(self, estate: Estate, route: Route) -> None:
        self.estate: Final = estate
        self.route: Final = route
        interface, configuration = estate.configurations[route.configuration]
        self.vnet: Final = (link(configuration["properties"], "subnet") or "").split("/subnets/")[0]
        self.groups: Final = groups_of(estate, route.configuration)
        self.admin_rules: Final = admin_rules(estate, self.vnet)
        self._exempt: Final = may_skip_admin_denies(estate, self.vnet)
        own = _groups(configuration)
        beside = [_groups(one) for one in interface["properties"]["ipConfigurations"]]
        self.around: Final = Surroundings(
            space=estate.space(self.vnet),
            diverted=estate.diverts_replies(estate.subnet(configuration)),
            tags=estate.tags,
            asgs=own,
            neighbour_asgs=frozenset[str]().union(*beside) - own,
        )
        target = route.floating or configuration["properties"]["privateIPAddress"]
        self._destination: Final = int(ip_address(target))

    def fate(self, sender: Sender) -> Decision:
        """Return what becomes of a packet of this sender."""
        return every(step.decision for step in self.steps(sender))

    def steps(self, sender: Sender) -> list[Step]:
        """Return what each layer does to the packet, up to and including the one that stops it."""
        packet = Packet(
            self.route.family,
            sender.address,
            sender.port,
            self._destination,
            self.route.port,
            sender.tags,
        )
        if self.route.clients is None:
            opened = Step("front-door", self.route.front_rule, Decision.ALLOWED)
            return [*([opened] if self.route.front_rule else []), *self._filters(packet)]
        front = self._front_door(packet)
        if front.decision is Decision.BLOCKED:
            return [front]
        sent_on = [
            self._filters(replace(packet, source=int(ip_address(one))))
            for one in self.route.translated
        ]
        fates = [every(step.decision for step in one) for one in sent_on]
        if len(set(fates)) == 1:
            return [front, *sent_on[0]]
        return [front, Step("subnet-nsg", "", alike(fates))]

    def _front_door(self, packet: Packet) -> Step:
        texts: Sequence[str] = self.route.clients or ()
        listed = either(source_matches(text, packet, self.around, allows=True) for text in texts)
        if listed is Match.YES:
            return Step("front-door", self.route.front_rule, Decision.ALLOWED)
        unread = self.route.clients_unread or listed is Match.MAYBE
        stop = Decision.UNKNOWN if unread else Decision.BLOCKED
        return Step("front-door", self.route.front_rule, stop)

    def _filters(self, packet: Packet) -> list[Step]:
        rule, fates = admin_answer(self.admin_rules, packet, self.around, exempt=self._exempt)
        if fates == {"deny"}:
            return [Step("admin-rules", rule, Decision.BLOCKED)]
        delivered = self._delivered()
        if fates == {"alwaysallow"}:
            return [Step("admin-rules", rule, Decision.ALLOWED), *delivered]
        met = self._groups_or_platform(packet)
        if fates == {"allow"}:
            return [Step("admin-rules", rule, Decision.ALLOWED), *met] if rule else met
        outcomes = {
            "deny": Decision.BLOCKED,
            "alwaysallow": every(step.decision for step in delivered),
            "allow": every(step.decision for step in met),
        }
        return [Step("admin-rules", rule, alike(outcomes[one] for one in fates))]

    def _delivered(self) -> list[Step]:
        """Return what is left to pass once NSGs are skipped.

        Whether a Standard address without any NSG stays closed then, Azure's documents leave open.
        """
        if self.groups or self.route.clients is not None:
            return []
        default = platform(self.route.sku)
        closed = default.decision is not Decision.ALLOWED
        return [default._replace(decision=Decision.UNKNOWN)] if closed else [default]

    def _groups_or_platform(self, packet: Packet) -> list[Step]:
        if not self.groups:
            return [platform(self.route.sku)] if self.route.clients is None else []
        met: list[Step] = []
        for layer, group_id in self.groups:
            met.append(security_group(self.estate, layer, group_id or "", packet, self.around))
            if met[-1].decision is Decision.BLOCKED:
                break
        return met


def _groups(configuration: Part) -> frozenset[str]:
    groups = configuration["properties"].get("applicationSecurityGroups") or []
    return frozenset(key(one["id"]) for one in groups)


def public_address_route(estate: Estate, configuration_id: str, port: int) -> Route:
    """Return the way through the public address of an IP configuration."""
    _, configuration = estate.configurations[configuration_id]
    properties = configuration["properties"]
    address = estate.rows.get(link(properties, "publicIPAddress") or "")
    sku = ((address or {}).get("sku") or {}).get("name")
    family = (properties.get("privateIPAddressVersion") or "IPv4").lower()
    return Route(configuration_id, family, port, sku)


def decide(
    estate_rows: Iterable[Row],
    ip_configuration_id: str,
    *,
    source_ip: str,
    source_port: int,
    port: int,
    tag_membership: frozenset[str] = frozenset(),
) -> Decision:
    """Return the fate of one TCP packet to the public address of an IP configuration."""
    estate = Estate(estate_rows)
    path = Path(estate, public_address_route(estate, key(ip_configuration_id), port))
    return path.fate(Sender(int(ip_address(source_ip)), source_port, tag_membership))
