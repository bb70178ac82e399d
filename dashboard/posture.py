"""The scorecard that sweeps keep: estate, subscriptions, networks, machines and their proofs."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from dashboard.filters import page_size, place_in, with_place, with_size
from dashboard.posture_address import (
    Level,
    asked_in,
    link_to_findings,
    machine_in,
    place,
)
from dashboard.posture_view import (
    WORDS,
    Scorecard,
    evidence,
    machine_row,
    network_row,
    scorecard,
    scores_of,
    subscription_row,
)
from dashboard.templating import page
from dashboard.visit import NotThereError, Visit
from shared.findings.kept_posture import PostureHead
from shared.findings.posture import MachineScore, Requirement, worst
from shared.network.ids import ResourceId
from shared.rendering.posture_words import REQUIREMENTS, name_of
from shared.usecases.posture import kept_machine


def posture(visit: Visit, request: Request) -> Response:
    """Show the scorecard of a place, and part of what lies in it."""
    query = request.query_params
    asked, after = asked_in(query), place_in(query)
    found = scorecard(visit.reports, asked, page_size(query), after)
    own, wanted = with_size(asked.query, query), asked.wanted
    values = {
        "asked": asked,
        "card": found,
        "scores": scores_of(found.place, asked),
        "evidence": [evidence(proof) for proof in found.proofs],
        "places": [
            *(subscription_row(one, wanted.requirement) for one in found.subscriptions),
            *(network_row(one, wanted.requirement) for one in found.networks),
        ],
        "machines": [machine_row(one, wanted.requirements) for one in found.machines],
        "expected": expected(found),
        "following": with_place(own, found.following) if found.following else None,
        "first": own if after else None,
        "levels": [one for one in Level if one is not Level.NETWORKS or wanted.subscription],
        "headings": [REQUIREMENTS[one] for one in wanted.requirements],
        "requirements": REQUIREMENTS,
        "words": WORDS,
        "up": place(wanted.subscription).link,
        "is_filtered": bool(wanted.answers or wanted.requirement),
    }
    return page(visit, "posture.html", values)


def expected(card: Scorecard) -> int | None:
    """Give how many machines a filter lets through in all; None where numbers cannot tell."""
    wanted = card.asked.wanted
    if card.asked.level is not Level.MACHINES:
        return None
    if not wanted.answers:
        return card.place.machines
    if wanted.requirement is None:
        return None
    return sum(card.place.count(wanted.requirement, answer) for answer in wanted.answers)


def posture_machine(visit: Visit, request: Request) -> Response:
    """Show one machine with every proof."""
    head, score = machine_of(visit, request)
    machine = score.machine
    values = {
        "head": head,
        "machine": machine,
        "name": name_of(machine),
        "networks": [(one, place(network=one).link) for one in score.networks],
        "scores": [
            (REQUIREMENTS[one], score.scores[one].standing, _evidence(score, one))
            for one in Requirement
        ],
        "words": WORDS,
        "standing": worst(one.standing for one in score.scores.values()),
        "findings": link_to_findings(machine),
        "portal": _portal(visit, machine),
        "up": place(machine.subscription).link,
    }
    return page(visit, "posture_machine.html", values)


def machine_of(visit: Visit, request: Request) -> tuple[PostureHead, MachineScore]:
    """Find the machine that an address names.

    Raises:
        NotThereError: nothing is kept of it.
    """
    found = kept_machine(visit.reports.postures, machine_in(request.query_params))
    if found is None:
        raise NotThereError("No sweep has kept the posture of this machine.")
    return found


def _evidence(score: MachineScore, requirement: Requirement) -> list[object]:
    return [evidence(proof) for proof in score.scores[requirement].proofs]


def _portal(visit: Visit, machine: ResourceId) -> str | None:
    return visit.runtime.settings.links.to_portal(machine)[1]
