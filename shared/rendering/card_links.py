"""Where the links of a card lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from shared.network.ids import ResourceId
from shared.rendering.card_elements import Link

PORTALS: Final[Mapping[str, str]] = {
    "public": "https://portal.azure.com",
    "usgov": "https://portal.azure.us",
    "china": "https://portal.azure.cn",
}
"""The Azure portal of each cloud, by the value of the CLOUD setting."""

_LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True)
class CardLinks:
    """The Azure portal of this cloud, and the dashboard where there is one."""

    portal: str = PORTALS["public"]
    dashboard: str | None = None

    def to_portal(self, resource: ResourceId) -> Link:
        """Link to the portal's page of a resource, percent-encoded; not for an endless id."""
        address = f"{self.portal}/#@/resource{quote(resource.text, safe='/', errors='replace')}"
        return "View in Azure portal", address if len(address) <= _LONGEST else None

    def to_dashboard(self) -> Link:
        """Link to the dashboard."""
        return "Dashboard", self.dashboard
