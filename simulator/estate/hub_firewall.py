"""The firewall of the hub, which follows a policy, and the machines that it publishes."""

from typing import Final

from simulator.estate.company import FIREWALL_PREFIX, HUB_NETWORK
from simulator.estate.firewall_plan import DnatRule, Firewall, FirewallPolicy, IpGroup
from simulator.estate.plan import (
    DENY,
    Group,
    Machine,
    PublicAddress,
    Rule,
    Subnet,
    Trap,
    single,
)
from simulator.estate.story import CLOSED, OPEN, OPEN_TO_FEW, LooseEnd

_PUBLIC: Final = "20.86.10.210"
_PRIVATE: Final = "10.10.4.4"
_OFFICE: Final = IpGroup(HUB_NETWORK.place, "ipg-office", ("198.51.100.24/32",))

_CORPORATE: Final = FirewallPolicy(
    HUB_NETWORK.place,
    "fwp-corporate",
    "rcg-corporate",
    (DnatRule("publish-to-all", _PUBLIC, 2222, "10.10.5.4"),),
)
_POLICY: Final = FirewallPolicy(
    HUB_NETWORK.place,
    "fwp-hub",
    "rcg-hub",
    (
        DnatRule("publish-in-vain", _PUBLIC, 2223, "10.10.5.5"),
        DnatRule("publish-to-office", _PUBLIC, 2224, "10.10.5.6", groups=(_OFFICE,)),
        DnatRule("publish-inside", _PRIVATE, 2225, "10.10.5.7"),
        DnatRule("publish-by-name", _PUBLIC, 2226, "jump.larkspur.example", by_name=True),
    ),
    _CORPORATE,
)

FIREWALL: Final = Firewall(HUB_NETWORK, "fw-hub", PublicAddress(_PUBLIC), _PRIVATE, policy=_POLICY)

SUBNETS: Final = (
    Subnet("AzureFirewallSubnet", (FIREWALL_PREFIX,)),
    Subnet("snet-published", ("10.10.5.0/27",)),
)

TRAPS: Final = (
    Trap(
        Machine(
            "vm-published-to-all",
            single(
                "snet-published",
                "10.10.5.4",
                group=Group(
                    "nsg-published-to-all",
                    (Rule("deny-ssh-internet", 100, DENY, source="Internet"),),
                ),
            ),
        ),
        "A DNAT rule of the base policy leads in; the NSG denies the internet, sees a neighbour.",
        (),
        (42,),
        ways=(FIREWALL.way("publish-to-all", OPEN),),
    ),
    Trap(
        Machine(
            "vm-published-in-vain",
            single(
                "snet-published",
                "10.10.5.5",
                group=Group(
                    "nsg-published-in-vain",
                    (Rule("deny-ssh-firewall", 100, DENY, source=FIREWALL_PREFIX),),
                ),
            ),
        ),
        "A DNAT rule leads here, but the NSG denies the firewall's own subnet.",
        (),
        (43,),
        ways=(FIREWALL.way("publish-in-vain", CLOSED),),
    ),
    Trap(
        Machine(
            "vm-published-to-office",
            single("snet-published", "10.10.5.6", group=Group("nsg-published-to-office")),
        ),
        "The DNAT rule admits one office, by an IP group, and that is the only filter there is.",
        (),
        (44,),
        ways=(FIREWALL.way("publish-to-office", OPEN_TO_FEW),),
    ),
    Trap(
        Machine(
            "vm-published-inside",
            single("snet-published", "10.10.5.7", group=Group("nsg-published-inside")),
        ),
        "The DNAT rule is for the firewall's private address: a matter between neighbours.",
        (),
    ),
)

LOOSE_END: Final = LooseEnd(
    FIREWALL.name,
    FIREWALL.resource_id,
    "Its DNAT rule publish-by-name leads to a host name, and whose that is Azure does not tell.",
)
