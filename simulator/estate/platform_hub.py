"""The platform subscription: Bastion, firewall and appliances, and rules of just-in-time access."""

from typing import Final

from simulator.estate.company import APPLIANCE_ADDRESS, BASTION_PREFIX, HUB_NETWORK
from simulator.estate.house_rules import BASTION_ONLY, HTTPS_FROM_INTERNET, bastion_subnet_group
from simulator.estate.hub_firewall import FIREWALL, SUBNETS, TRAPS
from simulator.estate.lessons import Bench, Lesson
from simulator.estate.plan import (
    ALLOW,
    DENY,
    BastionHost,
    Group,
    Interface,
    IpConfiguration,
    Machine,
    PublicAddress,
    Rule,
    Subnet,
    Trap,
    single,
)
from simulator.estate.site import Site
from simulator.estate.story import CLOSED, OPEN, OPEN_TO_FEW, LooseEnd

_JUMP: Final = Bench("snet-jump", "10.10.3", "20.86.10")


def _jit_deny(private_address: str, suffix: str) -> Rule:
    return Rule(
        f"SecurityCenter-JITRule_-1105480617_{suffix}",
        4096,
        DENY,
        protocol="*",
        destination=private_address,
        description="ASC JIT Network Access rule for policy 'default'",
    )


def _jit_allow(private_address: str, source: str, suffix: str) -> Rule:
    return Rule(
        f"SecurityCenter-JITRule-1170687618-{suffix}",
        100,
        ALLOW,
        source=source,
        protocol="*",
        destination=private_address,
        description="ASC JIT Network Access rule created by an initiation request",
    )


_LESSONS: Final = _JUMP.traps(
    Lesson(
        45,
        4,
        "vm-jit-outranked",
        "A forgotten Allow outranks the Deny of just-in-time access, which protects nothing.",
        OPEN,
        (
            Rule("allow-ssh-from-bastion", 900, ALLOW, source=BASTION_PREFIX),
            Rule("allow-ssh-migration", 1000, ALLOW),
            _jit_deny("10.10.3.4", "7F3A19C2D4E84B06"),
        ),
    ),
    Lesson(
        46,
        5,
        "vm-jit-window",
        "A just-in-time window lets one address in and will close by itself.",
        OPEN_TO_FEW,
        (
            _jit_allow("10.10.3.5", "198.51.100.9", "91B7C05E2A6F4D38"),
            _jit_deny("10.10.3.5", "91B7C05E2A6F4D38"),
        ),
        bastion_reaches=False,
    ),
    Lesson(
        53,
        6,
        "vm-bastion-locked-out",
        "A Deny for everybody outranks the default Allow, so that Bastion is shut out too.",
        CLOSED,
        (Rule("deny-ssh-all", 4096, DENY),),
        bastion_reaches=False,
    ),
    Lesson(
        54,
        7,
        "vm-target-design",
        "SSH is allowed from the Bastion subnet and denied to everybody else: the design to copy.",
        CLOSED,
        BASTION_ONLY,
        bastion_reaches=True,
    ),
)

_APPLIANCE_GROUP: Final = Group("nsg-appliance", (*BASTION_ONLY, HTTPS_FROM_INTERNET))
_APPLIANCE: Final = Machine(
    "vm-appliance",
    (Interface((IpConfiguration("snet-appliance", APPLIANCE_ADDRESS),), forwards=True),),
)
_EDGE_APPLIANCE: Final = Trap(
    Machine(
        "vm-edge-appliance",
        (
            Interface(
                (IpConfiguration("snet-appliance", "10.10.2.5", PublicAddress("20.86.10.12")),),
                forwards=True,
            ),
        ),
    ),
    "An appliance with a public address: SSH to itself is closed, what it passes on is its own.",
    (CLOSED,),
)
EDGE_APPLIANCE_END: Final = LooseEnd(
    "nic-edge-appliance",
    HUB_NETWORK.place.network_id("networkInterfaces", "nic-edge-appliance"),
    "It has a public address and forwards packets; where to, the appliance's own rules say.",
)

SITE: Final = Site(
    HUB_NETWORK,
    subnets=(
        Subnet("AzureBastionSubnet", (BASTION_PREFIX,), bastion_subnet_group("nsg-bastion")),
        Subnet("snet-shared", ("10.10.1.0/24",), Group("nsg-hub-shared", BASTION_ONLY)),
        Subnet("snet-appliance", ("10.10.2.0/28",), _APPLIANCE_GROUP),
        Subnet("snet-jump", ("10.10.3.0/27",)),
        *SUBNETS,
    ),
    plain_machines=(
        _APPLIANCE,
        Machine("vm-dns-1", single("snet-shared", "10.10.1.4")),
        Machine("vm-dns-2", single("snet-shared", "10.10.1.5")),
        Machine("vm-build-agent", single("snet-shared", "10.10.1.6")),
    ),
    traps=(*_LESSONS, _EDGE_APPLIANCE, *TRAPS),
    firewall=FIREWALL,
    bastion=BastionHost("bas-hub", PublicAddress("20.86.10.200")),
)
