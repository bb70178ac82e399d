from __future__ import annotations

from dataclasses import replace

from shared.exposure.layers import Reason
from shared.remediation.lifecycle import PlanState
from shared.remediation.plan import CUT_CONNECTIONS, OPEN_CONNECTIONS, Rehearsal
from shared.rendering.card_links import CardLinks
from shared.rendering.card_plan import plan_card
from shared.rendering.plan_view import PlanView, plan_lines, plans_table, view_document
from tests.golden.card_samples import text_of
from tests.golden.plan_card_samples import machine, view


def bare() -> PlanView:
    """Give a plan of which the rehearsal showed nothing."""
    whole = view()
    return replace(whole, plan=replace(whole.plan, rehearsal=Rehearsal()))


def test_table_has_a_row_for_each_plan() -> None:
    ((name, state, since, closes, title),) = plans_table([view()]).rows
    assert (name, state, since, closes) == (
        str(view().plan.id)[:12],
        "awaiting-approval",
        "2026-11-22 10:05",
        "2",
    )
    assert title == "Deny the internet above allow-*all*"


def test_lines_tell_steps_and_whom_the_plan_leaves_alone() -> None:
    lines = list(plan_lines(replace(view(), note="it waits", approved_by="ben")))
    assert "  it waits" in lines
    assert "  approved by ben" in lines
    assert "Still reached through Azure Bastion: 2" in lines
    assert f"  {machine(1).text}" in lines
    assert "Changes besides: 1" in lines
    assert "  vm-public-ip of vm-shop-0: medium to low" in lines
    assert lines[-1] == OPEN_CONNECTIONS


def test_group_that_judges_connections_anew_cuts_open_sessions() -> None:
    cutting = replace(view(PlanState.DONE), cuts_connections=True)
    assert list(plan_lines(cutting))[-1] == CUT_CONNECTIONS
    assert CUT_CONNECTIONS in text_of(plan_card(cutting, CardLinks()))


def test_lines_of_a_bare_plan_tell_no_more_than_there_is() -> None:
    lines = list(plan_lines(bare()))
    assert not [line for line in lines if line.startswith(("Still", "Changes", "Against"))]


def test_lines_tell_what_stands_against_a_plan() -> None:
    objected = bare()
    rehearsal = Rehearsal(objections=(Reason("locked", "nsg-shop is locked by keep"),))
    told = plan_lines(replace(objected, plan=replace(objected.plan, rehearsal=rehearsal)))
    assert "Against it: nsg-shop is locked by keep" in list(told)


def test_document_has_the_plan_and_its_life() -> None:
    document = view_document(replace(view(PlanState.DONE), openers=("ana",)))
    assert (document["state"], document["since"], document["hash"], document["openers"]) == (
        "done",
        "2026-11-22T10:05:00+00:00",
        "hash",
        ["ana"],
    )
    assert document["schema"] == "portcullis/plan/1"


def test_card_of_a_plan_with_many_steps_counts_what_it_leaves_out() -> None:
    whole = view()
    many = replace(whole.plan, edits=whole.plan.edits * 10)
    assert "and 8 more steps" in text_of(plan_card(replace(whole, plan=many), CardLinks()))
