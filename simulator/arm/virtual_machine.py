"""The power of a virtual machine: how it is kept, changed and shown.

Resource Graph shows it as `properties.extended.instanceView.powerState`; Azure Resource Manager
only as an instance view that the caller asks for.  Source: REST API reference, Virtual Machines,
Instance View; Resource Graph sample queries, power state.
"""

from collections.abc import Mapping
from typing import Final

from simulator.exchange import JsonObject

ACTIONS: Final[Mapping[str, str]] = {
    "start": "running",
    "restart": "running",
    "poweroff": "stopped",
    "deallocate": "deallocated",
}
"""Actions in lower case, and the power state that each leads to."""

POWER_STATES: Final = frozenset(
    {"starting", "running", "stopping", "stopped", "deallocating", "deallocated"}
)


def powered(document: JsonObject, state: str) -> JsonObject:
    """Return a virtual machine in a power state, for instance `deallocated`."""
    power = {
        "code": f"PowerState/{state}",
        "displayStatus": f"VM {state}",
        "level": "Info",
    }
    properties = document["properties"]
    extended = properties.get("extended") or {}
    view = {**(extended.get("instanceView") or {}), "powerState": power}
    return {
        **document,
        "properties": {**properties, "extended": {**extended, "instanceView": view}},
    }


def instance_view(document: JsonObject) -> JsonObject:
    """Return the instance view of a virtual machine."""
    extended = document["properties"].get("extended") or {}
    power = (extended.get("instanceView") or {}).get("powerState")
    provisioned = {
        "code": "ProvisioningState/succeeded",
        "level": "Info",
        "displayStatus": "Provisioning succeeded",
    }
    return {"statuses": [provisioned, *([{"level": "Info", **power}] if power else [])]}


def shown_virtual_machine(document: JsonObject, expand: str) -> JsonObject:
    """Return a virtual machine as Azure Resource Manager shows it."""
    properties = {
        name: value for name, value in document["properties"].items() if name != "extended"
    }
    if "instanceview" in expand.lower():
        properties["instanceView"] = instance_view(document)
    return {**document, "properties": properties}
