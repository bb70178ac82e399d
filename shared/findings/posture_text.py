"""The scorecard of a subscription as one compact text, and back.

Machines of one kind have the same proofs but for themselves.  What machines share is written once
and told by its number: 10,000 machines take some 4 MiB, and 200 KiB packed.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Generic, TypedDict, TypeVar

from shared.findings.posture import (
    MachineScore,
    PlaceScore,
    Proof,
    Requirement,
    Score,
    Standing,
    worst,
)
from shared.findings.posture_brief import MachineBrief
from shared.network.ids import ResourceId

FORM: Final = 1
"""The form of the text; another one is for another version of the product to read."""
_ITSELF: Final = -1
"""The number of a proof's resource where that is the machine in question."""
_REQUIREMENTS: Final = tuple(Requirement)

Thing = TypeVar("Thing", bound=Hashable)


class _Document(TypedDict):
    """What the text holds.

    A shape is the proofs of one score: standing, and the numbers of check, resource and text.  A
    machine has its id, its networks, and a shape for every requirement in order; so has the place.
    """

    words: list[str]
    resources: list[str]
    shapes: list[list[tuple[str, int, int, int]]]
    machines: list[tuple[str, list[int], list[int]]]
    place: list[int]


class _Numbers(Generic[Thing]):
    """Numbers things in the order in which they are first seen."""

    def __init__(self) -> None:
        self._numbers: dict[Thing, int] = {}

    def of(self, thing: Thing) -> int:
        """Give the number of a thing."""
        return self._numbers.setdefault(thing, len(self._numbers))

    def all(self) -> list[Thing]:
        """Give the things by their numbers."""
        return list(self._numbers)


def posture_text(place: PlaceScore) -> str:
    """Write the machines of a subscription with every proof, and the proofs about itself."""
    words: _Numbers[str] = _Numbers()
    resources: _Numbers[ResourceId] = _Numbers()
    shapes: _Numbers[tuple[tuple[str, int, int, int], ...]] = _Numbers()

    def shape(proofs: Sequence[Proof], owner: ResourceId | None) -> int:
        return shapes.of(
            tuple(
                (
                    proof.standing.value,
                    words.of(proof.check),
                    _ITSELF if proof.resource == owner else resources.of(proof.resource),
                    words.of(proof.text),
                )
                for proof in proofs
            )
        )

    machines = [
        (
            one.machine.text,
            [resources.of(network) for network in one.networks],
            [shape(one.scores[requirement].proofs, one.machine) for requirement in _REQUIREMENTS],
        )
        for one in place.machines
    ]
    document: _Document = {
        "place": [shape(place.proofs.get(requirement, ()), None) for requirement in _REQUIREMENTS],
        "machines": machines,
        "shapes": [list(one) for one in shapes.all()],
        "resources": [one.text for one in resources.all()],
        "words": words.all(),
    }
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


@dataclass(frozen=True)
class PostureReading:
    """A text of `posture_text`, read as far as somebody asks."""

    text: str

    @cached_property
    def machines(self) -> Sequence[MachineBrief]:
        """Every machine in brief, by id."""
        standings: dict[tuple[int, ...], Mapping[Requirement, Standing]] = {}
        found = []
        for text, networks, shapes in self._document["machines"]:
            kind = tuple(shapes)
            if kind not in standings:
                standings[kind] = {
                    requirement: self._standings[number]
                    for requirement, number in zip(_REQUIREMENTS, kind, strict=True)
                }
            found.append(MachineBrief(ResourceId(text), self._networks(networks), standings[kind]))
        return found

    def score(self, machine: ResourceId) -> MachineScore | None:
        """Give one machine with its proofs; None where it is not in the text."""
        number = self._numbers.get(machine)
        return None if number is None else self._score(number)

    def proofs(self) -> Mapping[Requirement, Sequence[Proof]]:
        """Give the proofs about the subscription itself."""
        numbers = zip(_REQUIREMENTS, self._document["place"], strict=True)
        found = {requirement: self._proofs(number, None) for requirement, number in numbers}
        return {requirement: proofs for requirement, proofs in found.items() if proofs}

    def place(self, place: ResourceId | None, *, is_whole: bool) -> PlaceScore:
        """Give the whole scorecard, as it was written."""
        machines = tuple(map(self._score, range(len(self.machines))))
        return PlaceScore(place, machines, self.proofs(), is_whole)

    @cached_property
    def _document(self) -> _Document:
        document: _Document = json.loads(self.text)
        return document

    @cached_property
    def _resources(self) -> Sequence[ResourceId]:
        return [ResourceId(text) for text in self._document["resources"]]

    @cached_property
    def _standings(self) -> Sequence[Standing]:
        """How a score of each shape stands."""
        shapes = self._document["shapes"]
        return [worst(Standing(one[0]) for one in proofs) for proofs in shapes]

    @cached_property
    def _numbers(self) -> Mapping[ResourceId, int]:
        return {one.machine: number for number, one in enumerate(self.machines)}

    def _score(self, number: int) -> MachineScore:
        brief = self.machines[number]
        _, _, shapes = self._document["machines"][number]
        scores = {
            requirement: Score(self._proofs(shape, brief.machine))
            for requirement, shape in zip(_REQUIREMENTS, shapes, strict=True)
        }
        return MachineScore(brief.machine, brief.networks, scores)

    def _networks(self, numbers: Sequence[int]) -> tuple[ResourceId, ...]:
        return tuple(self._resources[number] for number in numbers)

    def _proofs(self, shape: int, owner: ResourceId | None) -> tuple[Proof, ...]:
        words = self._document["words"]
        return tuple(
            Proof(
                Standing(standing),
                words[check],
                owner if owner is not None and resource == _ITSELF else self._resources[resource],
                words[text],
            )
            for standing, check, resource, text in self._document["shapes"][shape]
        )
