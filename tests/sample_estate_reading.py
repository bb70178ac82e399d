"""Ways to look at the sample estate, for the tests about it."""

from collections.abc import Iterator
from typing import Any, Final

from simulator.estate import Chapter, sample_estate

ESTATE: Final = sample_estate()
CHAPTERS: Final[dict[str, Chapter]] = {chapter.vm: chapter for chapter in ESTATE.story}
BY_ID: Final = {resource["id"].lower(): resource for resource in ESTATE.resources}


def of_type(resource_type: str) -> list[dict[str, Any]]:
    """Resources of one ARM type."""
    return [resource for resource in ESTATE.resources if resource["type"] == resource_type]


def machines() -> list[dict[str, Any]]:
    """Every virtual machine."""
    return of_type("Microsoft.Compute/virtualMachines")


def interfaces() -> list[dict[str, Any]]:
    """Every NIC."""
    return of_type("Microsoft.Network/networkInterfaces")


def instances() -> list[dict[str, Any]]:
    """Every instance of a uniform scale set."""
    return of_type("Microsoft.Compute/virtualMachineScaleSets/virtualMachines")


def groups() -> list[dict[str, Any]]:
    """Every network security group."""
    return of_type("Microsoft.Network/networkSecurityGroups")


def configurations() -> list[dict[str, Any]]:
    """Every IP configuration of every NIC."""
    return [each for nic in interfaces() for each in nic["properties"]["ipConfigurations"]]


def subnets() -> dict[str, dict[str, Any]]:
    """Properties of every subnet by its lower-cased id."""
    networks = of_type("Microsoft.Network/virtualNetworks")
    return {
        subnet["id"].lower(): subnet["properties"]
        for network in networks
        for subnet in network["properties"]["subnets"]
    }


def prefixes(subnet: dict[str, Any]) -> list[str]:
    """Address prefixes of a subnet, from whichever property holds them."""
    return subnet.get("addressPrefixes") or [subnet["addressPrefix"]]


def references_of(nic: dict[str, Any], *names: str) -> list[dict[str, Any]]:
    """The NIC's references of these names, as far as it has them."""
    return [nic["properties"][name] for name in names if name in nic["properties"]]


def ids_that_exist() -> set[str]:
    """Lower-cased ids of every resource and of every child inside one."""
    found = [each for resource in ESTATE.resources for each in nested(resource)]
    return {each["id"].lower() for each in found if "id" in each and "name" in each}


def ids_referred_to() -> set[str]:
    """Lower-cased ids that something refers to."""
    found = [each for resource in ESTATE.resources for each in nested(resource)]
    return {each["id"].lower() for each in found if "id" in each and "name" not in each}


def nested(value: object) -> Iterator[dict[str, Any]]:
    """Every object inside a JSON value, itself included."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from nested(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from nested(inner)
