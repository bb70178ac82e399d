"""What every ARM resource has in common."""

import uuid
from typing import Any, TypeAlias

from simulator.estate.places import Place

Resource: TypeAlias = dict[str, Any]


def envelope(place: Place, resource_id: str, resource_type: str, properties: Resource) -> Resource:
    """Put properties into an ARM resource that is tagged with the team that owns it.

    The server adds the etag.
    """
    return {
        "id": resource_id,
        "name": resource_id.rsplit("/", 1)[1],
        "type": resource_type,
        "location": place.location,
        "tags": {"team": place.subscription.team},
        "properties": {"provisioningState": "Succeeded", **properties},
    }


def child(resource_id: str, properties: Resource) -> Resource:
    """Put properties into a child that ARM embeds in its parent."""
    return {
        "id": resource_id,
        "name": resource_id.rsplit("/", 1)[1],
        "properties": {"provisioningState": "Succeeded", **properties},
    }


def reference(resource_id: str) -> dict[str, str]:
    """Refer to another resource."""
    return {"id": resource_id}


def references(resource_ids: list[str]) -> list[dict[str, str]]:
    """Refer to several other resources."""
    return [reference(resource_id) for resource_id in resource_ids]


def guid_of(resource_id: str, purpose: str) -> str:
    """Give the GUID that Azure would have drawn, the same at every call."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{purpose}:{resource_id.lower()}"))
