"""A change is of a whole resource, and belongs to a run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.findings.resource_change import is_event_run, together, whole_resource
from shared.network.ids import ResourceId
from tests.change_stage import change
from tests.recording_samples import SUBSCRIPTION, minutes

GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
NETWORK = f"{GROUP}/providers/Microsoft.Network"
BASTION = f"{NETWORK}/bastionHosts/b"


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        (f"{NETWORK}/networkSecurityGroups/n", f"{NETWORK}/networkSecurityGroups/n"),
        (
            f"{NETWORK}/networkSecurityGroups/n/securityRules/r",
            f"{NETWORK}/networkSecurityGroups/n",
        ),
        (f"{NETWORK}/firewallPolicies/p/ruleCollectionGroups/g", f"{NETWORK}/firewallPolicies/p"),
        (f"{BASTION}/providers/Microsoft.Insights/diagnosticSettings/d", BASTION),
        (GROUP, GROUP),
        (f"/subscriptions/{SUBSCRIPTION}", f"/subscriptions/{SUBSCRIPTION}"),
    ],
)
def test_part_belongs_to_its_whole(part: str, whole: str) -> None:
    assert whole_resource(ResourceId(part)) == ResourceId(whole)


def test_peering_is_a_subject_of_its_own() -> None:
    peering = ResourceId(f"{NETWORK}/virtualNetworks/v/virtualNetworkPeerings/p")
    assert replace(change(), resource=peering).subject == peering


def test_change_without_correlation_is_a_run_by_itself() -> None:
    assert change(actor=None).run == "event-event-1"
    assert is_event_run(change().run)
    assert not is_event_run("20261103T120000.000000Z")


def test_of_two_changes_the_later_counts_in_any_order() -> None:
    early, late = change(occurred=minutes(0)), change(event="event-2", occurred=minutes(1))
    assert together(early, late) == together(late, early) == late
