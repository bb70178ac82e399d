"""One Deny just above the rule that lets the internet in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from shared.exposure.internet import INTERNET
from shared.network.security_group import NetworkSecurityGroup
from shared.network.security_rule import Direction, SecurityRule
from shared.packetset.addresses import AddressSet, Family
from shared.packetset.intervals import IntervalSet
from shared.remediation.edit import (
    FIRST_PRIORITY,
    OWN_PREFIX,
    AddRule,
    MoveRule,
    RuleEdit,
    deny_rule,
)
from shared.remediation.edit_documents import port_texts


def denied_sources(family: Family, spared: AddressSet) -> AddressSet:
    """Give the internet of one family but for some addresses: trusted ones and own networks'."""
    return INTERNET[family].subtract(spared)


@dataclass(frozen=True, slots=True)
class Denial:
    """Whom a Deny is to keep from which ports; `sources` is None for the tag Internet."""

    sources: AddressSet | None
    ports: IntervalSet


def deny_above(
    group: NetworkSecurityGroup, anchor: SecurityRule, denials: Sequence[Denial]
) -> tuple[RuleEdit, ...]:
    """Give the edits that put some Denies above one rule of a group.

    The nearest free priorities above it are taken.  Where there are too few, the rule and those
    behind it move down, none further than it must: the fewest moves that keep their order.

    Raises:
        InvalidEditError: there are not enough free priorities, or no rule can name the sources.
    """
    inbound = sorted(
        (rule for rule in group.rules if rule.direction is Direction.INBOUND),
        key=lambda rule: rule.priority,
    )
    taken = {rule.priority for rule in inbound}
    above = range(anchor.priority - 1, FIRST_PRIORITY - 1, -1)
    free = [priority for priority in above if priority not in taken][: len(denials)]
    lacking = len(denials) - len(free)
    places = sorted((*free, *range(anchor.priority, anchor.priority + lacking)))
    moves = _moves_down(group, [r for r in inbound if r.priority >= anchor.priority], lacking)
    names = _free_names(group, denials)
    added = (
        AddRule(group.id, deny_rule(name, place, denial.sources, denial.ports))
        for name, place, denial in zip(names, places, denials, strict=True)
    )
    return (*moves, *added)


def _moves_down(
    group: NetworkSecurityGroup, rules: Sequence[SecurityRule], places: int
) -> tuple[MoveRule, ...]:
    """Give the moves that free some places before the first of ordered rules, the last one first.

    Raises:
        InvalidEditError: a rule would get a priority that no rule can have.
    """
    moves: list[MoveRule] = []
    first_free = rules[0].priority + places
    for rule in rules:
        if rule.priority >= first_free:
            break
        moves.append(MoveRule(group.id, rule.name, first_free))
        first_free += 1
    return tuple(reversed(moves))


def _free_names(group: NetworkSecurityGroup, denials: Iterable[Denial]) -> Iterator[str]:
    """Give names that say what is denied, each with a number behind it where it is taken."""
    taken = {rule.name.lower() for rule in group.rules}
    for denial in denials:
        senders = Family.of(denial.sources.first).label if denial.sources else "internet"
        name = f"{OWN_PREFIX}deny-{senders}-{'-'.join(port_texts(denial.ports)[:5])}"
        numbered = (f"{name}-{number}" for number in range(2, len(taken) + 3))
        yield next(one for one in (name, *numbered) if one not in taken)
