"""The scorecard in the dashboard: what an address asks for, and what the page then says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from starlette.datastructures import QueryParams

from dashboard.posture import expected
from dashboard.posture_address import (
    Asked,
    Level,
    asked_in,
    link_to_findings,
    link_to_machine,
    machine_in,
    place,
)
from dashboard.posture_view import (
    Scorecard,
    evidence,
    machine_row,
    network_row,
    scorecard,
    scores_of,
    subscription_row,
)
from dashboard.visit import BadAddressError, NotThereError
from shared.findings.posture import Requirement
from shared.findings.posture_brief import brief_of, networks_of
from shared.network.ids import ResourceId
from shared.usecases.posture import PostureFilter
from tests import posture_samples as samples
from tests.memory_postures import MemoryPostures
from tests.memory_store import MemorySweepStore
from tests.posture_samples import IP, MET, NOT_MET, SSH, UNKNOWN, machine, machine_id, network_id
from tests.recording_samples import NOON, subscription

HOME, AWAY = subscription(1), subscription(2)
NETWORK = network_id(HOME)


@dataclass(frozen=True)
class KeptAlone:
    """As much of `Reports` as a scorecard is read from."""

    postures: MemoryPostures
    sweeps: MemorySweepStore


def reports() -> Any:  # noqa: ANN401  # stands in for what has a dozen parts more
    store = MemoryPostures()
    loose = [samples.proof(UNKNOWN, SSH, network_id(HOME, "afw"))]
    store.keep(
        samples.swept(
            samples.place(
                HOME,
                machine(HOME, "vm-1", {IP: NOT_MET}),
                machine(HOME, "vm-2", {}, ["vnet-2"]),
                proofs=loose,
            )
        )
    )
    store.keep(samples.swept(samples.place(AWAY, machine(AWAY, "vm-3"))))
    return KeptAlone(store, MemorySweepStore())


def card(query: str = "", size: int = 50, after: str | None = None) -> Scorecard:
    return scorecard(reports(), asked_in(QueryParams(query)), size, after)


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("", Asked(PostureFilter(), Level.SUBSCRIPTIONS)),
        (f"subscription={HOME.upper()}", Asked(PostureFilter(HOME), Level.NETWORKS)),
        (f"network={NETWORK}", Asked(PostureFilter(HOME, NETWORK), Level.MACHINES)),
        (
            "level=machines&requirement=no-public-ip&answer=not-met&answer=unknown",
            Asked(PostureFilter("", None, IP, (NOT_MET, UNKNOWN)), Level.MACHINES),
        ),
    ],
)
def test_address_is_read_and_written_the_same_way(query: str, asked: Asked) -> None:
    assert asked_in(QueryParams(query)) == asked
    assert asked_in(QueryParams(asked.query)) == asked


@pytest.mark.parametrize(
    "query",
    [
        "colour=red",
        "level=rooms",
        "answer=perhaps",
        "requirement=speed",
        "subscription=mine",
        "network=vnet-1",
        "network=/providers/x",
        f"network=/subscriptions/{HOME}/{'x' * 2_000}",
        "level=networks",
        f"network={NETWORK}&level=networks",
        f"network={NETWORK}&subscription={AWAY}",
    ],
)
def test_address_that_means_nothing_is_refused(query: str) -> None:
    with pytest.raises(BadAddressError):
        asked_in(QueryParams(query))


@pytest.mark.parametrize("query", ["", "id=vm-1", "id=/providers/x", "vm=1"])
def test_machine_without_an_id_is_refused(query: str) -> None:
    with pytest.raises(BadAddressError):
        machine_in(QueryParams(query))


def test_link_to_a_machine_leads_to_it() -> None:
    machine = machine_id(HOME, "vm&1 é")
    query = QueryParams(link_to_machine(machine).partition("?")[2])
    assert machine_in(query) == machine


def test_link_to_findings_looks_for_the_end_of_a_long_id() -> None:
    machine = ResourceId(f"/subscriptions/{HOME}/resourceGroups/{'g' * 90}/x/{'n' * 150}")
    query = QueryParams(link_to_findings(machine, "vm-public-ip").partition("?")[2])
    assert (query["state"], query["check"], query["subscription"]) == ("any", "vm-public-ip", HOME)
    assert len(query["q"]) == 200
    assert machine.text.endswith(query["q"])


def test_estate_lists_its_subscriptions() -> None:
    found = card()
    assert [one.subscription for one in found.heads] == [HOME, AWAY]
    assert list(found.subscriptions) == list(found.heads)
    assert (found.place.place, found.place.machines) == (None, 3)
    assert (found.oldest, found.newest) == (NOON, NOON)


def test_estate_of_which_no_sweep_is_over_meets_nothing() -> None:
    assert {card().place.standing(one) for one in Requirement} == {NOT_MET, UNKNOWN}


def test_subscription_lists_its_networks_and_what_is_said_of_itself() -> None:
    found = card(f"subscription={HOME}")
    assert [one.place for one in found.networks] == [NETWORK, network_id(HOME, "vnet-2")]
    assert [(one.check, one.standing) for one in found.proofs] == [("vm-ssh-reachable", UNKNOWN)]


def test_network_lists_its_machines() -> None:
    found = card(f"network={NETWORK}")
    assert (found.place.place, found.place.machines) == (NETWORK, 1)
    assert [one.machine.name for one in found.machines] == ["vm-1"]


@pytest.mark.parametrize(
    "query", [f"subscription={subscription(9)}", f"network={network_id(HOME, 'vnet-9')}"]
)
def test_place_of_which_nothing_is_kept_is_not_there(query: str) -> None:
    with pytest.raises(NotThereError):
        card(query)


def test_nothing_kept_is_an_estate_of_nothing() -> None:
    empty = KeptAlone(MemoryPostures(), MemorySweepStore())
    found = scorecard(empty, asked_in(QueryParams("")), 50, None)  # type: ignore[arg-type]  # as much as is read
    assert (found.place.machines, found.oldest, found.newest) == (0, None, None)


def test_list_goes_on_where_a_page_ends() -> None:
    first = card("level=machines", 2)
    rest = card("level=machines", 2, first.following)
    assert [one.machine.name for one in (*first.machines, *rest.machines)] == [
        "vm-1",
        "vm-2",
        "vm-3",
    ]
    assert rest.following is None
    assert card("", 1).following is not None
    assert card(f"subscription={HOME}", 1).following is not None


@pytest.mark.parametrize(
    ("query", "machines"),
    [
        ("", None),
        ("level=machines", 3),
        ("level=machines&requirement=no-public-ip&answer=not-met", 1),
        ("level=machines&requirement=no-public-ip&answer=not-met&answer=met", 3),
        ("level=machines&answer=not-met", None),
    ],
)
def test_number_in_all_is_that_of_the_filter(query: str, machines: int | None) -> None:
    assert expected(card(query)) == machines


def test_number_leads_to_the_machines_behind_it() -> None:
    found = card(f"subscription={HOME}")
    score = scores_of(found.place, found.asked)[0]
    ((met, one), (_, two), (_, none)) = score.numbers
    assert (met, one.number, two.number, none.number) == (MET, 1, 1, 0)
    behind = asked_in(QueryParams(two.link.partition("?")[2]))
    assert behind == Asked(PostureFilter(HOME, None, IP, (NOT_MET,)), Level.MACHINES)


def test_requirement_is_the_only_column_where_one_is_named() -> None:
    found = card("requirement=no-direct-ssh")
    assert [one.title for one in scores_of(found.place, found.asked)] == ["no direct SSH"]
    row = subscription_row(found.heads[0], SSH)
    assert ([one.words for one in row.scores], row.observed_at) == (["not known"], NOON)
    assert "requirement=no-direct-ssh" in row.link


def test_row_of_a_network_leads_to_it() -> None:
    brief = networks_of(reports().postures.kept(HOME).reading.machines, is_whole=True)[0]
    row = network_row(brief, None)
    assert (row.name, row.machines, row.is_whole) == ("vnet-1", 1, True)
    assert asked_in(QueryParams(row.link.partition("?")[2])) == place(network=NETWORK)


def test_row_of_a_machine_says_why() -> None:
    row = machine_row(machine(HOME, "vm-1", {IP: NOT_MET}), tuple(Requirement))
    assert (row.name, row.standings[:2]) == ("vm-1", [NOT_MET, MET])
    assert row.reasons == ["no-public-ip is not-met é"]
    assert machine_row(machine(HOME, "vm-1", {IP: NOT_MET}), (SSH,)).reasons == []


def test_only_what_is_not_in_favour_leads_to_findings() -> None:
    resource = machine_id(HOME, "vm-1")
    assert evidence(samples.proof(MET, IP, resource)).findings is None
    link = evidence(samples.proof(NOT_MET, IP, resource)).findings
    assert link == link_to_findings(resource, "vm-public-ip")


def test_scorecard_of_a_place_is_that_of_its_machines() -> None:
    assert card(f"subscription={AWAY}").place == brief_of(
        samples.place(AWAY, machine(AWAY, "vm-3"))
    )
