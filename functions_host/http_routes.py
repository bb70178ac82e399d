"""Route templates: which function answers a path, and with which route parameters."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from functions_host import HostError
from functions_host.http_message import Request
from functions_host.loader import HostedFunction
from functions_host.triggers import HttpTrigger

# Source: Microsoft Learn, "Routing in ASP.NET Core", route constraints.
_CONSTRAINTS: Final[Mapping[str, re.Pattern[str]]] = {
    "": re.compile(r".+"),
    "alpha": re.compile(r"[A-Za-z]+"),
    "bool": re.compile(r"(?i:true|false)"),
    "guid": re.compile(r"(?i:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})"),
    "int": re.compile(r"[+-]?\d{1,10}"),
    "long": re.compile(r"[+-]?\d{1,19}"),
}
_PARAMETER: Final = re.compile(r"\{(\*{0,2})(\w+)(?::(\w+))?(\?)?\}")


class InvalidRoute(HostError):
    """A route template uses something that this host does not serve."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A segment that stands in the path as it is, in any case."""

    text: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A segment that names a value: `{name}`, `{name:constraint}` or `{name?}`."""

    name: str
    constraint: str
    is_optional: bool


@dataclass(frozen=True, slots=True)
class Rest:
    """The last segment `{*name}`: all that is left of the path, which may be nothing."""

    name: str


Segment = Literal | Parameter | Rest


@dataclass(frozen=True, slots=True)
class RouteTemplate:
    """The segments of one route, prefix included."""

    segments: tuple[Segment, ...]

    @classmethod
    def parse(cls, prefix: str, route: str) -> "RouteTemplate":
        """Read a template such as `vms/{id:int}/{*rest}`.

        Raises:
            InvalidRoute: for a segment that mixes text and parameters, an unknown constraint, or
                anything after `{*rest}`.
        """
        parts = [part for part in f"{prefix}/{route}".split("/") if part]
        segments = tuple(_segment(part, route) for part in parts)
        if any(isinstance(segment, Rest) for segment in segments[:-1]):
            raise InvalidRoute(f"route {route!r}: nothing can follow a catch-all parameter")
        return cls(segments)

    @property
    def precedence(self) -> tuple[int, ...]:
        """Give a key by which the more specific of two matching templates sorts first.

        Source: Microsoft Learn, "Routing in ASP.NET Core", route template precedence.
        """
        return tuple(_rank(segment) for segment in self.segments)

    def match(self, path: str) -> dict[str, str] | None:
        """Give the route parameters of a percent-encoded path, or None where it does not match."""
        parts = [part for part in path.split("/") if part]
        found: dict[str, str] = {}
        for index, segment in enumerate(self.segments):
            match segment:
                case Rest(name):
                    found[name] = "/".join(_decoded(part) for part in parts[index:])
                    return found
                case Parameter(is_optional=True) if index >= len(parts):
                    continue
                case Parameter(name, constraint) if index < len(parts):
                    value = _decoded(parts[index])
                    if not _CONSTRAINTS[constraint].fullmatch(value):
                        return None
                    found[name] = value
                case Literal(text) if index < len(parts):
                    if _decoded(parts[index]).lower() != text.lower():
                        return None
                case _:
                    return None
        return found if len(parts) <= len(self.segments) else None


@dataclass(frozen=True, slots=True)
class RouteMatch:
    """The function that answers, and the values of its route parameters."""

    function: HostedFunction
    parameters: Mapping[str, str]


class Router:
    """Finds the HTTP function for a request."""

    def __init__(self, prefix: str, functions: Iterable[HostedFunction]) -> None:
        routes = [
            (RouteTemplate.parse(prefix, function.trigger.route), function.trigger, function)
            for function in functions
            if isinstance(function.trigger, HttpTrigger)
        ]
        self._routes = sorted(routes, key=lambda route: route[0].precedence)

    def find(self, request: Request) -> RouteMatch | None:
        """Give the most specific match of path and method; a wrong method is no match."""
        for template, trigger, function in self._routes:
            if request.method not in trigger.methods:
                continue
            parameters = template.match(request.path)
            if parameters is not None:
                return RouteMatch(function, parameters)
        return None


def _segment(part: str, route: str) -> Segment:
    found = _PARAMETER.fullmatch(part)
    if found is None:
        if "{" in part:
            raise InvalidRoute(f"route {route!r}: cannot serve segment {part!r}")
        return Literal(part)
    stars, name, constraint, optional = found.groups(default="")
    if stars:
        return Rest(name)
    if constraint not in _CONSTRAINTS:
        raise InvalidRoute(f"route {route!r}: cannot serve constraint {constraint!r}")
    return Parameter(name, constraint, bool(optional))


def _rank(segment: Segment) -> int:
    match segment:
        case Literal():
            return 1
        case Parameter(constraint=""):
            return 3
        case Parameter():
            return 2
        case Rest():
            return 4


def _decoded(part: str) -> str:
    """Decode one path segment; an encoded slash stays encoded, as in ASP.NET Core."""
    return unquote(re.sub(r"%2[fF]", "%252F", part))
