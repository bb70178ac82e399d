"""Checks: pure judgements of a snapshot, one module each."""

from __future__ import annotations

from typing import Final

from shared.checks.bastion_access import BASTION_ACCESS_GAP
from shared.checks.bastion_reach import BASTION_BLOCKED, BASTION_MISSING
from shared.checks.bastion_setup import (
    BASTION_AUDIT_OFF,
    BASTION_NSG_INCOMPLETE,
    BASTION_SHAREABLE_LINKS,
    BASTION_SUBNET_TOO_SMALL,
)
from shared.checks.check import Check
from shared.checks.machine_login import VM_NO_ENTRA_LOGIN, VM_PASSWORD_LOGIN
from shared.checks.nsg_open import NSG_OPEN
from shared.checks.public_ip import PUBLIC_IP
from shared.checks.ssh_reachable import SSH_REACHABLE

CHECKS: Final[tuple[Check, ...]] = (
    SSH_REACHABLE,
    PUBLIC_IP,
    NSG_OPEN,
    BASTION_MISSING,
    BASTION_BLOCKED,
    BASTION_NSG_INCOMPLETE,
    BASTION_SUBNET_TOO_SMALL,
    BASTION_AUDIT_OFF,
    BASTION_SHAREABLE_LINKS,
    VM_PASSWORD_LOGIN,
    VM_NO_ENTRA_LOGIN,
    BASTION_ACCESS_GAP,
)
"""Every check, in the order in which they are shown."""
