"""The sample estate as a whole."""

from dataclasses import dataclass, replace
from typing import Final, TypeVar

from simulator.estate import (
    booking,
    data_services,
    development,
    farm,
    hierarchy,
    hub_firewall,
    legacy,
    payments,
    platform_hub,
    waterside,
    web_production,
)
from simulator.estate.assembly import site_chapters, site_nsg_stories, site_resources
from simulator.estate.envelope import Resource
from simulator.estate.manager_shapes import manager_resources
from simulator.estate.network_shapes import network_watcher
from simulator.estate.objections import objections
from simulator.estate.roles import role_resources
from simulator.estate.story import Chapter, Door, LooseEnd, NsgStory, Objection

_Told = TypeVar("_Told", Door, NsgStory)

_SITES: Final = (
    platform_hub.SITE,
    web_production.SITE,
    booking.SITE,
    data_services.SITE,
    payments.SITE,
    payments.LEDGER_SITE,
    development.SITE,
    farm.SITE,
    legacy.SITE,
    legacy.DEPOT_SITE,
    waterside.QUAY_SITE,
    waterside.BOATHOUSE_SITE,
    waterside.LIGHTHOUSE_SITE,
)


@dataclass(frozen=True, slots=True)
class SampleEstate:
    """Larkspur Shipping in ARM's words, and what a correct reader must find there.

    `resources` are ARM resources without etags and back-references, site by site.  `story` has one
    chapter for each machine or instance worth telling about, `nsg_stories` one entry for each NSG,
    `loose_ends` what may lead on to machines and cannot be told, `objections` what is wrong about
    Bastion and login.
    """

    resources: list[Resource]
    subscriptions: list[Resource]
    management_groups: list[Resource]
    story: tuple[Chapter, ...]
    nsg_stories: tuple[NsgStory, ...]
    loose_ends: tuple[LooseEnd, ...]
    objections: tuple[Objection, ...]

    @property
    def public_ip_vms(self) -> tuple[str, ...]:
        """Ids of machines and instances with a public address of their own, reachable or not."""
        return tuple(
            chapter.vm_id
            for chapter in self.story
            if any(door.kind.belongs_to_the_machine for door in chapter.doors)
        )

    def with_service_tags(self) -> "SampleEstate":
        """Give the same estate with the story as it goes when a list of service tags is at hand."""
        return replace(
            self,
            story=tuple(
                replace(chapter, doors=tuple(_with_tags(door) for door in chapter.doors))
                for chapter in self.story
            ),
            nsg_stories=tuple(_with_tags(told) for told in self.nsg_stories),
        )


def sample_estate() -> SampleEstate:
    """Build the estate: always the same, and freshly, so that a caller may change it."""
    return SampleEstate(
        resources=[
            *(resource for site in _SITES for resource in site_resources(site)),
            *manager_resources(payments.MANAGER),
            *_network_watchers(),
            *role_resources(),
        ],
        subscriptions=hierarchy.subscriptions(),
        management_groups=hierarchy.management_groups(),
        story=tuple(chapter for site in _SITES for chapter in site_chapters(site)),
        nsg_stories=tuple(told for site in _SITES for told in site_nsg_stories(site)),
        loose_ends=(platform_hub.EDGE_APPLIANCE_END, hub_firewall.LOOSE_END),
        objections=objections(_SITES),
    )


def _network_watchers() -> list[Resource]:
    places = [site.network.place for site in _SITES]
    regions = {(place.subscription, place.location): place for place in places}
    return [network_watcher(place) for place in regions.values()]


def _with_tags(told: _Told) -> _Told:
    return replace(told, outcome=told.outcome.with_service_tags)
