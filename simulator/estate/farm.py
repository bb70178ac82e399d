"""The test farm: scale sets, whose instances have addresses and NAT ports of their own."""

from typing import Final

from simulator.estate.balancer_plan import Balancer, Flow, FlowKind
from simulator.estate.company import TEST_FARM_NETWORK
from simulator.estate.plan import (
    ALLOW,
    DENY,
    Group,
    Interface,
    IpConfiguration,
    Machine,
    PublicAddress,
    Rule,
    Subnet,
    Trap,
)
from simulator.estate.scale_set_plan import Instance, ScaleSet
from simulator.estate.site import Site
from simulator.estate.story import CLOSED, OPEN

_PLACE: Final = TEST_FARM_NETWORK.place
_ALLOW_SSH: Final = (Rule("allow-ssh-internet", 100, ALLOW, source="Internet"),)

_CRANES: Final = ScaleSet(
    TEST_FARM_NETWORK,
    "vmss-crane",
    "snet-cranes",
    Group("nsg-crane", _ALLOW_SSH, OPEN),
    (
        Instance(
            0,
            "10.110.1.4",
            "An instance of a uniform scale set has an address of its own, which no list shows.",
            PublicAddress("20.67.110.4"),
            OPEN,
            (47,),
        ),
        Instance(
            1,
            "10.110.1.5",
            "The model opens SSH, but this instance still runs on the older one, which denies it.",
            PublicAddress("20.67.110.5"),
            CLOSED,
            lags_with=Group(
                "nsg-crane-older", (Rule("deny-ssh-internet", 100, DENY, source="Internet"),)
            ),
        ),
    ),
)

_BALANCER: Final = Balancer(
    _PLACE,
    "lb-loader",
    PublicAddress("20.67.110.10"),
    (
        Flow(FlowKind.NAT_POOL, "ssh", front_port=50000, last_front_port=50099),
        Flow(FlowKind.NAT, "ssh.0", front_port=50000),
        Flow(FlowKind.NAT, "ssh.1", front_port=50001),
    ),
)
_LOADERS: Final = ScaleSet(
    TEST_FARM_NETWORK,
    "vmss-loader",
    "snet-loaders",
    instances=(
        Instance(
            0,
            "10.110.2.4",
            "A NAT pool gives each instance of the scale set a port; this one answers on 50000.",
            ways=(_BALANCER.way("ssh.0", OPEN),),
        ),
        Instance(
            1,
            "10.110.2.5",
            "The next instance behind the same NAT pool answers on port 50001.",
            ways=(_BALANCER.way("ssh.1", OPEN),),
        ),
    ),
    nat_pool=_BALANCER.flow_id("ssh"),
)

_TESTERS: Final = ScaleSet(TEST_FARM_NETWORK, "vmss-tester", "snet-testers", flexible=True)
_TESTER: Final = Trap(
    Machine(
        "vm-tester-1",
        (
            Interface(
                (IpConfiguration("snet-testers", "10.110.3.4", PublicAddress("20.67.110.20")),),
                Group("nsg-tester", _ALLOW_SSH, OPEN),
            ),
        ),
        scale_set=_TESTERS.resource_id,
    ),
    "A member of a flexible scale set is a machine like any other, with an address of its own.",
    (OPEN,),
)

SITE: Final = Site(
    TEST_FARM_NETWORK,
    subnets=(
        Subnet("snet-cranes", ("10.110.1.0/24",)),
        Subnet("snet-loaders", ("10.110.2.0/24",), Group("nsg-loader", _ALLOW_SSH, OPEN)),
        Subnet("snet-testers", ("10.110.3.0/24",)),
    ),
    traps=(_TESTER,),
    balancers=(_BALANCER,),
    scale_sets=(_CRANES, _LOADERS, _TESTERS),
)
