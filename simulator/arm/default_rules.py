"""The six security rules that every network security group ends with.

Source: Microsoft Learn, "Network security groups", Default security rules.
"""

from typing import Final

from simulator.exchange import JsonObject


def _rule(name: str, priority: int, source: str, destination: str) -> JsonObject:
    return {
        "name": name,
        "properties": {
            "priority": priority,
            "direction": "Inbound" if name.endswith("InBound") else "Outbound",
            "access": "Allow" if name.startswith("Allow") else "Deny",
            "protocol": "*",
            "sourceAddressPrefix": source,
            "sourceAddressPrefixes": [],
            "sourcePortRange": "*",
            "sourcePortRanges": [],
            "destinationAddressPrefix": destination,
            "destinationAddressPrefixes": [],
            "destinationPortRange": "*",
            "destinationPortRanges": [],
        },
    }


DEFAULT_SECURITY_RULES: Final[tuple[JsonObject, ...]] = (
    _rule("AllowVnetInBound", 65000, "VirtualNetwork", "VirtualNetwork"),
    _rule("AllowAzureLoadBalancerInBound", 65001, "AzureLoadBalancer", "*"),
    _rule("DenyAllInBound", 65500, "*", "*"),
    _rule("AllowVnetOutBound", 65000, "VirtualNetwork", "VirtualNetwork"),
    _rule("AllowInternetOutBound", 65001, "*", "Internet"),
    _rule("DenyAllOutBound", 65500, "*", "*"),
)
