"""Which resources a finding speaks of: its own, and those that its evidence names."""

from __future__ import annotations

import pytest

from shared.checks.result import Json
from shared.findings.mention import mentioned, speaks_of
from tests.recording_samples import finding, vm

GATE = vm("gate").text


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param(GATE, id="text"),
        pytest.param({"front_door": {"id": GATE}}, id="nested-object"),
        pytest.param([{"port": 22}, {"resource": GATE}], id="list"),
        pytest.param((GATE.upper(),), id="another-spelling"),
    ],
)
def test_resource_that_the_evidence_names_is_mentioned(evidence: Json) -> None:
    assert mentioned(finding("web", evidence={"seen": evidence})) == {vm("web"), vm("gate")}


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param("/", id="slash-alone"),
        pytest.param("203.0.113.0/24", id="prefix"),
        pytest.param(22, id="number"),
        pytest.param(None, id="nothing"),
    ],
)
def test_evidence_without_an_id_mentions_nothing_more(evidence: Json) -> None:
    assert mentioned(finding("web", evidence={"seen": evidence})) == {vm("web")}


@pytest.mark.parametrize(
    ("named", "asked", "speaks"),
    [
        pytest.param(GATE, "gate", True, id="itself"),
        pytest.param(f"{GATE}/ipConfigurations/one", "gate", True, id="a-part-of-it"),
        pytest.param(GATE, "gat", False, id="the-beginning-of-a-name"),
        pytest.param(GATE, "db", False, id="another"),
    ],
)
def test_finding_speaks_of_a_resource_and_of_its_parts(
    named: str, asked: str, *, speaks: bool
) -> None:
    assert speaks_of(finding("web", evidence={"door": named}), [vm(asked)]) is speaks
