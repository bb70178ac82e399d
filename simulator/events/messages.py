"""The events of an occurrence, in each of the forms that an endpoint may ask for.

Sources: Microsoft Learn, "Azure subscription as an Event Grid source"; "Azure Resource
Notifications - Resources events"; "CloudEvents v1.0 schema with Azure Event Grid".
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from simulator.arm.identifiers import type_of
from simulator.events.occurrence import Occurrence, Outcome
from simulator.exchange import JsonObject

_CONTRIBUTOR: Final = "b24988ac618042a0ab8820f7382dd24c"


class Schema(StrEnum):
    """What an endpoint is sent."""

    EVENT_GRID = "EventGridSchema"
    CLOUD_EVENTS = "CloudEventSchemaV1_0"
    NOTIFICATIONS = "resource-notifications"


def event_of(occurrence: Occurrence, schema: Schema, event_id: str) -> JsonObject | None:
    """Return the event that an endpoint gets; None when its topic has none for the occurrence."""
    return _FORMS[schema](occurrence, event_id)


def _event_grid(occurrence: Occurrence, event_id: str) -> JsonObject:
    return {
        "id": event_id,
        "topic": f"/subscriptions/{occurrence.cause.subscription}",
        "subject": occurrence.cause.target,
        "eventType": _type(occurrence),
        "eventTime": _text(occurrence.time),
        "data": _details(occurrence),
        "dataVersion": "2",
        "metadataVersion": "1",
    }


def _cloud_event(occurrence: Occurrence, event_id: str) -> JsonObject:
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": f"/subscriptions/{occurrence.cause.subscription}",
        "subject": occurrence.cause.target,
        "type": _type(occurrence),
        "time": _text(occurrence.time),
        "data": _details(occurrence),
    }


def _notification(occurrence: Occurrence, event_id: str) -> JsonObject | None:
    """Return the notification of a resource, which tells nothing of who changed it."""
    document = occurrence.written
    if document is None or occurrence.outcome is not Outcome.SUCCESS:
        return None
    kept = {"id", "name", "type"} if occurrence.is_gone else document.keys() - {"etag"}
    information = {name: document[name] for name in document if name in kept}
    deed = "Deleted" if occurrence.is_gone else "CreatedOrUpdated"
    versioned = {} if occurrence.is_gone else {"apiVersion": "2024-05-01"}
    return {
        "id": event_id,
        "topic": f"/subscriptions/{occurrence.cause.subscription}",
        "subject": document["id"],
        "eventType": f"Microsoft.ResourceNotifications.Resources.{deed}",
        "eventTime": _text(occurrence.time),
        "data": {
            "resourceInfo": information,
            "operationalInfo": {"resourceEventTime": _text(occurrence.time)},
            **versioned,
        },
        "dataVersion": "1",
        "metadataVersion": "1",
    }


def _type(occurrence: Occurrence) -> str:
    return f"Microsoft.Resources.Resource{occurrence.cause.verb}{occurrence.outcome}"


def _details(occurrence: Occurrence) -> JsonObject:
    cause = occurrence.cause
    subscription = cause.subscription
    return {
        "authorization": {
            "scope": cause.target,
            "action": cause.operation,
            "evidence": {
                "role": "Contributor",
                "roleAssignmentScope": f"/subscriptions/{subscription}",
                "roleDefinitionId": _CONTRIBUTOR,
                "principalId": cause.caller.object_id.replace("-", ""),
                "principalType": cause.caller.principal_type,
            },
        },
        "claims": cause.caller.claims(occurrence.tenant),
        "correlationId": cause.correlation_id,
        "httpRequest": {
            "clientRequestId": cause.request_id,
            "clientIpAddress": "203.0.113.47",
            "method": cause.method,
            "url": cause.url,
        },
        "resourceProvider": type_of(cause.target).partition("/")[0],
        "resourceUri": cause.target,
        "operationName": cause.operation,
        "status": "Succeeded" if occurrence.outcome is Outcome.SUCCESS else "Failed",
        "subscriptionId": subscription,
        "tenantId": occurrence.tenant,
    }


def _text(time: datetime) -> str:
    """Return a time as Event Grid writes it, in steps of 100 nanoseconds."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.%f0Z")


_FORMS: Final[Mapping[Schema, Callable[[Occurrence, str], JsonObject | None]]] = {
    Schema.EVENT_GRID: _event_grid,
    Schema.CLOUD_EVENTS: _cloud_event,
    Schema.NOTIFICATIONS: _notification,
}
