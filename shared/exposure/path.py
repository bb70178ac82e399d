"""All filters between a sender and one destination, judged together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from shared.exposure.layers import Layer, LayerKind, Step
from shared.exposure.rule_match import Assumption, Origin, Perspective
from shared.network.security_rule import Access
from shared.network.service_tags import ServiceTag, containing_tags
from shared.packetset.addresses import ALL_ADDRESSES
from shared.packetset.intervals import IntervalSet
from shared.packetset.packets import NO_PACKETS, Packet, PacketSet

PacketsByOrigin = Mapping[Origin, PacketSet]


@dataclass(frozen=True, slots=True)
class Path:
    """The layers that packets from one perspective meet, in order.

    An AlwaysAllow of the admin rules delivers at once, past the security groups.  `onward` is what
    the packets go on to meet once their source address is replaced by one of its perspective's;
    the source port stays.
    """

    layers: tuple[Layer, ...]
    perspective: Perspective
    onward: Path | None = None

    @property
    def all_layers(self) -> tuple[Layer, ...]:
        """Every layer, those behind a translation last."""
        return (*self.layers, *(self.onward.all_layers if self.onward else ()))

    @property
    def is_closed(self) -> bool:
        """Whether some layer surely stops every packet; False says nothing.

        Behind admin rules no layer tells, for an AlwaysAllow delivers past it.
        """
        for layer in self.layers:
            if layer.is_closed:
                return True
            if layer.kind is LayerKind.ADMIN_RULES:
                return False
        return False

    def let_in(self, assumption: Assumption) -> PacketsByOrigin:
        """Give the packets that every layer lets through, by what the mildest rule names."""
        under_way: dict[Origin, PacketSet] = {Origin.ADDRESSES: self.sent(assumption)}
        delivered: dict[Origin, PacketSet] = {}
        for layer in self.layers:
            arriving, under_way = under_way, {}
            for before, packets in arriving.items():
                for decision in layer.decisions(assumption, packets):
                    if decision.access is Access.DENY:
                        continue
                    onward = delivered if decision.access is Access.ALWAYS_ALLOW else under_way
                    origin = before.milder(decision.origin)
                    onward[origin] = onward.get(origin, NO_PACKETS).union(decision.packets)
        for origin, packets in delivered.items():
            under_way[origin] = under_way.get(origin, NO_PACKETS).union(packets)
        if self.onward is not None:
            kept = self.onward.let_in_by_port(assumption)
            under_way = {origin: packets.intersect(kept) for origin, packets in under_way.items()}
        return {origin: packets for origin, packets in under_way.items() if packets}

    def let_in_by_port(self, assumption: Assumption) -> PacketSet:
        """Give packets from everywhere, with the source ports from which anybody gets in."""
        found = self.let_in(assumption).values()
        ports = [(first, last) for packets in found for first, last, _ in packets.slices]
        return PacketSet.of(ALL_ADDRESSES, IntervalSet.of(ports))

    def translated(self, packet: Packet, assumption: Assumption) -> Packet | None:
        """Give a packet as it arrives after the translation of its source; None without one."""
        if self.onward is None:
            return None
        port = IntervalSet.span(packet.source_port, packet.source_port)
        arriving = PacketSet.of(self.onward.perspective.universe, port)
        for packets in self.onward.let_in(assumption).values():
            if accepted := packets.intersect(arriving):
                return accepted.witness()
        return arriving.witness()

    def trace(self, packet: Packet, assumption: Assumption) -> tuple[Step, ...]:
        """Give the rules that decide one packet, layer by layer, up to the one that ends its way.

        A layer that could not be read, or lets it pass without a rule, leaves no step.
        """
        steps: list[Step] = []
        alone = PacketSet.single(packet)
        for layer in self.layers:
            decision = layer.decisions(assumption, alone)[0]
            if decision.step is not None:
                steps.append(decision.step)
            if decision.access is not Access.ALLOW:
                return tuple(steps)
        if self.onward is not None and (arriving := self.translated(packet, assumption)):
            steps.extend(self.onward.trace(arriving, assumption))
        return tuple(steps)

    def memberships(self) -> Iterator[tuple[tuple[ServiceTag, ...], frozenset[str]]]:
        """Give the combinations of unresolved tags that can matter, each with all it belongs to.

        One sender may belong to several tags.  In one layer the first rule that matches such a
        sender would match a member of that rule's tag alone, so one tag for each layer is enough.
        """
        layers = [layer.unresolved for layer in self.layers if layer.unresolved]
        tags = sorted({tag for unresolved in layers for tag in unresolved})
        for size in range(1, len(layers) + 1):
            for chosen in combinations(tags, size):
                keys = {tag.key for tag in chosen}
                implied = {wider for tag in chosen for wider in containing_tags(tag.key)}
                if not keys & implied:
                    yield chosen, frozenset(keys | implied)

    def sent(self, assumption: Assumption) -> PacketSet:
        """Give the packets of the universe; members of a tag lie in what resolved tags hold it."""
        universe = self.perspective.universe
        for key in assumption.members:
            listed = self.perspective.tags.resolve(key)
            if listed is not None:
                universe = universe.intersect(listed)
        return PacketSet.of(universe)
