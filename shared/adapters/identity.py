"""Who Portcullis is to Azure: credentials, and the pipeline steps that every ARM client shares."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Final

from shared.adapters.arm_endpoint import ArmEndpoint

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken, TokenCredential
    from azure.core.pipeline import PipelineRequest
    from azure.core.rest import HttpRequest

CONNECT_SECONDS: Final = 10
READ_SECONDS: Final = 60
_SIMULATOR_HEADER: Final = "Bearer simulator"


def user_agent() -> str:
    """Name this program and its version, as Azure's logs will show it."""
    try:
        return f"portcullis/{version('portcullis')}"
    except PackageNotFoundError:
        return "portcullis/source"


class SimulatorCredential:
    """Stands where an SDK client wants a credential and a fixed header does the work."""

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:  # noqa: ANN401 - SDK's own
        """Give a token that means nothing to Azure and never expires."""
        from azure.core.credentials import AccessToken

        del scopes, options
        return AccessToken(_SIMULATOR_HEADER, 2**31)


def command_line_credential(endpoint: ArmEndpoint) -> TokenCredential:
    """Sign in as the person at the terminal: `az login`, environment or managed identity."""
    if endpoint.is_simulator:
        return SimulatorCredential()
    from azure.identity import DefaultAzureCredential

    return DefaultAzureCredential(authority=endpoint.authority_host)


def function_credential(endpoint: ArmEndpoint, client_id: str = "") -> TokenCredential:
    """Sign in as the app's managed identity; `client_id` names a user-assigned one."""
    if endpoint.is_simulator:
        return SimulatorCredential()
    from azure.identity import ManagedIdentityCredential

    return ManagedIdentityCredential(client_id=client_id or None)


def arm_pipeline(
    endpoint: ArmEndpoint, credential: TokenCredential, *before_sign_in: object
) -> dict[str, Any]:
    """Give the arguments by which an SDK client of Resource Manager reaches `endpoint`.

    `before_sign_in` are policies of one client, such as a retry policy, which run ahead of the
    authentication.  Left out of the SDK's own chain on purpose: redirects, and the policy that
    registers resource providers, which writes to a subscription where only reading was asked for.

    Source: azure-mgmt-core, `ARMAutoResourceProviderRegistrationPolicy`.
    """
    from azure.core.pipeline import policies
    from azure.mgmt.core.policies import (
        ARMChallengeAuthenticationPolicy,
        ARMHttpLoggingPolicy,
    )

    sign_in = (
        _fixed_header()
        if endpoint.is_simulator
        else ARMChallengeAuthenticationPolicy(credential, endpoint.token_scope)
    )
    return {
        "credential": credential,
        "base_url": endpoint.url,
        "credential_scopes": [endpoint.token_scope],
        "connection_timeout": CONNECT_SECONDS,
        "read_timeout": READ_SECONDS,
        "policies": [
            policies.RequestIdPolicy(),
            policies.HeadersPolicy(),
            policies.UserAgentPolicy(user_agent()),
            policies.ProxyPolicy(),
            *before_sign_in,
            sign_in,
            ARMHttpLoggingPolicy(),
        ],
    }


def _fixed_header() -> object:
    """Make the step that signs requests to the simulator, over http, without asking for a token.

    The SDK's own policy refuses to send a bearer token over http at all; `ArmEndpoint` lets only
    loopback addresses come this far.
    """
    from azure.core.pipeline.policies import SansIOHTTPPolicy

    class FixedHeader(SansIOHTTPPolicy[Any, Any]):
        def on_request(self, request: PipelineRequest[HttpRequest]) -> None:
            request.http_request.headers["Authorization"] = _SIMULATOR_HEADER

    return FixedHeader()
