"""The scorecard cut into subscriptions, and put together again."""

from __future__ import annotations

from dataclasses import replace

from shared.findings.kept_posture import put_together, scorecard_of, without_doubted
from shared.findings.posture_brief import MachineBrief, networks_of
from tests.posture_samples import (
    IP,
    MET,
    NOT_MET,
    SESSIONS,
    SSH,
    UNKNOWN,
    bastion_id,
    machine,
    machine_id,
    network_id,
    place,
    proof,
)
from tests.recording_samples import OTHER_SUBSCRIPTION, SUBSCRIPTION, subscription

LOOSE = proof(UNKNOWN, SSH, network_id(OTHER_SUBSCRIPTION, "afw"))
HOME = place(SUBSCRIPTION, machine(SUBSCRIPTION, "vm-1"), machine(SUBSCRIPTION, "vm-2"))
AWAY = place(OTHER_SUBSCRIPTION, machine(OTHER_SUBSCRIPTION, "vm-1", {IP: NOT_MET}), proofs=[LOOSE])
BOTH = put_together([HOME, AWAY], is_whole=True)


def test_subscriptions_together_make_the_estate() -> None:
    assert BOTH.estate.machines == (*HOME.machines, *AWAY.machines)
    assert BOTH.estate.proofs == {SSH: (LOOSE,)}
    assert BOTH.estate.is_whole
    assert BOTH.subscriptions == (HOME, AWAY)
    assert [(one.place, len(one.machines)) for one in BOTH.networks] == [
        (network_id(SUBSCRIPTION), 2),
        (network_id(OTHER_SUBSCRIPTION), 1),
    ]


def test_cut_takes_out_what_is_of_one_subscription() -> None:
    assert scorecard_of(BOTH, SUBSCRIPTION.upper(), is_whole=True) == HOME
    assert scorecard_of(BOTH, OTHER_SUBSCRIPTION, is_whole=True) == AWAY


def test_subscription_without_machines_has_a_scorecard_too() -> None:
    empty = scorecard_of(BOTH, subscription(7), is_whole=False)
    assert (empty.machines, empty.proofs, empty.is_whole) == ((), {}, False)


def test_network_is_whole_where_its_subscription_is() -> None:
    unread = replace(HOME, is_whole=False)
    together = put_together([unread, AWAY], is_whole=True)
    assert [one.is_whole for one in together.networks] == [False, True]
    assert not together.estate.is_whole


def test_machines_add_up_to_their_networks() -> None:
    standings = dict.fromkeys(AWAY.machines[0].scores, MET)
    networks = (network_id(SUBSCRIPTION, "vnet-2"), network_id(SUBSCRIPTION))
    briefs = [
        MachineBrief(machine_id(SUBSCRIPTION, "vm-1"), networks, standings | {IP: UNKNOWN}),
        MachineBrief(machine_id(SUBSCRIPTION, "vm-2"), networks[1:], standings),
    ]
    first, second = networks_of(briefs, is_whole=True)
    assert (first.place, first.machines, second.machines) == (network_id(SUBSCRIPTION), 2, 1)
    assert (first.count(IP, UNKNOWN), first.count(IP, MET)) == (1, 1)
    assert (first.standing(SSH), first.standing(IP)) == (MET, UNKNOWN)


def test_what_nobody_confirmed_is_not_known() -> None:
    doubted = {("vm-public-ip", machine_id(SUBSCRIPTION, "vm-1"))}
    first, second = without_doubted(HOME, doubted).machines
    assert (first.scores[IP].standing, first.scores[SSH].standing) == (UNKNOWN, MET)
    assert "may be there" in first.scores[IP].proofs[0].text
    assert second == HOME.machines[1]


def test_doubt_about_a_bastion_is_one_about_every_machine_behind_it() -> None:
    doubted = {("bastion-audit-off", bastion_id(SUBSCRIPTION))}
    scored = without_doubted(HOME, doubted).machines
    assert {one.scores[SESSIONS].standing for one in scored} == {UNKNOWN}


def test_doubt_leaves_what_speaks_against_a_machine() -> None:
    doubted = {("vm-public-ip", machine_id(OTHER_SUBSCRIPTION, "vm-1"))}
    assert without_doubted(AWAY, doubted) == AWAY
    assert without_doubted(HOME, frozenset()) is HOME
