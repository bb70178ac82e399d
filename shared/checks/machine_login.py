"""vm-password-login and vm-no-entra-login: how people log in to Linux machines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Final

from shared.checks.bastion_controls import IDENTITY, PASSWORDS
from shared.checks.check import Answer, Check, Facts
from shared.checks.result import CheckResult, Json, Severity, Unjudged
from shared.network.ids import ResourceId
from shared.network.machine_login import ENTRA_LOGIN, NOTHING_TOLD, MachineLogin
from shared.network.snapshot import Snapshot
from shared.network.topology import OperatingSystem, VirtualMachine

PASSWORD_ID: Final = "vm-password-login"  # noqa: S105 - a check's id
ENTRA_ID: Final = "vm-no-entra-login"

_UNKNOWN_SYSTEM: Final = "its description does not name its operating system"


def system_of(snapshot: Snapshot, machine: VirtualMachine) -> OperatingSystem | None:
    """Give a machine's operating system; that of an instance may stand in its set's model alone."""
    scale_set = snapshot.scale_sets.get(machine.scale_set) if machine.scale_set else None
    return machine.operating_system or (scale_set.operating_system if scale_set else None)


def _linux(facts: Facts, check: str) -> Iterator[VirtualMachine | Unjudged]:
    """Give the Linux machines, and those that may be."""
    for machine in facts.snapshot.virtual_machines.values():
        system = system_of(facts.snapshot, machine)
        if system is OperatingSystem.LINUX:
            yield machine
        elif system is None:
            yield Unjudged(check, machine.id, _UNKNOWN_SYSTEM)


def _password_login(facts: Facts) -> Iterator[Answer]:
    """Find what the description says of provisioning; the guest may have changed since."""
    for machine in _linux(facts, PASSWORD_ID):
        if isinstance(machine, Unjudged):
            yield machine
            continue
        password = machine.login.password
        if password is None:
            password = _model_login(facts.snapshot, machine).password
        if password is None:
            reason = "its description does not say how it was provisioned"
            yield Unjudged(PASSWORD_ID, machine.id, reason)
        elif password:
            yield CheckResult(
                check=PASSWORD_ID,
                resource=machine.id,
                severity=Severity.MEDIUM,
                title=f"{machine.id.name} was provisioned with password login",
                controls=PASSWORDS.labels,
            )


def _no_entra_login(facts: Facts) -> Iterator[Answer]:
    able = machines_with_entra_login(facts.snapshot)
    for machine in _linux(facts, ENTRA_ID):
        if isinstance(machine, Unjudged):
            yield machine
        elif lacking := lacks_for_entra_login(facts.snapshot, machine, able):
            yield CheckResult(
                check=ENTRA_ID,
                resource=machine.id,
                severity=Severity.LOW,
                title=f"{machine.id.name} cannot be signed in to with Entra ID:"
                f" it lacks {' and '.join(lacking)}",
                controls=IDENTITY.labels,
                evidence=_evidence(lacking),
            )


@cache
def _evidence(lacking: tuple[str, ...]) -> Mapping[str, Json]:
    """Give the evidence that all machines share which lack the same."""
    return {"lacking": list(lacking)}


def machines_with_entra_login(snapshot: Snapshot) -> AbstractSet[ResourceId]:
    """Name the machines, and the scale sets by their models, that have the extension."""
    extensions = snapshot.extensions.values()
    own = {one.machine for one in extensions if one.succeeded and one.kind == ENTRA_LOGIN}
    sets = snapshot.scale_sets.values()
    return own | {one.id for one in sets if ENTRA_LOGIN in one.extensions}


def lacks_for_entra_login(
    snapshot: Snapshot, machine: VirtualMachine, able: AbstractSet[ResourceId]
) -> tuple[str, ...]:
    """Name what a machine lacks to be signed in to with Entra ID.

    An instance of a uniform scale set has what its set's model has.

    Source: Microsoft Learn, "Log in to a Linux virtual machine in Azure by using Microsoft Entra
    ID and OpenSSH", requirements.
    """
    lacking = []
    if machine.id not in able and machine.scale_set not in able:
        lacking.append("a succeeded AADSSHLoginForLinux extension")
    if not (machine.login.system_identity or _model_login(snapshot, machine).system_identity):
        lacking.append("a system-assigned identity")
    return tuple(lacking)


def _model_login(snapshot: Snapshot, machine: VirtualMachine) -> MachineLogin:
    scale_set = snapshot.scale_sets.get(machine.scale_set) if machine.scale_set else None
    return scale_set.login if scale_set else NOTHING_TOLD


VM_PASSWORD_LOGIN: Final = Check(
    id=PASSWORD_ID,
    finds="a Linux virtual machine provisioned with password login",
    severity_rule="medium",
    controls=PASSWORDS,
    run=_password_login,
)
VM_NO_ENTRA_LOGIN: Final = Check(
    id=ENTRA_ID,
    finds=(
        "a Linux virtual machine without a succeeded AADSSHLoginForLinux extension and a"
        " system-assigned identity"
    ),
    severity_rule="low",
    controls=IDENTITY,
    run=_no_entra_login,
)
