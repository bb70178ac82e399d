"""Scorecards: what a sweep keeps of them, and how what is kept is listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.findings.judgement import Judgement
from shared.findings.kept_posture import put_together
from shared.findings.posture import Requirement, Standing
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot, Unread
from shared.usecases.interfaces import Shard, ShardState, Sweep, sweep_id
from shared.usecases.posture import (
    READ_AT_MOST,
    PostureFilter,
    kept_estate,
    kept_machine,
    kept_posture,
    machines_page,
    networks_page,
    subscriptions_page,
)
from shared.usecases.report import ContinuationError
from tests.change_stage import ChangeStage, change
from tests.memory_postures import MemoryPostures
from tests.memory_store import Killed
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
    swept,
)
from tests.recording_samples import NOON, SUBSCRIPTION, finding, minutes, subscription
from tests.sweep_stage import A, B, C, Estate, Stage

EVERYTHING = PostureFilter()


def staged() -> Stage:
    """Give a stage whose estate has a machine in A, which a check objects to, and two in B."""
    scored = [
        place(A, machine(A, "web", {SSH: NOT_MET})),
        place(B, machine(B, "vm-1"), machine(B, "vm-2", {IP: UNKNOWN})),
    ]
    return Stage(Estate(found=[finding(of=A)], scored=scored))


def names(stage: Stage, of: str) -> list[str]:
    kept = stage.postures.kept(of)
    return [] if kept is None else [one.machine.name for one in kept.reading.machines]


def test_sweep_keeps_the_scorecard_of_each_subscription() -> None:
    stage = staged()
    sweep = stage.sweep_all()
    assert [(one.subscription, one.sweep) for one in stage.postures.heads()] == [
        (A, sweep.id),
        (B, sweep.id),
    ]
    assert (names(stage, A), names(stage, B)) == (["web"], ["vm-1", "vm-2"])


def test_sweep_asks_azure_for_nothing_more_than_without() -> None:
    stage = staged()
    stage.sweep_all()
    confirmed = list(stage.estate.confirmed)
    other = Stage(Estate(found=[finding(of=A)]))
    other.sweep_all()
    assert (stage.estate.reads, confirmed) == (other.estate.reads, other.estate.confirmed)


def test_later_sweep_replaces_it_as_a_whole() -> None:
    stage = staged()
    stage.sweep_all()
    stage.estate.scored = [place(A), place(B, machine(B, "vm-3"))]
    stage.sweep_all(60)
    assert (names(stage, A), names(stage, B)) == ([], ["vm-3"])
    assert {one.observed_at for one in stage.postures.heads()} == {minutes(60)}


def test_subscription_that_was_not_read_keeps_the_scorecard_it_had() -> None:
    stage = staged()
    stage.sweep_all()
    stage.estate.scored = [place(A), place(B)]
    stage.estate.unread = [Unread(ResourceId(f"/subscriptions/{B}"), "refused")]
    stage.sweep_all(60)
    assert [one.observed_at for one in stage.postures.heads()] == [minutes(60), NOON]
    assert names(stage, B) == ["vm-1", "vm-2"]


def test_scorecard_with_an_unread_resource_is_kept_and_not_whole() -> None:
    stage = staged()
    group = f"/subscriptions/{B}/resourceGroups/rg/providers/Microsoft.Network"
    stage.estate.unread = [Unread(ResourceId(f"{group}/networkSecurityGroups/nsg"), "refused")]
    stage.sweep_all()
    assert [one.brief.is_whole for one in stage.postures.heads()] == [True, False]


def test_sweep_by_older_data_leaves_the_newer_scorecard() -> None:
    stage = staged()
    stage.sweep_all(60)
    stage.estate.scored = []
    stage.sweep_all(30)
    assert names(stage, B) == ["vm-1", "vm-2"]


class Doubtful(Estate):
    """An estate in which nothing can be read directly."""

    def refreshed(self, snapshot: Snapshot, resources: Sequence[ResourceId]) -> Snapshot:
        return Snapshot(snapshot.observed_at, unread=tuple(Unread(one, "no") for one in resources))


def test_closing_that_nobody_confirmed_makes_nothing_met() -> None:
    stage = Stage(Doubtful(found=[finding(of=A)], scored=[place(A, machine(A, "web"))]))
    stage.sweep_all()
    stage.estate.found = []
    stage.sweep_all(60)
    kept = stage.postures.kept(A)
    assert kept is not None
    (one,) = kept.reading.machines
    assert (one.standings[SSH], one.standings[IP]) == (UNKNOWN, MET)


@pytest.mark.parametrize("deadly", range(30))
def test_kill_at_any_write_leaves_each_scorecard_old_or_new_and_the_next_delivery_renews_it(
    deadly: int,
) -> None:
    stage = staged()
    stage.sweep_all()
    stage.estate.scored = [place(A, machine(A, "vm-9")), place(B, machine(B, "vm-9"))]
    stage.estate.found = []
    stage.clock.present = stage.estate.observed_at = minutes(60)
    sweep = stage.plan()
    stage.kill_at(deadly)
    try:
        stage.assess(sweep)
    except Killed:
        assert names(stage, B) in (["vm-1", "vm-2"], ["vm-9"])
    stage.kill_at(None)
    stage.assess(sweep)
    assert (names(stage, A), names(stage, B)) == (["vm-9"], ["vm-9"])


def test_event_changes_no_scorecard() -> None:
    stage, store = ChangeStage(), MemoryPostures()
    stage.world.set("web", is_open=True)

    def judge(snapshot: Snapshot) -> Judgement:
        scored = put_together([place(SUBSCRIPTION, machine(SUBSCRIPTION, "web"))], is_whole=True)
        return replace(stage.world.judge(snapshot), scorecard=lambda: scored)

    surroundings = replace(stage.desk.surroundings, postures=store)
    stage.desk = replace(stage.desk, surroundings=surroundings, judge=judge)
    stage.note(change("web"))
    assert stage.open_names() == {"web"}
    assert store.heads() == ()


def kept(*more: str) -> MemoryPostures:
    """Give two subscriptions with machines, an empty one, and further ones with one machine."""
    store = MemoryPostures()
    store.keep(
        swept(
            place(
                A,
                machine(A, "vm-1", {IP: NOT_MET}),
                machine(A, "vm-2", {SSH: UNKNOWN}, ["vnet-1", "vnet-2"]),
                machine(A, "vm-3", {IDENTITY: NOT_MET}, ["vnet-2"]),
            )
        )
    )
    store.keep(swept(place(B, machine(B, "vm-4", {IP: NOT_MET}), machine(B, "vm-5"))))
    store.keep(swept(place(C)))
    for one in more:
        store.keep(swept(place(one, machine(one, "vm"))))
    return store


def listed(store: MemoryPostures, wanted: PostureFilter, size: int = 2) -> list[str]:
    """Walk through every page of machines."""
    found: list[str] = []
    after: str | None = None
    while True:
        part = machines_page(store, wanted, size, after)
        assert len(part.rows) <= size
        found += [one.machine.name for one in part.rows]
        after = part.following
        if after is None:
            return found


@pytest.mark.parametrize(
    ("wanted", "machines"),
    [
        (EVERYTHING, ["vm-1", "vm-2", "vm-3", "vm-4", "vm-5"]),
        (PostureFilter(subscription=B), ["vm-4", "vm-5"]),
        (PostureFilter(A, network_id(A, "vnet-2")), ["vm-2", "vm-3"]),
        (PostureFilter(answers=(NOT_MET,)), ["vm-1", "vm-3", "vm-4"]),
        (PostureFilter(answers=(NOT_MET, UNKNOWN)), ["vm-1", "vm-2", "vm-3", "vm-4"]),
        (PostureFilter(requirement=IP, answers=(NOT_MET,)), ["vm-1", "vm-4"]),
        (PostureFilter(A, requirement=IP, answers=(NOT_MET,)), ["vm-1"]),
        (PostureFilter(requirement=IP), ["vm-1", "vm-2", "vm-3", "vm-4", "vm-5"]),
        (PostureFilter(C), []),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 50])
def test_machines_pass_the_filters_page_by_page(
    wanted: PostureFilter, machines: list[str], size: int
) -> None:
    assert listed(kept(), wanted, size) == machines


def test_subscription_in_which_nothing_can_fit_is_not_read() -> None:
    store = kept()
    assert listed(store, PostureFilter(requirement=SSH, answers=(UNKNOWN,))) == ["vm-2"]
    assert set(store.read) == {A}


def test_page_reads_some_subscriptions_and_goes_on() -> None:
    store = kept(*(subscription(0x100 + number) for number in range(40)))
    first = machines_page(store, EVERYTHING, 200, None)
    assert len(store.read) == READ_AT_MOST
    assert first.following is not None
    assert len(listed(store, EVERYTHING, 200)) == 45


@pytest.mark.parametrize("after", ["nowhere", "/providers/x", "/"])
def test_place_that_was_made_up_is_refused(after: str) -> None:
    with pytest.raises(ContinuationError):
        machines_page(kept(), EVERYTHING, 2, after)
    with pytest.raises(ContinuationError):
        networks_page(kept(), PostureFilter(A), 2, after)
    with pytest.raises(ContinuationError):
        subscriptions_page(kept().heads(), EVERYTHING, 2, after)


def test_subscriptions_are_listed_page_by_page() -> None:
    heads = kept().heads()
    first = subscriptions_page(heads, EVERYTHING, 2, None)
    rest = subscriptions_page(heads, EVERYTHING, 2, first.following)
    assert [one.subscription for one in (*first.rows, *rest.rows)] == [A, B, C]
    assert rest.following is None


def test_subscriptions_are_those_with_such_a_machine() -> None:
    wanted = PostureFilter(requirement=IDENTITY, answers=(NOT_MET,))
    found = subscriptions_page(kept().heads(), wanted, 9, None)
    assert [one.subscription for one in found.rows] == [A]


def test_networks_of_a_subscription_are_listed_page_by_page() -> None:
    first = networks_page(kept(), PostureFilter(A), 1, None)
    rest = networks_page(kept(), PostureFilter(A), 1, first.following)
    found = [(one.place, one.machines) for one in (*first.rows, *rest.rows)]
    assert found == [(network_id(A, "vnet-1"), 2), (network_id(A, "vnet-2"), 2)]
    assert networks_page(kept(), PostureFilter(subscription(9)), 1, None).rows == ()


def test_one_machine_is_found_with_its_proofs() -> None:
    found = kept_machine(kept(), machine_id(A, "VM-1"))
    assert found is not None
    assert found[0].subscription == A
    assert found[1] == machine(A, "vm-1", {IP: NOT_MET})
    assert kept_machine(kept(), machine_id(A, "vm-9")) is None
    assert kept_machine(kept(), machine_id(subscription(9), "vm-1")) is None


def ended(*subscriptions: str, unread: tuple[str, ...] = ()) -> Sweep:
    shard = Shard(0, subscriptions, ShardState.DONE, {"unread": len(unread)}, unread)
    return Sweep(sweep_id(NOON), NOON, (shard,), NOON + timedelta(minutes=1))


def test_estate_is_whole_where_the_latest_sweep_left_nothing_out() -> None:
    heads = kept().heads()
    assert kept_estate(heads, ended(A, B.upper(), C)).is_whole
    assert not kept_estate(heads, ended(A, B, C, unread=(f"/subscriptions/{A}",))).is_whole
    assert not kept_estate(heads, ended(A, B, C, subscription(9))).is_whole
    assert not kept_estate(heads, None).is_whole


def test_all_that_is_kept_is_put_together() -> None:
    scored, heads = kept_posture(kept(), ended(A, B, C))
    assert [one.machine.name for one in scored.estate.machines] == [
        f"vm-{number}" for number in range(1, 6)
    ]
    assert (len(heads), scored.estate.is_whole) == (3, True)
    assert scored.estate.count(Requirement.NO_PUBLIC_IP, Standing.NOT_MET) == 2


def test_named_subscription_of_which_nothing_is_kept_is_a_gap() -> None:
    named, heads = kept_posture(kept(), None, [B])
    assert (named.estate.is_whole, [one.subscription for one in heads]) == (True, [B])
    assert not kept_posture(kept(), None, [B, subscription(9)])[0].estate.is_whole
