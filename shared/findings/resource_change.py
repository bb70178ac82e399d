"""A change in Azure as it was told of, before anybody has looked at what it did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from shared.findings.finding import Actor
from shared.network.ids import ResourceId

EVENT_RUN: Final = "event-"
"""How the runs of changes begin; those of sweeps begin with a digit."""

_PEERINGS: Final = "virtualNetworkPeerings"
_PROVIDERS: Final = "/providers/"
_SETTINGS_OF: Final = "microsoft.insights/"
_WHOLE_SEGMENTS: Final = 3


def whole_resource(resource: ResourceId) -> ResourceId:
    """Give the resource that a part belongs to: the security group of a rule, for instance.

    Parts are described within their whole, by ARM and by Resource Graph alike.  The whole ends
    after namespace, type and name; diagnostic settings belong to what they are the settings of.
    """
    cut = resource.key.rfind(_PROVIDERS)
    if cut < 0:
        return resource
    if cut and resource.key.startswith(_SETTINGS_OF, cut + len(_PROVIDERS)):
        return whole_resource(ResourceId(resource.text[:cut]))
    begin = cut + len(_PROVIDERS)
    segments = resource.text[begin:].split("/")[:_WHOLE_SEGMENTS]
    return ResourceId(resource.text[:begin] + "/".join(segments))


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """One write or deletion: of what, when, and by whom as far as the message tells.

    `occurred` is the time of the event, `received` when it came in; both aware, in UTC.  The
    message is a hint to look, never the truth about the resource.
    """

    resource: ResourceId
    occurred: datetime
    received: datetime
    event_id: str
    deleted: bool = False
    actor: Actor | None = None

    @property
    def subject(self) -> ResourceId:
        """The whole resource to look at; a peering is one of its own, for it reaches further."""
        is_peering = self.resource.parent(_PEERINGS) is not None
        return self.resource if is_peering else whole_resource(self.resource)

    @property
    def run(self) -> str:
        """The run in which the change is told: one for everything that one deployment does."""
        correlation = self.actor.correlation_id if self.actor else ""
        return EVENT_RUN + (correlation or self.event_id)


def together(one: ResourceChange, other: ResourceChange) -> ResourceChange:
    """Give the later of two changes of one subject; of the whole, where its parts differ."""
    latest = max(one, other, key=lambda change: (change.occurred, change.event_id))
    return latest if one.resource == other.resource else replace(latest, resource=latest.subject)


def is_event_run(run: str) -> bool:
    """Tell whether a run is one of changes, and not a sweep."""
    return run.startswith(EVENT_RUN)
