"""Who holds which role over Larkspur's estate, as Resource Graph lists it.

Source: Microsoft Learn, "Azure built-in roles"; type definitions of Microsoft.Authorization.
"""

from dataclasses import dataclass
from typing import Final

from simulator.estate.company import (
    BOATHOUSE_NETWORK,
    DATA,
    DEVELOPMENT,
    DEVELOPMENT_NETWORK,
    LEGACY,
    PLATFORM,
    QUAY_NETWORK,
    SUBSCRIPTIONS,
    TEST_FARM_NETWORK,
    WEB_PRODUCTION,
)
from simulator.estate.envelope import Resource, guid_of
from simulator.estate.places import Place

_ASSIGNMENTS: Final = "Microsoft.Authorization/roleAssignments"
_DEFINITIONS: Final = "Microsoft.Authorization/roleDefinitions"
_OWNER: Final = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
_READER: Final = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
_ADMINISTRATOR_LOGIN: Final = "1c0163c0-47e6-4577-8991-ea5c82e286e4"
_USER_LOGIN: Final = "fb879df8-f326-4884-b1cf-06f3ad86be52"
_WHOLE_COMPANY: Final = "/providers/Microsoft.Management/managementGroups/larkspur"


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who can hold a role; the object id is drawn from the name."""

    name: str
    kind: str

    @property
    def object_id(self) -> str:
        """The id by which roles name it."""
        return guid_of(self.name, "principal")


OPERATORS: Final = Principal("Larkspur Operators", "Group")
CREW_LEAD: Final = Principal("crew.lead@larkspur.example", "User")
SUBSCRIPTION_OWNER: Final = Principal("noor.devries@larkspur.example", "User")
DEPLOYMENT: Final = Principal("larkspur-deployment", "ServicePrincipal")

QUAY_WATCH: Final = guid_of("Larkspur Quay Watch", "role")
"""Larkspur's own role: to see what Bastion asks for, and no more."""


def role_resources() -> list[Resource]:
    """Give every role assignment, and Larkspur's own role.

    Operators read everything, and log in to the machines of all subscriptions but Development,
    where they do so by resource group, and not in that of the quay.
    """
    quay = _group(QUAY_NETWORK.place)
    crew = QUAY_NETWORK.place.machine_id("vm-quay-crew")
    return [
        _assignment(OPERATORS, _READER, _WHOLE_COMPANY),
        *(
            _assignment(OPERATORS, _ADMINISTRATOR_LOGIN, f"/subscriptions/{one.subscription_id}")
            for one in (PLATFORM, WEB_PRODUCTION, DATA, LEGACY)
        ),
        *(
            _assignment(OPERATORS, _ADMINISTRATOR_LOGIN, _group(network.place))
            for network in (DEVELOPMENT_NETWORK, TEST_FARM_NETWORK, BOATHOUSE_NETWORK)
        ),
        *(
            _assignment(SUBSCRIPTION_OWNER, _OWNER, f"/subscriptions/{one.subscription_id}")
            for one in SUBSCRIPTIONS
        ),
        _assignment(CREW_LEAD, _USER_LOGIN, crew),
        _assignment(CREW_LEAD, QUAY_WATCH, quay),
        _assignment(DEPLOYMENT, _READER, quay),
        _assignment(DEPLOYMENT, _ADMINISTRATOR_LOGIN, quay),
        _assignment(SUBSCRIPTION_OWNER, _USER_LOGIN, quay),
        _own_role(),
    ]


def _assignment(principal: Principal, role: str, scope: str) -> Resource:
    name = guid_of(f"{scope}/{role}/{principal.name}", "assignment")
    subscription = scope.split("/")[2] if scope.startswith("/subscriptions/") else ""
    prefix = f"/subscriptions/{subscription}" if subscription else ""
    properties = {
        "principalId": principal.object_id,
        "principalType": principal.kind,
        "roleDefinitionId": f"{prefix}/providers/{_DEFINITIONS}/{role}",
        "scope": scope,
        "condition": None,
        "createdOn": "2025-11-03T09:12:44.1234567Z",
    }
    resource_id = f"{scope}/providers/{_ASSIGNMENTS}/{name}"
    return {"id": resource_id, "name": name, "type": _ASSIGNMENTS, "properties": properties}


def _own_role() -> Resource:
    scope = f"/subscriptions/{DEVELOPMENT.subscription_id}"
    permission = {
        "actions": [
            "Microsoft.Compute/virtualMachines/read",
            "Microsoft.Network/networkInterfaces/read",
            "Microsoft.Network/bastionHosts/*/read",
            "Microsoft.Network/bastionHosts/read",
        ],
        "notActions": [],
        "dataActions": [],
        "notDataActions": [],
    }
    return {
        "id": f"{scope}/providers/{_DEFINITIONS}/{QUAY_WATCH}",
        "name": QUAY_WATCH,
        "type": _DEFINITIONS,
        "properties": {
            "roleName": "Larkspur Quay Watch",
            "type": "CustomRole",
            "description": "See what Bastion asks for.",
            "assignableScopes": [scope],
            "permissions": [permission],
        },
    }


def _group(place: Place) -> str:
    return (
        f"/subscriptions/{place.subscription.subscription_id}/resourceGroups/{place.resource_group}"
    )
