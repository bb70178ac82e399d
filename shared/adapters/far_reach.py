"""The subscriptions in which a change of a hub's part may change verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from shared.adapters.arm_resources import ArmResources, Found, is_readable
from shared.adapters.wire import Reference
from shared.findings.resource_change import whole_resource
from shared.network.ids import ResourceId, resource_id

ROUNDS: Final = 4
"""From an IP group to a policy, its firewall, that one's network, and the networks beside it."""
READS: Final = 20
"""A part of more hubs than that is followed to the first of them."""


class _Inner(msgspec.Struct, rename="camel"):
    """What an IP configuration or a peering leads to."""

    subnet: Reference | None = None
    remote_virtual_network: Reference | None = None


class _Part(msgspec.Struct):
    properties: _Inner = msgspec.field(default_factory=_Inner)


class _Body(msgspec.Struct, rename="camel"):
    """The members that lead on, of all types together."""

    firewalls: list[Reference] | None = None
    firewall_policies: list[Reference] | None = None
    child_policies: list[Reference] | None = None
    ip_configurations: list[_Part] | None = None
    gateway_ip_configurations: list[_Part] | None = msgspec.field(
        default=None, name="gatewayIPConfigurations"
    )
    virtual_network_peerings: list[_Part] | None = None


class _Resource(msgspec.Struct):
    properties: _Body = msgspec.field(default_factory=_Body)


_RESOURCE: Final = msgspec.json.Decoder(_Resource)


def subscriptions_reached(arm: ArmResources, changed: Iterable[ResourceId]) -> frozenset[str]:
    """Name the subscriptions of changed firewalls, gateways, policies, IP groups and networks.

    Those of the networks that they serve belong to them, and of all that these are peered with.
    What cannot be read is not followed: its own subscription is named in any case.

    Source: ARM type definitions of Microsoft.Network, read-only members `firewalls`,
    `firewallPolicies` and `childPolicies`.
    """
    reached = {whole_resource(one) for one in changed}
    new = sorted(reached)
    left = READS
    for _ in range(ROUNDS):
        batch = [one for one in new if is_readable(one)][:left]
        left -= len(batch)
        answers = arm.read(batch).values()
        texts = [answer.text for answer in answers if isinstance(answer, Found)]
        new = sorted({one for text in texts for one in _onward(text)} - reached)
        reached.update(new)
    return frozenset(one.subscription for one in reached if one.subscription)


def _onward(row: bytes) -> Iterator[ResourceId]:
    """Give the resources that one leads on to; none where it cannot be understood."""
    try:
        body = _RESOURCE.decode(row).properties
    except msgspec.DecodeError:
        return
    users = (body.firewalls, body.firewall_policies, body.child_policies)
    parts = (body.ip_configurations, body.gateway_ip_configurations, body.virtual_network_peerings)
    inner = [part.properties for listed in parts for part in listed or ()]
    references = (
        *(reference for listed in users for reference in listed or ()),
        *(one for each in inner for one in (each.subnet, each.remote_virtual_network)),
    )
    for text in (reference.id for reference in references if reference is not None):
        if text and text.startswith("/"):
            yield whole_resource(resource_id(text))
