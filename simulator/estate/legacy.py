"""The legacy subscription: Basic addresses and balancers, an old firewall, a network alone."""

from dataclasses import replace
from typing import Final

from simulator.estate.balancer_plan import Flow, FlowKind, behind_rule
from simulator.estate.company import DEPOT_NETWORK, LEGACY_NETWORK
from simulator.estate.firewall_plan import DnatRule, Firewall
from simulator.estate.house_rules import BASTION_ONLY
from simulator.estate.plan import (
    ALLOW,
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
from simulator.estate.story import CLOSED, OPEN, OPEN_WIDELY

_HOSTILE_TEXT: Final = (
    "**urgent** [sign in](https://larkspur.example) "
    "<script>alert('larkspur')</script> \u200fgnp.exe"
)


def _old(address: str, public: PublicAddress, group: Group | None = None) -> tuple[Interface]:
    return (Interface((IpConfiguration("snet-old", address, public),), group),)


_TRAPS: Final = (
    Trap(
        Machine(
            "vm-basic-ip-no-nsg",
            _old("10.50.1.4", PublicAddress("51.144.50.4", "Basic")),
            login=Login.PASSWORD,
            tags={"owner": _HOSTILE_TEXT},
        ),
        "A Basic address without any NSG is open on every port; its owner tag is hostile text.",
        (OPEN,),
        (12,),
    ),
    Trap(
        Machine(
            "vm-basic-ip-default-nsg",
            _old("10.50.1.5", PublicAddress("51.144.50.5", "Basic"), Group("nsg-basic-defaults")),
        ),
        "An NSG brings the default Deny, with a Basic address too.",
        (CLOSED,),
        (13,),
    ),
    Trap(
        Machine(
            "vm-ip-without-sku",
            _old("10.50.1.6", PublicAddress("51.144.50.6", None)),
            login=Login.KEY,
        ),
        "An address so old that it has no SKU counts as Basic, and there is no NSG.",
        (OPEN,),
    ),
    Trap(
        Machine(
            "vm-deallocated",
            _old(
                "10.50.1.7",
                PublicAddress(None, "Basic"),
                Group("nsg-deallocated", (Rule("allow-ssh-any", 100, ALLOW),), OPEN),
            ),
            running=False,
        ),
        "The machine sleeps and has no address now; when it wakes it is open.",
        (replace(OPEN, latent=True),),
        (48,),
    ),
)
_BASIC_BALANCER: Final = behind_rule(
    LEGACY_NETWORK.place, "basic", "51.144.50.8", Flow(FlowKind.BALANCING, "ssh"), "Basic"
)
_OLD_FIREWALL: Final = Firewall(
    LEGACY_NETWORK,
    "fw-old",
    PublicAddress("51.144.50.60"),
    "10.50.3.4",
    (DnatRule("publish-to-carrier", "51.144.50.60", 22, "10.50.1.9", ("51.0.0.0/12",)),),
)
_BEHIND_OTHERS: Final = (
    Trap(
        Machine(
            "vm-basic-balancer-no-nsg",
            (
                Interface(
                    (IpConfiguration("snet-old", "10.50.1.8", pools=(_BASIC_BALANCER.pool_id,)),)
                ),
            ),
        ),
        "Behind a Basic balancer, without any NSG, the port of its rule is open by default.",
        (),
        ways=(_BASIC_BALANCER.way("ssh", OPEN),),
    ),
    Trap(
        Machine("vm-behind-old-firewall", single("snet-old", "10.50.1.9")),
        "A firewall with rules of its own publishes SSH to all addresses of one carrier.",
        (),
        ways=(_OLD_FIREWALL.way("publish-to-carrier", OPEN_WIDELY),),
    ),
)

SITE: Final = Site(
    LEGACY_NETWORK,
    subnets=(
        Subnet("snet-old", ("10.50.1.0/24",)),
        Subnet("snet-back", ("10.50.2.0/24",), Group("nsg-Back", BASTION_ONLY)),
        Subnet("AzureFirewallSubnet", ("10.50.3.0/26",)),
    ),
    plain_machines=(
        Machine("vm-erp", single("snet-back", "10.50.2.4"), login=Login.PASSWORD),
        Machine("vm-ftp", single("snet-back", "10.50.2.5"), login=Login.PASSWORD),
        Machine("vm-restored", single("snet-back", "10.50.2.6"), login=Login.UNSAID),
        Machine("vm-files", single("snet-back", "10.50.2.7"), windows=True),
    ),
    traps=(*_TRAPS, *_BEHIND_OTHERS),
    balancers=(_BASIC_BALANCER,),
    firewall=_OLD_FIREWALL,
)

DEPOT_SITE: Final = Site(
    DEPOT_NETWORK,
    subnets=(Subnet("snet-depot", ("10.60.0.0/26",), Group("nsg-depot")),),
    plain_machines=(Machine("vm-depot-scales", single("snet-depot", "10.60.0.4")),),
)
