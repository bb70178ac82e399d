"""What must hold before Azure Resource Manager looks at a resource or accepts a write."""

from collections.abc import Mapping
from typing import Final

from simulator.arm.errors import ArmError, ErrorDetail
from simulator.arm.identifiers import key_of, type_of
from simulator.arm.reading import Located, if_match_error
from simulator.arm.references import references_of
from simulator.arm.resource_set import StoredResource
from simulator.exchange import JsonObject, Request
from simulator.simulation import Simulation

_IN_USE_CODES: Final[Mapping[str, str]] = {
    "microsoft.network/networksecuritygroups": "InUseNetworkSecurityGroupCannotBeDeleted",
    "microsoft.network/publicipaddresses": "PublicIPAddressCannotBeDeleted",
    "microsoft.network/networkinterfaces": "NicInUse",
    "microsoft.network/virtualnetworks": "InUseSubnetCannotBeDeleted",
    "microsoft.network/virtualnetworks/subnets": "InUseSubnetCannotBeDeleted",
    "microsoft.network/routetables": "InUseRouteTableCannotBeDeleted",
    "microsoft.network/natgateways": "InUseNatGatewayCannotBeDeleted",
}
_HARMLESS_MEMBERS: Final = frozenset({"remotevirtualnetwork", "networkinterfaceipconfiguration"})
"""References that do not keep their target from being deleted."""


def require_api_version(_simulation: Simulation, request: Request) -> None:
    """Refuse a request that names no version of the interface."""
    if "api-version" not in request.query:
        message = "The api-version query parameter (?api-version=) is required for all requests."
        raise ArmError(400, "MissingApiVersionParameter", message)


def require_authorization(_simulation: Simulation, request: Request) -> None:
    """Refuse a request that brings no bearer token; which token it is does not matter."""
    if not request.headers.get("authorization", "").lower().startswith("bearer "):
        message = "Authentication failed. The 'Authorization' header is missing."
        challenge = {"WWW-Authenticate": 'Bearer authorization_uri="https://login.example/"'}
        raise ArmError(401, "AuthenticationFailed", message, headers=challenge)


def require_readable(simulation: Simulation, subscription: str, action: str) -> None:
    """Refuse a subscription that does not exist, or that the caller may not read."""
    if subscription.lower() not in simulation.store.subscriptions:
        message = f"The subscription '{subscription}' could not be found."
        raise ArmError(404, "SubscriptionNotFound", message)
    if not simulation.may_read(subscription):
        message = (
            "The client does not have authorization to perform action "
            f"'{action}' over scope '/subscriptions/{subscription}' or the scope is invalid. If "
            "access was recently granted, please refresh your credentials."
        )
        raise ArmError(403, "AuthorizationFailed", message)


def require_group(simulation: Simulation, subscription: str, group: str) -> None:
    """Refuse a resource group that does not exist."""
    if simulation.store.group(subscription, group) is None:
        message = f"Resource group '{group}' could not be found."
        raise ArmError(404, "ResourceGroupNotFound", message)


def require_etag(located: Located, request: Request) -> None:
    """Refuse a write whose `If-Match` or `If-None-Match` does not hold.

    A child has its parent's etag.
    """
    exists = located.exists()
    etag = located.resource.etag if located.resource else ""
    wanted = request.headers.get("if-match")
    if wanted is not None and (not exists or wanted not in {"*", etag}):
        raise if_match_error()
    if request.headers.get("if-none-match") == "*" and exists:
        raise if_match_error()


def require_idle(simulation: Simulation, resource_key: str) -> None:
    """Refuse a write while another one runs on the same resource.

    Source: Azure's answers to parallel writes, code `RetryableError` for network resources and
    `AnotherOperationInProgress` for virtual networks.
    """
    running = simulation.operations.running_on(resource_key)
    if running is None:
        return
    seconds = simulation.settings.retry_after_seconds
    headers = {"Retry-After": str(seconds)}
    if type_of(resource_key).startswith("microsoft.network/virtualnetworks"):
        message = f"Another operation on this or a dependent resource is in progress: {running.id}."
        raise ArmError(429, "AnotherOperationInProgress", message, headers=headers)
    detail = ErrorDetail(
        "RetryableErrorDueToAnotherOperation",
        f"Operation {running.id} is updating resource {resource_key}. The call can be retried in "
        f"{seconds} seconds.",
    )
    raise ArmError(429, "RetryableError", "A retryable error occurred.", (detail,), headers)


def require_references(
    simulation: Simulation, document: JsonObject, before: StoredResource | None
) -> None:
    """Refuse new references to network resources that do not exist or are still being written."""
    known = {reference.target for reference in before.references} if before else set()
    for reference in references_of(document):
        top = "/".join(reference.target.split("/")[:9])
        if reference.target in known or "/providers/microsoft.network/" not in top:
            continue
        if simulation.store.resources.get(top) is None:
            message = (
                f"Resource {reference.target} referenced by resource {document['id']} was not "
                "found. Please make sure that the referenced resource exists, and that both "
                "resources are in the same region."
            )
            raise ArmError(400, "InvalidResourceReference", message)
        if simulation.operations.running_on(top) is not None:
            detail = ErrorDetail(
                "ReferencedResourceNotProvisioned",
                f"Cannot proceed with operation because resource {top} is not in Succeeded state.",
            )
            raise ArmError(
                429,
                "RetryableError",
                "A retryable error occurred.",
                (detail,),
                {"Retry-After": str(simulation.settings.retry_after_seconds)},
            )


def require_unused(simulation: Simulation, located: Located) -> None:
    """Refuse to delete what another resource refers to."""
    target = located.path.key
    for reference in simulation.store.resources.incoming(located.existing()):
        is_meant = reference.target == target or reference.target.startswith(target + "/")
        is_inside = key_of(reference.holder).startswith(target + "/")
        if is_meant and not is_inside and reference.member.lower() not in _HARMLESS_MEMBERS:
            code = _IN_USE_CODES.get(located.path.type.lower(), "InUseResourceCannotBeDeleted")
            message = (
                f"{located.path.type} {located.path.id} cannot be deleted because it is in use by "
                f"the following resource: {reference.holder}."
            )
            raise ArmError(400, code, message)
