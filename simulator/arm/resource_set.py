"""A set of resources by id, with every reference between them at hand."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from simulator.arm.children import child_ids, collections_of, members
from simulator.arm.identifiers import key_of, type_of
from simulator.arm.references import LISTED_CHILDREN, Reference, back_references_of
from simulator.exchange import JsonObject


@dataclass(frozen=True, slots=True)
class StoredResource:
    """A resource as it was last written.

    `document` is complete but for the etag and the members that point back; `references` are its
    forward references.
    """

    document: JsonObject
    etag: str
    written_at: datetime
    references: tuple[Reference, ...]

    @property
    def key(self) -> str:
        """The id in the form for comparison."""
        return key_of(self.document["id"])

    @property
    def type(self) -> str:
        """The resource type in lower case."""
        return type_of(self.document["id"]).lower()


class ResourceSet:
    """Resources by key.

    Laws: what points at a target is always the set of references of the resources present;
    taking a resource out and putting it back leaves the set as it was.
    """

    def __init__(self) -> None:
        self._resources: dict[str, StoredResource] = {}
        self._incoming: defaultdict[str, dict[Reference, None]] = defaultdict(dict)

    def __len__(self) -> int:
        return len(self._resources)

    def __iter__(self) -> Iterator[StoredResource]:
        return iter(self._resources.values())

    def get(self, key: str) -> StoredResource | None:
        """Return the resource with that key, or None."""
        return self._resources.get(key)

    def put(self, resource: StoredResource) -> None:
        """Add a resource, in the place of an older one with the same key."""
        self.remove(resource.key)
        self._resources[resource.key] = resource
        for reference in resource.references:
            self._incoming[reference.target][reference] = None

    def remove(self, key: str) -> None:
        """Take a resource out; without one nothing happens."""
        resource = self._resources.pop(key, None)
        for reference in resource.references if resource else ():
            del self._incoming[reference.target][reference]

    def below(self, key: str) -> list[str]:
        """Return the keys of the resources of their own that lie within a resource."""
        return [other for other in self._resources if other.startswith(key + "/")]

    def incoming(self, resource: StoredResource) -> Iterator[Reference]:
        """Yield the references that point at a resource or at one of its children."""
        for target in (resource.key, *(key_of(child) for child in child_ids(resource.document))):
            yield from self._incoming.get(target, ())

    def pointed_at_by(self, resource: StoredResource) -> set[str]:
        """Return the keys of the resources that show something of one resource, itself included.

        Those are what its references lead to, and what it lies within.
        """
        found: set[str] = set()
        for target in (resource.key, *(reference.target for reference in resource.references)):
            segments = target.split("/")
            ends = range(len(segments), 0, -2)
            keys = ("/".join(segments[:end]) for end in ends)
            found.update(key for key in keys if key in self._resources)
        return found

    def rendered(self, resource: StoredResource) -> JsonObject:
        """Return a resource as a read shows it: with etags, and with the members that point back.

        The children of a network resource carry their parent's etag.
        """
        etag = {"etag": resource.etag} if resource.type.startswith("microsoft.network/") else {}
        document = {**resource.document, **etag}
        properties = {
            **(document.get("properties") or {}),
            **self._pointing_back(resource.document),
            **self._listed_children(resource),
        }
        for collection in collections_of(resource.document):
            children = members(resource.document, collection)
            if children:
                properties[collection.member] = [
                    {
                        **child,
                        **etag,
                        "properties": {**child["properties"], **self._pointing_back(child)},
                    }
                    for child in children
                ]
        return {**document, "properties": properties}

    def _listed_children(self, resource: StoredResource) -> JsonObject:
        member = LISTED_CHILDREN.get(resource.type)
        if member is None:
            return {}
        inside = f"{resource.key}/{member.lower()}/"
        children = (each for each in self if each.key.startswith(inside))
        return {member: [{"id": child.document["id"]} for child in children]}

    def _pointing_back(self, document: JsonObject) -> JsonObject:
        shown: JsonObject = {}
        for back in back_references_of(type_of(document["id"])):
            holders = [
                {"id": reference.holder}
                for reference in self._incoming.get(key_of(document["id"]), ())
                if reference.member.lower() == back.member.lower()
                and type_of(reference.holder).lower().endswith(back.holder_type)
            ]
            if holders:
                shown[back.shown_as] = holders if back.many else holders[0]
        return shown
