"""The web subscription: two layers of NSGs, routes, two address families, several addresses."""

from typing import Final

from simulator.estate.company import APPLIANCE_ADDRESS, WEB_NETWORK
from simulator.estate.house_rules import BASTION_ONLY, HTTPS_FROM_INTERNET
from simulator.estate.lessons import Bench, Lesson
from simulator.estate.plan import (
    ALLOW,
    DENY,
    Group,
    Interface,
    IpConfiguration,
    Machine,
    PublicAddress,
    Route,
    RouteTable,
    Rule,
    Subnet,
    Trap,
    single,
)
from simulator.estate.site import Site
from simulator.estate.story import CLOSED, OPEN, Outcome, Reach, ReturnPath, Verdict

_EDGE: Final = Bench("snet-edge", "10.20.3", "20.86.20")
_ALLOW_INTERNET: Final = Rule("allow-ssh-internet", 100, ALLOW, source="Internet")
_TO_APPLIANCE: Final = Route("default", "0.0.0.0/0", "VirtualAppliance", APPLIANCE_ADDRESS)

_SUBNETS: Final = (
    Subnet(
        "snet-front", ("10.20.1.0/24",), Group("nsg-front", (*BASTION_ONLY, HTTPS_FROM_INTERNET))
    ),
    Subnet("snet-app", ("10.20.2.0/24",), Group("nsg-app", BASTION_ONLY)),
    Subnet("snet-edge", ("10.20.3.0/24",)),
    Subnet("snet-strict", ("10.20.4.0/28",), Group("nsg-strict")),
    Subnet("snet-welcome", ("10.20.5.0/28",), Group("nsg-welcome", (_ALLOW_INTERNET,), OPEN)),
    Subnet(
        "snet-detour",
        ("10.20.6.0/28",),
        Group("nsg-detour"),
        RouteTable("rt-detour", (_TO_APPLIANCE,)),
    ),
    Subnet(
        "snet-detour-open",
        ("10.20.7.0/28",),
        Group("nsg-detour-open", (_ALLOW_INTERNET,), OPEN),
        RouteTable(
            "rt-detour-open", (_TO_APPLIANCE, Route("to-office", "198.51.100.0/24", "Internet"))
        ),
    ),
    Subnet("snet-dual", ("10.20.8.0/24", "fd00:20:20:8::/64")),
)

_LESSONS: Final = _EDGE.traps(
    Lesson(
        19,
        4,
        "vm-every-port",
        "A rule for the ports 0-65535 never says 22 and opens it all the same.",
        OPEN,
        (Rule("allow-all-ports", 100, ALLOW, source="Internet", port="0-65535"),),
    ),
    Lesson(
        20,
        5,
        "vm-port-list",
        "Port 22 hides in the range 20-25 of a list of ports.",
        OPEN,
        (Rule("allow-web-and-ftp", 100, ALLOW, source="Internet", port=("20-25", "80")),),
    ),
    Lesson(
        36,
        6,
        "vm-ipv6-rule-ipv4-address",
        "The rule opens IPv6 to everybody, but the machine has an IPv4 address alone.",
        CLOSED,
        (Rule("allow-ssh-ipv6", 100, ALLOW, source="::/0"),),
        group_outcome=OPEN,
    ),
    Lesson(
        57,
        7,
        "vm-lower-case-tag",
        "The tag is spelt internet, the protocol TCP: Azure does not mind, and opens.",
        OPEN,
        (Rule("Allow-SSH", 100, ALLOW, source="internet", protocol="TCP"),),
    ),
    Lesson(
        None,
        8,
        "vm-https-only",
        "A public web server that the internet reaches on port 443 and nowhere else.",
        CLOSED,
        (HTTPS_FROM_INTERNET,),
    ),
)

