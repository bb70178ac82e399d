"""The sample estate as a whole."""

from dataclasses import dataclass
from typing import Final

from simulator.estate import (
    data_services,
    development,
    hierarchy,
    legacy,
    platform_hub,
    web_production,
)
from simulator.estate.assembly import site_chapters, site_nsg_stories, site_resources
from simulator.estate.envelope import Resource
from simulator.estate.story import Chapter, NsgStory

_SITES: Final = (
    platform_hub.SITE,
    web_production.SITE,
    data_services.SITE,
    development.SITE,
    legacy.SITE,
    legacy.DEPOT_SITE,
)


@dataclass(frozen=True, slots=True)
class SampleEstate:
    """Larkspur Shipping in ARM's words, and what a correct reader must find there.

    `resources` are ARM resources without etags and back-references, site by site.  `story` has one
    chapter for each machine worth telling about, `nsg_stories` one entry for each NSG.
    """

    resources: list[Resource]
    subscriptions: list[Resource]
    management_groups: list[Resource]
    story: tuple[Chapter, ...]
    nsg_stories: tuple[NsgStory, ...]

    @property
    def public_ip_vms(self) -> tuple[str, ...]:
        """Ids of the machines that have a public address of their own, reachable or not."""
        return tuple(chapter.vm_id for chapter in self.story if chapter.doors)


def sample_estate() -> SampleEstate:
    """Build the estate: always the same, and freshly, so that a caller may change it."""
    return SampleEstate(
        resources=[resource for site in _SITES for resource in site_resources(site)],
        subscriptions=hierarchy.subscriptions(),
        management_groups=hierarchy.management_groups(),
        story=tuple(chapter for site in _SITES for chapter in site_chapters(site)),
        nsg_stories=tuple(told for site in _SITES for told in site_nsg_stories(site)),
    )
