"""vm-ssh-reachable: a machine whose management port somebody on the internet reaches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, assert_never

from shared.checks.check import Answer, Check, Facts, unread_interfaces
from shared.checks.controls import Controls
from shared.checks.model_lag import lagging_models
from shared.checks.result import CheckResult, Severity, Unjudged
from shared.exposure.documents import exposure_document
from shared.exposure.exposure import Exposure
from shared.exposure.internet import Reach
from shared.exposure.verdict import Exposed, NotExposed, Undetermined
from shared.network.ids import ResourceId

CHECK_ID: Final = "vm-ssh-reachable"
RDP_PORT: Final = 3389

SEVERITY: Final = {
    Reach.INTERNET: Severity.CRITICAL,
    Reach.AZURE_TENANTS: Severity.HIGH,
    Reach.WIDE: Severity.HIGH,
    Reach.SERVICE_RANGES: Severity.MEDIUM,
    Reach.LIMITED: Severity.LOW,
}

SSH_CONTROLS: Final = Controls(
    cis_2_1=("6.2",),
    cis_3_0=("7.2",),
    cis_4_0=("8.2",),
    cis_5_0=("7.2",),
    cis_6_0=("7.2",),
    mcsb=("NS-1",),
    nist=("AC-17", "SC-7"),
    iso=("A.8.20", "A.8.22"),
    pci=("1.3.1", "1.4.1"),
    soc=("CC6.6",),
)
RDP_CONTROLS: Final = Controls(
    cis_2_1=("6.1",),
    cis_3_0=("7.1",),
    cis_4_0=("8.1",),
    cis_5_0=("7.1",),
    cis_6_0=("7.1",),
    mcsb=("NS-1",),
    nist=("AC-17", "SC-7"),
    iso=("A.8.20", "A.8.22"),
    pci=("1.3.1", "1.4.1"),
    soc=("CC6.6",),
)

FROM: Final = {
    Reach.INTERNET: "the internet",
    Reach.AZURE_TENANTS: "any Azure tenant",
    Reach.WIDE: "a wide range of internet addresses",
    Reach.SERVICE_RANGES: "the ranges of an Azure service",
    Reach.LIMITED: "a few internet addresses",
}


def controls_for(port: int) -> Controls:
    """Give the controls that speak of one management port."""
    return RDP_CONTROLS if port == RDP_PORT else SSH_CONTROLS


def port_name(port: int) -> str:
    """Give a management port as people call it."""
    return {22: "SSH (port 22)", RDP_PORT: "RDP (port 3389)"}.get(port, f"port {port}")


def _run(facts: Facts) -> Iterator[Answer]:
    for machine, exposures in facts.exposures_of.items():
        doors: dict[tuple[str, ...], list[Exposure]] = {}
        for exposure in exposures:
            doors.setdefault(_discriminator(exposure), []).append(exposure)
        for discriminator, through_door in doors.items():
            answer = _judge_door(machine, discriminator, through_door)
            if answer is not None:
                yield answer
    yield from unread_interfaces(facts, CHECK_ID)
    yield from lagging_models(facts.snapshot, CHECK_ID)
    yield from _beyond_azure(facts)


def _beyond_azure(facts: Facts) -> Iterator[Unjudged]:
    """Name what may lead on to machines by a configuration that Azure does not tell."""
    for firewall, rule in facts.assessment.firewalls.unresolved():
        reason = (
            f"DNAT rule {rule.name} leads to {rule.translated_name}, whose address is not known"
        )
        yield Unjudged(CHECK_ID, firewall.id, reason)
    for interface in facts.snapshot.network_interfaces.values():
        public = any(one.public_ip is not None for one in interface.ip_configurations)
        if interface.forwards and public:
            yield Unjudged(
                CHECK_ID,
                interface.id,
                "the interface has a public address and forwards packets: what its machine lets"
                " through to others is not known",
            )


def _discriminator(exposure: Exposure) -> tuple[str, ...]:
    door = exposure.front_door
    return (door.id.key, door.rule or "", str(exposure.port))


def _judge_door(
    machine: ResourceId, discriminator: tuple[str, ...], exposures: Iterable[Exposure]
) -> CheckResult | None:
    objections = [(severity, e) for e in exposures if (severity := severity_of(e)) is not None]
    if not objections:
        return None
    objections.sort(key=lambda objection: objection[0].rank, reverse=True)
    severity, worst = objections[0]
    return CheckResult(
        check=CHECK_ID,
        resource=machine,
        severity=severity,
        title=_title(worst),
        discriminator=discriminator,
        controls=controls_for(worst.port).labels,
        evidence={"exposures": [exposure_document(e) for _, e in objections]},
    )


def severity_of(exposure: Exposure) -> Severity | None:
    """Rate one exposure; None when it is closed."""
    match exposure.verdict:
        case Exposed(reach=reach):
            return SEVERITY[reach].lowered() if exposure.latent else SEVERITY[reach]
        case Undetermined():
            return Severity.INFO
        case NotExposed():
            return None
        case _ as unreachable:
            assert_never(unreachable)


def _title(exposure: Exposure) -> str:
    port, name = port_name(exposure.port), exposure.vm.name
    if isinstance(exposure.verdict, Exposed):
        stopped = " once it is started" if exposure.latent else ""
        return f"{port} of {name} is reachable from {FROM[exposure.verdict.reach]}{stopped}"
    reasons = exposure.verdict.reasons
    return f"Whether {port} of {name} is reachable cannot be told: {reasons[0].text}"


SSH_REACHABLE: Final = Check(
    id=CHECK_ID,
    finds="a virtual machine or scale-set instance with a management port exposed to the internet",
    severity_rule=(
        "critical: the internet; high: any Azure tenant, or more than a /16 of addresses;"
        " medium: ranges of an Azure service; low: fewer addresses; one step lower while the"
        " machine is stopped; info: cannot be told"
    ),
    controls=SSH_CONTROLS,
    run=_run,
)
