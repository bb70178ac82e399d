"""Resource ids of Azure Resource Manager, taken apart without regard to case."""

from dataclasses import dataclass


def key_of(resource_id: str) -> str:
    """Return the form of an id under which the simulator keeps and compares it."""
    return resource_id.strip().rstrip("/").lower()


def subscription_of(resource_id: str) -> str:
    """Return the subscription of an id as spelt there; empty for an id above subscriptions."""
    return _after(resource_id, "subscriptions")


def group_of(resource_id: str) -> str:
    """Return the resource group of an id as spelt there; empty for an id above groups."""
    return _after(resource_id, "resourcegroups")


def type_of(resource_id: str) -> str:
    """Return the resource type of an id as spelt there, for instance `Microsoft.Network/x/y`.

    An id without a provider gives the empty text.
    """
    _, found, tail = resource_id.replace("/Providers/", "/providers/").rpartition("/providers/")
    if not found:
        return ""
    namespace, *segments = tail.strip("/").split("/")
    return "/".join((namespace, *segments[::2]))


def _after(resource_id: str, segment: str) -> str:
    segments = resource_id.strip("/").split("/")
    for name, value in zip(segments[::2], segments[1::2], strict=False):
        if name.lower() == segment:
            return value
    return ""


@dataclass(frozen=True, slots=True)
class ResourcePath:
    """The id of a resource in a resource group, cut into its parts.

    `types` and `names` have the same length, outermost first: a security rule has the types
    `networkSecurityGroups`, `securityRules`.
    """

    subscription: str
    group: str
    namespace: str
    types: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, subscription: str, group: str, namespace: str, tail: str) -> "ResourcePath":
        """Build a path from route captures; `tail` is `type/name`, repeated for children."""
        segments = tail.strip("/").split("/")
        return cls(subscription, group, namespace, tuple(segments[::2]), tuple(segments[1::2]))

    @property
    def id(self) -> str:
        """The id as text."""
        pairs = "".join(f"/{t}/{n}" for t, n in zip(self.types, self.names, strict=True))
        return (
            f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"
            f"/providers/{self.namespace}{pairs}"
        )

    @property
    def key(self) -> str:
        """The id in the form for comparison."""
        return key_of(self.id)

    @property
    def type(self) -> str:
        """The full resource type."""
        return "/".join((self.namespace, *self.types))

    @property
    def name(self) -> str:
        """The innermost name."""
        return self.names[-1]

    @property
    def parent(self) -> "ResourcePath | None":
        """The path of the resource that this one lies in; None for a top-level resource."""
        if len(self.types) == 1:
            return None
        return ResourcePath(
            self.subscription, self.group, self.namespace, self.types[:-1], self.names[:-1]
        )
