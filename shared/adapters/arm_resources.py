"""Single resources asked of Resource Manager by id, each as the text of a row."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import quote

import msgspec

from shared.adapters.arm_endpoint import ArmEndpoint
from shared.adapters.arm_reads import ArmReader
from shared.adapters.identity import arm_pipeline
from shared.network.ids import ResourceId
from shared.usecases.interfaces import AccessDeniedError, InventoryError

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential
    from azure.mgmt.core import ARMPipelineClient

READS_AT_ONCE: Final = 8
FAILURES_BORNE: Final = 8
"""After so many failures that may pass, the rest of a batch is not asked for: ARM is unwell."""
_NETWORK_VERSION: Final = "2026-03-01"
_SCALE_SET_NETWORK_VERSION: Final = "2018-10-01"
_COMPUTE_VERSION: Final = "2024-07-01"
_SET: Final = "microsoft.compute/virtualmachinescalesets"
_NOT_THERE: Final = 404
_GONE_CODES: Final = frozenset(
    {"resourcenotfound", "notfound", "resourcegroupnotfound", "parentresourcenotfound"}
)
"""What a 404 says when the resource is not there.

Others, such as `SubscriptionNotFound` or `InvalidResourceType`, say that it could not be asked for.
"""

_PLACE: Final = re.compile(
    r"/subscriptions/[^/]+/resourcegroups/[^/]+/providers/[^/]+(/[^/]+/[^/]+)+$"
)
_DOTS: Final = frozenset({".", ".."})

API_VERSIONS: Final[Mapping[str, str]] = {
    "microsoft.compute/virtualmachines": _COMPUTE_VERSION,
    _SET: _COMPUTE_VERSION,
    f"{_SET}/virtualmachines": _COMPUTE_VERSION,
    f"{_SET}/virtualmachines/networkinterfaces": _SCALE_SET_NETWORK_VERSION,
    f"{_SET}/virtualmachines/networkinterfaces/ipconfigurations/publicipaddresses": (
        _SCALE_SET_NETWORK_VERSION
    ),
    "microsoft.network/applicationgateways": _NETWORK_VERSION,
    "microsoft.network/azurefirewalls": _NETWORK_VERSION,
    "microsoft.network/bastionhosts": _NETWORK_VERSION,
    "microsoft.network/firewallpolicies": _NETWORK_VERSION,
    "microsoft.network/firewallpolicies/rulecollectiongroups": _NETWORK_VERSION,
    "microsoft.network/ipgroups": _NETWORK_VERSION,
    "microsoft.network/loadbalancers": _NETWORK_VERSION,
    "microsoft.network/networkinterfaces": _NETWORK_VERSION,
    "microsoft.network/networksecuritygroups": _NETWORK_VERSION,
    "microsoft.network/publicipaddresses": _NETWORK_VERSION,
    "microsoft.network/routetables": _NETWORK_VERSION,
    "microsoft.network/virtualnetworks": _NETWORK_VERSION,
}
"""The types that can be read by id, in lower case, and the API version of each.

Source: azure-mgmt-network 33.1.0 (the versions of its GET operations); Microsoft.Compute's
published versions.
"""


def resource_type(resource: ResourceId) -> str:
    """Give the type that an id names, in lower case; empty for an id without a provider."""
    _, found, tail = resource.key.rpartition("/providers/")
    segments = tail.split("/")
    return "/".join((segments[0], *segments[1::2])) if found else ""


def is_readable(resource: ResourceId) -> bool:
    """Tell whether `ArmResources` knows how to ask for a resource.

    An id that is not built as Azure builds them may come from anybody, and would be sent with our
    own token: it is not asked for.
    """
    return (
        _PLACE.match(resource.key) is not None
        and _DOTS.isdisjoint(resource.key.split("/"))
        and resource_type(resource) in API_VERSIONS
    )


@dataclass(frozen=True, slots=True)
class Found:
    """The resource as a row: what ARM says, with the type that its id names."""

    text: bytes


@dataclass(frozen=True, slots=True)
class Gone:
    """ARM says that there is no such resource."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The resource could not be read."""

    error: InventoryError

    @property
    def is_refused(self) -> bool:
        """Whether asking again will not help."""
        return isinstance(self.error, AccessDeniedError)


