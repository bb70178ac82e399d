"""Traps of the commonest form, set up side by side: a few lines each."""

from dataclasses import dataclass

from simulator.estate.plan import Group, Machine, Rule, Trap, single
from simulator.estate.story import Outcome


@dataclass(frozen=True, slots=True)
class Lesson:
    """A trap of the commonest form: one NIC, one Standard address, an NSG on the NIC.

    `host` ends the private and the public address alike.  `group_outcome` is what the NSG lets in
    by itself, where that differs from what gets through to the machine.
    """

    fact: int | None
    host: int
    name: str
    shows: str
    outcome: Outcome
    rules: tuple[Rule, ...]
    group_outcome: Outcome | None = None
    bastion_reaches: bool | None = None


@dataclass(frozen=True, slots=True)
class Bench:
    """A subnet without an NSG of its own, where lessons are set up side by side.

    `private` and `public` are the first three octets of the addresses.
    """

    subnet: str
    private: str
    public: str

    def traps(self, *lessons: Lesson) -> tuple[Trap, ...]:
        """Set up one machine with its own NSG for each lesson."""
        return tuple(self._trap(lesson) for lesson in lessons)

    def _trap(self, lesson: Lesson) -> Trap:
        stem = lesson.name.removeprefix("vm-")
        group = Group(f"nsg-{stem}", lesson.rules, lesson.group_outcome or lesson.outcome)
        private, public = f"{self.private}.{lesson.host}", f"{self.public}.{lesson.host}"
        machine = Machine(lesson.name, single(self.subnet, private, public, group))
        facts = () if lesson.fact is None else (lesson.fact,)
        return Trap(machine, lesson.shows, (lesson.outcome,), facts, lesson.bastion_reaches)
