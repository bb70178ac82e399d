"""Drawn paths that people have looked at: `python -m tests.golden.path.samples` renews them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from shared.exposure.assessment import Question
from shared.exposure.explanation import explain, machines_called
from shared.exposure.explanation_documents import explanation_document
from shared.rendering.path_svg import paths_svg
from simulator.estate import sample_estate
from tests.diffing import estate_of
from tests.golden.scan.estate import HOSTILE
from tests.rows import Row, allow, one_vm_estate

FOLDER: Final = Path(__file__).parent
STORIES: Final[Mapping[str, str]] = {
    "public-ip": "vm-every-port",
    "nat-rule": "vm-nat-odd-port",
    "dnat": "vm-published-to-office",
    "admin-rule": "vm-admin-denied",
    "undetermined": "vm-storage-tag",
    "two-families": "vm-ipv6-only-open",
}
"""A picture for each of these machines of the sample estate."""


def picture(rows: Sequence[Row], machine: str) -> str:
    """Draw every way in to one machine."""
    estate = estate_of(rows)
    (found,) = machines_called(estate, machine)
    told = [explanation_document(way) for way in explain(estate, Question(), found)]
    return paths_svg(told, f"Ways in to {machine}")


def samples() -> Mapping[str, str]:
    """Draw every sample, by name."""
    resources = sample_estate().resources
    told = {name: picture(resources, machine) for name, machine in STORIES.items()}
    return {**told, "hostile": picture(one_vm_estate([allow(100, name=HOSTILE * 9)]), "vm-1")}


if __name__ == "__main__":
    for each, svg in samples().items():
        (FOLDER / f"{each}.svg").write_text(svg, encoding="utf-8")
