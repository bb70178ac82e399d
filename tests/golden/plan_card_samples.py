"""The cards about plans that people have looked at.

`python -m tests.golden.plan_card_samples` writes the golden files anew; read the difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from shared.findings.finding import Fingerprint
from shared.network.ids import ResourceId
from shared.packetset.intervals import IntervalSet
from shared.remediation.edit import AddRule, MoveRule, deny_rule
from shared.remediation.lifecycle import PlanState
from shared.remediation.plan import Change, Plan, Rehearsal
from shared.remediation.wording import PlanKind
from shared.rendering.card_elements import Card
from shared.rendering.card_links import CardLinks
from shared.rendering.card_plan import plan_card
from shared.rendering.plan_view import PlanView
from tests.golden.card_samples import text_of

FOLDER: Final = Path(__file__).parent / "plan_cards"
GROUP: Final = ResourceId(
    "/subscriptions/4f1c2d3e-0000-4000-8000-000000000001/resourceGroups/rg-shop"
    "/providers/Microsoft.Network/networkSecurityGroups/nsg-shop"
)
LINKS: Final = CardLinks(dashboard="https://portcullis.contoso.example")


def machine(number: int) -> ResourceId:
    """Give one of the machines behind the group."""
    return ResourceId(
        "/subscriptions/4f1c2d3e-0000-4000-8000-000000000001/resourceGroups/rg-shop"
        f"/providers/Microsoft.Compute/virtualMachines/vm-shop-{number}"
    )


def view(state: PlanState = PlanState.AWAITING_APPROVAL, machines: int = 2) -> PlanView:
    """Give a plan that puts a Deny above an Allow which others need."""
    deny = deny_rule("portcullis-deny-22", 100, None, IntervalSet.of([(22, 22)]))
    kept = tuple(map(machine, range(machines)))
    rehearsal = Rehearsal(
        closes=(Fingerprint("a" * 64), Fingerprint("b" * 64)),
        keeps_bastion=kept,
        keeps_trusted=kept[:1],
        changes=(Change("vm-public-ip", machine(0), "medium", "low"),),
    )
    plan = Plan(
        "4f1c2d3e-0000-4000-8000-000000000001",
        PlanKind.DENY_RULE,
        GROUP.child("securityRules", "allow-*all*"),
        rehearsal.closes,
        (MoveRule(GROUP, "allow-*all*", 101), AddRule(GROUP, deny)),
        rehearsal,
        datetime(2026, 11, 22, 10, tzinfo=UTC),
    )
    return PlanView(plan, state, datetime(2026, 11, 22, 10, 5, tzinfo=UTC), "hash")


def samples() -> Mapping[str, Card]:
    """Give every sample by the name of its file."""
    ben = "ben@contoso.example"
    done = replace(view(PlanState.DONE), approved_by=ben)
    back = replace(
        view(PlanState.ROLLED_BACK),
        approved_by=ben,
        note="still open (critical): SSH (port 22) of vm-shop-0 is reachable from the internet",
    )
    person = replace(
        view(PlanState.NEEDS_A_PERSON),
        note="AuthorizationFailed: the action Microsoft.Network/networkSecurityGroups"
        "/securityRules/write is not granted",
    )
    return {
        "awaiting": plan_card(view(), LINKS),
        "awaiting-without-dashboard": plan_card(view(), CardLinks()),
        "done": plan_card(done, LINKS),
        "rolled-back": plan_card(back, LINKS),
        "needs-a-person": plan_card(person, LINKS),
        "many-machines": plan_card(view(machines=200), LINKS),
    }


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, card in samples().items():
        (FOLDER / f"{name}.json").write_text(text_of(card), encoding="ascii")
