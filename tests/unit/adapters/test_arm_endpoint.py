from __future__ import annotations

import pytest
from azure.core import AzureClouds
from azure.identity import AzureAuthorityHosts
from azure.mgmt.core.tools import get_arm_endpoints

from shared.adapters.arm_endpoint import (
    CLOUD_ENDPOINTS,
    Cloud,
    InvalidEndpointError,
    arm_endpoint,
)


@pytest.mark.parametrize(
    ("cloud", "sdk_name", "authority"),
    [
        (Cloud.PUBLIC, AzureClouds.AZURE_PUBLIC_CLOUD, AzureAuthorityHosts.AZURE_PUBLIC_CLOUD),
        (
            Cloud.US_GOVERNMENT,
            AzureClouds.AZURE_US_GOVERNMENT,
            AzureAuthorityHosts.AZURE_GOVERNMENT,
        ),
        (Cloud.CHINA, AzureClouds.AZURE_CHINA_CLOUD, AzureAuthorityHosts.AZURE_CHINA),
    ],
)
def test_cloud_has_the_addresses_that_the_sdk_knows(
    cloud: Cloud, sdk_name: AzureClouds, authority: str
) -> None:
    sdk = get_arm_endpoints(sdk_name)
    endpoint = CLOUD_ENDPOINTS[cloud]
    assert endpoint.url == sdk["resource_manager"].rstrip("/")
    assert [endpoint.token_scope] == sdk["credential_scopes"]
    assert endpoint.authority_host == authority


def test_no_override_takes_the_cloud() -> None:
    assert arm_endpoint(Cloud.CHINA) is CLOUD_ENDPOINTS[Cloud.CHINA]


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:8080", "http://127.9.9.9:1", "http://[::1]:8080/", "http://127.0.0.1"],
)
def test_loopback_literal_over_http_is_the_simulator(url: str) -> None:
    endpoint = arm_endpoint(override=url)
    assert endpoint.is_simulator
    assert endpoint.url == url.rstrip("/")


def test_https_is_another_door_to_the_same_cloud() -> None:
    endpoint = arm_endpoint(Cloud.US_GOVERNMENT, "https://arm.corp.example/")
    assert not endpoint.is_simulator
    assert endpoint.url == "https://arm.corp.example"
    assert endpoint.token_scope == CLOUD_ENDPOINTS[Cloud.US_GOVERNMENT].token_scope


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://management.azure.com", id="http"),
        pytest.param("http://localhost:8080", id="a-name-that-may-resolve-to-anything"),
        pytest.param("http://10.0.0.1:8080", id="private-address"),
        pytest.param("http://127.0.0.1.example.org", id="looks-like-loopback"),
        pytest.param("ftp://127.0.0.1", id="other-scheme"),
        pytest.param("127.0.0.1:8080", id="no-scheme"),
        pytest.param("https://", id="no-host"),
        pytest.param("http://127.0.0.1:99999", id="no-such-port"),
        pytest.param("http://[::1", id="broken"),
    ],
)
def test_address_that_tokens_must_not_go_to_is_refused_with_the_reason(url: str) -> None:
    with pytest.raises(InvalidEndpointError) as caught:
        arm_endpoint(override=url)
    assert url in str(caught.value)
    assert caught.value.fault in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://127.0.0.1@example.org", id="loopback-as-user"),
        pytest.param("http://user@127.0.0.1:8080", id="user"),
        pytest.param("https://:secret@arm.example", id="password"),
        pytest.param("https://arm.example?token=secret", id="query"),
        pytest.param("https://arm.example#secret", id="fragment"),
    ],
)
def test_address_with_more_than_a_place_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(InvalidEndpointError, match="nothing but scheme") as caught:
        arm_endpoint(override=url)
    assert "secret" not in str(caught.value)
