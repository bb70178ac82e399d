"""A list of service tags: small, of the right shape, and with the relations that the real one has.

The ranges are chosen for the simulated estate and are not Microsoft's.  A service's tag holds those
of its regions, AzureCloud.<region> what lies in that region, and AzureCloud all of them.  Source:
Microsoft Learn, "Virtual network service tags"; Azure REST API, "Service Tags - List".
"""

import ipaddress
from collections.abc import Iterable, Mapping
from typing import Final

from simulator.exchange import JsonObject

_MACHINES: Final[Mapping[str, tuple[str, ...]]] = {
    "WestEurope": ("20.86.0.0/16", "51.144.0.0/16", "2603:1020:201::/48"),
    "NorthEurope": ("20.67.0.0/16", "2603:1020:6::/48"),
    "EastUS": ("4.128.0.0/9", "2603:1030:20c::/48"),
    "EastUS2": ("172.128.0.0/9", "2603:1030:40c::/48"),
}
"""What customers' machines are given, by region; more than a /8 in all, as in Azure."""

_SERVICES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "Storage": {
        "WestEurope": ("20.60.26.0/23", "20.150.0.0/17", "2603:1020:206:6::/64"),
        "NorthEurope": ("20.60.40.0/23", "52.239.136.0/22"),
        "EastUS": ("20.60.6.0/23", "20.157.0.0/16"),
    },
    "Sql": {
        "WestEurope": ("52.236.184.0/26", "104.40.168.0/26"),
        "NorthEurope": ("52.138.224.0/26",),
        "EastUS": ("40.78.224.0/26",),
    },
    "AppService": {
        "WestEurope": ("13.69.68.0/23", "40.114.194.188/32"),
        "NorthEurope": ("13.69.228.0/25",),
        "EastUS": ("20.49.104.0/25",),
    },
    "AzureContainerRegistry": {"WestEurope": ("13.69.64.88/29",), "EastUS": ("20.62.128.0/26",)},
    "GatewayManager": {"": ("13.69.107.32/27", "20.44.8.32/27", "2603:1020:206:1::3c0/122")},
    "ActionGroup": {"": ("13.66.60.119/32", "20.61.99.192/30")},
    "AzureTrafficManager": {"": ("13.65.92.252/32", "52.232.150.0/27")},
    "ApplicationInsightsAvailability": {"": ("13.86.97.224/27", "20.37.156.64/27")},
    "AzureDevOps": {"": ("20.37.158.0/23", "40.74.28.0/23")},
    "AzureFrontDoor.Backend": {"": ("20.33.6.0/27", "147.243.0.0/16", "2a01:111:2050::/44")},
}
"""What services have, by region; the empty region is that of a service without regional tags."""


def service_tag_prefixes() -> dict[str, tuple[str, ...]]:
    """Return the prefixes of every tag by its name, each list without overlaps."""
    by_tag: dict[str, list[str]] = {}
    for region, prefixes in _MACHINES.items():
        by_tag.setdefault(f"AzureCloud.{region}", []).extend(prefixes)
    for service, regions in _SERVICES.items():
        for region, prefixes in regions.items():
            by_tag.setdefault(service, []).extend(prefixes)
            if region:
                by_tag[f"{service}.{region}"] = list(prefixes)
                by_tag[f"AzureCloud.{region}"].extend(prefixes)
    by_tag["AzureCloud"] = [prefix for prefixes in by_tag.values() for prefix in prefixes]
    return {name: _collapsed(by_tag[name]) for name in sorted(by_tag)}


def service_tags_answer(subscription: str, change_number: int) -> JsonObject:
    """Return the list as Azure Resource Manager answers it."""
    return {
        "name": "Public",
        "id": f"/subscriptions/{subscription}/providers/Microsoft.Network/serviceTags/Public",
        "type": "Microsoft.Network/serviceTags",
        "changeNumber": str(change_number),
        "cloud": "Public",
        "values": [
            _value(name, prefixes, change_number)
            for name, prefixes in service_tag_prefixes().items()
        ],
    }


def _value(name: str, prefixes: tuple[str, ...], change_number: int) -> JsonObject:
    service, _, region = name.partition(".")
    regional = region in _MACHINES
    return {
        "name": name,
        "id": name,
        "serviceTagChangeNumber": str(change_number),
        "properties": {
            "changeNumber": str(change_number),
            "region": region.lower() if regional else "",
            "state": "GA",
            "networkFeatures": ["API", "NSG", "UDR", "FW"],
            "systemService": "" if service == "AzureCloud" else f"Azure{service}",
            "addressPrefixes": list(prefixes),
        },
    }


def _collapsed(prefixes: Iterable[str]) -> tuple[str, ...]:
    networks = [ipaddress.ip_network(prefix) for prefix in prefixes]
    fours = [each for each in networks if isinstance(each, ipaddress.IPv4Network)]
    sixes = [each for each in networks if isinstance(each, ipaddress.IPv6Network)]
    found = (*ipaddress.collapse_addresses(fours), *ipaddress.collapse_addresses(sixes))
    return tuple(str(network) for network in found)
