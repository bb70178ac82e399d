"""Exemptions by tag, as Resource Graph tells of them."""

from __future__ import annotations

from shared.adapters.arm_endpoint import arm_endpoint
from shared.adapters.exempt_tags import exempt_tags
from shared.adapters.identity import SimulatorCredential
from shared.findings.exemption import Exemption
from shared.findings.exemption_tags import RefusedTags
from tests.fresh_azure import QuickClock
from tests.simulated_azure import NETWORK, SUBSCRIPTION, resource, simulated_azure

TAGS = {
    "Portcullis-Exempt-Until": "2027-03-31",
    "portcullis-exempt-reason": "it's the old jump host",
    "portcullis-exempt-owner": "ana@contoso.example",
}


def test_tagged_resources_of_any_type_are_found_and_no_others() -> None:
    nsg, pip = f"{NETWORK}/networkSecurityGroups/nsg", f"{NETWORK}/publicIPAddresses/pip"
    estate = (
        {**resource(nsg, securityRules=[]), "tags": TAGS},
        {**resource(pip), "tags": {"PORTCULLIS-EXEMPT-UNTIL": "soon", "empty": None}},
        {**resource(f"{NETWORK}/networkSecurityGroups/plain"), "tags": {"team": "web"}},
        resource(f"{NETWORK}/networkSecurityGroups/bare"),
    )
    with simulated_azure(*estate) as azure:
        read = exempt_tags(
            arm_endpoint(override=azure.url), SimulatorCredential(), QuickClock(), lambda: 0.0
        )
        exemption, refused = sorted(read([SUBSCRIPTION]), key=lambda one: type(one).__name__)
    assert isinstance(exemption, Exemption)
    assert isinstance(refused, RefusedTags)
    assert (exemption.scope.text, exemption.reason) == (nsg, TAGS["portcullis-exempt-reason"])
    assert refused.resource.text == pip
