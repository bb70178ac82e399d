"""The payments and ledger networks: security admin rules stand before their NSGs."""

from typing import Final

from simulator.estate.company import HUB_NETWORK, LEDGER_NETWORK, PAYMENTS_NETWORK
from simulator.estate.lessons import Bench, Lesson
from simulator.estate.manager_plan import AdminRule, Manager
from simulator.estate.network_shapes import MANAGED_INSTANCES
from simulator.estate.plan import ALLOW, DENY, Rule, Subnet
from simulator.estate.site import Site
from simulator.estate.story import CLOSED, OPEN

_TILLS: Final = Bench("snet-tills", "10.80.1", "20.86.80")
_BOOKS: Final = Bench("snet-books", "10.90.1", "20.86.90")
_ALLOW_SSH: Final = (Rule("allow-ssh-internet", 100, ALLOW, source="Internet"),)
_DENY_SSH: Final = (Rule("deny-ssh-internet", 100, DENY, source="Internet"),)

MANAGER: Final = Manager(
    HUB_NETWORK.place,
    "nm-larkspur",
    "larkspur",
    "no-ssh-from-internet",
    "guard",
    (
        AdminRule("shield", 5, ALLOW, ("10.80.1.6/32", "10.80.1.7/32")),
        AdminRule("support-line", 7, "AlwaysAllow", ("10.80.1.4/32",)),
        AdminRule("deny-ssh", 10, DENY),
    ),
    (PAYMENTS_NETWORK, LEDGER_NETWORK),
)

SITE: Final = Site(
    PAYMENTS_NETWORK,
    subnets=(Subnet("snet-tills", ("10.80.1.0/24",)),),
    traps=_TILLS.traps(
        Lesson(
            30,
            4,
            "vm-always-allowed",
            "The NSG denies SSH, but a security admin rule says AlwaysAllow and skips the NSG.",
            OPEN,
            _DENY_SSH,
            group_outcome=CLOSED,
        ),
        Lesson(
            31,
            5,
            "vm-admin-denied",
            "The NSG allows SSH, but a security admin rule denies it before.",
            CLOSED,
            _ALLOW_SSH,
            group_outcome=OPEN,
        ),
        Lesson(
            32,
            6,
            "vm-admin-hands-over",
            "A security admin rule allows SSH and hands over to the NSG, which denies it.",
            CLOSED,
            _DENY_SSH,
        ),
        Lesson(
            33,
            7,
            "vm-admin-shielded",
            "An Allow before the Deny among the security admin rules leaves it to the NSG: open.",
            OPEN,
            _ALLOW_SSH,
        ),
    ),
)

LEDGER_SITE: Final = Site(
    LEDGER_NETWORK,
    subnets=(
        Subnet("snet-books", ("10.90.1.0/24",)),
        Subnet("snet-sql", ("10.90.2.0/24",), delegation=MANAGED_INSTANCES),
    ),
    traps=_BOOKS.traps(
        Lesson(
            34,
            4,
            "vm-beside-managed-instance",
            "The Deny of the security admin rules is not applied beside an SQL Managed Instance.",
            OPEN,
            _ALLOW_SSH,
        )
    ),
    managed_instance="sqlmi-ledger",
)
