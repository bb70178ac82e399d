"""Three networks that the hub's Bastion does not serve: a quay, a boathouse and a lighthouse."""

from typing import Final

from simulator.estate.company import (
    BOATHOUSE_NETWORK,
    LIGHTHOUSE_NETWORK,
    QUAY_BASTION_PREFIX,
    QUAY_NETWORK,
)
from simulator.estate.house_rules import only_from, stingy_bastion_subnet_group
from simulator.estate.plan import (
    DENY,
    BastionHost,
    BastionSku,
    Group,
    Machine,
    PublicAddress,
    Rule,
    Subnet,
    Trap,
    single,
)
from simulator.estate.site import Site

QUAY_SITE: Final = Site(
    QUAY_NETWORK,
    subnets=(
        Subnet(
            "AzureBastionSubnet",
            (QUAY_BASTION_PREFIX,),
            stingy_bastion_subnet_group("nsg-quay-bastion"),
        ),
        Subnet("snet-quay", ("10.120.1.0/24",), Group("nsg-quay", only_from(QUAY_BASTION_PREFIX))),
    ),
    traps=(
        Trap(
            Machine("vm-quay-crew", single("snet-quay", "10.120.1.4")),
            "A role to log in, and one of Larkspur's own to see what Bastion asks for: one person.",
            (),
            bastion_reaches=True,
        ),
        Trap(
            Machine("vm-quay-stranger", single("snet-quay", "10.120.1.5")),
            "Bastion gets in, but only a deployment and an owner may log in: nobody counts.",
            (),
            bastion_reaches=True,
            has_access_gap=True,
        ),
    ),
    bastion=BastionHost(
        "bas-quay",
        PublicAddress("20.67.120.200"),
        is_audited=False,
        linked_machines=("vm-quay-crew",),
    ),
)

BOATHOUSE_SITE: Final = Site(
    BOATHOUSE_NETWORK,
    subnets=(Subnet("snet-boats", ("10.130.1.0/24",)),),
    traps=(
        Trap(
            Machine(
                "vm-neighbours-shut-out",
                single(
                    "snet-boats",
                    "10.130.1.4",
                    group=Group(
                        "nsg-neighbours-shut-out",
                        (Rule("deny-ssh-neighbours", 100, DENY, source="VirtualNetwork"),),
                    ),
                ),
            ),
            "A Developer Bastion comes from an address that VirtualNetwork holds, which is denied.",
            (),
            (55,),
            bastion_reaches=False,
        ),
    ),
    bastion=BastionHost("bas-boathouse", sku=BastionSku.DEVELOPER),
)

LIGHTHOUSE_SITE: Final = Site(
    LIGHTHOUSE_NETWORK,
    subnets=(Subnet("snet-lamp", ("10.140.1.0/24",), Group("nsg-lighthouse")),),
    traps=(
        Trap(
            Machine("vm-cut-off", single("snet-lamp", "10.140.1.4")),
            "The peering with the hub is disconnected, so that the hub's Bastion is out of reach.",
            (),
            (56,),
        ),
    ),
)
