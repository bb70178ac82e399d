"""The body of a query request, and the token that leads to its next page."""

import base64
import hashlib
import json
from dataclasses import dataclass, replace
from typing import Final

from simulator.exchange import JsonObject

DEFAULT_PAGE_SIZE: Final = 100
MAXIMUM_PAGE_SIZE: Final = 1000
_SCOPE_FILTERS: Final = frozenset(
    {"AtScopeAndBelow", "AtScopeAndAbove", "AtScopeExact", "AtScopeAboveAndBelow"}
)


class InvalidGraphRequest(ValueError):
    """A query request that Resource Graph cannot read."""


@dataclass(frozen=True, slots=True)
class GraphQuery:
    """One request for a page.

    `subscriptions` and `management_groups` are the scope; both empty mean everything that the
    caller may read.  `first` is the number of rows before the page.  `looks_above` asks for role
    assignments to what lies above the scope, too.
    """

    text: str
    subscriptions: tuple[str, ...]
    management_groups: tuple[str, ...]
    page_size: int
    first: int
    follows: bool
    looks_above: bool = False

    @classmethod
    def from_json(cls, body: JsonObject) -> "GraphQuery":
        """Read a request body.

        Raises:
            InvalidGraphRequest: a member is missing or impossible, or the skip token belongs to
                another query or scope.
        """
        text = body.get("query")
        if not isinstance(text, str) or not text.strip():
            raise InvalidGraphRequest("The query is missing.")
        subscriptions = _texts(body, "subscriptions")
        groups = _texts(body, "managementGroups")
        if subscriptions and groups:
            message = "Subscriptions and management groups cannot both be given."
            raise InvalidGraphRequest(message)
        options = body.get("options") or {}
        page_size = options.get("$top", DEFAULT_PAGE_SIZE)
        if not isinstance(page_size, int) or not 1 <= page_size <= MAXIMUM_PAGE_SIZE:
            message = f"$top must be between 1 and {MAXIMUM_PAGE_SIZE}, it is {page_size}."
            raise InvalidGraphRequest(message)
        token = options.get("$skipToken")
        first = options.get("$skip") or 0
        looks_above = _looks_above(options.get("authorizationScopeFilter", "AtScopeAndBelow"))
        query = cls(text, subscriptions, groups, page_size, first, bool(token), looks_above)
        return query.at(_rows_before(token, query)) if token else query

    def at(self, first: int) -> "GraphQuery":
        """Return the request for the page that begins after `first` rows."""
        return replace(self, first=first)

    def skip_token(self, first: int) -> str:
        """Return the token for the page that begins after `first` rows."""
        content = json.dumps({"rows": first, "of": self._digest()})
        return base64.urlsafe_b64encode(content.encode()).decode()

    def _digest(self) -> str:
        parts = [self.text, sorted(self.subscriptions), sorted(self.management_groups)]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def belongs(self, digest: object) -> bool:
        """Tell whether a token with this digest was given out for the same query and scope."""
        return digest == self._digest()


def _looks_above(scope_filter: object) -> bool:
    """Tell whether a scope filter for role assignments takes in what lies above.

    Source: Microsoft Learn, "Understanding the Azure Resource Graph query language".
    """
    if scope_filter not in _SCOPE_FILTERS:
        raise InvalidGraphRequest(f"authorizationScopeFilter cannot be {scope_filter}.")
    return "Above" in str(scope_filter)


def _rows_before(token: str, query: GraphQuery) -> int:
    try:
        content = json.loads(base64.urlsafe_b64decode(token))
        rows, digest = content["rows"], content["of"]
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidGraphRequest("The skip token is malformed.") from error
    if not query.belongs(digest):
        message = "The skip token belongs to another query or another scope."
        raise InvalidGraphRequest(message)
    return int(rows)


def _texts(body: JsonObject, name: str) -> tuple[str, ...]:
    values = body.get(name) or []
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise InvalidGraphRequest(f"{name} must be a list of texts.")
    return tuple(values)
