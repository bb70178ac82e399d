"""Requests about service tags, effective rules, admin rules in force, and single IP flows."""

import ipaddress
from typing import Final

from simulator.arm.errors import ArmError
from simulator.arm.identifiers import key_of
from simulator.arm.preconditions import require_readable
from simulator.arm.reading import Located, locate
from simulator.arm.resource_set import StoredResource
from simulator.arm.resources_endpoint import arm_route, resource_path
from simulator.arm.writes import begin_action, operation_headers
from simulator.exchange import JsonObject, Request, Response
from simulator.filtering.admin_rules import AdminRule, admin_rules_in_force
from simulator.filtering.effective_rules import effective_groups_answer
from simulator.filtering.flow_verdict import flow_verdict
from simulator.filtering.layers import FilterLayer, Flow, inbound_layers
from simulator.filtering.prefixes import Vocabulary
from simulator.filtering.service_tags import service_tags_answer
from simulator.filtering.surroundings import Surroundings
from simulator.router import Captures
from simulator.simulation import Simulation

_NETWORK: Final = "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network"
_ANY_PORT: Final = 50000
"""The port that `*` is taken for, an ordinary client's."""


def list_service_tags(simulation: Simulation, _request: Request, captures: Captures) -> Response:
    """Answer the list of service tags, the same for every region."""
    subscription = captures["subscription"]
    action = "Microsoft.Network/locations/serviceTags/read"
    require_readable(simulation, subscription, action)
    number = simulation.settings.service_tags_change_number
    return Response.json(service_tags_answer(subscription, number))


def list_effective_groups(simulation: Simulation, request: Request, captures: Captures) -> Response:
    """Answer, at the end of an operation, the filters before an interface of a running machine."""
    located = _located(simulation, captures, "networkInterfaces")
    surroundings = Surroundings(simulation.store.resources, located.existing())
    if not surroundings.is_running:
        message = (
            f"Effective rules of {located.path.id} need a running virtual machine that the network"
            " interface is attached to."
        )
        raise ArmError(400, "NetworkInterfaceNotOnRunningVirtualMachine", message)
    answer = effective_groups_answer(_layers(simulation, surroundings))
    return _accepted(simulation, request, located, answer)


def verify_ip_flow(simulation: Simulation, request: Request, captures: Captures) -> Response:
    """Answer, at the end of an operation, whether one IPv4 flow passes, and by which rule."""
    watcher = _located(simulation, captures, "networkWatchers")
    region = watcher.existing().document.get("location")
    body = request.json_object()
    resources = simulation.store.resources
    machine = resources.get(key_of(str(body.get("targetResourceId", ""))))
    if machine is None or machine.type != "microsoft.compute/virtualmachines":
        raise _refused("TargetResourceNotFound", "The target is no virtual machine.")
    if machine.document.get("location") != region:
        raise _refused("TargetInAnotherRegion", f"The target is not in the region {region}.")
    flow, local = _flow(body)
    nic = _interface(simulation, machine, body.get("targetNicResourceId"), local)
    layers = _layers(simulation, Surroundings(resources, nic))
    return _accepted(simulation, request, watcher, flow_verdict(layers, flow).as_json())


def list_effective_admin_rules(
    simulation: Simulation, request: Request, captures: Captures
) -> Response:
    """Answer a page of the admin rules in force on a network; `skipToken` leads to the next."""
    located = _located(simulation, captures, "virtualNetworks")
    rules = admin_rules_in_force(simulation.store.resources, located.existing())
    token = str(request.json_object().get("skipToken") or 0)
    size = request.query.get("$top", str(simulation.settings.list_page_size))
    if not token.isdigit() or not size.isdigit() or size == "0":
        raise _refused("InvalidQueryRequestOptions", "The skip token or the size is not valid.")
    first, following = int(token), int(token) + int(size)
    answer: JsonObject = {"value": [_admin_item(rule) for rule in rules[first:following]]}
    if following < len(rules):
        answer["skipToken"] = str(following)
    return Response.json(answer)


def _located(simulation: Simulation, captures: Captures, kind: str) -> Located:
    named = {**captures, "namespace": "Microsoft.Network", "tail": f"{kind}/{captures['name']}"}
    return locate(simulation.store.resources, resource_path(simulation, named, "read"))


def _accepted(
    simulation: Simulation, request: Request, located: Located, answer: JsonObject
) -> Response:
    operation = begin_action(simulation, request, answer)
    return Response(202, headers=operation_headers(simulation, request, located, operation))


def _layers(simulation: Simulation, surroundings: Surroundings) -> list[FilterLayer]:
    widened = simulation.settings.default_route_widens_tag
    return inbound_layers(surroundings, Vocabulary(surroundings, widened=widened))


def _flow(body: JsonObject) -> tuple[Flow, str]:
    """Read the flow, and the local address in it."""
    try:
        direction, protocol = str(body["direction"]), str(body["protocol"])
        local = ipaddress.IPv4Address(body["localIPAddress"])
        remote = ipaddress.IPv4Address(body["remoteIPAddress"])
        local_port, remote_port = _port(body["localPort"]), _port(body["remotePort"])
    except (KeyError, ValueError) as error:
        raise _refused("InvalidFlow", f"The flow cannot be read: {error}.") from error
    if direction.lower() == "inbound":
        return Flow(direction, protocol, remote, remote_port, local, local_port), str(local)
    return Flow(direction, protocol, local, local_port, remote, remote_port), str(local)


def _port(text: object) -> int:
    return _ANY_PORT if text == "*" else int(str(text))


def _interface(
    simulation: Simulation, machine: StoredResource, named: str | None, local: str
) -> StoredResource:
    resources = simulation.store.resources
    profile = machine.document["properties"]["networkProfile"]
    keys = [key_of(each["id"]) for each in profile["networkInterfaces"]]
    for key in keys if named is None else [key_of(named)]:
        nic = resources.get(key)
        if nic is not None and key in keys and local in Surroundings(resources, nic).addresses:
            return nic
    raise _refused("LocalAddressNotFound", f"The target has no interface with {local}.")


def _admin_item(rule: AdminRule) -> JsonObject:
    collection = rule.collection.document["properties"] if rule.collection else {}
    configuration = rule.configuration.document["properties"] if rule.configuration else {}
    groups = collection.get("appliesToGroups") or []
    return {
        "id": rule.rule_id,
        "configurationDescription": configuration.get("description"),
        "ruleCollectionDescription": collection.get("description"),
        "ruleCollectionAppliesToGroups": groups,
        "ruleGroups": [
            {"id": each["networkGroupId"], "properties": {"memberType": "VirtualNetwork"}}
            for each in groups
        ],
        "kind": rule.kind,
        "properties": rule.properties,
    }


def _refused(code: str, message: str) -> ArmError:
    return ArmError(400, code, message)


ROUTES: Final = (
    arm_route(
        "GET",
        "/subscriptions/{subscription}/providers/Microsoft.Network/locations/{region}/serviceTags",
        list_service_tags,
    ),
    arm_route(
        "POST",
        _NETWORK + "/networkInterfaces/{name}/effectiveNetworkSecurityGroups",
        list_effective_groups,
    ),
    arm_route("POST", _NETWORK + "/networkWatchers/{name}/ipFlowVerify", verify_ip_flow),
    arm_route(
        "POST",
        _NETWORK + "/virtualNetworks/{name}/listNetworkManagerEffectiveSecurityAdminRules",
        list_effective_admin_rules,
    ),
)
