"""Evidence is read as far as it makes sense."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.checks.result import Json
from shared.rendering.card_evidence import (
    RuleStep,
    Sources,
    doors_of,
    exposures_of,
    port_of,
    reach_of,
    rules_of,
    sources_of,
)
from tests.golden.card_samples import exposure

NAMES = st.sampled_from(
    [
        *("exposures", "front_doors", "front_door", "rules", "trace", "sources", "certain"),
        *("address_count", "port", "port_range", "witness", "source", "source_port", "reasons"),
        *("reach", "text", "verdict", "priority"),
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab*[", max_size=5),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(NAMES, children, max_size=5),
    max_leaves=20,
)


def test_exposure_is_read_whole() -> None:
    (read,) = exposures_of({"exposures": [exposure()]})
    assert read.door.name == "pip-web-01"
    assert read.sources.address_count == 3_702_258_431
    assert read.witness is not None
    assert read.witness.source == "1.0.0.1:1024"
    assert [step.rule for step in read.trace] == ["allow-ssh", "any-in"]


def test_witness_of_ipv6_has_its_address_in_brackets() -> None:
    (read,) = exposures_of(
        {"exposures": [exposure(witness={"source": "2001:db8::1", "source_port": 1024})]}
    )
    assert read.witness is not None
    assert read.witness.source == "[2001:db8::1]:1024"
    assert read.witness.destination == ""


def test_witness_behind_a_firewall_has_the_address_under_which_it_arrives() -> None:
    (read,) = exposures_of({"exposures": [exposure(witness={"translated_source": "10.9.0.4"})]})
    assert read.witness is not None
    assert read.witness.translated == "10.9.0.4"


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        pytest.param(256, 256, id="number"),
        pytest.param("340282366920938463463374607431768211456", 2**128, id="decimal-text"),
        pytest.param("many", None, id="words"),
        pytest.param(True, None, id="truth"),
        pytest.param(None, None, id="nothing"),
    ],
)
def test_address_count_is_a_number_or_none(count: Json, expected: int | None) -> None:
    assert sources_of({"sources": {"address_count": count}}) == Sources(address_count=expected)


@pytest.mark.parametrize(
    ("ports", "last"), [([22, 30], 30), ([], None), ("22-30", None), (["x"], None)]
)
def test_door_with_a_port_range_tells_its_last_port(ports: Json, last: int | None) -> None:
    (door,) = doors_of({"front_doors": [{"port": 22, "port_range": ports}]})
    assert door.last_port == last


@pytest.mark.parametrize(
    ("priority", "access", "closable"),
    [
        (100, "Allow", True),
        (100, "AlwaysAllow", True),
        (100, "Deny", False),
        (65_000, "Allow", False),
        (None, "Allow", False),
    ],
)
def test_rule_is_closable_when_people_wrote_it_and_it_allows(
    priority: int | None, access: str, *, closable: bool
) -> None:
    assert RuleStep("nic-nsg", "nsg", "rule", priority, access).is_closable is closable


@given(st.dictionaries(NAMES, JSON, max_size=6))
def test_evidence_of_any_shape_is_read_without_an_error(evidence: dict[str, Json]) -> None:
    exposures_of(evidence)
    doors_of(evidence)
    rules_of(evidence)
    sources_of(evidence)
    assert isinstance(reach_of(evidence), str)
    assert port_of(evidence) is None or isinstance(port_of(evidence), int)
