"""Lists: subscriptions, resource groups, resources of one type, children of one resource."""

from typing import Final
from urllib.parse import urlencode

from simulator.arm.children import collection_at, members
from simulator.arm.errors import ArmError, resource_not_found
from simulator.arm.identifiers import ResourcePath, key_of
from simulator.arm.preconditions import require_group, require_readable
from simulator.arm.reading import ONLY_IN_RESOURCE_GRAPH, shown_document
from simulator.arm.resources_endpoint import arm_route
from simulator.exchange import JsonObject, Request, Response
from simulator.router import Captures
from simulator.simulation import Simulation

_SUBSCRIPTION: Final = "/subscriptions/{subscription}"


def paged(simulation: Simulation, request: Request, values: list[JsonObject]) -> Response:
    """Answer one page of a list, with a `nextLink` unless it is the last one."""
    text = request.query.get("$skiptoken", "0")
    if not text.isdigit():
        raise ArmError(400, "InvalidSkipToken", f"The skip token '{text}' is not valid.")
    first = int(text)
    following = first + simulation.settings.list_page_size
    answer: JsonObject = {"value": values[first:following]}
    if following < len(values):
        query = urlencode({**request.query, "$skiptoken": following}, safe="$")
        answer["nextLink"] = f"{request.base_url}{request.path}?{query}"
    return Response.json(answer)


def list_subscriptions(simulation: Simulation, request: Request, _captures: Captures) -> Response:
    """Answer the subscriptions that the caller may read."""
    readable = [
        subscription
        for key, subscription in simulation.store.subscriptions.items()
        if simulation.may_read(key)
    ]
    return paged(simulation, request, readable)


def get_subscription(simulation: Simulation, _request: Request, captures: Captures) -> Response:
    """Answer one subscription."""
    key = captures["subscription"].lower()
    require_readable(simulation, key, "Microsoft.Resources/subscriptions/read")
    return Response.json(simulation.store.subscriptions[key])


def list_groups(simulation: Simulation, request: Request, captures: Captures) -> Response:
    """Answer the resource groups of a subscription."""
    wanted = captures["subscription"].lower()
    require_readable(simulation, wanted, "Microsoft.Resources/subscriptions/resourceGroups/read")
    groups = simulation.store.groups.items()
    return paged(simulation, request, [group for (key, _), group in groups if key == wanted])


def get_group(simulation: Simulation, _request: Request, captures: Captures) -> Response:
    """Answer one resource group."""
    subscription, name = captures["subscription"], captures["group"]
    require_readable(
        simulation, subscription, "Microsoft.Resources/subscriptions/resourceGroups/read"
    )
    require_group(simulation, subscription, name)
    return Response.json(simulation.store.group(subscription, name))


def list_in_subscription(simulation: Simulation, request: Request, captures: Captures) -> Response:
    """Answer the resources of one type in a subscription."""
    wanted = f"{captures['namespace']}/{captures['type']}".lower()
    require_readable(simulation, captures["subscription"], f"{wanted}/read")
    inside = key_of(f"/subscriptions/{captures['subscription']}") + "/"
    return paged(simulation, request, resources_within(simulation, wanted, inside))


def list_in_group(simulation: Simulation, request: Request, captures: Captures) -> Response:
    """Answer the resources of one type in a resource group, or the children of one resource."""
    subscription, group = captures["subscription"], captures["group"]
    wanted = f"{captures['namespace']}/{captures['type']}".lower()
    require_readable(simulation, subscription, f"{wanted}/read")
    require_group(simulation, subscription, group)
    inside = key_of(f"/subscriptions/{subscription}/resourceGroups/{group}") + "/"
    return paged(simulation, request, resources_within(simulation, wanted, inside))


def list_children(simulation: Simulation, request: Request, captures: Captures) -> Response:
    """Answer the children of one type in a resource."""
    parent = ResourcePath.of(
        captures["subscription"],
        captures["group"],
        captures["namespace"],
        f"{captures['type']}/{captures['name']}",
    )
    require_readable(simulation, parent.subscription, f"{parent.type}/{captures['child']}/read")
    require_group(simulation, parent.subscription, parent.group)
    resources = simulation.store.resources
    resource = resources.get(parent.key)
    if resource is None:
        raise resource_not_found(parent.type, parent.name, parent.group)
    collection = collection_at(parent.type, captures["child"])
    if collection is not None:
        return paged(simulation, request, members(resources.rendered(resource), collection))
    wanted = f"{parent.type}/{captures['child']}".lower()
    return paged(simulation, request, resources_within(simulation, wanted, parent.key + "/"))


def resources_within(simulation: Simulation, wanted: str, inside: str) -> list[JsonObject]:
    """Return the resources of one type whose keys begin with `inside`; both are in lower case."""
    if wanted in ONLY_IN_RESOURCE_GRAPH:
        return []
    resources = simulation.store.resources
    return [
        shown_document(resource, resources.rendered(resource))
        for resource in resources
        if resource.type == wanted and resource.key.startswith(inside)
    ]


ROUTES: Final = (
    arm_route("GET", "/subscriptions", list_subscriptions),
    arm_route("GET", _SUBSCRIPTION, get_subscription),
    arm_route("GET", _SUBSCRIPTION + "/resourceGroups", list_groups),
    arm_route("GET", _SUBSCRIPTION + "/resourceGroups/{group}", get_group),
    arm_route("GET", _SUBSCRIPTION + "/providers/{namespace}/{type}", list_in_subscription),
    arm_route(
        "GET",
        _SUBSCRIPTION + "/resourceGroups/{group}/providers/{namespace}/{type}",
        list_in_group,
    ),
    arm_route(
        "GET",
        _SUBSCRIPTION + "/resourceGroups/{group}/providers/{namespace}/{type}/{name}/{child}",
        list_children,
    ),
)
