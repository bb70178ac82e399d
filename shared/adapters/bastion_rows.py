"""Rows of Bastion hosts, and ARM's answers about them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from shared.adapters.network_rows import reference
from shared.adapters.wire import Envelope, SkuBody
from shared.adapters.wire_bastion import (
    BastionBody,
    DiagnosticAnswer,
    DiagnosticBody,
    ExtensionBody,
    LinksAnswer,
)
from shared.network.bastion import BastionHost, BastionSku, DiagnosticSettings, ShareableLinks
from shared.network.ids import ResourceId
from shared.network.machine_login import Extension, ExtensionKind

_BASTION = msgspec.json.Decoder(BastionBody)
_SETTINGS = msgspec.json.Decoder(DiagnosticAnswer)
_LINKS = msgspec.json.Decoder(LinksAnswer)
_EXTENSION = msgspec.json.Decoder(ExtensionBody)
_SKU = msgspec.json.Decoder(SkuBody | str | None)


def bastion_host(identity: ResourceId, row: Envelope) -> BastionHost:
    """Read a Bastion host; a Developer host names its network, others their subnet.

    Raises:
        msgspec.DecodeError: a member has another type than Azure gives it.
        ValueError: the SKU is not known.
    """
    body = _BASTION.decode(row.properties)
    configurations = [part.properties for part in body.ip_configurations or ()]
    subnet = next((s for one in configurations if (s := reference(one.subnet))), None)
    sku = _SKU.decode(row.sku)
    name = ((sku.name if isinstance(sku, SkuBody) else sku) or BastionSku.BASIC).capitalize()
    return BastionHost(
        id=identity,
        sku=BastionSku(name),
        network=subnet.parent("subnets") if subnet else reference(body.virtual_network),
        subnet=subnet,
        succeeded=(body.provisioning_state or "").lower() == "succeeded",
        shareable_links=bool(body.enable_shareable_link),
        private_only=bool(body.enable_private_only_bastion),
    )


def diagnostic_settings(_: ResourceId, row: Envelope) -> DiagnosticSettings:
    """Read which categories and groups of logs are sent somewhere."""
    answer = _SETTINGS.decode(row.properties).value or ()
    bodies = [item.properties for item in answer if item.properties]
    return DiagnosticSettings(
        sent=_enabled(body for body in bodies if body.has_destination),
        idle=_enabled(body for body in bodies if not body.has_destination),
    )


def _enabled(settings: Iterable[DiagnosticBody]) -> frozenset[str]:
    return frozenset(
        (log.category or log.category_group or "").lower()
        for setting in settings
        for log in setting.logs or ()
        if log.enabled
    )


def shareable_links(_: ResourceId, row: Envelope) -> ShareableLinks:
    """Read which machines have a shareable link."""
    items = _LINKS.decode(row.properties).value or ()
    return ShareableLinks(tuple(reference(item.vm) for item in items))


def extension(identity: ResourceId, row: Envelope) -> Extension:
    """Read an extension of a machine."""
    body = _EXTENSION.decode(row.properties)
    return Extension(
        id=identity,
        machine=identity.parent("extensions") or identity,
        kind=ExtensionKind.of(body.publisher, body.type),
        succeeded=(body.provisioning_state or "").lower() == "succeeded",
    )