Answer: TypeAlias = Found | Gone | Unknown


class ArmResources:
    """Reads resources by id, some at once, each a bounded number of times.

    A plain GET serves every type; one SDK client for each would take longer to import than all of
    a small run takes.  `reads` counts the resources that were asked for, by this object.
    """

    def __init__(
        self, endpoint: ArmEndpoint, credential: TokenCredential, reader: ArmReader
    ) -> None:
        """Take the address, the credential, and the way to ask patiently."""
        self._endpoint = endpoint
        self._credential = credential
        self._reader = reader
        self._counting = Lock()
        self.reads = 0

    def read(self, resources: Sequence[ResourceId]) -> Mapping[ResourceId, Answer]:
        """Ask for each resource; nothing is raised for what could not be read.

        Raises:
            ValueError: the type of a resource is not among `API_VERSIONS`.
        """
        wanted = list(dict.fromkeys(resources))
        strange = next((one for one in wanted if not is_readable(one)), None)
        if strange is not None:
            raise ValueError(f"no API version is known to read {strange} with")
        failures: list[Unknown] = []

        def one(resource: ResourceId) -> Answer:
            if len(failures) >= FAILURES_BORNE:
                return failures[-1]
            answer = self._one(resource)
            if isinstance(answer, Unknown) and not answer.is_refused:
                failures.append(answer)
            return answer

        answers = {first: one(first) for first in wanted[:1]}
        with ThreadPoolExecutor(READS_AT_ONCE) as readers:
            answers.update(zip(wanted[1:], readers.map(one, wanted[1:]), strict=True))
        return answers

    def _one(self, resource: ResourceId) -> Answer:
        with self._counting:
            self.reads += 1
        doing = f"reading {resource.name}"
        try:
            body = self._reader.ask(doing, lambda: self._get(resource))
            return Gone() if body is None else Found(_row(resource, body))
        except InventoryError as error:
            return Unknown(error)
        except msgspec.DecodeError as error:
            return Unknown(InventoryError(f"{doing}: the answer is no resource: {error}"))

    def _get(self, resource: ResourceId) -> bytes | None:
        """Give what ARM answers, None where the resource is not there; raise the SDK's errors."""
        from azure.core.exceptions import HttpResponseError
        from azure.core.rest import HttpRequest

        kind = resource_type(resource)
        parameters = {"api-version": API_VERSIONS[kind]}
        if kind.endswith("/virtualmachines"):
            parameters["$expand"] = "instanceView"
        request = HttpRequest("GET", self._endpoint.url + quote(resource.text), params=parameters)
        response = self._client.send_request(request)
        try:
            response.raise_for_status()
        except HttpResponseError as error:
            code = (error.error.code if error.error else None) or ""
            if error.status_code == _NOT_THERE and code.lower() in _GONE_CODES:
                return None
            raise
        body: bytes = response.content
        return body

    @cached_property
    def _client(self) -> ARMPipelineClient[Any, Any]:
        from azure.mgmt.core import ARMPipelineClient

        return ARMPipelineClient(**arm_pipeline(self._endpoint, self._credential))


def _row(resource: ResourceId, body: bytes) -> bytes:
    """Write an answer as a row; parts of scale sets come without their type."""
    members = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    own = msgspec.json.decode(members.get("id", b"null"))
    if not isinstance(own, str) or own.lower() != resource.key:
        members["id"] = msgspec.Raw(msgspec.json.encode(resource.text))
    members["type"] = msgspec.Raw(msgspec.json.encode(resource_type(resource)))
    return msgspec.json.encode(members)
