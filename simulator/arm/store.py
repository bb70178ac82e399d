"""The live estate: what Azure Resource Manager knows now, and every write that led there."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from simulator.arm.cause import Cause
from simulator.arm.completion import completed
from simulator.arm.identifiers import group_of, subscription_of, type_of
from simulator.arm.references import references_of
from simulator.arm.resource_set import ResourceSet, StoredResource
from simulator.exchange import JsonObject
from simulator.initial_estate import TENANT_ID, Estate

_ETAGS: Final = uuid.UUID("3d0b8f8e-4f6f-4bd5-9a0e-1f6c4b1c6a11")


@dataclass(frozen=True, slots=True)
class Write:
    """One finished write of a resource with a document of its own.

    `before` is None for a creation, `after` for a deletion.
    """

    id: str
    time: datetime
    before: StoredResource | None
    after: StoredResource | None
    cause: Cause

    @property
    def changed(self) -> StoredResource:
        """The newest version that there is."""
        version = self.after or self.before
        if version is None:
            raise ValueError("A write has a version before it, or after it.")
        return version


class Store:
    """Subscriptions, resource groups, resources, and the finished writes in order."""

    def __init__(self, estate: Estate, now: datetime) -> None:
        self._etags_given = 0
        self.resources = ResourceSet()
        self.writes: list[Write] = []
        self.subscriptions = {
            subscription["subscriptionId"].lower(): _subscription(subscription)
            for subscription in estate.subscriptions
        }
        self.groups: dict[tuple[str, str], JsonObject] = {}
        for resource in estate.resources:
            self._add_group_of(resource)
            if type_of(resource["id"]):
                self.put(completed(resource), now)

    def put(self, document: JsonObject, now: datetime) -> StoredResource:
        """Keep a new version of a resource, with an etag of its own, and tell nobody yet."""
        self._etags_given += 1
        etag = uuid.uuid5(_ETAGS, str(self._etags_given))
        resource = StoredResource(document, f'W/"{etag}"', now, references_of(document))
        self.resources.put(resource)
        return resource

    def remove(self, key: str) -> None:
        """Take a resource out, with the resources that lie within it."""
        for each in (key, *self.resources.below(key)):
            self.resources.remove(each)

    def announce(
        self,
        now: datetime,
        before: StoredResource | None,
        after: StoredResource | None,
        cause: Cause,
    ) -> None:
        """Record a write as finished, for the index and everyone else who follows writes."""
        self.writes.append(Write(str(uuid.uuid4()), now, before, after, cause))

    def group(self, subscription: str, name: str) -> JsonObject | None:
        """Return a resource group."""
        return self.groups.get((subscription.lower(), name.lower()))

    def _add_group_of(self, resource: JsonObject) -> None:
        subscription, name = subscription_of(resource["id"]), group_of(resource["id"])
        if not name:
            return
        known = self.groups.setdefault(
            (subscription.lower(), name.lower()),
            {
                "id": f"/subscriptions/{subscription}/resourceGroups/{name}",
                "name": name,
                "type": "Microsoft.Resources/resourceGroups",
                "location": resource.get("location") or "westeurope",
                "properties": {"provisioningState": "Succeeded"},
            },
        )
        if not type_of(resource["id"]):
            known.update(resource)


def _subscription(given: JsonObject) -> JsonObject:
    return {
        "id": f"/subscriptions/{given['subscriptionId']}",
        "displayName": given["subscriptionId"],
        "state": "Enabled",
        "tenantId": TENANT_ID,
        **given,
    }
