"""vm-password-login and vm-no-entra-login: how people log in to Linux machines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from shared.checks.bastion_controls import IDENTITY, PASSWORDS
from shared.checks.check import Answer, Check, Facts
from shared.checks.result import CheckResult, Severity, Unjudged
from shared.network.topology import OperatingSystem, VirtualMachine

PASSWORD_ID: Final = "vm-password-login"  # noqa: S105 - a check's id
ENTRA_ID: Final = "vm-no-entra-login"

_PUBLISHER: Final = "microsoft.azure.activedirectory"
_TYPE: Final = "aadsshloginforlinux"


def _linux(facts: Facts) -> Iterator[VirtualMachine]:
    for machine in facts.snapshot.virtual_machines.values():
        if machine.operating_system is OperatingSystem.LINUX:
            yield machine


def _password_login(facts: Facts) -> Iterator[Answer]:
    """Find what the description says of provisioning; the guest may have changed since."""
    for machine in _linux(facts):
        if machine.login.password is None:
            reason = "its description does not say how it was provisioned"
            yield Unjudged(PASSWORD_ID, machine.id, reason)
        elif machine.login.password:
            yield CheckResult(
                check=PASSWORD_ID,
                resource=machine.id,
                severity=Severity.MEDIUM,
                title=f"{machine.id.name} was provisioned with password login",
                controls=PASSWORDS.labels,
            )


def _no_entra_login(facts: Facts) -> Iterator[Answer]:
    """Find machines without the extension or the identity that signing in by Entra ID needs.

    Source: Microsoft Learn, "Log in to a Linux virtual machine in Azure by using Microsoft Entra
    ID and OpenSSH".
    """
    able = {
        extension.machine
        for extension in facts.snapshot.extensions.values()
        if extension.succeeded and (extension.publisher, extension.type) == (_PUBLISHER, _TYPE)
    }
    for machine in _linux(facts):
        lacking = []
        if machine.id not in able:
            lacking.append("a succeeded AADSSHLoginForLinux extension")
        if not machine.login.system_identity:
            lacking.append("a system-assigned identity")
        if lacking:
            yield CheckResult(
                check=ENTRA_ID,
                resource=machine.id,
                severity=Severity.LOW,
                title=f"{machine.id.name} cannot be signed in to with Entra ID:"
                f" it lacks {' and '.join(lacking)}",
                controls=IDENTITY.labels,
                evidence={"lacking": lacking},
            )


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
