"""A comparison with Azure's own account, as text and as JSON data."""

from __future__ import annotations

from typing import Final

from shared.exposure.documents import JsonObject
from shared.exposure.verification import Verification
from shared.network.ids import ResourceId
from shared.rendering.scan_summary import counted
from shared.rendering.text_table import TextTable
from shared.rendering.visible_text import visible

SCHEMA: Final = "portcullis/verify/1"


def differences_table(found: Verification) -> TextTable:
    """Give one row for each difference."""
    return TextTable(
        ("what", "where", "ours", "Azure's"),
        tuple(
            (one.matter.value, visible(one.place), visible(one.ours), visible(one.azure))
            for one in found.differences
        ),
        leading=2,
    )


def verification_text(found: Verification) -> tuple[str, ...]:
    """Give the lines that say how a comparison came out, without the differences themselves."""
    lines = [f"{visible(_called(found.machine))}: {_outcome(found)}"]
    lines += [f"Not asked: {visible(one.place)}: {visible(one.reason)}" for one in found.unasked]
    return tuple(lines)


def verification_document(found: Verification) -> JsonObject:
    """Give a comparison as plain JSON data."""
    return {
        "schema": SCHEMA,
        "vm": found.machine.text,
        "agrees": found.agrees,
        "complete": not found.unasked,
        "compared": {"rules": found.rules, "sources": found.sources, "flows": found.flows},
        "differences": [
            {"what": one.matter.value, "where": one.place, "ours": one.ours, "azure": one.azure}
            for one in found.differences
        ],
        "unasked": [{"what": one.place, "reason": one.reason} for one in found.unasked],
    }


def _called(machine: ResourceId) -> str:
    """Give a machine's name; an instance of a scale set is called `set/instance`."""
    scale_set = machine.parent("virtualMachines")
    in_set = scale_set is not None and scale_set.parent("virtualMachineScaleSets") is not None
    return f"{scale_set.name}/{machine.name}" if scale_set and in_set else machine.name


def _outcome(found: Verification) -> str:
    compared = ", ".join(
        (
            counted(found.rules, "rule"),
            counted(found.sources, "set of sources", "sets of sources"),
            counted(found.flows, "flow"),
        )
    )
    if found.differences:
        told = counted(len(found.differences), "difference")
        return f"{told} between Azure's account and ours ({compared} compared)"
    if not (found.rules or found.sources or found.flows):
        return "nothing could be compared"
    return f"Azure's account and ours agree ({compared} compared)"
