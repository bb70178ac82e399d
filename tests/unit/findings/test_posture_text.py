"""The scorecard of a subscription as a compact text: what comes back is what was written."""

from __future__ import annotations

from shared.findings.kept_posture import scorecard_of
from shared.findings.posture import PlaceScore
from shared.findings.posture_brief import brief_of, estate_of
from shared.findings.posture_judgement import posture
from shared.findings.posture_text import PostureReading, posture_text
from tests.posture_samples import (
    IDENTITY,
    IP,
    MET,
    NOT_MET,
    SSH,
    UNKNOWN,
    machine,
    machine_id,
    network_id,
    place,
    proof,
)
from tests.recording_samples import OTHER_SUBSCRIPTION, SUBSCRIPTION
from tests.rows import firewall, nic, one_vm_estate, public_ip, vm
from tests.unit.checks.judging_rows import facts_of

LOOSE = proof(UNKNOWN, SSH, network_id(SUBSCRIPTION, "afw"))
SOME = place(
    SUBSCRIPTION,
    machine(SUBSCRIPTION, "vm-1", {IP: NOT_MET}, ["vnet-1", "vnet-2"]),
    machine(SUBSCRIPTION, "vm-2", {}, []),
    machine(SUBSCRIPTION, "VM-3", {IDENTITY: UNKNOWN}),
    proofs=[LOOSE],
)


def reread(written: PlaceScore) -> PlaceScore:
    reading = PostureReading(posture_text(written))
    return reading.place(written.place, is_whole=written.is_whole)


def test_scorecard_comes_back_as_it_was() -> None:
    assert reread(SOME) == SOME
    assert reread(place(SUBSCRIPTION)) == place(SUBSCRIPTION)


def test_judged_estate_comes_back_as_it_was() -> None:
    own = [vm("vm-2", ["nic-2"]), nic("nic-2", vm="vm-2")]
    scored = posture(facts_of([*one_vm_estate([]), *own, firewall(), public_ip()]))
    (judged,) = scored.subscriptions
    assert judged.place is not None
    mine = scorecard_of(scored, judged.place.subscription, is_whole=True)
    assert reread(mine) == mine
    assert mine.machines == tuple(judged.machines)


def test_spelling_of_a_machine_is_kept() -> None:
    assert [one.machine.name for one in reread(SOME).machines] == ["vm-1", "vm-2", "VM-3"]


def test_machines_in_brief_stand_as_their_proofs_say() -> None:
    briefs = list(PostureReading(posture_text(SOME)).machines)
    assert [(one.machine, one.networks) for one in briefs] == [
        (one.machine, one.networks) for one in SOME.machines
    ]
    assert [one.standings for one in briefs] == [
        {requirement: score.standing for requirement, score in one.scores.items()}
        for one in SOME.machines
    ]


def test_one_machine_is_found_in_any_case() -> None:
    reading = PostureReading(posture_text(SOME))
    assert reading.score(machine_id(SUBSCRIPTION, "vm-3")) == SOME.machines[2]
    assert reading.score(machine_id(OTHER_SUBSCRIPTION, "vm-3")) is None


def test_proofs_about_the_place_are_apart() -> None:
    assert PostureReading(posture_text(SOME)).proofs() == {SSH: (LOOSE,)}


def test_machines_of_one_kind_take_little_more_than_their_ids() -> None:
    many = place(SUBSCRIPTION, *(machine(SUBSCRIPTION, f"vm-{n:05}") for n in range(1_000)))
    ids = sum(len(one.machine.text) for one in many.machines)
    text = posture_text(many)
    assert len(text) < ids + 30 * 1_000
    assert len(PostureReading(text).machines) == 1_000


def test_place_in_numbers_stands_as_its_machines_do() -> None:
    brief = brief_of(SOME)
    assert brief.machines == 3
    assert (brief.count(IP, MET), brief.count(IP, NOT_MET), brief.count(IP, UNKNOWN)) == (2, 1, 0)
    assert [brief.standing(one) for one in (IP, SSH, IDENTITY)] == [NOT_MET, UNKNOWN, UNKNOWN]
    assert [SOME.standing(one) for one in (IP, SSH, IDENTITY)] == [NOT_MET, UNKNOWN, UNKNOWN]


def test_estate_adds_its_subscriptions_up() -> None:
    other = place(OTHER_SUBSCRIPTION, machine(OTHER_SUBSCRIPTION, "vm-9"))
    estate = estate_of([brief_of(SOME), brief_of(other)], is_whole=True)
    assert (estate.place, estate.machines, estate.count(IP, MET)) == (None, 4, 3)
    assert estate.standing(SSH) is UNKNOWN
    assert estate.is_whole


def test_estate_with_an_unread_part_is_not_whole() -> None:
    unread = brief_of(place(SUBSCRIPTION, machine(SUBSCRIPTION, "vm-1"), is_whole=False))
    whole = brief_of(place(OTHER_SUBSCRIPTION, machine(OTHER_SUBSCRIPTION, "vm-1")))
    assert not estate_of([whole, unread], is_whole=True).is_whole
    assert estate_of([whole], is_whole=False).standing(IP) is UNKNOWN
    assert estate_of([whole], is_whole=True).standing(IP) is MET
