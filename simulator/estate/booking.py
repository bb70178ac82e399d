"""The booking network: machines behind load balancers and behind an application gateway."""

from typing import Final

from simulator.estate.balancer_plan import (
    Balancer,
    Flow,
    FlowKind,
    PoolAddress,
    PortMapping,
    PrivateFrontend,
    behind_rule,
)
from simulator.estate.company import BOOKING_NETWORK
from simulator.estate.gateway_plan import Gateway
from simulator.estate.plan import (
    ALLOW,
    Group,
    Interface,
    IpConfiguration,
    Machine,
    NatGateway,
    PublicAddress,
    Rule,
    Subnet,
    Trap,
)
from simulator.estate.site import Site
from simulator.estate.story import CLOSED, OPEN, OPEN_TO_FEW, UNDETERMINED

_PLACE: Final = BOOKING_NETWORK.place
_ALLOW_SSH: Final = (Rule("allow-ssh-internet", 100, ALLOW, source="Internet"),)


def _machine(
    name: str,
    host: int,
    group: Group,
    *,
    pools: tuple[str, ...] = (),
    nat_rules: tuple[str, ...] = (),
) -> Machine:
    configuration = IpConfiguration(
        "snet-booking", f"10.70.1.{host}", pools=pools, nat_rules=nat_rules
    )
    return Machine(name, (Interface((configuration,), group),))


def _open_group(stem: str) -> Group:
    return Group(f"nsg-{stem}", _ALLOW_SSH, OPEN)


_FRONT_PORT: Final = behind_rule(
    _PLACE, "nat-front-port", "20.86.70.4", Flow(FlowKind.NAT, "ssh", front_port=50001)
)
_ODD_PORT: Final = behind_rule(
    _PLACE, "nat-odd-port", "20.86.70.5", Flow(FlowKind.NAT, "ssh", front_port=50001)
)
_HIDDEN_PORT: Final = behind_rule(
    _PLACE, "nat-hidden-port", "20.86.70.6", Flow(FlowKind.NAT, "ssh", port=2222)
)

_NAT_TRAPS: Final = (
    Trap(
        _machine(
            "vm-nat-front-port-only",
            4,
            Group(
                "nsg-nat-front-port-only",
                (Rule("allow-front-port", 100, ALLOW, source="Internet", port="50001"),),
            ),
            nat_rules=(_FRONT_PORT.flow_id("ssh"),),
        ),
        "A NAT rule leads from port 50001 to 22; the NSG allows 50001, but it sees 22.",
        (),
        (14,),
        ways=(_FRONT_PORT.way("ssh", CLOSED),),
    ),
    Trap(
        _machine(
            "vm-nat-odd-port", 5, _open_group("nat-odd-port"), nat_rules=(_ODD_PORT.flow_id("ssh"),)
        ),
        "A NAT rule leads from port 50001 to 22, which the NSG allows: an odd port hides nothing.",
        (),
        (15,),
        ways=(_ODD_PORT.way("ssh", OPEN),),
    ),
    Trap(
        _machine(
            "vm-nat-hidden-port",
            6,
            Group(
                "nsg-nat-hidden-port",
                (Rule("allow-2222", 100, ALLOW, source="Internet", port="2222"),),
            ),
            nat_rules=(_HIDDEN_PORT.flow_id("ssh"),),
        ),
        "SSH listens on 2222, and a NAT rule leads there from port 22.",
        (),
        (16,),
        ways=(_HIDDEN_PORT.way("ssh", OPEN),),
    ),
)

_POOL_PORTS: Final = {
    stem: PortMapping(
        f"{_PLACE.network_id('networkInterfaces', f'nic-{stem}')}/ipConfigurations/ipconfig1",
        "ssh",
        port,
    )
    for stem, port in (("nat-pool-1", 50100), ("nat-pool-2", 50101))
}
_POOL_NAT: Final = Balancer(
    _PLACE,
    "lb-nat-pool",
    PublicAddress("20.86.70.7"),
    (Flow(FlowKind.NAT, "ssh", front_port=50100, last_front_port=50119),),
    mappings=tuple(_POOL_PORTS.values()),
)


def _pool_member(stem: str, host: int, shows: str, facts: tuple[int, ...] = ()) -> Trap:
    machine = _machine(f"vm-{stem}", host, _open_group("nat-pool"), pools=(_POOL_NAT.pool_id,))
    way = _POOL_NAT.way("ssh", OPEN, _POOL_PORTS[stem].front_port)
    return Trap(machine, shows, (), facts, ways=(way,))


_POOL_TRAPS: Final = (
    _pool_member(
        "nat-pool-1",
        7,
        "A NAT rule on a pool gives each member a port of its own; this one has 50100.",
        (17,),
    ),
    _pool_member("nat-pool-2", 8, "The next member of the same pool answers on port 50101."),
)

