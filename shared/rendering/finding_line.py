"""A finding on one line: what is wrong with which resource, through which door, by which rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from shared.checks.ssh_reachable import FROM, RDP_PORT
from shared.exposure.assessment import SSH_PORT
from shared.findings.finding import Finding
from shared.network.ids import ResourceId
from shared.rendering.bastion_line import bastion_words
from shared.rendering.card_evidence import (
    DoorView,
    ExposureView,
    RuleStep,
    doors_of,
    exposures_of,
    port_of,
    reach_of,
    rules_of,
)
from shared.rendering.card_wording import resource_name
from shared.rendering.visible_text import visible

_DOOR_KINDS: Final = {
    "public-ip": "",
    "scale-set-public-ip": "",
    "load-balancer-nat-rule": "NAT rule",
    "load-balancer-rule": "load balancer rule",
    "firewall-dnat": "DNAT collection",
    "application-gateway": "application gateway",
}
_SERVICES: Final = {SSH_PORT: "SSH", RDP_PORT: "RDP"}
_REACHES: Final = {reach.value: words for reach, words in FROM.items()}


@dataclass(frozen=True, slots=True)
class FindingLine:
    """The parts of a line, safe to show.

    `why` names the deciding rules, or what is not known; it and `door` may be empty.
    """

    what: str
    door: str
    why: str


def finding_line(finding: Finding) -> FindingLine:
    """Read a finding's evidence; one without the known members is told by its title alone."""
    if exposures := exposures_of(finding.evidence):
        worst = exposures[0]
        return FindingLine(_way_in(worst), door_text(worst.door), _why(worst))
    if doors := doors_of(finding.evidence):
        addresses = ", ".join(address_text(door) for door in doors)
        return FindingLine("public IP address", addresses, "")
    port = port_of(finding.evidence)
    if port is not None and (rules := rules_of(finding.evidence)):
        reach = reach_text(reach_of(finding.evidence))
        attached = finding.evidence.get("attached") is not False
        where = "" if attached else ", attached to nothing"
        return FindingLine(f"allows {service(port)} from {reach}{where}", "", rules_text(rules))
    told = bastion_words(finding.check, finding.evidence)
    if told is None:
        return FindingLine(visible(finding.title), "", "")
    what, why = told
    return FindingLine(what, "", visible(why))


def service(port: int | None) -> str:
    """Name what listens on a management port: SSH, RDP, else the port itself."""
    if port is None:
        return "a management port"
    return _SERVICES.get(port, f"port {port}")


def door_text(door: DoorView) -> str:
    """Give what a client dials, `20.1.2.3:22`, and the rule that translates it if there is one."""
    ports = f"{door.port}"
    if door.last_port is not None and door.last_port != door.port:
        ports = f"{door.port}-{door.last_port}"
    host = address_text(door)
    if not door.address:
        dialled = f"{host}, port {ports}"
    else:
        dialled = f"[{host}]:{ports}" if ":" in host else f"{host}:{ports}"
    kind = _DOOR_KINDS.get(door.kind, visible(door.kind))
    return f"{dialled} ({kind} {visible(door.name)})" if kind else dialled


def address_text(door: DoorView) -> str:
    """Give a door's address, or its name where none is allocated."""
    return visible(door.address) if door.address else f"{visible(door.name)}, no address now"


def rules_text(trace: Iterable[RuleStep]) -> str:
    """Give deciding rules in order, each as `group: rule (priority)`."""
    return ", ".join(_rule(step) for step in trace)


def reach_text(reach: str) -> str:
    """Say from where; a reach without words of its own is shown as it is called."""
    return _REACHES.get(reach, visible(reach))


def _way_in(exposure: ExposureView) -> str:
    port = service(exposure.port)
    if exposure.verdict == "undetermined":
        return f"{port}: not known"
    latent = " once it is started" if exposure.latent else ""
    return f"{port} from {reach_text(exposure.reach)}{latent}"


def _why(exposure: ExposureView) -> str:
    if exposure.verdict == "undetermined":
        return visible("; ".join(exposure.reasons))
    return rules_text(exposure.trace)


def _rule(step: RuleStep) -> str:
    priority = "" if step.priority is None else f" ({step.priority})"
    if step.rule == step.resource:
        return f"{visible(step.rule)}{priority}"
    return f"{visible(step.resource)}: {visible(step.rule) or 'not read'}{priority}"


def short_names(resources: Iterable[ResourceId]) -> Mapping[ResourceId, str]:
    """Name resources briefly, and by resource group and subscription where names are not enough."""
    distinct = set(resources)
    names: dict[ResourceId, tuple[str, ...]] = {
        resource: (visible(resource_name(resource)),) for resource in distinct
    }
    for further in (_resource_group, _subscription):
        shared = Counter(names.values())
        names = {
            resource: (*name, further(resource)) if shared[name] > 1 else name
            for resource, name in names.items()
        }
    return {
        resource: name[0] + (f" ({', '.join(name[1:])})" if name[1:] else "")
        for resource, name in names.items()
    }


def _resource_group(resource: ResourceId) -> str:
    return visible(resource.resource_group)


def _subscription(resource: ResourceId) -> str:
    return visible(resource.subscription)
