"""What a page of the scorecard is asked for, as it stands in an address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from dashboard.filters import finding_query, only_known, subscription_in, words_in
from dashboard.visit import BadAddressError
from shared.findings.posture import Requirement, Standing
from shared.network.ids import InvalidResourceIdError, ResourceId
from shared.usecases.posture import PostureFilter
from shared.usecases.report import FindingFilter

NAMES: Final = ("level", "subscription", "network", "requirement", "answer", "limit", "after")
_LONGEST_ID: Final = 2_000
_LONGEST_TEXT: Final = 200
"""What the list of findings takes to look for: the end of an id, which is what tells it apart."""


class Level(StrEnum):
    """What a page lists."""

    SUBSCRIPTIONS = "subscriptions"
    NETWORKS = "networks"
    MACHINES = "machines"


@dataclass(frozen=True, slots=True)
class Asked:
    """What to list, and which of it."""

    wanted: PostureFilter
    level: Level

    @property
    def query(self) -> str:
        """The same as the query of an address; what goes without saying is not in it."""
        wanted = self.wanted
        pairs = [
            ("subscription", "" if wanted.network else wanted.subscription),
            ("network", wanted.network.text if wanted.network else ""),
            ("level", "" if self.level is usual_level(wanted) else self.level.value),
            ("requirement", wanted.requirement.value if wanted.requirement else ""),
            *(("answer", one.value) for one in wanted.answers),
        ]
        return urlencode([pair for pair in pairs if pair[1]])

    @property
    def link(self) -> str:
        """The address of the page."""
        return f"/posture?{self.query}" if self.query else "/posture"

    def machines(self, requirement: Requirement, answer: Standing) -> Asked:
        """Ask for the machines of the same place that stand in one way to a requirement."""
        wanted = replace(self.wanted, requirement=requirement, answers=(answer,))
        return Asked(wanted, Level.MACHINES)


def asked_in(query: QueryParams) -> Asked:
    """Read what an address asks for.

    Raises:
        BadAddressError: a name or a value means nothing, or two contradict each other.
    """
    only_known(query, NAMES)
    network = _network(query.get("network", "").strip())
    subscription = subscription_in(query)
    if network is not None and subscription not in ("", network.subscription):
        raise BadAddressError("the network is not of that subscription")
    requirements = words_in(query, "requirement", Requirement)
    wanted = PostureFilter(
        subscription=network.subscription if network else subscription,
        network=network,
        requirement=requirements[0] if requirements else None,
        answers=words_in(query, "answer", Standing),
    )
    levels = words_in(query, "level", Level)
    level = levels[0] if levels else usual_level(wanted)
    if level is Level.NETWORKS and not wanted.subscription:
        raise BadAddressError("networks are listed of one subscription: name it")
    if network is not None and level is not Level.MACHINES:
        raise BadAddressError("of a network there are machines to list")
    return Asked(wanted, level)


def place(subscription: str = "", network: ResourceId | None = None) -> Asked:
    """Ask for a place as such; the estate where none is named."""
    wanted = PostureFilter(network.subscription if network else subscription, network)
    return Asked(wanted, usual_level(wanted))


def usual_level(wanted: PostureFilter) -> Level:
    """Give what is listed of a place where nothing else is asked for."""
    if wanted.network is not None:
        return Level.MACHINES
    return Level.NETWORKS if wanted.subscription else Level.SUBSCRIPTIONS


def machine_in(query: QueryParams) -> ResourceId:
    """Read the machine that an address names.

    Raises:
        BadAddressError: it names none.
    """
    only_known(query, ("id",))
    return _id(query.get("id", "").strip(), "id")


def link_to_machine(machine: ResourceId) -> str:
    """Give the address of a machine's page."""
    return f"/posture/machine?{urlencode({'id': machine.text})}"


def link_to_findings(resource: ResourceId, *checks: str) -> str:
    """Give the address of the findings about a resource, whatever became of them."""
    text = resource.text[-_LONGEST_TEXT:]
    wanted = FindingFilter((), checks, (), resource.subscription, text)
    return f"/findings?{finding_query(wanted)}"


def _network(text: str) -> ResourceId | None:
    return _id(text, "network") if text else None


def _id(text: str, name: str) -> ResourceId:
    try:
        found = ResourceId(text)
    except InvalidResourceIdError:
        found = None
    if found is None or not found.subscription or len(text) > _LONGEST_ID:
        raise BadAddressError(f"{name} is the id of a resource, /subscriptions/…")
    return found
