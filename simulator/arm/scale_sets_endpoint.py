"""Lists of what the instances of uniform scale sets have: interfaces and public addresses.

Azure has no resource of Microsoft.Network for them; Microsoft.Network serves these lists under the
scale set all the same.  Source: Azure REST API, "Network Interfaces - List Virtual Machine Scale
Set Network Interfaces" and its siblings, api-version 2018-10-01.
"""

from typing import Final

from simulator.arm.identifiers import ResourcePath
from simulator.arm.lists_endpoint import paged, resources_within
from simulator.arm.preconditions import require_group, require_readable
from simulator.arm.reading import locate
from simulator.arm.resources_endpoint import arm_route
from simulator.exchange import Request, Response
from simulator.router import Captures, Handler
from simulator.simulation import Simulation

_SCALE_SET: Final = (
    "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Compute"
    "/virtualMachineScaleSets/{name}"
)
_INSTANCE: Final = _SCALE_SET + "/virtualMachines/{instance}"
_CONFIGURATION: Final = _INSTANCE + "/networkInterfaces/{nic}/ipConfigurations/{configuration}"
_INTERFACES: Final = "microsoft.compute/virtualmachinescalesets/virtualmachines/networkinterfaces"
_ADDRESSES: Final = _INTERFACES + "/ipconfigurations/publicipaddresses"


def list_within(resource_type: str) -> Handler:
    """Return the handler that lists the resources of one type within the path's scale set."""

    def handle(simulation: Simulation, request: Request, captures: Captures) -> Response:
        tail = f"virtualMachineScaleSets/{captures['name']}"
        path = ResourcePath.of(
            captures["subscription"], captures["group"], "Microsoft.Compute", tail
        )
        require_readable(simulation, path.subscription, f"{resource_type}/read")
        require_group(simulation, path.subscription, path.group)
        locate(simulation.store.resources, path).existing()
        inside = path.key + "/"
        if "instance" in captures:
            inside += f"virtualmachines/{captures['instance']}/".lower()
        if "nic" in captures:
            inside += f"networkinterfaces/{captures['nic']}/".lower()
            inside += f"ipconfigurations/{captures['configuration']}/".lower()
        return paged(simulation, request, resources_within(simulation, resource_type, inside))

    return handle


ROUTES: Final = (
    arm_route("GET", _SCALE_SET + "/networkInterfaces", list_within(_INTERFACES)),
    arm_route("GET", _INSTANCE + "/networkInterfaces", list_within(_INTERFACES)),
    arm_route("GET", _SCALE_SET + "/publicIPAddresses", list_within(_ADDRESSES)),
    arm_route("GET", _CONFIGURATION + "/publicIPAddresses", list_within(_ADDRESSES)),
)
