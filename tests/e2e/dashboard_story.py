"""What the dashboard's pages are shown with: the sample estate as it might look after a month."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from shared.adapters.tables import TableStores
from shared.checks.result import Json
from shared.findings.comparison import Change
from shared.findings.exemption import Exemption
from shared.findings.finding import (
    Actor,
    ActorKind,
    Cause,
    Finding,
    FindingRecord,
    FindingState,
    Fingerprint,
    Transition,
)
from shared.findings.kept_exemption import ExemptionOrigin, KeptExemption
from shared.findings.kept_posture import SweptPosture, scorecard_of
from shared.findings.lag import Lag
from shared.findings.posture import Posture
from shared.findings.session import Session, SessionOutcome
from shared.network.ids import ResourceId
from shared.remediation.edit import RemoveRule
from shared.remediation.lifecycle import PlanState
from shared.remediation.plan import Plan, PlanId, Rehearsal
from shared.remediation.wording import PlanKind
from shared.rendering.document_reading import objects_in
from shared.usecases.interfaces import Scope, Shard, ShardState, Sweep, sweep_id
from shared.usecases.plan_record import PlanRecord, PlanStep
from shared.wiring import Runtime

SCRIPT: Final = "<script>document.title='owned'</script>"
BACKWARDS: Final = "invoice\u202egnp.exe"
ENDLESS: Final = "long-" * 2_048
"""Ten kilobytes."""
_PEOPLE: Final = ("dana@contoso.example", "li@contoso.example", "sam@contoso.example")
_TOOLS: Final = ("Azure portal", "Azure CLI", "Terraform")


def tell_story(runtime: Runtime, stores: TableStores, now: datetime) -> tuple[Finding, ...]:
    """Judge the simulated estate, and record it as if it had been watched for six weeks."""
    chance = random.Random("the dashboard")
    inventory = runtime.inventory
    subscriptions = [one.id for one in inventory.subscriptions(Scope())]
    judged = runtime.judge(inventory.read(subscriptions))
    for finding in judged.findings:
        _live(stores, finding, chance, now)
    _sweeps(stores, subscriptions, dict(judged.counts), now)
    assert judged.scorecard is not None
    _posture(stores, judged.scorecard(), subscriptions, now)
    _sessions(stores, judged.findings[0].resource.subscription, chance, now)
    _exempt(stores, judged.findings[0].resource.subscription, now)
    stores.lags.note("run", [Lag(1.2, 2.0, 3.1 + number / 10) for number in range(40)])
    return judged.findings


def record(stores: TableStores, finding: Finding, at: datetime, actor: Actor | None = None) -> None:
    """Record one open finding."""
    step = Transition(finding, None, FindingState.OPEN, at, at, Cause.EVENT, "event 1", actor=actor)
    change = Change(FindingRecord(finding, FindingState.OPEN, at, at, at), None, step)
    home = finding.resource.subscription
    stores.findings.write(home, [change], stores.findings.watermark(home))


def await_decision(runtime: Runtime, stores: TableStores, finding: Finding, opener: str) -> PlanId:
    """Record a plan that waits for a decision, with images as the simulated Azure shows them."""
    rule = next(
        ResourceId(str(step["resource"])).child("securityRules", str(step["rule"]))
        for exposure in objects_in(finding.evidence, "exposures")
        for step in objects_in(exposure, "trace")
    )
    group = rule.parent("securityRules")
    assert group is not None
    now = runtime.clock.now()
    plan = Plan(
        finding.resource.subscription,
        PlanKind.REMOVE_RULE,
        rule,
        (finding.fingerprint,),
        (RemoveRule(group, rule.name),),
        Rehearsal((finding.fingerprint,), keeps_bastion=(finding.resource,)),
        now,
    )
    before = stores.remediations.plan(plan.id)
    image = runtime.remediation.decisions.writer.image(rule)
    waiting = PlanRecord(
        plan,
        PlanState.AWAITING_APPROVAL,
        now,
        (image,),
        openers=(opener,),
        recent=(
            PlanStep(now, "Portcullis", "ask", PlanState.PROPOSED, PlanState.AWAITING_APPROVAL),
        ),
        version=before.version if before else None,
    )
    stores.remediations.save(waiting)
    return plan.id


def hostile_finding(like: Finding) -> Finding:
    """Give a finding whose every text was chosen by somebody who means harm."""
    evidence: dict[str, Json] = {
        **like.evidence,
        "tags": {"owner": ENDLESS, SCRIPT: BACKWARDS},
        "exposures": [
            {"vm": f"{like.resource.text}/{SCRIPT}", "port": 22, "verdict": "exposed"},
        ],
    }
    return replace(
        like,
        fingerprint=Fingerprint("0" * 64),
        resource=ResourceId(
            f"/subscriptions/{like.resource.subscription}/resourceGroups/{BACKWARDS}"
            f"/providers/Microsoft.Compute/virtualMachines/{SCRIPT}"
        ),
        title=f"{SCRIPT} {BACKWARDS} {ENDLESS}",
        controls=(SCRIPT,),
        evidence=evidence,
    )


def hostile_session(like: Session, at: datetime) -> Session:
    """Give a session of somebody with a name that means harm."""
    return replace(like, time=at, user_name=SCRIPT, email=BACKWARDS, client_address=ENDLESS)


def hostile_exemption(subscription: str, now: datetime) -> KeptExemption:
    """Give an exemption whose reason and owner mean harm."""
    exemption = Exemption(
        "hostile",
        ResourceId(f"/subscriptions/{subscription}"),
        "bastion-missing",
        f"{SCRIPT} {ENDLESS}",
        BACKWARDS,
        now + timedelta(days=1),
    )
    return KeptExemption(exemption, ExemptionOrigin.RECORD, now, SCRIPT)


def a_session(subscription: str, at: datetime, number: int) -> Session:
    """Give a session of one of a few people on one of a few machines."""
    return Session(
        time=at,
        bastion=ResourceId(
            f"/subscriptions/{subscription}/resourceGroups/rg-hub"
            "/providers/Microsoft.Network/bastionHosts/bas-hub"
        ),
        outcome=SessionOutcome.CONNECTED if number % 6 else SessionOutcome.LOGIN_FAILED,
        message="Successfully Connected." if number % 6 else "Login Failed",
        machine=ResourceId(
            f"/subscriptions/{subscription}/resourceGroups/rg-web-prod"
            f"/providers/Microsoft.Compute/virtualMachines/vm-web-{number % 5}"
        ),
        target_address=f"10.10.1.{number % 5 + 4}",
        target_port=22,
        client_address=f"203.0.113.{number % 40 + 1}",
        user_name=_PEOPLE[number % 3].partition("@")[0],
        email=_PEOPLE[number % 3],
        protocol="ssh",
        tunnel=f"tunnel-{number}",
    )


def _live(stores: TableStores, finding: Finding, chance: random.Random, now: datetime) -> None:
    """Give a finding a past: opened by somebody some time ago; some were closed since."""
    first = now - timedelta(hours=chance.randrange(2, 44 * 24))
    actor = None
    if chance.random() < 0.7:  # the others were there before anybody watched
        who, tool = chance.choice(_PEOPLE), chance.choice(_TOOLS)
        written = "Microsoft.Network/networkSecurityGroups/securityRules/write"
        actor = Actor(who, ActorKind.USER, tool, written)
    record(stores, finding, first, actor)
    if chance.random() < 0.25:
        closed = min(now, first + timedelta(hours=chance.randrange(1, 120)))
        _close(stores, finding, closed)


def _close(stores: TableStores, finding: Finding, at: datetime) -> None:
    stored = stores.findings.finding(finding.fingerprint)
    assert stored is not None
    gone = replace(stored.record, state=FindingState.RESOLVED, since=at, observed_at=at)
    step = Transition(
        finding, FindingState.OPEN, FindingState.RESOLVED, at, at, Cause.SWEEP, sweep_id(at)
    )
    home = finding.resource.subscription
    watermark = stores.findings.watermark(home)
    stores.findings.write(home, [Change(gone, stored.version, step)], watermark)


def _sweeps(
    stores: TableStores, subscriptions: list[str], counts: dict[str, int], now: datetime
) -> None:
    for number in range(6):
        started = now - timedelta(hours=6 * number, minutes=9)
        unread = _unread(subscriptions[-1]) if number == 0 else ()
        shard = Shard(
            0,
            tuple(subscriptions),
            ShardState.DONE,
            {**counts, "findings": 168 - number, "unread": len(unread)},
            unread,
        )
        waiting = Shard(0, tuple(subscriptions))
        stores.sweeps.create(Sweep(sweep_id(started), started, (waiting,)))
        stores.sweeps.finish(sweep_id(started), shard)
        stores.sweeps.close(sweep_id(started), started + timedelta(seconds=48 + number))


def _posture(stores: TableStores, scored: Posture, subscriptions: list[str], now: datetime) -> None:
    """Keep the scorecards of the latest sweep, which did not read all of the last subscription."""
    at = now - timedelta(minutes=9)
    for one in subscriptions:
        place = scorecard_of(scored, one, is_whole=one != subscriptions[-1])
        stores.postures.keep(SweptPosture(one, at, sweep_id(at), place))


def _unread(subscription: str) -> tuple[str, ...]:
    group = f"/subscriptions/{subscription}/resourceGroups/rg-legacy/providers/Microsoft.Network"
    return (
        f"{group}/networkSecurityGroups/nsg-locked-away",
        f"{group}/networkSecurityGroups/nsg-of-a-partner",
    )


def _sessions(stores: TableStores, subscription: str, chance: random.Random, now: datetime) -> None:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    times = sorted(chance.random() * (now - midnight) for _ in range(70))
    some = [a_session(subscription, midnight + time, n) for n, time in enumerate(times)]
    stores.sessions.add(some)
    stores.sessions.note_record(some[-1].bastion, some[-1].time)


def _exempt(stores: TableStores, subscription: str, now: datetime) -> None:
    for kept in _exemptions(subscription, now):
        stores.exemptions.put(kept)


def _exemptions(subscription: str, now: datetime) -> Iterator[KeptExemption]:
    home = f"/subscriptions/{subscription}"
    for number, (place, check, reason, days) in enumerate(
        (
            ("/resourceGroups/rg-hub", "vm-public-ip", "The hub's test beds move in December.", 20),
            ("/resourceGroups/rg-dev", None, "A penetration test until Friday.", 4),
            ("/resourceGroups/rg-old", "nsg-ssh-open", "To be deleted with the old portal.", -3),
        )
    ):
        exemption = Exemption(
            f"exemption{number}",
            ResourceId(f"{home}{place}"),
            check,
            reason,
            _PEOPLE[number],
            now + timedelta(days=days),
        )
        yield KeptExemption(
            exemption, ExemptionOrigin.RECORD, now - timedelta(days=9), _PEOPLE[number - 1]
        )
