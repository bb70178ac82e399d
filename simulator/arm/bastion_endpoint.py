"""What is known of Bastion hosts beside their description: diagnostic settings, shareable links.

Neither is in Resource Graph.  Source: REST reference, "Diagnostic Settings - List" (Azure Monitor,
2021-05-01-preview) and "Get Bastion Shareable Link".
"""

from typing import Final

from simulator.arm.identifiers import key_of
from simulator.arm.lists_endpoint import paged, resources_within
from simulator.arm.reading import Located, locate
from simulator.arm.resources_endpoint import arm_route, resource_path
from simulator.exchange import JsonObject, Request, Response
from simulator.router import Captures
from simulator.simulation import Simulation

DIAGNOSTIC_SETTINGS: Final = "microsoft.insights/diagnosticsettings"
SHAREABLE_LINKS: Final = "microsoft.network/bastionhosts/bastionshareablelinks"
_HOST: Final = (
    "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network"
    "/bastionHosts/{name}"
)


def list_diagnostic_settings(
    simulation: Simulation, _request: Request, captures: Captures
) -> Response:
    """Answer every diagnostic setting of a host; there are few, and no pages."""
    host = _located(simulation, captures, "providers/diagnosticSettings/read")
    inside = f"{host.owner.key}/providers/microsoft.insights/diagnosticsettings/"
    return Response.json({"value": resources_within(simulation, DIAGNOSTIC_SETTINGS, inside)})


def get_shareable_links(simulation: Simulation, request: Request, captures: Captures) -> Response:
    """Answer the links of a host, or those to the machines that the body names."""
    host = _located(simulation, captures, "getShareableLinks/action")
    body = request.json_object() if request.body else {}
    wanted = {key_of(one["vm"]["id"]) for one in body.get("vms") or ()}
    found = resources_within(simulation, SHAREABLE_LINKS, f"{host.owner.key}/")
    links = [each["properties"] for each in found]
    chosen = [link for link in links if not wanted or key_of(link["vm"]["id"]) in wanted]
    return paged(simulation, request, [_shown(link) for link in chosen])


def _shown(link: JsonObject) -> JsonObject:
    return {name: link[name] for name in ("vm", "bsl", "createdAt")}


def _located(simulation: Simulation, captures: Captures, action: str) -> Located:
    named = {
        **captures,
        "namespace": "Microsoft.Network",
        "tail": f"bastionHosts/{captures['name']}",
    }
    located = locate(simulation.store.resources, resource_path(simulation, named, action))
    located.existing()
    return located


ROUTES: Final = (
    arm_route(
        "GET",
        _HOST + "/providers/Microsoft.Insights/diagnosticSettings",
        list_diagnostic_settings,
    ),
    arm_route("POST", _HOST + "/getShareableLinks", get_shareable_links),
)
