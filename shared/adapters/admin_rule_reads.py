"""Security admin rules asked of Resource Manager, where Resource Graph's rows leave a gap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from shared.adapters.arm_reads import ArmReader, body_of, direct_row
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot
from shared.usecases.interfaces import AccessDeniedError, InventoryError

NETWORKS_PER_READ: Final = 100
PAGES_PER_NETWORK: Final = 50


class _Page(msgspec.Struct, rename="camel"):
    """One page of the rules in force.

    Source: SDK model `NetworkManagerEffectiveSecurityAdminRulesListResult`.
    """

    value: list[msgspec.Raw] | None = None
    skip_token: str | None = None


_PAGE: Final = msgspec.json.Decoder(_Page)


class AdminRuleReads:
    """A `Supplement`: the admin rules of networks with machines whose rows have faults.

    That is so where the network manager lives in a subscription outside of the scope, which hides
    the bodies of its rules.  What may not be read keeps its fault, and so does what is beyond
    `NETWORKS_PER_READ`: verdicts behind it are undetermined.
    """

    def __init__(self, reader: ArmReader) -> None:
        """Take the way to Resource Manager."""
        self._reader = reader

    def __call__(self, snapshot: Snapshot, subscriptions: Sequence[str]) -> Iterator[bytes]:
        """Give a row for each network that could be read."""
        del subscriptions
        closed: set[str] = set()
        for network in _networks_with_faults(snapshot)[:NETWORKS_PER_READ]:
            if network.subscription in closed:
                continue
            try:
                rules = self._rules(network)
            except AccessDeniedError:
                closed.add(network.subscription)
            except InventoryError:
                continue
            else:
                yield direct_row("effective-security-admin-rules", network, {"value": rules})

    def _rules(self, network: ResourceId) -> list[msgspec.Raw]:
        """Read every page of the rules in force on one network.

        Source: Microsoft Learn, REST reference, "List Network Manager Effective Security Admin
        Rules": pages go on while the answer has a `skipToken`.
        """
        rules: list[msgspec.Raw] = []
        token: str | None = None
        for _ in range(PAGES_PER_NETWORK):
            page = self._page(network, token)
            rules.extend(page.value or ())
            token = page.skip_token
            if not token:
                return rules
        raise InventoryError(f"the admin rules of {network.name} have too many pages")

    def _page(self, network: ResourceId, token: str | None) -> _Page:
        from azure.mgmt.network.models import QueryRequestOptions

        client = self._reader.network(network.subscription)
        options = QueryRequestOptions(skip_token=token)
        doing = f"reading the admin rules of {network.name}"
        body = self._reader.body(
            doing,
            lambda: client.list_network_manager_effective_security_admin_rules(
                network.resource_group, network.name, options, cls=body_of
            ),
        )
        try:
            return _PAGE.decode(body)
        except msgspec.DecodeError as error:
            raise InventoryError(f"{doing}: {error}") from error


def _networks_with_faults(snapshot: Snapshot) -> tuple[ResourceId, ...]:
    """Name the networks whose admin rules have faults and that a machine is in, sorted."""
    models = (nic for scale_set in snapshot.scale_sets.values() for nic in scale_set.interfaces)
    inhabited = {
        configuration.subnet.parent("subnets")
        for nic in (*snapshot.network_interfaces.values(), *models)
        for configuration in nic.ip_configurations
        if configuration.subnet is not None
    }
    return tuple(
        sorted(
            network
            for network, in_force in snapshot.admin_rules.items()
            if in_force.faults and network in inhabited
        )
    )
