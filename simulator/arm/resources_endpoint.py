"""GET, PUT, PATCH and DELETE of one resource, or of one child inside a resource."""

from typing import Final

from simulator.arm.children import CHILD_COLLECTIONS, with_child, without_child
from simulator.arm.completion import completed
from simulator.arm.errors import ArmError
from simulator.arm.identifiers import ResourcePath
from simulator.arm.locks import require_unlocked
from simulator.arm.permissions import require_granted, require_joins
from simulator.arm.preconditions import (
    require_api_version,
    require_authorization,
    require_etag,
    require_group,
    require_idle,
    require_readable,
    require_references,
    require_unused,
)
from simulator.arm.reading import Located, locate, shown
from simulator.arm.rule_validation import check_security_rules
from simulator.arm.writes import Change, begin, in_state, operation_headers
from simulator.exchange import JsonObject, Request, Response
from simulator.router import Captures, Handler, Route
from simulator.simulation import Simulation

TEMPLATE: Final = (
    "/subscriptions/{subscription}/resourceGroups/{group}/providers/{namespace}/{tail:rest}"
)
_SECURITY_GROUP: Final = "microsoft.network/networksecuritygroups"


def arm_route(method: str, template: str, handler: Handler) -> Route:
    """Return a route that needs a token and a version, as all of Azure Resource Manager does."""
    guards = (require_authorization, require_api_version, require_granted)
    return Route(method, template, handler, guards)


def resource_path(simulation: Simulation, captures: Captures, action: str) -> ResourcePath:
    """Return the path that a request names, once its subscription and group are found good."""
    path = ResourcePath.of(
        captures["subscription"], captures["group"], captures["namespace"], captures["tail"]
    )
    require_readable(simulation, path.subscription, f"{path.type}/{action}")
    require_group(simulation, path.subscription, path.group)
    if len(path.types) != len(path.names):
        message = f"The resource type {path.type} needs a name after it."
        raise ArmError(400, "InvalidResourceType", message)
    return path


def get_resource(simulation: Simulation, request: Request, captures: Captures) -> Response:
    """Answer one resource or child."""
    resources = simulation.store.resources
    located = locate(resources, resource_path(simulation, captures, "read"))
    return Response.json(shown(resources, located, request.query.get("$expand", "")))


def put_resource(simulation: Simulation, request: Request, captures: Captures) -> Response:
    """Create or replace a resource or child: all of it, what the body lacks is gone."""
    located = locate(simulation.store.resources, resource_path(simulation, captures, "write"))
    existed = located.exists()
    require_unlocked(simulation, located.path.id, "write")
    require_idle(simulation, located.owner.key)
    require_etag(located, request)
    _require_writable(located)
    body = request.json_object()
    _require_shape(located, body)

    def version(state: str) -> JsonObject:
        return _version(located, body, state)

    document = version("Updating")
    _check(located, document)
    require_joins(simulation, document)
    require_references(simulation, document, located.resource)
    operation = begin(simulation, request, Change(located, "write", version))
    written = locate(simulation.store.resources, located.path)
    headers = operation_headers(simulation, request, written, operation)
    del headers["Location"]
    answer = shown(simulation.store.resources, written)
    return Response.json(answer, 200 if existed else 201, headers)


def patch_resource(simulation: Simulation, request: Request, captures: Captures) -> Response:
    """Replace the tags of a resource, at once."""
    located = locate(simulation.store.resources, resource_path(simulation, captures, "write"))
    require_unlocked(simulation, located.path.id, "write")
    require_idle(simulation, located.owner.key)
    require_etag(located, request)
    document = located.existing().document
    tagged = {**document, "tags": request.json_object().get("tags") or {}}
    begin(simulation, request, Change(located, "write", lambda state: in_state(tagged, state)))
    simulation.settle()
    resources = simulation.store.resources
    return Response.json(shown(resources, locate(resources, located.path)))


def delete_resource(simulation: Simulation, request: Request, captures: Captures) -> Response:
    """Delete a resource or child; what is not there gives 204."""
    located = locate(simulation.store.resources, resource_path(simulation, captures, "delete"))
    if not located.exists():
        return Response(204)
    require_unlocked(simulation, located.path.id, "delete")
    require_idle(simulation, located.owner.key)
    require_etag(located, request)
    _require_writable(located)
    require_unused(simulation, located)
    change = Change(located, "delete", None)
    collection, document = located.collection, located.existing().document
    if collection is not None:
        rest = without_child(document, collection, located.path.name)
        change = Change(located, "delete", lambda state: in_state(rest, state))
    operation = begin(simulation, request, change)
    return Response(202, headers=operation_headers(simulation, request, located, operation))


def _require_writable(located: Located) -> None:
    if located.collection is not None and not located.collection.writable:
        message = f"The resource type {located.path.type} is read-only."
        raise ArmError(405, "MethodNotAllowed", message)


def _require_shape(located: Located, body: JsonObject) -> None:
    collections = () if located.collection else CHILD_COLLECTIONS.get(located.path.type.lower(), ())
    properties = body.get("properties") or {}
    children = [
        child
        for collection in collections
        if isinstance(properties, dict)
        for child in properties.get(collection.member) or ()
    ]
    named = (isinstance(child, dict) and isinstance(child.get("name"), str) for child in children)
    if not isinstance(properties, dict) or not all(named):
        raise ArmError(400, "InvalidRequestFormat", "Cannot parse the request.")


def _version(located: Located, body: JsonObject, state: str) -> JsonObject:
    properties = {**(body.get("properties") or {}), "provisioningState": state}
    written = {**body, "properties": properties}
    if located.collection is not None:
        parent = in_state(located.existing().document, state)
        return completed(with_child(parent, located.collection, located.path.name, written), parent)
    existing = located.resource.document if located.resource else None
    envelope = existing or {
        "id": located.path.id,
        "name": located.path.name,
        "type": located.path.type,
    }
    kept = {name: envelope[name] for name in ("id", "name", "type")}
    return completed({**written, **kept}, existing)


def _check(located: Located, document: JsonObject) -> None:
    if located.path.parent is None and not document.get("location"):
        message = "The location property is required for this definition."
        raise ArmError(400, "LocationRequired", message)
    if document["type"].lower() == _SECURITY_GROUP:
        check_security_rules(document["properties"].get("securityRules") or [])


ROUTES: Final = (
    arm_route("GET", TEMPLATE, get_resource),
    arm_route("PUT", TEMPLATE, put_resource),
    arm_route("PATCH", TEMPLATE, patch_resource),
    arm_route("DELETE", TEMPLATE, delete_resource),
)
