"""How cards put reach, doors, rules and remedies into words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from shared.checks.ssh_reachable import FROM, port_name
from shared.network.ids import ResourceId
from shared.rendering.card_evidence import DoorView, ExposureView, RuleStep, Sources, WitnessView
from shared.rendering.card_text import CardText, bold, counted, joined, plain, say

_SHOWN_PREFIXES: Final = 3
_NAMED_RULES: Final = 3
_COUNTED_EXACTLY: Final = 10**15

_REACH: Final = {reach.value: CardText(words) for reach, words in FROM.items()}
_DOORS: Final = {
    "public-ip": "public IP",
    "load-balancer-nat-rule": "load balancer NAT rule",
    "load-balancer-rule": "load balancer rule",
    "scale-set-public-ip": "scale set public IP",
    "firewall-dnat": "firewall DNAT rule",
    "application-gateway": "application gateway",
}
_LAYERS: Final = {
    "front-door": "Door rule",
    "admin-rules": "Admin rules",
    "subnet-nsg": "Subnet NSG",
    "nic-nsg": "NIC NSG",
    "platform": "Azure's default",
}
_PROOF: Final = CardText("The next sweep shows whether that was all.")
_NSG_LAYERS: Final = frozenset({"", "subnet-nsg", "nic-nsg"})


def resource_name(resource: ResourceId) -> str:
    """Name a resource, with its parent where its own name alone says little."""
    for collection, within in (("virtualMachines", "/virtualmachinescalesets/"), ("subnets", "/")):
        parent = resource.parent(collection)
        if parent is not None and within in parent.key:
            return f"{parent.name}/{resource.name}"
    return resource.name


def protocols(ports: Iterable[int | None]) -> CardText:
    """Name what listens on these ports: `SSH (port 22)`, `port 2222`."""
    known = sorted({port for port in ports if port is not None})
    return joined((CardText(port_name(port)) for port in known), " and ") or CardText(
        "a management port"
    )


def reach_words(reach: str) -> CardText:
    """Say from where; a reach without words of its own is shown as it is called."""
    return _REACH.get(reach, plain(reach))


def door_words(door: DoorView) -> CardText:
    """Give address, ports and kind of a front door: `20.1.2.3 port 22 (public IP pip-web)`."""
    ports = CardText("") if door.port is None else CardText(f"port {door.port}")
    if door.port is not None and door.last_port not in {None, door.port}:
        ports = CardText(f"ports {door.port} to {door.last_port}")
    kind = plain(_DOORS.get(door.kind, door.kind))
    named = joined([kind, plain(door.name)], " ")
    return joined(
        [
            plain(door.address) or CardText("an address not yet given out,"),
            ports,
            say("({door})", door=named) if named else named,
        ],
        " ",
    )


def sources_words(sources: Sources) -> CardText:
    """Say how many addresses, the first few prefixes, and what tags add or take away."""
    shown = joined(plain(prefix) for prefix in sources.prefixes[:_SHOWN_PREFIXES])
    more = len(sources.prefixes) - _SHOWN_PREFIXES
    prefixes = say("{shown} and {more} more ranges", shown=shown, more=more) if more > 0 else shown
    return joined(
        [
            _addresses(sources.address_count),
            prefixes,
            _tags("without what {tags} holds", sources.less_tags),
            _tags("tags not resolved: {tags}", sources.possible_tags),
        ],
        "; ",
    )


def _addresses(count: int | None) -> CardText:
    if not count:
        return CardText("")
    if count > _COUNTED_EXACTLY:
        return CardText(f"more than 10 to the power of {len(str(count)) - 1} addresses")
    return counted(count, "address", "addresses")


def _tags(template: str, tags: Sequence[str]) -> CardText:
    return say(template, tags=_first_few(tags)) if tags else CardText("")


def _first_few(names: Sequence[str]) -> CardText:
    shown = joined(plain(name) for name in names[:_SHOWN_PREFIXES])
    more = len(names) - _SHOWN_PREFIXES
    return say("{shown} and {more} more", shown=shown, more=more) if more > 0 else shown


def witness_words(witness: WitnessView) -> CardText:
    """Give the packet from end to end, and under which address a firewall lets it arrive."""
    ends = say("{source} to {destination}", source=witness.source, destination=witness.destination)
    if not witness.translated:
        return ends
    return say("{ends}, as {address} of the firewall", ends=ends, address=witness.translated)


def rule_fact(step: RuleStep) -> tuple[str, CardText]:
    """Give a deciding rule as a row: its layer, and owner, rule, priority and access."""
    priority = CardText("") if step.priority is None else CardText(f"priority {step.priority}")
    rule = bold(plain(step.rule)) if step.rule else CardText("")
    named = joined([plain(step.resource), rule], ": ")
    return _LAYERS.get(step.layer, "Rule"), joined([named, priority, plain(step.access)])


def bastion_remedy(vm: str, exposures: Sequence[ExposureView]) -> CardText:
    """Say how to reach the VM instead, and what to close for each way in."""
    instead = say("Reach {vm} through Azure Bastion", vm=vm)
    if len(exposures) == 1:
        closing = _closing(exposures[0].trace, " or ")
        return say(
            "{instead}, and {closing}. {proof}", instead=instead, closing=closing, proof=_PROOF
        )
    ways = joined((_closing_of(exposure) for exposure in exposures), " ")
    return say(
        "{instead}, and shut each way in. {ways} {proof}", instead=instead, ways=ways, proof=_PROOF
    )


def _closing_of(exposure: ExposureView) -> CardText:
    port = CardText("" if exposure.door.port is None else f"port {exposure.door.port}")
    door = joined([plain(exposure.door.address), port], " ") or CardText("the other")
    return say("For {door}: {closing}.", door=door, closing=_closing(exposure.trace, " or "))


def rules_remedy(rules: Sequence[RuleStep], *, attached: bool) -> CardText:
    """Say which rules of an NSG to close: each of them lets somebody in."""
    return say(
        "{instead} {closing}. {proof}",
        instead=CardText(
            "Reach the machines behind it through Azure Bastion, and"
            if attached
            else "It is attached to nothing: delete it, or"
        ),
        closing=_closing(rules, " and "),
        proof=_PROOF,
    )


def _closing(trace: Sequence[RuleStep], conjunction: str) -> CardText:
    closable = [step for step in trace if step.is_closable]
    forced = [step for step in closable if step.access == "AlwaysAllow"]
    in_groups = [step for step in closable if step.layer in _NSG_LAYERS]
    if forced:
        return say(
            "change admin rule {rule} in Virtual Network Manager: no NSG can overrule it",
            rule=bold(plain(forced[0].rule)),
        )
    if not in_groups:
        return _new_denial(trace)
    rules = joined(map(_in_group, in_groups[:_NAMED_RULES]), conjunction)
    more = len(in_groups) - _NAMED_RULES
    others = say("{conjunction}{more} more", conjunction=CardText(conjunction), more=more)
    return say("close {rules}{others}", rules=rules, others=others if more > 0 else CardText(""))


def _new_denial(trace: Sequence[RuleStep]) -> CardText:
    groups = [step.resource for step in trace if step.layer in _NSG_LAYERS and step.resource]
    if not groups:
        return CardText("put a network security group on its subnet")
    return say("add a rule that denies this port to {group}", group=groups[0])


def _in_group(step: RuleStep) -> CardText:
    return say(
        "rule {rule} (priority {priority}) in {group}",
        rule=bold(plain(step.rule)),
        priority=CardText(str(step.priority)),
        group=plain(step.resource) or CardText("its network security group"),
    )
