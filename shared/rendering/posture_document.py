"""The scorecard as a JSON object, with every proof."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from shared.exposure.documents import Json, JsonObject
from shared.findings.posture import (
    MachineScore,
    PlaceScore,
    Posture,
    Proof,
    Requirement,
    Score,
    Standing,
)

SCHEMA: Final = "portcullis/posture/1"


def posture_document(scored: Posture, observed_at: datetime) -> JsonObject:
    """Give the scorecard as plain JSON data: the estate, its parts, and each machine."""
    return {
        "schema": SCHEMA,
        "observed_at": observed_at.isoformat().replace("+00:00", "Z"),
        "complete": scored.estate.is_whole,
        "estate": _place(scored.estate),
        "subscriptions": [_place(one) for one in scored.subscriptions],
        "networks": [_place(one) for one in scored.networks],
        "machines": [_machine(one) for one in scored.estate.machines],
    }


def _place(place: PlaceScore) -> JsonObject:
    return {
        "id": place.place.text if place.place else None,
        "machines": len(place.machines),
        "requirements": {
            requirement.value: {
                "standing": place.standing(requirement).value,
                **{standing.value: place.count(requirement, standing) for standing in Standing},
                "evidence": [_proof(one) for one in place.proofs.get(requirement, ())],
            }
            for requirement in Requirement
        },
    }


def _machine(one: MachineScore) -> JsonObject:
    return {
        "vm": one.machine.text,
        "networks": [network.text for network in one.networks],
        "requirements": {
            requirement.value: _score(one.scores[requirement]) for requirement in Requirement
        },
    }


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
