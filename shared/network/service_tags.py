"""Service tags: what they contain, and which prefixes a published list gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from shared.packetset.addresses import AddressSet


@dataclass(frozen=True, slots=True, order=True)
class ServiceTag:
    """A service tag: compared by `key` (lower case), shown by `name` as its author spelt it."""

    key: str
    name: str = field(compare=False)

    @classmethod
    def parse(cls, text: str) -> ServiceTag:
        """Read a tag's name in any case; the classic spellings name the same tags.

        Source: Microsoft Learn, "Virtual network service tags", classic deployment model.
        """
        name = text.strip()
        folded = name.lower()
        return cls(_CLASSIC_SPELLINGS.get(folded, folded), name)

    @property
    def is_azure_wide(self) -> bool:
        """Whether it holds other customers' machines: AzureCloud or one of its regions."""
        return self.key == AZURE_CLOUD or self.key.startswith(f"{AZURE_CLOUD}.")


AZURE_CLOUD: Final = "azurecloud"
INTERNET: Final = "internet"
VIRTUAL_NETWORK: Final = "virtualnetwork"
AZURE_LOAD_BALANCER: Final = "azureloadbalancer"

_CLASSIC_SPELLINGS: Final = {
    "virtual_network": VIRTUAL_NETWORK,
    "azure_loadbalancer": AZURE_LOAD_BALANCER,
}

PLATFORM_ADDRESS: Final = AddressSet.parse("168.63.129.16")
"""The health probe's and platform's address, all that AzureLoadBalancer holds.

Source: Microsoft Learn, "Virtual network service tags", AzureLoadBalancer.
"""


def containing_tags(tag: str) -> tuple[str, ...]:
    """Give the keys of the tags that surely contain this one, nearest first, without Internet.

    AzureCloud contains its regions and every service tag; a service's tag contains its regional
    forms.  Source: Microsoft Learn, "Virtual network service tags", AzureCloud and regional tags.
    """
    if tag == AZURE_CLOUD:
        return ()
    service, dot, _ = tag.partition(".")
    nearest = (service,) if dot and service != AZURE_CLOUD else ()
    return (*nearest, AZURE_CLOUD)


@dataclass(frozen=True, slots=True)
class ServiceTagTable:
    """Prefixes by tag (in lower case) from one published list, and that list's change number."""

    prefixes: Mapping[str, AddressSet] = field(default_factory=dict)
    change_number: str = ""

    def resolve(self, tag: str) -> AddressSet | None:
        """Give the addresses of a tag, or None when the list does not hold it."""
        return self.prefixes.get(tag)


NO_SERVICE_TAGS: Final = ServiceTagTable()