_LAYERS: Final = (
    Trap(
        Machine(
            "vm-subnet-says-no",
            single(
                "snet-strict",
                "10.20.4.4",
                "20.86.20.104",
                Group("nsg-subnet-says-no", (_ALLOW_INTERNET,), OPEN),
            ),
        ),
        "The NSG of the NIC allows SSH, the default rules of the subnet's NSG deny it.",
        (CLOSED,),
        (9,),
    ),
    Trap(
        Machine("vm-subnet-says-yes", single("snet-welcome", "10.20.5.4", "20.86.20.105")),
        "The NSG of the subnet allows SSH, and the NIC has no NSG that could object.",
        (OPEN,),
        (10,),
    ),
    Trap(
        Machine("vm-standard-ip-no-nsg", single("snet-edge", "10.20.3.9", "20.86.20.9")),
        "A Standard address without any NSG is closed by default.",
        (CLOSED,),
        (11,),
    ),
)

_ROUTED: Final = (
    Trap(
        Machine("vm-detour-default-rules", single("snet-detour", "10.20.6.4", "20.86.20.106")),
        "A default route to an appliance may widen VirtualNetwork to everybody.",
        (Outcome(Verdict.UNDETERMINED, return_path=ReturnPath.ASYMMETRIC),),
        (25,),
    ),
    Trap(
        Machine("vm-detour-open", single("snet-detour-open", "10.20.7.4", "20.86.20.107")),
        "The NSG lets everybody in; replies leave through an appliance, save to one office.",
        (Outcome(Verdict.EXPOSED, Reach.INTERNET, return_path=ReturnPath.ASYMMETRIC),),
        (26,),
    ),
)

_IPV6_ONLY: Final = Machine(
    "vm-ipv6-only-open",
    (
        Interface(
            (
                IpConfiguration("snet-dual", "10.20.8.4", PublicAddress("20.86.20.108")),
                IpConfiguration(
                    "snet-dual", "fd00:20:20:8::4", PublicAddress("2603:1020:201:10::108")
                ),
            ),
            Group(
                "nsg-ipv6-only-open",
                (
                    Rule("allow-ssh-ipv6", 100, ALLOW, source="::/0"),
                    Rule("deny-ssh-ipv4", 200, DENY, source="0.0.0.0/0"),
                ),
                OPEN,
            ),
        ),
    ),
)
_SECOND_NIC: Final = Machine(
    "vm-second-nic",
    (
        *single("snet-app", "10.20.2.10"),
        *single(
            "snet-edge",
            "10.20.3.10",
            "20.86.20.10",
            Group("nsg-second-nic", (_ALLOW_INTERNET,), OPEN),
        ),
    ),
)
_SECOND_CONFIGURATION: Final = Machine(
    "vm-public-on-second-config",
    (
        Interface(
            (
                IpConfiguration("snet-edge", "10.20.3.11"),
                IpConfiguration("snet-edge", "10.20.3.12", PublicAddress("20.86.20.12")),
            ),
            Group("nsg-public-on-second-config", (_ALLOW_INTERNET,), OPEN),
        ),
    ),
)
_SEVERAL_ADDRESSES: Final = (
    Trap(
        _IPV6_ONLY,
        "IPv4 is denied, IPv6 stands open on the same NIC.",
        (CLOSED, OPEN),
        (35,),
        bastion_reaches=False,
    ),
    Trap(_SECOND_NIC, "The first NIC is private, the second one is open.", (OPEN,), (50,)),
    Trap(
        _SECOND_CONFIGURATION,
        "The public address hangs on the NIC's second IP configuration.",
        (OPEN,),
    ),
)

SITE: Final = Site(
    WEB_NETWORK,
    subnets=_SUBNETS,
    plain_machines=(
        Machine("vm-web-1", single("snet-front", "10.20.1.4")),
        Machine("vm-web-2", single("snet-front", "10.20.1.5")),
        Machine("vm-api", single("snet-app", "10.20.2.4")),
    ),
    traps=(*_LESSONS, *_LAYERS, *_ROUTED, *_SEVERAL_ADDRESSES),
)
