"""Security rules that Larkspur uses in more than one place."""

from typing import Final

from simulator.estate.company import BASTION_PREFIX
from simulator.estate.plan import ALLOW, DENY, Group, Rule


def only_from(prefix: str) -> tuple[Rule, ...]:
    """Let SSH in from the subnet of a Bastion and from nowhere else."""
    return (
        Rule("allow-ssh-from-bastion", 100, ALLOW, source=prefix),
        Rule("deny-ssh", 200, DENY),
    )


BASTION_ONLY: Final = only_from(BASTION_PREFIX)
"""SSH comes from the hub's Bastion and from nowhere else."""

HTTPS_FROM_INTERNET: Final = Rule("allow-https", 300, ALLOW, source="Internet", port="443")

_DATA_PLANE_PORTS: Final = ("8080", "5701")


def bastion_subnet_group(name: str) -> Group:
    """Give an NSG that lets AzureBastionSubnet do all its work and nothing more.

    Source: Microsoft Learn, "Working with NSG access and Azure Bastion", February 2026.
    """
    return Group(
        name,
        (
            Rule("allow-https-in", 120, ALLOW, source="Internet", port="443"),
            Rule("allow-gateway-manager-in", 130, ALLOW, source="GatewayManager", port="443"),
            Rule("allow-load-balancer-in", 140, ALLOW, source="AzureLoadBalancer", port="443"),
            _data_plane("allow-hosts-in", 150, "Inbound"),
            _outbound("allow-ssh-rdp-out", 100, "VirtualNetwork", ("22", "3389")),
            _outbound("allow-azure-cloud-out", 110, "AzureCloud", "443"),
            _data_plane("allow-hosts-out", 120, "Outbound"),
            _outbound("allow-http-out", 130, "Internet", "80"),
        ),
    )


def stingy_bastion_subnet_group(name: str) -> Group:
    """Give an NSG that lets clients in and SSH out, and none of the rest that a Bastion needs."""
    return Group(
        name,
        (
            Rule("allow-https-in", 120, ALLOW, source="Internet", port="443"),
            Rule("deny-rest-in", 4000, DENY, port="*", protocol="*"),
            _outbound("allow-ssh-rdp-out", 100, "VirtualNetwork", ("22", "3389")),
            Rule("deny-rest-out", 4000, DENY, port="*", protocol="*", direction="Outbound"),
        ),
        stops_bastion=True,
    )


def _data_plane(name: str, priority: int, direction: str) -> Rule:
    return Rule(
        name,
        priority,
        ALLOW,
        source="VirtualNetwork",
        destination="VirtualNetwork",
        port=_DATA_PLANE_PORTS,
        protocol="*",
        direction=direction,
    )


def _outbound(name: str, priority: int, destination: str, port: str | tuple[str, ...]) -> Rule:
    return Rule(
        name,
        priority,
        ALLOW,
        destination=destination,
        port=port,
        protocol="*",
        direction="Outbound",
    )
