"""An explanation is about the machine that was asked about, and no other."""

from __future__ import annotations

from shared.exposure.assessment import Question
from shared.exposure.explanation import explain
from shared.network.ids import ResourceId
from tests.rows import ip_configuration, nic, one_vm_estate, public_ip, resource_id, vm
from tests.unit.adapters.row_reading import snapshot_of

NEIGHBOUR = [
    vm("vm-2", ["nic-2"]),
    nic("nic-2", [ip_configuration(private_ip="10.0.0.5", public_ip="pip-2")], vm="vm-2"),
    public_ip("pip-2", "20.1.2.4"),
]


def test_ways_to_other_machines_are_left_out() -> None:
    asked = ResourceId(resource_id("vm", "VM-2"))
    snapshot = snapshot_of(*one_vm_estate([]), *NEIGHBOUR)
    found = [one.way.door.address for one in explain(snapshot, Question(), asked)]
    assert found == ["20.1.2.4"]
