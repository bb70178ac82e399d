"""The scorecard in words that every form of it shares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from shared.findings.kept_posture import PostureHead
from shared.findings.posture import MachineScore, PlaceScore, Posture, Requirement, Standing
from shared.network.ids import ResourceId
from shared.rendering.card_text import moment
from shared.rendering.scan_summary import counted
from shared.rendering.text_table import TextTable
from shared.rendering.visible_text import visible

REQUIREMENTS: Final = {
    Requirement.NO_PUBLIC_IP: "no public IP",
    Requirement.NO_DIRECT_SSH: "no direct SSH",
    Requirement.SESSIONS_RECORDED: "sessions recorded",
    Requirement.OWN_IDENTITY: "own identity",
}
STANDINGS: Final = {
    Standing.MET: "met",
    Standing.NOT_MET: "NOT MET",
    Standing.UNKNOWN: "unknown",
}
_HEADINGS: Final = tuple(REQUIREMENTS.values())


def place_table(scored: Posture) -> TextTable:
    """Give a row for the estate, each subscription and each network, with how many meet what."""
    rows = [
        _place_row("estate", scored.estate),
        *(_place_row(f"subscription {_name(one)}", one) for one in scored.subscriptions),
        *(_place_row(f"network {_name(one)}", one) for one in scored.networks),
    ]
    return TextTable(("Where", "VMs", *_HEADINGS), tuple(rows))


def machine_table(scored: Posture) -> TextTable:
    """Give a row for each machine, and why it does not meet what it does not meet."""
    rows = tuple(_machine_row(one) for one in scored.estate.machines)
    return TextTable(("VM", *_HEADINGS, "Why"), rows, leading=1 + len(_HEADINGS))


def verdict_lines(scored: Posture) -> Iterator[str]:
    """Say in one line for each requirement how the whole estate stands, and what is in doubt."""
    estate = scored.estate
    total = counted(len(estate.machines), "VM")
    for requirement, words in REQUIREMENTS.items():
        parts = [
            f"{estate.count(requirement, standing)} {text}"
            for standing, text in STANDINGS.items()
            if estate.count(requirement, standing)
        ]
        standing = STANDINGS[estate.standing(requirement)]
        yield f"{words}: {standing}, {total}: {', '.join(parts) or 'none'}."
        for proof in estate.proofs.get(requirement, ()):
            yield f"  {visible(proof.resource.name)}: {visible(proof.text)}"
    if not estate.is_whole:
        yield "Part of the estate was not read: nothing is met for all of it."


def kept_line(heads: Sequence[PostureHead]) -> str:
    """Say as of when a scorecard is that sweeps kept."""
    if not heads:
        return "No sweep has kept a scorecard of this."
    times = sorted(one.observed_at for one in heads)
    until = f" to {moment(times[-1])}" if times[-1] != times[0] else ""
    return f"As sweeps kept it, by data of {moment(times[0])}{until}."


def name_of(resource: ResourceId) -> str:
    """Give a machine's name; an instance goes by its scale set, too."""
    scale_set = resource.parent("virtualMachines")
    is_instance = scale_set is not None and "/virtualmachinescalesets/" in scale_set.key
    return f"{scale_set.name}/{resource.name}" if is_instance and scale_set else resource.name


def _place_row(where: str, place: PlaceScore) -> tuple[str, ...]:
    cells = (_place_cell(place, requirement) for requirement in REQUIREMENTS)
    return (visible(where), f"{len(place.machines):,}", *cells)


def _place_cell(place: PlaceScore, requirement: Requirement) -> str:
    met = place.count(requirement, Standing.MET)
    unknown = place.count(requirement, Standing.UNKNOWN)
    doubt = f", {unknown:,} unknown" if unknown else ""
    return f"{STANDINGS[place.standing(requirement)]} ({met:,}{doubt})"


def _name(place: PlaceScore) -> str:
    return place.place.name if place.place else ""


def _machine_row(one: MachineScore) -> tuple[str, ...]:
    standings = (STANDINGS[one.scores[requirement].standing] for requirement in REQUIREMENTS)
    return (visible(name_of(one.machine)), *standings, "; ".join(reasons(one)))


def reasons(one: MachineScore) -> Sequence[str]:
    """Say why a machine does not meet what it does not meet, each reason once.

    The same one may stand against two requirements.
    """
    found = [
        proof.text
        for score in one.scores.values()
        if score.standing is not Standing.MET
        for proof in score.deciding
    ]
    return [visible(reason) for reason in dict.fromkeys(found)]
