"""What people do to the group of the small estate while a plan for it is under way."""

from __future__ import annotations

from typing import Final

from shared.usecases.plan_record import PlanRecord
from tests.door_estate import NSG, door_estate
from tests.remediation_stage import RemediationStage
from tests.simulated_azure import SUBSCRIPTION, JsonObject

RULE: Final = f"{NSG}/securityRules/ssh"
OTHER_RULE: Final = f"{NSG}/securityRules/web"


def wide_estate() -> tuple[JsonObject, ...]:
    """Give an estate whose one Allow lets in to every port, at the first priority that there is."""
    group, *rest = door_estate()
    rules = group["properties"]["securityRules"]
    rules[0]["properties"]["destinationPortRange"] = "*"
    return group, *rest


def asked(stage: RemediationStage) -> PlanRecord:
    """Plan, and give the one plan for the group."""
    records = stage.plan(SUBSCRIPTION).records
    (record,) = [one for one in records if one.plan.subjects[0].text == NSG]
    return record


def approved(stage: RemediationStage) -> PlanRecord:
    """Plan, and have the plan approved."""
    return stage.approve(asked(stage))


def rule_names(stage: RemediationStage) -> dict[str, int]:
    """Give the rules of the group with their priorities."""
    rules = stage.send("GET", NSG).json()["properties"]["securityRules"]
    return {rule["name"]: rule["properties"]["priority"] for rule in rules}


def change_rule(stage: RemediationStage) -> None:
    """Narrow the rule that lets people in."""
    body = stage.send("GET", RULE).json()
    body["properties"]["sourceAddressPrefix"] = "203.0.113.0/24"
    stage.send("PUT", RULE, body)


def change_other_rule(stage: RemediationStage) -> None:
    """Move a rule that lets nobody in to SSH."""
    body = stage.send("GET", OTHER_RULE).json()
    body["properties"]["priority"] = 300
    stage.send("PUT", OTHER_RULE, body)


def delete_rule(stage: RemediationStage) -> None:
    """Delete the rule that lets people in."""
    stage.send("DELETE", RULE)


def add_rule(stage: RemediationStage) -> None:
    """Add a rule that lets nobody in to SSH."""
    body = stage.send("GET", OTHER_RULE).json()
    body["properties"].update(priority=250, destinationPortRange="8443")
    stage.send("PUT", f"{NSG}/securityRules/another", {"properties": body["properties"]})


def widen_again(stage: RemediationStage) -> None:
    """Describe the rule that lets people in, by writing the whole group."""
    body = stage.send("GET", NSG).json()
    body["properties"]["securityRules"][0]["properties"]["description"] = "mine"
    stage.send("PUT", NSG, body)
