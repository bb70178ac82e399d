"""Azure resource ids: kept as Azure spelt them, compared without case."""

from __future__ import annotations

from functools import lru_cache


class InvalidResourceIdError(ValueError):
    """A text that is no Azure resource id."""

    def __init__(self, text: str) -> None:
        """Keep the refused text."""
        super().__init__(f"not an Azure resource id: {text[:200]!r}")
        self.text = text


class ResourceId:
    """The id of one Azure resource or child resource.

    `text` is the spelling that Azure gave, for display and calls; `key` is the lower-cased form
    without a trailing slash, by which ids compare, hash and sort.

    Source: resource-group and provider segments differ in case between services and over time
    (Azure/azure-cli issue 8283, Azure/azure-sdk-for-python issue 37740).
    """

    __slots__ = ("key", "text")

    key: str
    text: str

    def __init__(self, text: str) -> None:
        """Take the id as spelt; raise `InvalidResourceIdError` unless it begins with a slash."""
        trimmed = text.strip().rstrip("/")
        if len(trimmed) < len("/a") or trimmed[0] != "/":
            raise InvalidResourceIdError(text)
        self.text = trimmed
        # U+0130 is the one letter that grows in lower case; both forms are cut at the same places.
        self.key = trimmed.replace("\u0130", "i").lower()

    def __eq__(self, other: object) -> bool:
        """Tell whether both name the same resource, whatever their spelling."""
        return isinstance(other, ResourceId) and self.key == other.key

    def __lt__(self, other: ResourceId) -> bool:
        """Order by the case-less form."""
        return self.key < other.key

    def __hash__(self) -> int:
        """Hash the case-less form."""
        return hash(self.key)

    def __repr__(self) -> str:
        """Show the id as Azure spelt it."""
        return f"ResourceId({self.text!r})"

    def __str__(self) -> str:
        """Give the id as Azure spelt it."""
        return self.text

    @property
    def name(self) -> str:
        """The last segment."""
        return self.text[self.text.rfind("/") + 1 :]

    @property
    def subscription(self) -> str:
        """The subscription's id in lower case, or an empty text for an id outside of one."""
        return self._segment_after("subscriptions").lower()

    @property
    def resource_group(self) -> str:
        """The resource group's name as spelt, or an empty text for an id outside of one."""
        return self._segment_after("resourcegroups")

    def _segment_after(self, marker: str) -> str:
        start = self.key.find(f"/{marker}/")
        if start < 0:
            return ""
        begin = start + len(marker) + 2
        end = self.key.find("/", begin)
        return self.text[begin:] if end < 0 else self.text[begin:end]

    def parent(self, collection: str) -> ResourceId | None:
        """Cut a child's id at its collection: the virtual network of a subnet, for instance.

        `collection` is the segment before the child's name, in any case (`subnets`,
        `ipConfigurations`); None when the id has no such segment.
        """
        return _cut(self.text, self.key, collection)

    def child(self, collection: str, name: str) -> ResourceId:
        """Give the id of a child resource."""
        return ResourceId(f"{self.text}/{collection}/{name}")


@lru_cache(maxsize=16_384)
def _cut(text: str, key: str, collection: str) -> ResourceId | None:
    """Do what `ResourceId.parent` says; many children of one resource are asked again and again."""
    cut = key.rfind(f"/{collection.lower()}/")
    return None if cut <= 0 else ResourceId(text[:cut])


@lru_cache(maxsize=16_384)
def resource_id(text: str) -> ResourceId:
    """Parse an id, sharing one object among the many references to one resource.

    Raises:
        InvalidResourceIdError: the text does not begin with a slash.
    """
    return ResourceId(text)
