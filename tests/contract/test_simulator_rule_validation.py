"""The simulator refuses the security rules that Azure refuses."""

from collections.abc import Iterator

import pytest
from azure.core.exceptions import HttpResponseError

from tests.simulated_azure import GROUP, SimulatedAzure, rule, simulated_azure, small_estate


@pytest.fixture(scope="module")
def azure() -> Iterator[SimulatedAzure]:
    with simulated_azure(*small_estate()) as running:
        yield running


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param(rule(99), "SecurityRuleInvalidPriority", id="priority-too-low"),
        pytest.param(rule(4097), "SecurityRuleInvalidPriority", id="priority-too-high"),
        pytest.param(rule(100), "SecurityRuleConflict", id="priority-taken"),
        pytest.param(
            rule(200, destinationPortRange="65536"), "SecurityRuleInvalidPortRange", id="port-high"
        ),
        pytest.param(
            rule(200, destinationPortRange="90-80"), "SecurityRuleInvalidPortRange", id="backwards"
        ),
        pytest.param(
            rule(200, destinationPortRange="22,80"), "SecurityRuleInvalidPortRange", id="port-list"
        ),
        pytest.param(
            rule(200, sourcePortRanges=["1-2", "x"]), "SecurityRuleInvalidPortRange", id="plural"
        ),
        pytest.param(
            rule(200, sourceAddressPrefix="10.0.0.0/33"),
            "SecurityRuleInvalidAddressPrefix",
            id="prefix-too-long",
        ),
        pytest.param(
            rule(200, sourceAddressPrefixes=["10.0.0.0/8", "10.0.0.256"]),
            "SecurityRuleInvalidAddressPrefix",
            id="plural-address",
        ),
        pytest.param(
            rule(200, sourceAddressPrefix="any"), "SecurityRuleInvalidAddressPrefix", id="any"
        ),
        pytest.param(
            rule(200, access="Maybe"), "SecurityRuleParameterContainsUnsupportedValue", id="access"
        ),
    ],
)
def test_impossible_rule_is_refused(
    azure: SimulatedAzure, body: dict[str, object], code: str
) -> None:
    with pytest.raises(HttpResponseError) as raised:
        azure.network.security_rules.begin_create_or_update(GROUP, "nsg", "new", body)
    assert raised.value.error is not None
    assert (raised.value.status_code, raised.value.error.code) == (400, code)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(rule(100, direction="Outbound"), id="same-priority-other-direction"),
        pytest.param(rule(4096, sourceAddressPrefix="Storage.WestEurope"), id="regional-tag"),
        pytest.param(rule(201, sourceAddressPrefix="2001:db8::/32"), id="ipv6"),
        pytest.param(rule(202, destinationPortRange="0-65535"), id="all-ports"),
        pytest.param(rule(203, sourceAddressPrefix="10.0.0.1-10.0.0.9"), id="address-range"),
    ],
)
def test_possible_rule_is_accepted(azure: SimulatedAzure, body: dict[str, object]) -> None:

    poller = azure.network.security_rules.begin_create_or_update(GROUP, "nsg", "possible", body)
    assert poller.result().provisioning_state == "Succeeded"
