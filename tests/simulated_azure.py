"""The simulator with the SDK clients that product code uses, for tests from the outside."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import requests
from azure.core.credentials import AccessToken
from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.mgmt.network import NetworkManagementClient
from azure.mgmt.resourcegraph import ResourceGraphClient
from azure.mgmt.resourcegraph.models import QueryRequest, QueryRequestOptions

from simulator.initial_estate import Estate
from simulator.server import start

SUBSCRIPTION: Final = "11111111-0000-4000-8000-000000000001"
OTHER_SUBSCRIPTION: Final = "11111111-0000-4000-8000-000000000002"
GROUP: Final = "rg-web"
NETWORK: Final = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.Network"
COMPUTE: Final = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.Compute"
VERSION: Final = {"api-version": "2024-05-01"}

JsonObject = dict[str, Any]


class ManualClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


class _Token(SansIOHTTPPolicy[Any, Any]):
    def on_request(self, request: PipelineRequest[Any]) -> None:
        request.http_request.headers["Authorization"] = "Bearer test"


class _NoCredential:
    def get_token(self, *_scopes: str, **_options: object) -> AccessToken:
        return AccessToken("unused", 0)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a query, as the SDK read it."""

    data: list[JsonObject]
    count: int
    total_records: int
    result_truncated: str
    skip_token: str | None
    headers: dict[str, str]


def _page(pipeline: Any, answer: Any, _nothing: object) -> Page:  # noqa: ANN401 - untyped in the SDK
    return Page(
        data=answer.data,
        count=answer.count,
        total_records=answer.total_records,
        result_truncated=answer.result_truncated,
        skip_token=answer.skip_token,
        headers={k.lower(): v for k, v in pipeline.http_response.headers.items()},
    )


@dataclass(frozen=True, slots=True)
class SimulatedAzure:
    """A running simulator, the clients that talk to it, and its clock.

    `network` is a NetworkManagementClient; its type stays open, since its overloads do not know
    that it takes plain documents.
    """

    url: str
    clock: ManualClock
    graph: ResourceGraphClient
    network: Any
    http: requests.Session

    def query(
        self,
        text: str,
        subscriptions: list[str] | None = None,
        *,
        top: int | None = None,
        skip: int | None = None,
        skip_token: str | None = None,
    ) -> Page:
        """Run one query through the SDK."""
        options = QueryRequestOptions(top=top, skip=skip, skip_token=skip_token)
        body = QueryRequest(query=text, subscriptions=subscriptions, options=options)
        return self.graph.resources(body, cls=_page)  # type: ignore[return-value]

    def rows(self, text: str) -> list[JsonObject]:
        """Run one query and return its rows."""
        return self.query(text, top=1000).data

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] = VERSION,
        json: object = None,
        data: str | None = None,
        headers: Mapping[str, str | None] | None = None,
    ) -> requests.Response:
        """Send one request, with a token and an api-version unless told otherwise."""
        return self.http.request(
            method,
            self.url + path,
            params=params,
            json=json,
            data=data,
            headers=headers,
            timeout=10,
        )

    def set(self, **settings: object) -> None:
        """Change settings of the simulator."""
        self.request("PATCH", "/simulator/settings", json=settings).raise_for_status()

    def break_with(self, *faults: JsonObject) -> None:
        """Put fault rules in force."""
        body = {"faults": list(faults)}
        self.request("PUT", "/simulator/faults", json=body).raise_for_status()


@contextmanager
def simulated_azure(
    *resources: JsonObject, subscriptions: list[JsonObject] | None = None
) -> Iterator[SimulatedAzure]:
    """Serve some resources, by a clock that stands still."""
    clock = ManualClock()
    estate = Estate.from_resources(list(resources), subscriptions)
    credential = _NoCredential()
    with start(estate, now=clock) as running, requests.Session() as http:
        http.headers["Authorization"] = "Bearer test"
        graph = ResourceGraphClient(
            credential, base_url=running.url, authentication_policy=_Token(), retry_total=0
        )
        network = NetworkManagementClient(
            credential,
            SUBSCRIPTION,
            base_url=running.url,
            authentication_policy=_Token(),
            retry_total=0,
            polling_interval=0,
        )
        with graph, network:
            yield SimulatedAzure(running.url, clock, graph, network, http)


def resource(resource_id: str, **properties: object) -> JsonObject:
    """Return a resource in West Europe with these properties."""
    tail = resource_id.rpartition("/providers/")[2].split("/")
    return {
        "id": resource_id,
        "name": tail[-1],
        "type": "/".join((tail[0], *tail[1::2])),
        "location": "westeurope",
        "properties": properties,
    }


def rule(priority: int = 100, **properties: object) -> JsonObject:
    """Return the body of an inbound rule that lets everyone in to port 22."""
    return {
        "properties": {
            "priority": priority,
            "direction": "Inbound",
            "access": "Allow",
            "protocol": "Tcp",
            "sourceAddressPrefix": "*",
            "sourcePortRange": "*",
            "destinationAddressPrefix": "*",
            "destinationPortRange": "22",
            **properties,
        }
    }


def small_estate() -> tuple[JsonObject, ...]:
    """Return a machine with an interface, a public address, a network and an NSG on both."""
    return (
        resource(
            f"{NETWORK}/networkSecurityGroups/nsg",
            securityRules=[{"name": "ssh", **rule()}],
        ),
        resource(
            f"{NETWORK}/virtualNetworks/vnet",
            addressSpace={"addressPrefixes": ["10.0.0.0/16"]},
            subnets=[
                {
                    "name": "default",
                    "properties": {
                        "addressPrefix": "10.0.0.0/24",
                        "networkSecurityGroup": {"id": f"{NETWORK}/networkSecurityGroups/nsg"},
                    },
                }
            ],
        ),
        resource(
            f"{NETWORK}/publicIPAddresses/pip",
            ipAddress="198.51.100.7",
            publicIPAllocationMethod="Static",
        ),
        resource(
            f"{NETWORK}/networkInterfaces/nic",
            networkSecurityGroup={"id": f"{NETWORK.upper()}/networkSecurityGroups/NSG"},
            ipConfigurations=[
                {
                    "name": "ipconfig1",
                    "properties": {
                        "privateIPAddress": "10.0.0.4",
                        "subnet": {"id": f"{NETWORK}/virtualNetworks/vnet/subnets/default"},
                        "publicIPAddress": {"id": f"{NETWORK}/publicIPAddresses/pip"},
                    },
                }
            ],
        ),
        resource(
            f"{COMPUTE}/virtualMachines/vm",
            networkProfile={"networkInterfaces": [{"id": f"{NETWORK}/networkInterfaces/nic"}]},
            extended={
                "instanceView": {
                    "powerState": {"code": "PowerState/running", "displayStatus": "VM running"}
                }
            },
        ),
    )
