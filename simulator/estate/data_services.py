"""The data subscription: service tags and application security groups as sources and targets."""

from typing import Final

from simulator.estate.company import DATA_NETWORK
from simulator.estate.house_rules import BASTION_ONLY
from simulator.estate.lessons import Bench, Lesson
from simulator.estate.plan import (
    ALLOW,
    DENY,
    Group,
    Interface,
    IpConfiguration,
    Machine,
    PrivateEndpoint,
    Rule,
    Subnet,
)
from simulator.estate.site import Site
from simulator.estate.story import CLOSED, OPEN, OPEN_TO_A_SERVICE, OPEN_TO_TENANTS

_INGEST: Final = Bench("snet-ingest", "10.30.2", "20.86.30")

_TAG_LESSONS: Final = _INGEST.traps(
    Lesson(
        21,
        4,
        "vm-azurecloud",
        "AzureCloud lets in whoever rents a machine in Azure.",
        OPEN_TO_TENANTS,
        (Rule("allow-ssh-azure", 100, ALLOW, source="AzureCloud"),),
    ),
    Lesson(
        22,
        5,
        "vm-storage-tag",
        "The Storage tag stands for addresses that nobody can name without the list of tags.",
        OPEN_TO_A_SERVICE,
        (Rule("allow-ssh-storage", 100, ALLOW, source="Storage"),),
    ),
    Lesson(
        23,
        6,
        "vm-probe-only",
        "AzureLoadBalancer is the health probe's address and lets no client in.",
        CLOSED,
        (
            Rule("allow-probes", 100, ALLOW, source="AzureLoadBalancer", port="*", protocol="*"),
            Rule("deny-internet", 200, DENY, source="Internet", port="*", protocol="*"),
        ),
    ),
    Lesson(
        24,
        7,
        "vm-virtualnetwork-only",
        "VirtualNetwork lets in the neighbours, not the internet.",
        CLOSED,
        (Rule("allow-ssh-neighbours", 100, ALLOW, source="VirtualNetwork"),),
    ),
    Lesson(
        51,
        8,
        "vm-internet-denied-azurecloud",
        "Internet holds Azure's own addresses, so the Deny leaves nothing to AzureCloud.",
        CLOSED,
        (
            Rule("deny-ssh-internet", 100, DENY, source="Internet"),
            Rule("allow-ssh-azure", 200, ALLOW, source="AzureCloud"),
        ),
    ),
    Lesson(
        52,
        9,
        "vm-azurecloud-then-deny",
        "AzureCloud comes before the Deny, so that Azure's tenants get in.",
        OPEN_TO_TENANTS,
        (
            Rule("allow-ssh-azure", 100, ALLOW, source="AzureCloud"),
            Rule("deny-ssh-internet", 200, DENY, source="Internet"),
        ),
    ),
)

_ASG_LESSONS: Final = _INGEST.traps(
    Lesson(
        27,
        10,
        "vm-asg-stranger",
        "The Allow is for an application security group to which the machine does not belong.",
        CLOSED,
        (
            Rule(
                "allow-ssh-gateways",
                100,
                ALLOW,
                source="Internet",
                destination_asgs=("asg-retired-gateways",),
            ),
        ),
    ),
    Lesson(
        28,
        11,
        "vm-deny-for-others",
        "The Deny is for other machines' application security group; the Allow is for this one.",
        OPEN,
        (
            Rule(
                "deny-ssh-databases",
                100,
                DENY,
                source="Internet",
                destination_asgs=("asg-databases",),
            ),
            Rule("allow-ssh-internet", 200, ALLOW, source="Internet"),
        ),
    ),
    Lesson(
        29,
        12,
        "vm-asg-source",
        "The Allow is for the members of an application security group, all of them private.",
        CLOSED,
        (Rule("allow-ssh-batch", 100, ALLOW, source_asgs=("asg-batch",)),),
    ),
)


def _member(name: str, address: str, asg: str) -> Machine:
    configuration = IpConfiguration("snet-data", address, asgs=(asg,))
    return Machine(name, (Interface((configuration,)),))


SITE: Final = Site(
    DATA_NETWORK,
    subnets=(
        Subnet("snet-data", ("10.30.1.0/24",), Group("nsg-data", BASTION_ONLY)),
        Subnet("snet-ingest", ("10.30.2.0/24",)),
        Subnet("snet-endpoints", ("10.30.3.0/27",)),
    ),
    plain_machines=(
        _member("vm-db-1", "10.30.1.4", "asg-databases"),
        _member("vm-db-2", "10.30.1.5", "asg-databases"),
        _member("vm-etl", "10.30.1.7", "asg-batch"),
    ),
    traps=(*_TAG_LESSONS, *_ASG_LESSONS),
    asgs=("asg-databases", "asg-batch", "asg-retired-gateways"),
    private_endpoints=(
        PrivateEndpoint("pe-manifests", "snet-endpoints", "10.30.3.4", "larkspurmanifests"),
    ),
)
