"""Exposures as JSON data, member by member as `docs/scan-schema.json` says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias, assert_never

from shared.exposure.exposure import Exposure
from shared.exposure.front_door import FrontDoor
from shared.exposure.layers import Reason, Step
from shared.exposure.verdict import Exposed, NotExposed, Undetermined, Verdict
from shared.network.service_tags import ServiceTag
from shared.packetset.addresses import NO_ADDRESSES, AddressSet, address_text

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
JsonObject: TypeAlias = dict[str, Json]

_LARGEST_EXACT_NUMBER = 1 << 53


def exposure_document(exposure: Exposure) -> JsonObject:
    """Give one element of `exposures`."""
    verdict = exposure.verdict
    return {
        "vm": exposure.vm.text,
        "nic": exposure.nic.text,
        "ip_configuration": exposure.ip_configuration,
        "private_ip": _address(exposure.private_ip),
        "front_door": _front_door(exposure.front_door),
        "port": exposure.port,
        "protocol": exposure.protocol.value,
        "family": exposure.family.label,
        "verdict": verdict_name(verdict),
        "reach": verdict.reach.value if isinstance(verdict, Exposed) else None,
        "latent": exposure.latent,
        "return_path": exposure.return_path.value,
        "sources": sources_document(verdict, exposure.direct_answers),
        "witness": _witness(exposure),
        "trace": [step_document(step) for step in verdict.trace],
        "reasons": [_reason(reason) for reason in verdict.reasons],
    }


def verdict_name(verdict: Verdict) -> str:
    """Give the contract's word for a verdict."""
    match verdict:
        case Exposed():
            return "exposed"
        case NotExposed():
            return "not-exposed"
        case Undetermined():
            return "undetermined"
        case _ as unreachable:
            assert_never(unreachable)


def sources_document(verdict: Verdict, direct: AddressSet | None = None) -> JsonObject:
    """Give who gets in: prefixes, their number, and the unresolved tags around them.

    `direct` are the senders who are answered directly where others are not.
    """
    exposed = verdict if isinstance(verdict, Exposed) else None
    certain = exposed.certain if exposed else NO_ADDRESSES
    possible = () if isinstance(verdict, NotExposed) else verdict.possible_tags
    document: JsonObject = {
        "certain": list(_prefixes(certain)),
        "address_count": _count(certain.count),
        "less_tags": _names(exposed.less_tags if exposed else ()),
        "possible_tags": _names(possible),
    }
    if direct is not None:
        document["direct"] = list(_prefixes(certain.intersect(direct)))
    return document


def step_document(step: Step) -> JsonObject:
    """Give one element of a trace."""
    return {
        "layer": step.layer.value,
        "resource": step.resource.text,
        "rule": step.rule,
        "priority": step.priority,
        "access": step.access.value if step.access else None,
    }


def _front_door(door: FrontDoor) -> JsonObject:
    document: JsonObject = {
        "kind": door.kind.value,
        "id": door.id.text,
        "public_ip": door.public_ip.text if door.public_ip else None,
        "address": door.address,
        "port": door.port,
        "sku": door.sku,
    }
    if door.port_range is not None:
        document["port_range"] = list(door.port_range)
    if door.rule is not None:
        document["rule"] = door.rule
    return document


def _witness(exposure: Exposure) -> JsonObject | None:
    verdict = exposure.verdict
    if not isinstance(verdict, Exposed) or verdict.witness is None:
        return None
    document: JsonObject = {
        "source": address_text(verdict.witness.source),
        "source_port": verdict.witness.source_port,
        "destination": _address(exposure.destination),
        "destination_port": exposure.port,
    }
    if verdict.arriving is not None:
        document["translated_source"] = address_text(verdict.arriving.source)
    return document


def _address(number: int | None) -> str | None:
    return None if number is None else address_text(number)


@lru_cache(maxsize=1_024)
def _prefixes(addresses: AddressSet) -> tuple[str, ...]:
    return tuple(addresses.prefixes())


def _count(number: int) -> int | str:
    """Give a number that every JSON reader keeps exactly: text above 2**53."""
    return number if number <= _LARGEST_EXACT_NUMBER else str(number)


def _names(tags: tuple[ServiceTag, ...]) -> list[str]:
    return [tag.name for tag in tags]


def _reason(reason: Reason) -> JsonObject:
    return {"code": reason.code, "text": reason.text}
