"""The scorecard as a JSON object, with every proof."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from shared.exposure.documents import Json, JsonObject
from shared.findings.kept_posture import PostureHead
from shared.findings.posture import (
    MachineScore,
    PlaceScore,
    Posture,
    Proof,
    Requirement,
    Score,
    Standing,
)
from shared.findings.posture_brief import PlaceBrief, brief_of

SCHEMA: Final = "portcullis/posture/1"


def posture_document(scored: Posture, observed_at: datetime) -> JsonObject:
    """Give the scorecard as plain JSON data: the estate, its parts, and each machine."""
    return {
        "schema": SCHEMA,
        "observed_at": _time(observed_at),
        "complete": scored.estate.is_whole,
        "estate": _place(scored.estate),
        "subscriptions": [_place(one) for one in scored.subscriptions],
        "networks": [_place(one) for one in scored.networks],
        "machines": [machine_document(one) for one in scored.estate.machines],
    }


def kept_document(
    scored: Posture, observed_at: datetime, heads: Iterable[PostureHead]
) -> JsonObject:
    """Give a scorecard that sweeps kept, with which sweep kept what, by data of which time."""
    return {
        **posture_document(scored, observed_at),
        "kept": [
            {
                "subscription": one.subscription,
                "observed_at": _time(one.observed_at),
                "sweep": one.sweep,
            }
            for one in heads
        ],
    }


def place_document(place: PlaceBrief) -> JsonObject:
    """Give a place in numbers."""
    return {
        "id": place.place.text if place.place else None,
        "machines": place.machines,
        "complete": place.is_whole,
        "requirements": {
            requirement.value: _numbers(place, requirement) for requirement in Requirement
        },
    }


def _numbers(place: PlaceBrief, requirement: Requirement) -> JsonObject:
    return {
        "standing": place.standing(requirement).value,
        **{standing.value: place.count(requirement, standing) for standing in Standing},
    }


def _place(place: PlaceScore) -> JsonObject:
    brief = brief_of(place)
    return {
        **place_document(brief),
        "requirements": {
            requirement.value: {
                **_numbers(brief, requirement),
                "evidence": [_proof(one) for one in place.proofs.get(requirement, ())],
            }
            for requirement in Requirement
        },
    }


def machine_document(one: MachineScore) -> JsonObject:
    """Give a machine with every proof."""
    return {
        "vm": one.machine.text,
        "networks": [network.text for network in one.networks],
        "requirements": {
            requirement.value: _score(one.scores[requirement]) for requirement in Requirement
        },
    }


def _time(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _score(score: Score) -> Json:
    return {
        "standing": score.standing.value,
        "evidence": [_proof(proof) for proof in score.proofs],
    }


def _proof(proof: Proof) -> JsonObject:
    return {
        "standing": proof.standing.value,
        "check": proof.check,
        "resource": proof.resource.text,
        "text": proof.text,
    }
