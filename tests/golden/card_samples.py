"""The cards that people have looked at: each sample is a golden file and a picture.

`python -m tests.golden.card_samples` writes the golden files anew; read the difference.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from shared.checks.result import CheckResult, Severity
from shared.checks.ssh_reachable import SSH_CONTROLS
from shared.findings.finding import (
    Actor,
    ActorKind,
    Cause,
    Finding,
    FindingRecord,
    FindingState,
    Transition,
    fingerprint_of,
)
from shared.findings.session_signals import Signal, SignalKind
from shared.network.ids import ResourceId
from shared.network.snapshot import Unread
from shared.rendering.card_elements import Card
from shared.rendering.card_finding import finding_card
from shared.rendering.card_links import CardLinks
from shared.rendering.card_lists import closing_card, digest_card
from shared.rendering.card_summary import summary_card
from shared.rendering.estate_summary import EstateSummary, estate_summary
from shared.rendering.session_card import signals_card

FOLDER: Final = Path(__file__).parent / "cards"

SUBSCRIPTION: Final = "4f1c2d3e-0000-4000-8000-000000000001"
GROUP: Final = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-shop-prod"
NETWORK: Final = f"{GROUP}/providers/Microsoft.Network"
SEEN: Final = datetime(2026, 11, 22, 10, 1, 30, tzinfo=UTC)
RUN: Final = "20261122T100000.000000Z"
LINKS: Final = CardLinks(dashboard="https://portcullis.example.com/")
HOSTILE: Final = "x](https://evil.example) **bold** <img src=x> `a` | # ~ \\ \u202e\n- item"


def vm_id(name: str) -> str:
    return f"{GROUP}/providers/Microsoft.Compute/virtualMachines/{name}"


def exposure(**changes: object) -> dict[str, Any]:
    """Give one exposure as scans write it: open to the whole internet through two NSGs."""
    return {
        "vm": vm_id("vm-web-01"),
        "nic": f"{NETWORK}/networkInterfaces/nic-web-01",
        "ip_configuration": "ipconfig1",
        "private_ip": "10.0.0.4",
        "front_door": {
            "kind": "public-ip",
            "id": f"{NETWORK}/publicIPAddresses/pip-web-01",
            "address": "20.1.2.3",
            "port": 22,
            "sku": "Standard",
        },
        "port": 22,
        "protocol": "Tcp",
        "family": "ipv4",
        "verdict": "exposed",
        "reach": "internet",
        "latent": False,
        "return_path": "direct",
        "sources": {
            "certain": ["1.0.0.0/8", "2.0.0.0/7", "4.0.0.0/6", "8.0.0.0/7", "11.0.0.0/8"],
            "address_count": 3_702_258_431,
            "possible_tags": [],
            "less_tags": [],
        },
        "witness": witness("1.0.0.1"),
        "trace": [rule("subnet-nsg", "nsg-web", "allow-ssh", 100), rule("nic-nsg", "nsg-nic")],
        "reasons": [],
        **changes,
    }


def witness(source: str) -> dict[str, Any]:
    return {
        "source": source,
        "source_port": 1024,
        "destination": "10.0.0.4",
        "destination_port": 22,
    }


def rule(
    layer: str, group: str, name: str = "any-in", priority: int | None = 4000, access: str = "Allow"
) -> dict[str, Any]:
    owner = f"{NETWORK}/networkSecurityGroups/{group}"
    return {
        "layer": layer,
        "resource": owner,
        "rule": name,
        "priority": priority,
        "access": access,
    }


def step(
    check: str = "vm-ssh-reachable",
    resource: str = "",
    severity: Severity = Severity.CRITICAL,
    title: str = "SSH (port 22) of vm-web-01 is reachable from the internet",
    evidence: Mapping[str, Any] | None = None,
    *,
    actor: Actor | None = None,
) -> Transition:
    """Give the step of a finding that is new."""
    result = CheckResult(check, ResourceId(resource or vm_id("vm-web-01")), severity, title)
    finding = Finding(
        fingerprint=fingerprint_of(result),
        check=check,
        resource=result.resource,
        severity=severity,
        title=title,
        controls=SSH_CONTROLS.labels,
        evidence=evidence or {},
    )
    return Transition(
        finding=finding,
        before=None,
        after=FindingState.OPEN,
        at=SEEN + timedelta(minutes=1),
        observed_at=SEEN,
        cause=Cause.SWEEP,
        run=RUN,
        actor=actor,
    )


def closed(
    name: str,
    severity: Severity = Severity.HIGH,
    cause: Cause = Cause.SWEEP,
    actor: Actor | None = None,
) -> Transition:
    return replace(
        step(resource=vm_id(name), severity=severity, actor=actor),
        before=FindingState.OPEN,
        after=FindingState.RESOLVED,
        observed_at=SEEN + timedelta(hours=3),
        cause=cause,
    )


ALICE: Final = Actor(
    name="alice@contoso.com",
    kind=ActorKind.USER,
    client="Azure portal",
    operation="Microsoft.Network/networkSecurityGroups/securityRules/write",
    correlation_id="5f0c3a52-8f7e-4c0e-9d0f-1b8a2c6d7e90",
)
PIPELINE: Final = Actor(
    name="3c1b7a64-02f5-4c6e-8c9e-5d4f7b2a1e08",
    kind=ActorKind.SERVICE_PRINCIPAL,
    operation="Microsoft.Network/virtualNetworks/subnets/write",
    correlation_id="b81d2a1c-7c55-4f53-a1f8-2f1f5d0c9a44",
)


def busy_run() -> Sequence[Transition]:
    """Give 23 steps of one run: VMs, NSGs and addresses of each severity, and two that closed."""
    severities = [Severity.CRITICAL] * 4 + [Severity.HIGH] * 3 + [Severity.LOW, Severity.INFO]
    machines = [
        step(
            resource=vm_id(f"vm-shop-{number:02}"),
            severity=severity,
            title=f"SSH (port 22) of vm-shop-{number:02} is reachable from the internet",
        )
        for number, severity in enumerate(severities, 1)
    ]
    groups = [
        step(
            "nsg-ssh-open",
            f"{NETWORK}/networkSecurityGroups/nsg-shop-{number:02}",
            Severity.HIGH if number < 4 else Severity.LOW,
            f"nsg-shop-{number:02} lets the internet through to SSH (port 22)",
        )
        for number in range(1, 7)
    ]
    addresses = [
        step(
            "vm-public-ip",
            vm_id(f"vm-shop-{number:02}"),
            Severity.MEDIUM,
            "It has a public IP address of its own",
        )
        for number in range(1, 7)
    ]
    gone = [closed("vm-old-01", Severity.HIGH), closed("vm-old-02", Severity.LOW)]
    return [*machines, *groups, *addresses, *gone]


def week() -> EstateSummary:
    """Give a week with findings in every state, after a sweep that did not read everything."""
    until = SEEN + timedelta(hours=21)
    records = [
        FindingRecord(one.finding, one.after, SEEN, SEEN - timedelta(days=3 * number), SEEN)
        for number, one in enumerate(busy_run())
    ]
    exempt = step("vm-public-ip", vm_id("vm-lab"), Severity.MEDIUM, "vm-lab has an address")
    records.append(FindingRecord(exempt.finding, FindingState.EXEMPT, SEEN, SEEN, SEEN))
    return replace(
        estate_summary(records, until - timedelta(days=7), until),
        swept=SEEN + timedelta(hours=18),
        unread=(
            Unread(ResourceId(f"/subscriptions/{SUBSCRIPTION}"), "not to be seen by the sweep"),
            Unread(ResourceId(f"{NETWORK}/networkSecurityGroups/{HOSTILE}"), HOSTILE),
        ),
    )


def quiet_week() -> EstateSummary:
    """Give a week after which nothing is open."""
    until = SEEN + timedelta(hours=21)
    return replace(estate_summary((), until - timedelta(days=7), until), swept=SEEN)


def signals() -> Sequence[Signal]:
    """Give one signal of each kind, from names that are not friendly too."""
    bastion = ResourceId(f"{NETWORK}/bastionHosts/bas-hub")
    machine = ResourceId(vm_id("vm-web-01"))
    return [
        Signal(SignalKind.FAILED_LOGINS, bastion, SEEN, "198.51.100.77", count=6),
        Signal(SignalKind.SHARED_ACCOUNT, bastion, SEEN, "203.0.113.40", "azureuser", machine),
        Signal(SignalKind.UNTRUSTED_CLIENT, bastion, SEEN, "192.0.2.9", HOSTILE, machine),
        Signal(SignalKind.EXEMPT_MACHINE, bastion, SEEN, "203.0.113.52", "kim", machine),
    ]


def samples() -> Mapping[str, Card]:
    """Give every reviewed card by the name of its golden file."""
    reachable = step(evidence={"exposures": [exposure()]}, actor=ALICE)
    unknown = exposure(
        verdict="undetermined",
        reach=None,
        witness=None,
        sources={"certain": [], "address_count": 0, "possible_tags": ["ApiManagement"]},
        trace=[rule("subnet-nsg", "nsg-web", "allow-api", 110)],
        reasons=[{"code": "nsg-unreadable", "text": "The NSG nsg-nic of the NIC was not readable"}],
    )
    return {
        "new": finding_card(reachable, LINKS),
        "worse": finding_card(
            replace(
                step(evidence={"exposures": [_wide(), _balanced()]}, severity=Severity.HIGH),
                severity_before=Severity.LOW,
                before=FindingState.OPEN,
            ),
            LINKS,
        ),
        "back": finding_card(replace(reachable, before=FindingState.RESOLVED), LINKS),
        "exemption-ended": finding_card(
            replace(reachable, before=FindingState.EXEMPT, cause=Cause.EXEMPTION_ENDED), LINKS
        ),
        "latent": finding_card(
            step(
                evidence={"exposures": [exposure(latent=True, return_path="asymmetric")]},
                severity=Severity.HIGH,
            ),
            LINKS,
        ),
        "undetermined": finding_card(
            step(severity=Severity.INFO, evidence={"exposures": [unknown]}), LINKS
        ),
        "firewall": finding_card(
            step(evidence={"exposures": [_translated(), {**unknown, "family": "ipv6"}]}), LINKS
        ),
        "nsg": finding_card(_open_group(), LINKS),
        "public-ip": finding_card(_public_address(), LINKS),
        "plain": finding_card(
            step(
                "bastion-missing",
                f"{NETWORK}/virtualNetworks/vnet-shop",
                Severity.MEDIUM,
                "No Bastion reaches the 12 machines of this network",
            ),
            CardLinks(),
        ),
        "hostile": finding_card(hostile(), LINKS),
        "sessions": signals_card(signals(), LINKS),
        "closed": closing_card(
            [
                closed("vm-web-01", Severity.CRITICAL, Cause.EVENT, ALICE),
                closed("vm-db-02", Severity.MEDIUM),
                closed("vm-batch-07", Severity.HIGH, Cause.REMEDIATION),
            ],
            LINKS,
        ),
        "summary": summary_card(week(), LINKS),
        "summary-quiet": summary_card(quiet_week(), LINKS),
        "digest": digest_card(busy_run(), RUN, LINKS),
        "burst": digest_card(
            [replace(one, actor=PIPELINE, cause=Cause.EVENT) for one in busy_run()], "", LINKS
        ),
    }


def hostile() -> Transition:
    """Give a finding whose every name was written by somebody who means ill."""
    trace = [rule("subnet-nsg", HOSTILE, HOSTILE, 100)]
    door = {"kind": HOSTILE, "id": f"/x/{HOSTILE}", "address": HOSTILE, "port": 22}
    return step(
        resource=f"{GROUP}-{HOSTILE}/providers/Microsoft.Compute/virtualMachines/{HOSTILE}",
        title=HOSTILE,
        evidence={"exposures": [exposure(trace=trace, front_door=door, private_ip=HOSTILE)]},
        actor=Actor(name=HOSTILE, client=HOSTILE, operation=HOSTILE),
    )


def _wide() -> Mapping[str, Any]:
    return exposure(
        reach="wide",
        sources={"certain": ["20.0.0.0/10"], "address_count": 4_194_304},
        witness=witness("20.0.0.1"),
    )


def _balanced() -> Mapping[str, Any]:
    return exposure(
        reach="limited",
        front_door={
            "kind": "load-balancer-nat-rule",
            "id": f"{NETWORK}/loadBalancers/lb-web/inboundNatRules/ssh-web-01",
            "address": "20.9.8.7",
            "port": 50_022,
        },
        sources={
            "certain": ["203.0.113.0/24"],
            "address_count": 256,
            "possible_tags": ["ApiManagement"],
            "less_tags": ["Sql.WestEurope"],
        },
        witness=witness("203.0.113.1"),
        trace=[rule("front-door", "lb-web", "ssh-web-01", None), rule("subnet-nsg", "nsg-web")],
    )


def _translated() -> Mapping[str, Any]:
    return exposure(
        front_door={
            "kind": "firewall-dnat",
            "id": f"{NETWORK}/azureFirewalls/fw-hub/natRuleCollections/ssh-in",
            "address": "20.4.4.4",
            "port": 22,
        },
        witness={**witness("1.0.0.1"), "translated_source": "10.9.0.4"},
        trace=[rule("front-door", "ssh-in", "web-01", None), rule("subnet-nsg", "nsg-web")],
    )


def _open_group() -> Transition:
    return step(
        "nsg-ssh-open",
        f"{NETWORK}/networkSecurityGroups/nsg-web",
        Severity.HIGH,
        "nsg-web lets the internet through to SSH (port 22)",
        {
            "port": 22,
            "reach": "internet",
            "sources": exposure()["sources"],
            "rules": [rule("", "nsg-web", "allow-ssh", 100), rule("", "nsg-web", "any-in", 4000)],
        },
    )


def _public_address() -> Transition:
    return step(
        "vm-public-ip",
        severity=Severity.MEDIUM,
        title="vm-web-01 has a public IP address of its own (20.1.2.3)",
        evidence={"front_doors": [exposure()["front_door"]]},
    )


def text_of(card: Card) -> str:
    return json.dumps(card, indent=2, ensure_ascii=True) + "\n"


if __name__ == "__main__":
    for name, card in samples().items():
        (FOLDER / f"{name}.json").write_text(text_of(card), encoding="ascii")
