"""The development subscription: priorities, address arithmetic, ports and destinations."""

from typing import Final

from simulator.estate.company import DEVELOPMENT_NETWORK
from simulator.estate.house_rules import BASTION_ONLY
from simulator.estate.lessons import Bench, Lesson
from simulator.estate.plan import (
    ALLOW,
    DENY,
    Group,
    Interface,
    IpConfiguration,
    Login,
    Machine,
    PublicAddress,
    Rule,
    Subnet,
    Trap,
    single,
)
from simulator.estate.site import Site
from simulator.estate.story import CLOSED, OPEN, OPEN_TO_FEW

_LAB: Final = Bench("snet-lab", "10.40.1", "20.67.40")

_ORDER_LESSONS: Final = _LAB.traps(
    Lesson(
        1,
        4,
        "vm-deny-first",
        "A Deny for the internet comes before an Allow for everybody and takes all of it.",
        CLOSED,
        (
            Rule("deny-ssh-internet", 100, DENY, source="Internet"),
            Rule("allow-ssh-any", 200, ALLOW),
        ),
    ),
    Lesson(
        2,
        5,
        "vm-first-match-wins",
        "An Allow for everybody comes before the Deny, which never gets a turn.",
        OPEN,
        (Rule("allow-ssh-any", 100, ALLOW), Rule("deny-ssh-any", 4000, DENY)),
    ),
    Lesson(
        3,
        6,
        "vm-source-port-sliver",
        "The Deny is for one source port; a client picks another and the Allow lets it in.",
        OPEN,
        (
            Rule("deny-from-port-53", 100, DENY, source_port="53"),
            Rule("allow-ssh-any", 200, ALLOW),
        ),
    ),
    Lesson(
        4,
        7,
        "vm-client-ports-only",
        "The Allow is for source ports from 1024 up, which is what every client uses.",
        OPEN,
        (Rule("allow-ssh-clients", 100, ALLOW, source_port="1024-65535"),),
    ),
)

_MATCH_LESSONS: Final = _LAB.traps(
    Lesson(
        5,
        8,
        "vm-split-halves",
        "Two rules for one half of IPv4 each make up the whole of it.",
        OPEN,
        (
            Rule("allow-ssh-lower", 100, ALLOW, source="0.0.0.0/1"),
            Rule("allow-ssh-upper", 110, ALLOW, source="128.0.0.0/1"),
        ),
    ),
    Lesson(
        6,
        9,
        "vm-half-the-internet",
        "One half of IPv4 gets in, and half of the internet is the internet.",
        OPEN,
        (Rule("allow-ssh-lower", 100, ALLOW, source="0.0.0.0/1"),),
    ),
    Lesson(
        7,
        10,
        "vm-dest-is-public-ip",
        "The Allow names the public address, but an NSG sees the private one.",
        CLOSED,
        (
            Rule(
                "allow-ssh-to-public-ip",
                100,
                ALLOW,
                source="Internet",
                destination="20.67.40.10",
            ),
        ),
        group_outcome=OPEN,
    ),
    Lesson(
        18,
        11,
        "vm-udp-only",
        "The Allow is for UDP, and SSH is TCP.",
        CLOSED,
        (Rule("allow-udp-22", 100, ALLOW, source="Internet", protocol="Udp"),),
    ),
    Lesson(
        37,
        12,
        "vm-private-range",
        "The Allow is for private addresses, which cannot come from the internet.",
        CLOSED,
        (Rule("allow-ssh-internal", 100, ALLOW, source="10.0.0.0/8"),),
    ),
    Lesson(
        38,
        13,
        "vm-pinned-admin",
        "One administrator's address gets in.",
        OPEN_TO_FEW,
        (Rule("allow-ssh-admin", 100, ALLOW, source="203.0.113.7/32"),),
    ),
)

_OTHER_CONFIGURATION: Final = Trap(
    Machine(
        "vm-dest-is-other-config",
        (
            Interface(
                (
                    IpConfiguration("snet-lab", "10.40.1.14", PublicAddress("20.67.40.14")),
                    IpConfiguration("snet-lab", "10.40.1.15"),
                ),
                Group(
                    "nsg-dest-is-other-config",
                    (
                        Rule(
                            "allow-ssh-to-second",
                            100,
                            ALLOW,
                            source="Internet",
                            destination="10.40.1.15/32",
                        ),
                    ),
                    OPEN,
                ),
            ),
        ),
    ),
    "The Allow names the private address of another IP configuration than the public one's.",
    (CLOSED,),
    (8,),
)

SITE: Final = Site(
    DEVELOPMENT_NETWORK,
    subnets=(
        Subnet("snet-lab", ("10.40.1.0/24",)),
        Subnet("snet-desks", ("10.40.2.0/24",), Group("nsg-desks", BASTION_ONLY)),
    ),
    plain_machines=(
        Machine("vm-desk-1", single("snet-desks", "10.40.2.4")),
        Machine("vm-desk-2", single("snet-desks", "10.40.2.5"), running=False),
        Machine("vm-desk-3", single("snet-desks", "10.40.2.6"), login=Login.PASSWORD),
        Machine("vm-desk-4", single("snet-desks", "10.40.2.7"), login=Login.KEY),
    ),
    traps=(*_ORDER_LESSONS, *_MATCH_LESSONS, _OTHER_CONFIGURATION),
    loose_groups=(Group("nsg-forgotten", (Rule("allow-ssh-any", 100, ALLOW),), OPEN),),
    loose_addresses=(("pip-forgotten", PublicAddress("20.67.40.201")),),
)
