"""What a scan says about a case, put beside what the documents say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.cases.case import Case
from tests.judging import scan

Exposure = Mapping[str, Any]


def exposure_of(case: Case) -> Exposure:
    """Return the one exposure that the case is about; any other number of them is a failure."""
    found = [one for one in exposures_of(case) if case.singles_out(one)]
    assert len(found) == 1, f"{len(found)} exposures fit {case.name}"
    return found[0]


def exposures_of(case: Case) -> list[Exposure]:
    """Return every exposure of the case's estate."""
    report = scan(
        list(case.rows), ports=case.ports, trusted=case.trusted, service_tags=case.service_tags
    )
    exposures: list[Exposure] = report["exposures"]
    return exposures


def stated(case: Case) -> dict[str, object]:
    """Return what the documents say, without what they leave open."""
    said: dict[str, object] = {
        "verdict": case.verdict,
        "reach": case.reach,
        "certain": _as_list(case.expected_certain),
        "possible_tags": _as_list(case.possible_tags),
        "less_tags": _as_list(case.less_tags),
        "return_path": case.return_path,
        "latent": case.latent,
        "decided_by": case.decided_by,
        "reason": case.reason,
        "front_door": case.front_door and dict(case.front_door),
    }
    return {fact: value for fact, value in said.items() if value is not None}


def observed(case: Case, exposure: Exposure) -> dict[str, object]:
    """Return what the scan says about the facts that the case states, in the same words."""
    sources = exposure["sources"]
    last_step = exposure["trace"][-1]
    verdict = exposure["verdict"]
    front_door = case.front_door or {}
    heard: dict[str, object] = {
        "verdict": case.verdict if verdict in case.verdicts else verdict,
        "reach": exposure["reach"],
        "certain": sources["certain"],
        "possible_tags": sources["possible_tags"],
        "less_tags": sources.get("less_tags", []),
        "return_path": exposure["return_path"],
        "latent": exposure["latent"],
        "decided_by": (last_step["layer"], last_step["rule"]),
        "reason": next(
            (one["code"] for one in exposure["reasons"] if one["code"] == case.reason),
            exposure["reasons"],
        ),
        "front_door": {member: exposure["front_door"][member] for member in front_door},
    }
    return {fact: heard[fact] for fact in stated(case)}


def _as_list(values: object) -> object:
    return list(values) if isinstance(values, (list, tuple)) else values
