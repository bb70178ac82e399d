"""The evidence of a finding as a card reads it: whatever is missing or misshapen is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeGuard

from shared.checks.result import Json
from shared.rendering.document_reading import (
    number_in,
    object_in,
    objects_in,
    text_in,
    texts_in,
)

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
    return tuple(_exposure(entry) for entry in objects_in(evidence, "exposures"))


def doors_of(evidence: Mapping[str, Json]) -> tuple[DoorView, ...]:
    """Read `front_doors`, the evidence of `vm-public-ip`."""
    return tuple(_door(entry) for entry in objects_in(evidence, "front_doors"))


def rules_of(evidence: Mapping[str, Json], name: str = "rules") -> tuple[RuleStep, ...]:
    """Read deciding rules: `rules` of `nsg-ssh-open`, `trace` of an exposure."""
    return tuple(_rule(entry) for entry in objects_in(evidence, name))


def sources_of(evidence: Mapping[str, Json]) -> Sources:
    """Read `sources`."""
    sources = object_in(evidence, "sources")
    count = sources.get("address_count")
    if isinstance(count, str) and count.isascii() and count.isdigit():
        count = int(count[:40])
    return Sources(
        prefixes=texts_in(sources, "certain"),
        address_count=count if _is_number(count) else None,
        less_tags=texts_in(sources, "less_tags"),
        possible_tags=texts_in(sources, "possible_tags"),
    )


def reach_of(evidence: Mapping[str, Json]) -> str:
    """Read `reach`; an empty text when there is none."""
    return text_in(evidence, "reach")


def port_of(evidence: Mapping[str, Json]) -> int | None:
    """Read `port`."""
    return number_in(evidence, "port")


def _exposure(entry: Mapping[str, Json]) -> ExposureView:
    witness = object_in(entry, "witness")
    return ExposureView(
        door=_door(object_in(entry, "front_door")),
        port=number_in(entry, "port"),
        private_ip=text_in(entry, "private_ip"),
        verdict=text_in(entry, "verdict"),
        reach=text_in(entry, "reach"),
        latent=entry.get("latent") is True,
        asymmetric=text_in(entry, "return_path") == "asymmetric",
        sources=sources_of(entry),
        witness=_witness(witness) if witness else None,
        trace=rules_of(entry, "trace"),
        reasons=tuple(
            text_in(reason, "text") or text_in(reason, "code")
            for reason in objects_in(entry, "reasons")
        ),
    )


def _witness(witness: Mapping[str, Json]) -> WitnessView:
    return WitnessView(
        source=_end(text_in(witness, "source"), number_in(witness, "source_port")),
        destination=_end(text_in(witness, "destination"), number_in(witness, "destination_port")),
        translated=text_in(witness, "translated_source"),
    )


def _end(address: str, port: int | None) -> str:
    host = f"[{address}]" if ":" in address else address
    return host if port is None else f"{host}:{port}"


def _door(door: Mapping[str, Json]) -> DoorView:
    ports = door.get("port_range")
    last = ports[-1] if isinstance(ports, list | tuple) and ports else None
    return DoorView(
        kind=text_in(door, "kind"),
        name=text_in(door, "id").rpartition("/")[2],
        address=text_in(door, "address"),
        port=number_in(door, "port"),
        last_port=last if _is_number(last) else None,
    )


def _rule(step: Mapping[str, Json]) -> RuleStep:
    return RuleStep(
        layer=text_in(step, "layer"),
        resource=text_in(step, "resource").rpartition("/")[2],
        rule=text_in(step, "rule"),
        priority=number_in(step, "priority"),
        access=text_in(step, "access"),
    )


def _is_number(value: Json) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
