"""Checks: pure judgements of a snapshot, one module each."""

from __future__ import annotations

from typing import Final

from shared.checks.check import Check
from shared.checks.nsg_open import NSG_OPEN
from shared.checks.public_ip import PUBLIC_IP
from shared.checks.ssh_reachable import SSH_REACHABLE

CHECKS: Final[tuple[Check, ...]] = (SSH_REACHABLE, PUBLIC_IP, NSG_OPEN)
"""Every check, in the order in which they are shown."""
