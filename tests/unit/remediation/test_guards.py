"""What is not touched."""

from __future__ import annotations

import pytest

from shared.network.ids import ResourceId
from shared.remediation.edit import Edit, RemoveRule
from shared.remediation.guards import Circumstances, guarded, objections
from tests.rows import resource_id
from tests.unit.remediation.edits import EDITS, FIREWALL, GROUP, NIC


def in_group(name: str) -> ResourceId:
    return ResourceId(GROUP.text.replace("/rg-app/", f"/{name}/"))


@pytest.mark.parametrize(
    ("known", "codes"),
    [
        pytest.param(Circumstances(), [], id="nothing-special"),
        pytest.param(Circumstances(locks=("no-touch",)), ["locked"], id="lock"),
        pytest.param(
            Circumstances(tags={"Portcullis-Exempt-Until": "2027-01-01"}),
            ["exempt-by-tag"],
            id="exemption-tag",
        ),
        pytest.param(
            Circumstances(managed_by=FIREWALL), ["managed-service"], id="kept-by-a-resource"
        ),
        pytest.param(
            Circumstances(tags={"aks-managed-cluster-name": "one"}),
            ["managed-service"],
            id="tag-of-a-service",
        ),
        pytest.param(
            Circumstances(tags={"managed-by": "terraform"}), ["infrastructure-as-code"], id="tag"
        ),
        pytest.param(
            Circumstances(clients=("Azure Portal", "HashiCorp Terraform/1.9")),
            ["infrastructure-as-code"],
            id="client",
        ),
        pytest.param(Circumstances(clients=("Azure Portal",)), [], id="client-of-a-person"),
        pytest.param(Circumstances(tags={"team": "web"}), [], id="other-tag"),
    ],
)
def test_circumstances_speak_for_or_against(known: Circumstances, codes: list[str]) -> None:
    assert [one.code for one in objections(EDITS[:1], {GROUP: known})] == codes


@pytest.mark.parametrize(
    ("edit", "codes"),
    [
        pytest.param(
            RemoveRule(in_group("MC_rg_cluster_westeurope"), "a"), ["managed-service"], id="aks"
        ),
        pytest.param(
            RemoveRule(in_group("databricks-rg-work"), "a"), ["managed-service"], id="databricks"
        ),
        pytest.param(
            RemoveRule(GROUP, "Microsoft.Databricks-workspaces_UseOnly_databricks-worker"),
            ["managed-service"],
            id="rule-of-a-network-intent-policy",
        ),
        pytest.param(EDITS[3], [], id="added-rule"),
        pytest.param(EDITS[5], [], id="interface"),
    ],
)
def test_ids_and_names_speak_for_or_against(edit: Edit, codes: list[str]) -> None:
    assert [one.code for one in objections([edit], {})] == codes


def test_objection_is_said_once_for_all_edits_of_a_resource() -> None:
    known = {GROUP: Circumstances(locks=("b", "a"))}
    assert [one.text for one in guarded(known)(EDITS[:4])] == ["nsg-subnet is locked by a, b"]


def test_other_resources_circumstances_do_not_matter() -> None:
    other = ResourceId(resource_id("nsg", "nsg-other"))
    known = {other: Circumstances(locks=("a",)), NIC: Circumstances(locks=("a",))}
    assert objections(EDITS[:1], known) == ()
