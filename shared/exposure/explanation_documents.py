"""Explanations as JSON data: exposures of the scan's contract, with what each layer leaves."""

from __future__ import annotations

from typing import Final

from shared.exposure.documents import JsonObject, exposure_document, step_document
from shared.exposure.explanation import Explanation, Quiet, Stage
from shared.exposure.layers import Reason, Step
from shared.exposure.remainder import Remainder
from shared.packetset.addresses import address_text

_LARGEST_EXACT_NUMBER: Final = 1 << 53
_QUIET: Final = {
    Quiet.ABSENT: "absent",
    Quiet.PASSED: "passed",
    Quiet.NOT_REACHED: "not-reached",
}


def explanation_document(told: Explanation) -> JsonObject:
    """Give one way in as an exposure, and `packet`, `senders` and `layers` besides.

    A sender who cannot come this way gives a way that is not exposed, for that reason, without
    layers.
    """
    return {
        **exposure_document(told.exposure),
        "packet": _packet(told),
        "senders": _remainder(told.senders),
        "layers": [_layer(stage) for stage in told.stages],
    }


def _packet(told: Explanation) -> JsonObject | None:
    """Give the packet that the layers are told for, in the form of a witness."""
    if told.packet is None:
        return None
    destination = told.exposure.destination
    document: JsonObject = {
        "source": address_text(told.packet.source),
        "source_port": told.packet.source_port,
        "destination": None if destination is None else address_text(destination),
        "destination_port": told.exposure.port,
    }
    if told.translated is not None:
        document["translated_source"] = address_text(told.translated.source)
    return document


def _layer(stage: Stage) -> JsonObject:
    document: JsonObject = {
        "layer": stage.kind.value,
        "resource": stage.resource.text if stage.resource else None,
        "rule": None,
        "priority": None,
        "access": None,
    }
    match stage.outcome:
        case Step() as step:
            document |= {**step_document(step), "outcome": "rule" if step.rule else "unknown"}
        case Reason() as reason:
            document |= {"outcome": "unknown", "reason": reason.text}
        case quiet:
            document["outcome"] = _QUIET[quiet]
    return document | {"left": _remainder(stage.left)}


def _remainder(left: Remainder | None) -> JsonObject | None:
    if left is None:
        return None
    count = left.addresses.count
    return {
        "prefixes": list(left.addresses.prefixes()),
        "address_count": count if count <= _LARGEST_EXACT_NUMBER else str(count),
        "tags": [tag.name for tag in left.tags],
    }
