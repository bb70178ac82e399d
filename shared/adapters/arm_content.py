"""What a resource is, in the JSON of Azure Resource Manager: less what Azure makes by itself.

Source: Azure REST API reference, Microsoft.Network, members marked read-only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from shared.adapters.arm_resources import resource_type
from shared.network.ids import ResourceId
from shared.usecases.plan_record import Image

JsonObject: TypeAlias = dict[str, Any]

_MADE_BY_AZURE: Final = frozenset({"etag", "provisioningState"})
"""Members that no caller writes, wherever they stand."""
_READ_ONLY: Final[Mapping[str, frozenset[str]]] = {
    "microsoft.network/networkinterfaces": frozenset(
        {
            "defaultOutboundConnectivityEnabled",
            "dscpConfiguration",
            "hostedWorkloads",
            "macAddress",
            "primary",
            "privateEndpoint",
            "privateLinkService",
            "resourceGuid",
            "tapConfigurations",
            "virtualMachine",
            "virtualNetworkTapProvisioningState",
            "vnetEncryptionSupported",
        }
    ),
    "microsoft.network/loadbalancers/inboundnatrules": frozenset({"backendIPConfiguration"}),
    "microsoft.network/networksecuritygroups": frozenset(
        {"defaultSecurityRules", "flowLogs", "networkInterfaces", "resourceGuid", "subnets"}
    ),
    "microsoft.network/azurefirewalls": frozenset({"ipGroups"}),
    "microsoft.network/firewallpolicies/rulecollectiongroups": frozenset({"size"}),
}
"""Properties by type that Azure makes; those that point back change without any write here."""


def image_of(target: ResourceId, text: bytes) -> Image:
    """Take what Azure answered to a read.

    Raises:
        ValueError: it is no resource.
    """
    document = json.loads(text)
    if not isinstance(document, dict):
        raise ValueError("the answer is no resource")  # noqa: TRY004 - of JSON, not of Python
    properties = document.get("properties") or {}
    return Image(
        resource=target,
        etag=str(document.get("etag") or ""),
        digest=digest(target, document),
        state=str(properties.get("provisioningState") or ""),
        text=text,
        flushes=properties.get("flushConnection") is True,
    )


def digest(target: ResourceId, document: JsonObject) -> str:
    """Give a hash of what a resource is, the same whatever Azure makes of it by itself."""
    canonical = json.dumps(content(target, document), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def writable(target: ResourceId, document: JsonObject) -> JsonObject:
    """Leave out what Azure makes, in the order of the rest."""
    cleaned: JsonObject = _without_made(document)
    own = _READ_ONLY.get(resource_type(target), frozenset())
    properties = cleaned.get("properties")
    if isinstance(properties, dict):
        cleaned["properties"] = {
            name: value for name, value in properties.items() if name not in own
        }
    return cleaned


def content(target: ResourceId, document: JsonObject) -> JsonObject:
    """Give what a resource is: without what Azure makes, and without empty members."""
    found = _without_empty(writable(target, document))
    return found if isinstance(found, dict) else {}


def _without_made(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return {
            name: _without_made(one) for name, one in value.items() if name not in _MADE_BY_AZURE
        }
    if isinstance(value, list):
        return [_without_made(one) for one in value]
    return value


def _without_empty(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Leave out members without content: Azure shows them as empty, null or not at all."""
    if isinstance(value, dict):
        return dict(_filled(value))
    if isinstance(value, list):
        return [_without_empty(one) for one in value]
    return value


def _filled(members: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, one in members.items():
        kept = _without_empty(one)
        if kept not in (None, "", [], {}):
            yield name, kept.lower() if name == "id" and isinstance(kept, str) else kept
