"""The story of the estate as a page for readers, in Markdown."""

from collections.abc import Iterator
from typing import Final

from simulator.estate.change import one_change, one_opening
from simulator.estate.sample import SampleEstate
from simulator.estate.story import Chapter, Door, DoorKind, Outcome, ReturnPath

_OPENING: Final = """\
# The sample estate

Larkspur Shipping does not exist, and neither does anything it runs. Its Azure estate is what
`portcullis demo` sweeps: {machines} virtual machines and {instances} instances of uniform
scale sets in {subscriptions} subscriptions, a hub with a Bastion host and a firewall, spokes
peered with it, and four networks that are not: two have Bastions of their own, two have none. Each
trap that a way in can set appears in it
once, as a machine named after what it shows: public addresses, load balancers, scale sets,
firewalls, an application gateway, and security admin rules before it all. The other machines have
no way in from the internet.

The verdicts below were reckoned by hand from Azure's documents, for port 22, without trusted
sources and without a list of service tags. This page is written by
`python -m simulator.estate > docs/estate.md`.
"""

_LOOSE_ENDS: Final = """\
## Things that are not machines

A network security group and a public address lie about attached to nothing (`nsg-forgotten`,
`pip-forgotten`), a private endpoint brings a network interface without a machine, and an
application security group has no members. In three resource groups Compute writes the group in
capitals while network interfaces name their groups in lower case, as Azure itself does.
"""

_DOORS: Final = {
    DoorKind.NAT_RULE: "NAT rule",
    DoorKind.BALANCING_RULE: "balancing rule",
    DoorKind.INSTANCE_PUBLIC_IP: "instance address",
    DoorKind.DNAT_RULE: "DNAT in",
    DoorKind.GATEWAY_LISTENER: "listener",
}


def chronicle(estate: SampleEstate) -> str:
    """Write the page: machines by subscription, NSGs, loose ends, the demo's changes."""
    return "\n".join(_lines(estate))


def _lines(estate: SampleEstate) -> Iterator[str]:
    machines = sum(
        resource["type"] == "Microsoft.Compute/virtualMachines" for resource in estate.resources
    )
    instances = sum(
        resource["type"] == "Microsoft.Compute/virtualMachineScaleSets/virtualMachines"
        for resource in estate.resources
    )
    yield _OPENING.format(
        machines=machines, instances=instances, subscriptions=len(estate.subscriptions)
    )
    for subscription in estate.subscriptions:
        chapters = [
            told for told in estate.story if told.vm_id.startswith(subscription["id"] + "/")
        ]
        yield from _machine_table(subscription["displayName"], chapters)
    yield from _nsg_table(estate)
    yield from _objection_table(estate)
    yield from _loose_end_table(estate)
    yield _LOOSE_ENDS
    closing, opening = one_change(), one_opening()
    yield "## The demo's changes\n"
    yield f"{closing.says} That closes `{closing.vm}`, which a sweep notices.\n"
    yield f"{opening.says} That opens `{opening.vm}`, which Event Grid tells at once."
    yield ""


def _machine_table(title: str, chapters: list[Chapter]) -> Iterator[str]:
    yield f"## {title}\n"
    yield "| machine | what it shows | SSH from the internet | severity |"
    yield "|---|---|---|---|"
    for chapter in chapters:
        verdicts = "; ".join(_verdict_text(chapter, door) for door in chapter.doors) or "no way in"
        severities = ", ".join(door.outcome.severity or "none" for door in chapter.doors) or "none"
        yield f"| `{chapter.vm}` | {chapter.shows} | {verdicts} | {severities} |"
    yield ""


def _verdict_text(chapter: Chapter, door: Door) -> str:
    return f"{_door_text(chapter, door)}{_outcome_text(door.outcome)}"


def _door_text(chapter: Chapter, door: Door) -> str:
    if door.kind is not DoorKind.PUBLIC_IP:
        ports = str(door.front_port)
        if door.port != door.front_port:
            ports += f" to {door.port}"
        return f"{_DOORS[door.kind]} {_opener_text(door)}, port {ports}: "
    families = {other.family for other in chapter.doors}
    return f"{door.family.replace('ip', 'IP')}: " if len(families) > 1 else ""


def _opener_text(door: Door) -> str:
    """Name what opens the door by its parent and itself, an address by its text."""
    if door.kind is DoorKind.INSTANCE_PUBLIC_IP:
        return str(door.address)
    *_, parent, _, own = door.id.split("/")
    return f"`{parent}/{own}`"


def _outcome_text(outcome: Outcome) -> str:
    words = [outcome.verdict.replace("-", " ")]
    if outcome.reach is not None:
        words.append(f"reach {outcome.reach}")
    if outcome.latent:
        words.append("latent")
    if outcome.return_path is ReturnPath.ASYMMETRIC:
        words.append("asymmetric return path")
    if outcome.resolved is not None:
        words.append(f"with a list of service tags {_outcome_text(outcome.resolved)}")
    return ", ".join(words)


def _loose_end_table(estate: SampleEstate) -> Iterator[str]:
    yield "## What may lead on to machines and cannot be told\n"
    yield "| resource | what it shows |"
    yield "|---|---|"
    for loose_end in estate.loose_ends:
        yield f"| `{loose_end.name}` | {loose_end.shows} |"
    yield ""


def _objection_table(estate: SampleEstate) -> Iterator[str]:
    yield "## What is wrong about Bastion and login\n"
    yield "| check | on | severity |"
    yield "|---|---|---|"
    for objection in estate.objections:
        name = "/".join(objection.resource_id.split("/")[8::2])
        yield f"| `{objection.check}` | `{name}` | {objection.severity} |"
    yield ""


def _nsg_table(estate: SampleEstate) -> Iterator[str]:
    yield "## Network security groups that let SSH in by their own rules\n"
    yield "| network security group | lets in | severity |"
    yield "|---|---|---|"
    for told in estate.nsg_stories:
        if told.severity is not None:
            yield f"| `{told.name}` | {_outcome_text(told.outcome)} | {told.severity} |"
    yield ""
