"""What Resource Graph does not tell of Bastion hosts: diagnostic settings and shareable links."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec

from shared.adapters.arm_reads import ArmReader, direct_row
from shared.network.bastion import BastionHost
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot
from shared.usecases.interfaces import AccessDeniedError, InventoryError

HOSTS_PER_READ: Final = 200
DIAGNOSTIC_SETTINGS_VERSION: Final = "2021-05-01-preview"
"""Source: REST reference of Azure Monitor, "Diagnostic Settings - List"."""


class _List(msgspec.Struct):
    """The diagnostic settings of a resource; it has no pages."""

    value: list[dict[str, object]]


_LIST: Final = msgspec.json.Decoder(_List)


class BastionReads:
    """A `Supplement`: for each Bastion host its diagnostic settings, and its shareable links.

    That is two calls for a host, and one for a host whose SKU has no links.  What may not be read,
    or is beyond `HOSTS_PER_READ`, gets no row, so that the checks which ask for it give no answer;
    an estate is not incomplete for that.
    """

    def __init__(self, reader: ArmReader) -> None:
        """Take the way to Resource Manager."""
        self._reader = reader

    def __call__(self, snapshot: Snapshot, subscriptions: Sequence[str]) -> Iterator[bytes]:
        """Give a row for each answer."""
        del subscriptions
        hosts = sorted(snapshot.bastions.values(), key=lambda host: host.id)[:HOSTS_PER_READ]
        known = snapshot.diagnostic_settings
        without = [host for host in hosts if host.id not in known]
        yield from _rows("diagnostic-settings", without, self._settings)
        linked = [
            host
            for host in hosts
            if host.id not in snapshot.shareable_links
            and (host.sku.has_links or host.shareable_links)
        ]
        yield from _rows("shareable-links", linked, self._links)

    def _settings(self, host: ResourceId) -> object:
        doing = f"reading the diagnostic settings of {host.name}"
        path = f"{host.text}/providers/Microsoft.Insights/diagnosticSettings"
        body = self._reader.get(doing, path, DIAGNOSTIC_SETTINGS_VERSION)
        try:
            return {"value": _LIST.decode(body).value}
        except msgspec.DecodeError as error:
            raise InventoryError(f"{doing}: {error}") from error

    def _links(self, host: ResourceId) -> object:
        """Read the machines that links lead to; their addresses are secrets, and left out."""
        from azure.mgmt.network.models import BastionShareableLinkListRequest

        client = self._reader.network(host.subscription)
        found = self._reader.ask(
            f"reading the shareable links of {host.name}",
            lambda: list(
                client.get_bastion_shareable_link(
                    host.resource_group, host.name, BastionShareableLinkListRequest()
                )
            ),
        )
        return {"value": [{"vm": {"id": link.vm.id if link.vm else None}} for link in found]}


def _rows(
    row_type: str, hosts: Sequence[BastionHost], read: Callable[[ResourceId], object]
) -> Iterator[bytes]:
    """Give what can be read; a subscription that refuses is not asked again."""
    closed: set[str] = set()
    for host in hosts:
        if host.id.subscription in closed:
            continue
        try:
            yield direct_row(row_type, host.id, read(host.id))
        except AccessDeniedError:
            closed.add(host.id.subscription)
        except InventoryError:
            continue
