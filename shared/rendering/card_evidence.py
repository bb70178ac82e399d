"""The evidence of a finding as a card reads it: whatever is missing or misshapen is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeGuard

from shared.checks.result import Json

_FIRST_DEFAULT_PRIORITY: Final = 65_000


@dataclass(frozen=True, slots=True)
class RuleStep:
    """One deciding rule: the layer, the name of the NSG or other owner, and the rule."""

    layer: str
    resource: str
    rule: str
    priority: int | None
    access: str

    @property
    def is_closable(self) -> bool:
        """Tell whether it is a rule that people wrote and that lets somebody in."""
        custom = self.priority is not None and self.priority < _FIRST_DEFAULT_PRIORITY
        return custom and self.access in {"Allow", "AlwaysAllow"}


@dataclass(frozen=True, slots=True)
class Sources:
    """Who gets in: literal prefixes with their number of addresses, and unresolved tags."""

    prefixes: tuple[str, ...] = ()
    address_count: int | None = None
    less_tags: tuple[str, ...] = ()
    possible_tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DoorView:
    """The public side of a way in."""

    kind: str
    name: str
    address: str
    port: int | None
    last_port: int | None = None


@dataclass(frozen=True, slots=True)
class WitnessView:
    """One packet that gets in, as `address:port` on both sides.

    `translated` is the address that a firewall puts in the place of the sender's, if one does.
    """

    source: str
    destination: str
    translated: str = ""


@dataclass(frozen=True, slots=True)
class ExposureView:
    """One way in to one VM."""

    door: DoorView
    port: int | None
    private_ip: str
    verdict: str
    reach: str
    latent: bool
    asymmetric: bool
    sources: Sources
    witness: WitnessView | None
    trace: tuple[RuleStep, ...]
    reasons: tuple[str, ...]


def exposures_of(evidence: Mapping[str, Json]) -> tuple[ExposureView, ...]:
    """Read `exposures`, the evidence of `vm-ssh-reachable`."""
    return tuple(_exposure(entry) for entry in _objects(evidence, "exposures"))


def doors_of(evidence: Mapping[str, Json]) -> tuple[DoorView, ...]:
    """Read `front_doors`, the evidence of `vm-public-ip`."""
    return tuple(_door(entry) for entry in _objects(evidence, "front_doors"))


def rules_of(evidence: Mapping[str, Json], name: str = "rules") -> tuple[RuleStep, ...]:
    """Read deciding rules: `rules` of `nsg-ssh-open`, `trace` of an exposure."""
    return tuple(_rule(entry) for entry in _objects(evidence, name))


def sources_of(evidence: Mapping[str, Json]) -> Sources:
    """Read `sources`."""
    sources = _object(evidence, "sources")
    count = sources.get("address_count")
    if isinstance(count, str) and count.isascii() and count.isdigit():
        count = int(count[:40])
    return Sources(
        prefixes=_texts(sources, "certain"),
        address_count=count if _is_number(count) else None,
        less_tags=_texts(sources, "less_tags"),
        possible_tags=_texts(sources, "possible_tags"),
    )


def reach_of(evidence: Mapping[str, Json]) -> str:
    """Read `reach`; an empty text when there is none."""
    return _text(evidence, "reach")


def port_of(evidence: Mapping[str, Json]) -> int | None:
    """Read `port`."""
    return _number(evidence, "port")


def _exposure(entry: Mapping[str, Json]) -> ExposureView:
    witness = _object(entry, "witness")
    return ExposureView(
        door=_door(_object(entry, "front_door")),
        port=_number(entry, "port"),
        private_ip=_text(entry, "private_ip"),
        verdict=_text(entry, "verdict"),
        reach=_text(entry, "reach"),
        latent=entry.get("latent") is True,
        asymmetric=_text(entry, "return_path") == "asymmetric",
        sources=sources_of(entry),
        witness=_witness(witness) if witness else None,
        trace=rules_of(entry, "trace"),
        reasons=tuple(
            _text(reason, "text") or _text(reason, "code") for reason in _objects(entry, "reasons")
        ),
    )


def _witness(witness: Mapping[str, Json]) -> WitnessView:
    return WitnessView(
        source=_end(_text(witness, "source"), _number(witness, "source_port")),
        destination=_end(_text(witness, "destination"), _number(witness, "destination_port")),
        translated=_text(witness, "translated_source"),
    )


def _end(address: str, port: int | None) -> str:
    host = f"[{address}]" if ":" in address else address
    return host if port is None else f"{host}:{port}"


def _door(door: Mapping[str, Json]) -> DoorView:
    ports = door.get("port_range")
    last = ports[-1] if isinstance(ports, list | tuple) and ports else None
    return DoorView(
        kind=_text(door, "kind"),
        name=_text(door, "id").rpartition("/")[2],
        address=_text(door, "address"),
        port=_number(door, "port"),
        last_port=last if _is_number(last) else None,
    )


def _rule(step: Mapping[str, Json]) -> RuleStep:
    return RuleStep(
        layer=_text(step, "layer"),
        resource=_text(step, "resource").rpartition("/")[2],
        rule=_text(step, "rule"),
        priority=_number(step, "priority"),
        access=_text(step, "access"),
    )


def _object(entry: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    value = entry.get(name)
    return value if isinstance(value, Mapping) else {}


def _objects(entry: Mapping[str, Json], name: str) -> Iterator[Mapping[str, Json]]:
    value = entry.get(name)
    if isinstance(value, list | tuple):
        yield from (part for part in value if isinstance(part, Mapping))


def _texts(entry: Mapping[str, Json], name: str) -> tuple[str, ...]:
    value = entry.get(name)
    if not isinstance(value, list | tuple):
        return ()
    return tuple(part for part in value if isinstance(part, str))


def _text(entry: Mapping[str, Json], name: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) else ""


def _number(entry: Mapping[str, Json], name: str) -> int | None:
    value = entry.get(name)
    return value if _is_number(value) else None


def _is_number(value: Json) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
