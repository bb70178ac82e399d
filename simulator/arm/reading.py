"""Finding a resource or a child by its path, and showing it as a read does."""

from dataclasses import dataclass
from typing import Final

from simulator.arm.children import ChildCollection, child_named, collection_at
from simulator.arm.errors import ArmError, child_not_found, resource_not_found
from simulator.arm.identifiers import ResourcePath
from simulator.arm.resource_set import ResourceSet, StoredResource
from simulator.arm.virtual_machine import shown_virtual_machine
from simulator.exchange import JsonObject

ONLY_IN_RESOURCE_GRAPH: Final = frozenset(
    {
        "microsoft.network/effectivesecurityadminrules",
        "microsoft.network/networkmanagers/securityadminconfigurations/snapshots",
        (
            "microsoft.network/networkmanagers/securityadminconfigurations/rulecollections/rules"
            "/snapshots"
        ),
    }
)
"""Types, in lower case, that Azure Resource Manager does not serve."""

_MACHINES: Final = frozenset(
    {
        "microsoft.compute/virtualmachines",
        "microsoft.compute/virtualmachinescalesets/virtualmachines",
    }
)


@dataclass(frozen=True, slots=True)
class Located:
    """Where a path leads: to a resource with a document of its own, or to a child inside one.

    `owner` is the path of the document, `resource` the document if it exists, `collection` the
    list that holds the child; None for a path that is no child.
    """

    path: ResourcePath
    owner: ResourcePath
    resource: StoredResource | None
    collection: ChildCollection | None

    def existing(self) -> StoredResource:
        """Return the resource that owns the document.

        Raises:
            ArmError: status 404, it does not exist.
        """
        if self.resource is None or self.resource.type in ONLY_IN_RESOURCE_GRAPH:
            raise resource_not_found(self.owner.type, self.owner.name, self.owner.group)
        return self.resource

    def exists(self) -> bool:
        """Tell whether the resource, or the child, exists."""
        if self.resource is None or self.collection is None:
            return self.resource is not None
        return child_named(self.resource.document, self.collection, self.path.name) is not None


def locate(resources: ResourceSet, path: ResourcePath) -> Located:
    """Find the document that a path leads to."""
    parent = path.parent
    collection = collection_at(parent.type, path.types[-1]) if parent else None
    owner = parent if parent and collection else path
    return Located(path, owner, resources.get(owner.key), collection)


def shown(resources: ResourceSet, located: Located, expand: str = "") -> JsonObject:
    """Return the resource, or the child, as a read answers it.

    Raises:
        ArmError: status 404, it does not exist.
    """
    resource = located.existing()
    document = resources.rendered(resource)
    if located.collection is None:
        return shown_document(resource, document, expand)
    child = child_named(document, located.collection, located.path.name)
    if child is None:
        raise child_not_found(located.path.id)
    return child


def shown_document(resource: StoredResource, document: JsonObject, expand: str = "") -> JsonObject:
    """Return a rendered document without what only Resource Graph shows."""
    if resource.type in _MACHINES:
        return shown_virtual_machine(document, expand)
    return document


def if_match_error() -> ArmError:
    """Return the refusal of a write that was made on a stale copy."""
    message = "The condition specified by the ETag is not satisfied."
    return ArmError(412, "PreconditionFailed", message)
