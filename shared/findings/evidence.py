"""Evidence as text: compared in one canonical form, and cut to what a row can hold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from heapq import nlargest
from typing import Final

from shared.checks.result import Json

EVIDENCE_CHARACTERS: Final = 450_000
"""The longest evidence that is kept whole.

A table row holds 1 MiB and counts two bytes a character (Microsoft Learn, "Understanding the Table
service data model", entity size); the rest of the row needs its share too.
"""
SHORTENED: Final = "shortened"
_SAMPLE: Final = 20
_MOST_CUT: Final = 20


def canonical(evidence: Json) -> str:
    """Give JSON in ASCII that is equal for equal evidence, whatever the order of its keys."""
    return json.dumps(evidence, separators=(",", ":"), sort_keys=True, default=_plain)


def shortened(evidence: Mapping[str, Json]) -> Mapping[str, Json]:
    """Give evidence of at most `EVIDENCE_CHARACTERS`, marked where anything was left out.

    The largest entries are cut first: a list keeps its first elements, a text its beginning,
    anything else goes.  `SHORTENED` then names the cut entries with their full lengths and holds
    the SHA-256 of the whole.  Where even that is too much, `SHORTENED` is all that stays.  Evidence
    that fits, or was shortened before, is given back as it is.
    """
    whole = canonical(evidence)
    if len(whole) <= EVIDENCE_CHARACTERS:
        return evidence
    sizes = {name: len(canonical(value)) for name, value in evidence.items()}
    kept = dict(evidence)
    cut: dict[str, Json] = {}
    for name in nlargest(_MOST_CUT, sizes, key=lambda name: (sizes[name], name)):
        kept[name] = _beginning(evidence[name])
        cut[name] = sizes[name]
        kept[SHORTENED] = {"characters": cut, "sha256": _digest(whole)}
        if len(canonical(kept)) <= EVIDENCE_CHARACTERS:
            return kept
    return {SHORTENED: {"characters": len(whole), "sha256": _digest(whole)}}


def stored_text(evidence: Mapping[str, Json]) -> str:
    """Give the canonical form of what is kept of evidence: equal for what is stored alike."""
    text = canonical(evidence)
    return text if len(text) <= EVIDENCE_CHARACTERS else canonical(shortened(evidence))


def _beginning(value: Json) -> Json:
    """Give a small part of a value that is too large, None where a part means nothing."""
    match value:
        case str():
            return value[:1000]
        case list() | tuple() if len(canonical(value[:_SAMPLE])) < EVIDENCE_CHARACTERS // 100:
            return list(value[:_SAMPLE])
        case _:
            return None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    """Turn the mappings and sequences that `json` does not know into those that it does."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"evidence holds a {type(value).__name__}, which is no JSON")
