"""Larkspur's subscriptions and management groups as ARM lists them.

Source: Azure REST API, "Subscriptions - List" and "Management Groups - Get" with children expanded.
"""

from typing import Any, Final

from simulator.estate.company import SUBSCRIPTIONS, TENANT_ID
from simulator.estate.places import Subscription

_MANAGEMENT_GROUPS: Final = {
    "larkspur": "Larkspur Shipping",
    "larkspur-platform": "Platform",
    "larkspur-production": "Production",
    "larkspur-sandbox": "Sandbox",
}
_ROOT: Final = "larkspur"
_MANAGEMENT_GROUP_TYPE: Final = "Microsoft.Management/managementGroups"


def subscriptions() -> list[dict[str, Any]]:
    """Every subscription as ARM lists it, with the chain that Resource Graph adds.

    The chain of management groups starts at the nearest one and ends at the root.
    """
    return [
        {
            "id": f"/subscriptions/{subscription.subscription_id}",
            "subscriptionId": subscription.subscription_id,
            "tenantId": TENANT_ID,
            "displayName": subscription.name,
            "state": "Enabled",
            "tags": {"team": subscription.team},
            "managementGroupAncestorsChain": [
                {"name": name, "displayName": _MANAGEMENT_GROUPS[name]}
                for name in (subscription.management_group, _ROOT)
            ],
        }
        for subscription in SUBSCRIPTIONS
    ]


def management_groups() -> list[dict[str, Any]]:
    """Every management group as ARM gives it when its children are asked for, the root first."""
    return [_management_group(name) for name in _MANAGEMENT_GROUPS]


def _management_group(name: str) -> dict[str, Any]:
    parent = TENANT_ID if name == _ROOT else _ROOT
    child_groups = [each for each in _MANAGEMENT_GROUPS if each != _ROOT] if name == _ROOT else []
    return {
        "id": _management_group_id(name),
        "type": _MANAGEMENT_GROUP_TYPE,
        "name": name,
        "properties": {
            "tenantId": TENANT_ID,
            "displayName": _MANAGEMENT_GROUPS[name],
            "details": {"parent": {"id": _management_group_id(parent), "name": parent}},
            "children": [_child_group(child) for child in child_groups]
            + [
                _child_subscription(each) for each in SUBSCRIPTIONS if each.management_group == name
            ],
        },
    }


def _management_group_id(name: str) -> str:
    return f"/providers/{_MANAGEMENT_GROUP_TYPE}/{name}"


def _child_group(name: str) -> dict[str, Any]:
    return {
        "id": _management_group_id(name),
        "type": _MANAGEMENT_GROUP_TYPE,
        "name": name,
        "displayName": _MANAGEMENT_GROUPS[name],
    }


def _child_subscription(subscription: Subscription) -> dict[str, Any]:
    return {
        "id": f"/subscriptions/{subscription.subscription_id}",
        "type": "/subscriptions",
        "name": subscription.subscription_id,
        "displayName": subscription.name,
    }
