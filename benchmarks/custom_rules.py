"""Security rules as people write them: mixed ports, prefixes, tags and application groups."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.places import Json

_SERVICES: Final = ("80", "443", "8080", "8443", "5432", "1433", "6379", "9090", "5671", "27017")
_RANGES: Final = ("8000-8100", "9000-9999", "30000-32767", "20-25", "1024-65535")
_REGIONS: Final = ("AzureCloud.westeurope", "AzureCloud.northeurope")
_TAGS: Final = ("ApiManagement", "AzureFrontDoor.Backend", "AzureDevOps", "GatewayManager")
_OUTBOUND_TAGS: Final = ("Storage.WestEurope", "AzureMonitor", "AzureActiveDirectory", "Sql")
OPEN_ONE_IN: Final = 25
"""One group in so many lets everybody in to port 22 before any rule denies it."""
_PUBLIC_LOGIN_ONE_IN: Final = 8
_PRIVATE_OFFICES: Final = ("172.16.4.0/22", "172.20.0.0/16", "192.168.10.0/24", "10.8.0.0/16")
_FIRST_PRIORITY: Final = 100
_LAST_PRIORITY: Final = 4096


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """What the rules of one security group speak of."""

    network: str
    subnet: str
    partners: Sequence[str]
    offices: Sequence[str]
    application_groups: Sequence[str]


def custom_rules(around: Neighbourhood, count: int, chance: random.Random) -> list[Json]:
    """Give that many rules, each with its name and properties, in no special order.

    About a third is about port 22, by name or within a range; a fifth is outbound.
    """
    author = _Author(around, chance)
    drafts = [chance.choice(_DRAFTS)(author) for _ in range(count)]
    if chance.randrange(OPEN_ONE_IN) == 0:
        drafts[0] = author.ssh_from_anywhere()
    gap = max(1, (_LAST_PRIORITY - _FIRST_PRIORITY) // max(1, count))
    rules = [
        {
            "name": f"{draft['name']}-{number:03}",
            "properties": {**draft["properties"], "priority": _FIRST_PRIORITY + number * gap},
        }
        for number, draft in enumerate(drafts)
    ]
    chance.shuffle(rules)
    return rules


class _Author:
    """Drafts the rules of one group, still without priorities."""

    def __init__(self, around: Neighbourhood, chance: random.Random) -> None:
        self._around = around
        self._chance = chance

    def ssh_from_anywhere(self) -> Json:
        anyone = self._chance.choice(("*", "Internet", "0.0.0.0/0"))
        return _inbound("ssh-from-anywhere", (anyone,), ("22",))

    def web(self) -> Json:
        anyone = self._chance.choice(("*", "Internet", "VirtualNetwork"))
        return _inbound("web", (anyone,), (self._chance.choice(("80", "443", "8443")),))

    def service(self) -> Json:
        port = self._chance.choice(_SERVICES)
        subnet = self._around.subnet
        return _inbound("service", ("VirtualNetwork",), (port,), destinationAddressPrefix=subnet)

    def port_range(self) -> Json:
        return _inbound("range", (self._around.network,), (self._chance.choice(_RANGES),))

    def partners(self) -> Json:
        named = self._chance.sample(self._around.partners, self._chance.randint(2, 8))
        ports = self._chance.sample(_SERVICES, 3)
        return _inbound("partners", named, ports, destinationAddressPrefix=self._around.subnet)

    def office_ssh(self) -> Json:
        """Let people in: mostly over the company's own network, sometimes from the internet."""
        offices = self._around.offices if self._over_internet() else _PRIVATE_OFFICES
        named = self._chance.sample(offices, self._chance.randint(1, 4))
        return _inbound("ssh-from-office", named, ("22",))

    def partner_ssh(self) -> Json:
        partners = self._around.partners if self._over_internet() else _PRIVATE_OFFICES
        ports = ("22", self._chance.choice(_SERVICES))
        return _inbound("sftp", (self._chance.choice(partners),), ports)

    def _over_internet(self) -> bool:
        return self._chance.randrange(_PUBLIC_LOGIN_ONE_IN) == 0

    def from_tag(self) -> Json:
        tag = self._chance.choice((*_TAGS, *_REGIONS))
        return _inbound("platform", (tag,), (self._chance.choice(("22", *_SERVICES)),))

    def tier(self) -> Json:
        target = self._chance.choice(self._around.application_groups)
        return _inbound(
            "tier",
            ("VirtualNetwork",),
            (self._chance.choice(("22", *_SERVICES)),),
            destinationAddressPrefix=None,
            destinationApplicationSecurityGroups=[{"id": target}],
        )

    def no_remote_login(self) -> Json:
        ports = self._chance.choice((("22",), ("22", "3389"), ("3389",)))
        return _inbound("no-remote-login", ("Internet",), ports, access="Deny")

    def blocked_range(self) -> Json:
        first = f"{self._chance.randrange(60, 200)}.{self._chance.randrange(256)}"
        return _inbound("blocked", (f"{first}.16.4-{first}.18.9",), ("*",), access="Deny")

    def udp(self) -> Json:
        port = self._chance.choice(("53", "123", "514", "4789"))
        return _inbound("udp", (self._around.network,), (port,), protocol="Udp")

    def probe(self) -> Json:
        return _inbound("probe", ("AzureLoadBalancer",), (self._chance.choice(_SERVICES),))

    def outbound(self) -> Json:
        tag = self._chance.choice(_OUTBOUND_TAGS)
        return _inbound(
            "to-platform",
            ("VirtualNetwork",),
            ("443",),
            direction="Outbound",
            destinationAddressPrefix=tag,
        )


_DRAFTS: Final[Sequence[Callable[[_Author], Json]]] = (
    *(_Author.web,) * 2,
    *(_Author.service,) * 3,
    _Author.port_range,
    *(_Author.partners,) * 2,
    *(_Author.office_ssh,) * 2,
    _Author.partner_ssh,
    _Author.from_tag,
    _Author.tier,
    _Author.no_remote_login,
    _Author.blocked_range,
    _Author.udp,
    _Author.probe,
    *(_Author.outbound,) * 4,
)
"""What a rule may be, the common kinds several times."""


def _inbound(name: str, sources: Sequence[str], ports: Sequence[str], **changes: object) -> Json:
    """Draft an Allow of TCP to everywhere; `changes` win over that, and None leaves a member out.

    One prefix or port stands in the singular member, several in the plural one.
    """
    properties = {
        "protocol": "Tcp",
        "sourcePortRange": "*",
        "access": "Allow",
        "direction": "Inbound",
        "destinationAddressPrefix": "*",
        **_one_or_several("sourceAddressPrefix", "sourceAddressPrefixes", sources),
        **_one_or_several("destinationPortRange", "destinationPortRanges", ports),
    } | changes
    stated = {member: value for member, value in properties.items() if value is not None}
    return {"name": name, "properties": stated}


def _one_or_several(singular: str, plural: str, values: Sequence[str]) -> Json:
    return {singular: values[0]} if len(values) == 1 else {plural: list(values)}
