from __future__ import annotations

import hashlib
from types import MappingProxyType

import pytest

from shared.checks.result import Json
from shared.findings.evidence import EVIDENCE_CHARACTERS, SHORTENED, canonical, shortened


def test_canonical_text_does_not_depend_on_order_or_kind() -> None:
    one: Json = {"b": (1, 2), "a": MappingProxyType({"é": None})}
    other: Json = {"a": {"é": None}, "b": [1, 2]}
    assert canonical(one) == canonical(other) == '{"a":{"\\u00e9":null},"b":[1,2]}'


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(TypeError, match="holds a set"):
        canonical({"ports": {22}})  # type: ignore[dict-item]


def test_evidence_that_fits_stays_as_it_is() -> None:
    evidence = {"text": "x" * (EVIDENCE_CHARACTERS - len('{"text":""}'))}
    assert shortened(evidence) is evidence


def test_evidence_one_character_too_long_is_shortened() -> None:
    evidence = {"text": "x" * (EVIDENCE_CHARACTERS - len('{"text":""}') + 1)}
    assert SHORTENED in shortened(evidence)


def test_largest_entry_is_cut_and_the_rest_kept() -> None:
    sources = [f"198.51.{number}.0/24" for number in range(50_000)]
    evidence: dict[str, Json] = {"sources": sources, "port": 22}
    digest = hashlib.sha256(canonical(evidence).encode()).hexdigest()
    kept = shortened(evidence)
    assert kept == {
        "sources": sources[:20],
        "port": 22,
        SHORTENED: {
            "characters": {"sources": len(canonical(sources))},
            "sha256": digest,
        },
    }


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        pytest.param("x" * 500_000, "x" * 1000, id="text"),
        pytest.param(["x" * 250_000] * 2, None, id="list-of-large-elements"),
        pytest.param({"a": "x" * 500_000}, None, id="object"),
    ],
)
def test_cut_entry_keeps_a_beginning_where_it_means_something(value: Json, kept: Json) -> None:
    assert shortened({"entry": value})["entry"] == kept


def test_several_large_entries_are_cut_until_the_rest_fits() -> None:
    kept = shortened({"a": "x" * 300_000, "b": "y" * 300_001, "c": "z" * 200_000})
    assert {name: len(str(kept[name])) for name in "abc"} == {
        "a": 300_000 // 300,
        "b": 1000,
        "c": 200_000,
    }


def test_very_many_entries_leave_only_the_mark() -> None:
    kept = shortened({f"key-{number}": "x" for number in range(100_000)})
    assert set(kept) == {SHORTENED}


def test_shortening_again_changes_nothing() -> None:
    kept = shortened({"text": "x" * 500_000})
    assert shortened(kept) is kept