_BALANCED: Final = behind_rule(_PLACE, "balanced", "20.86.70.9", Flow(FlowKind.BALANCING, "ssh"))
_FLOATING: Final = behind_rule(
    _PLACE, "floating", "20.86.70.10", Flow(FlowKind.BALANCING, "ssh", floating=True)
)
_BY_ADDRESS: Final = Balancer(
    _PLACE,
    "lb-by-address",
    PublicAddress("20.86.70.11"),
    (Flow(FlowKind.BALANCING, "ssh"),),
    addresses=(PoolAddress("10.70.1.11", BOOKING_NETWORK),),
)
_REGIONAL: Final = behind_rule(_PLACE, "regional", "20.86.70.12", Flow(FlowKind.BALANCING, "ssh"))
_GLOBAL: Final = Balancer(
    _PLACE,
    "lb-global",
    PublicAddress("20.86.70.112", tier="Global"),
    (Flow(FlowKind.BALANCING, "ssh"),),
    regions=(_REGIONAL.frontend_id,),
)

_BALANCING_TRAPS: Final = (
    Trap(
        _machine(
            "vm-balanced",
            9,
            Group(
                "nsg-balanced",
                (Rule("allow-ssh-admin", 100, ALLOW, source="203.0.113.7/32"),),
                OPEN_TO_FEW,
            ),
            pools=(_BALANCED.pool_id,),
        ),
        "A load-balancing rule on port 22; the client's address stays, and the NSG allows one.",
        (),
        ways=(_BALANCED.way("ssh", OPEN_TO_FEW),),
    ),
    Trap(
        _machine(
            "vm-floating-address",
            10,
            Group(
                "nsg-floating-address",
                (
                    Rule(
                        "allow-ssh-to-frontend",
                        100,
                        ALLOW,
                        source="Internet",
                        destination="20.86.70.10",
                    ),
                ),
                OPEN,
            ),
            pools=(_FLOATING.pool_id,),
        ),
        "With a floating address the NSG sees the frontend's address, which its Allow names.",
        (),
        (39,),
        ways=(_FLOATING.way("ssh", OPEN),),
    ),
    Trap(
        _machine("vm-pool-by-address", 11, _open_group("pool-by-address")),
        "The balancer's pool lists the machine's private address; its NIC says nothing of it.",
        (),
        ways=(_BY_ADDRESS.way("ssh", OPEN),),
    ),
    Trap(
        _machine("vm-behind-two", 12, _open_group("behind-two"), pools=(_REGIONAL.pool_id,)),
        "A global balancer stands before the regional one: two addresses lead in.",
        (),
        ways=(_REGIONAL.way("ssh", OPEN), _GLOBAL.way("ssh", OPEN)),
    ),
)

_INTERNAL: Final = Balancer(
    _PLACE,
    "lb-internal",
    PrivateFrontend(BOOKING_NETWORK.subnet_id("snet-booking"), "10.70.1.200"),
    (Flow(FlowKind.BALANCING, "ssh"),),
)
_OUTBOUND: Final = Balancer(
    _PLACE, "lb-outbound", PublicAddress("20.86.70.14"), (Flow(FlowKind.OUTBOUND, "internet"),)
)
_GATEWAY: Final = Gateway(
    BOOKING_NETWORK,
    "agw-booking",
    "snet-gateway",
    PublicAddress("20.86.70.15"),
    members=("10.70.1.15",),
)

_OTHER_TRAPS: Final = (
    Trap(
        _machine(
            "vm-internal-balancer", 13, _open_group("internal-balancer"), pools=(_INTERNAL.pool_id,)
        ),
        "An internal balancer passes SSH on; its frontend is private, so nobody comes in.",
        (),
        (41,),
    ),
    Trap(
        Machine(
            "vm-outbound-only",
            (
                Interface(
                    (IpConfiguration("snet-outbound", "10.70.2.4", pools=(_OUTBOUND.pool_id,)),),
                    _open_group("outbound-only"),
                ),
            ),
        ),
        "The balancer has an outbound rule alone, the subnet a NAT gateway: neither lets in.",
        (),
        (40,),
    ),
    Trap(
        _machine("vm-behind-gateway", 15, Group("nsg-behind-gateway")),
        "An application gateway passes plain TCP on port 22 on; whom it admits cannot be told.",
        (),
        ways=(_GATEWAY.way(UNDETERMINED),),
    ),
)

SITE: Final = Site(
    BOOKING_NETWORK,
    subnets=(
        Subnet("snet-booking", ("10.70.1.0/24",)),
        Subnet(
            "snet-outbound",
            ("10.70.2.0/28",),
            nat_gateway=NatGateway("ng-booking", PublicAddress("20.86.70.114")),
        ),
        Subnet("snet-gateway", ("10.70.3.0/24",)),
    ),
    traps=(*_NAT_TRAPS, *_POOL_TRAPS, *_BALANCING_TRAPS, *_OTHER_TRAPS),
    balancers=(
        _FRONT_PORT,
        _ODD_PORT,
        _HIDDEN_PORT,
        _POOL_NAT,
        _BALANCED,
        _FLOATING,
        _BY_ADDRESS,
        _REGIONAL,
        _GLOBAL,
        _INTERNAL,
        _OUTBOUND,
    ),
    gateway=_GATEWAY,
)
