"""What each check asks for, in a sentence or two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shared.checks.bastion_access import CHECK_ID as ACCESS_ID
from shared.checks.bastion_reach import BLOCKED_ID, MISSING_ID
from shared.checks.bastion_setup import AUDIT_ID, LINKS_ID, NSG_ID, SMALL_ID
from shared.checks.machine_login import ENTRA_ID, PASSWORD_ID
from shared.checks.nsg_open import NSG_OPEN
from shared.checks.public_ip import PUBLIC_IP
from shared.checks.ssh_reachable import CHECK_ID as SSH_ID

REMEDIES: Final[Mapping[str, str]] = {
    SSH_ID: (
        "Reach the machine through Azure Bastion, and close the rule that the finding names or"
        " narrow it to addresses that you know. Where it is not known whether anybody gets in, the"
        " reason says what is missing."
    ),
    PUBLIC_IP.id: (
        "Take the address away if nothing needs it; a machine is reached through Azure Bastion"
        " without one."
    ),
    NSG_OPEN.id: (
        "Close the rule even where no machine is open through it today. If the group is attached to"
        " nothing, delete it."
    ),
    MISSING_ID: (
        "Peer the network with one that has a Bastion of any SKU but Developer, or give it a"
        " Bastion of its own."
    ),
    BLOCKED_ID: (
        "Allow SSH from the Bastion's subnet above the rule that the finding names; for a Developer"
        " host that is 168.63.129.16."
    ),
    NSG_ID: "Add the flows that the finding names, or take the group off AzureBastionSubnet.",
    SMALL_ID: "Make room for a /26: an old host goes on working, a new one needs it.",
    AUDIT_ID: (
        "Send BastionAuditLogs to a storage account or a workspace; a setting without a destination"
        " records nothing."
    ),
    LINKS_ID: (
        "Delete the links and switch the feature off: whoever has a link needs no sign-in to Azure."
    ),
    PASSWORD_ID: "Switch the machine to keys, or better to Entra ID.",
    ENTRA_ID: (
        "Give the machine a system-assigned identity and the extension AADSSHLoginForLinux."
    ),
    ACCESS_ID: (
        "Give somebody Reader on the machine, its interface, the Bastion and, over a peering, the"
        " machine's network, and a role to log in."
    ),
}
"""By the id of the check."""
