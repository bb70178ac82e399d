"""Built-in roles whose permissions are known without their definition's row.

Source: Microsoft Learn, "Azure built-in roles".
"""

from __future__ import annotations

from typing import Final

from shared.network.authorization import Permission, RoleDefinition

OWNER: Final = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
_CONTRIBUTOR: Final = "b24988ac-6180-42a0-ab88-20f7382dd24c"
_READER: Final = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
_NETWORK_CONTRIBUTOR: Final = "4d97b98b-1d4f-4787-a291-c67834d212e7"
_ADMINISTRATOR_LOGIN: Final = "1c0163c0-47e6-4577-8991-ea5c82e286e4"
_USER_LOGIN: Final = "fb879df8-f326-4884-b1cf-06f3ad86be52"

_LOGIN_ACTIONS: Final = (
    "microsoft.network/publicipaddresses/read",
    "microsoft.network/virtualnetworks/read",
    "microsoft.network/loadbalancers/read",
    "microsoft.network/networkinterfaces/read",
    "microsoft.compute/virtualmachines/*/read",
)

_LOGIN: Final = "microsoft.compute/virtualmachines/login/action"
_LOGIN_AS_ADMIN: Final = "microsoft.compute/virtualmachines/loginasadmin/action"


def _role(name: str, title: str, *actions: str, data: tuple[str, ...] = ()) -> RoleDefinition:
    return RoleDefinition(name, (Permission(actions=actions, data_actions=data),), title)


BUILT_IN_ROLES: Final = {
    role.name: role
    for role in (
        _role(OWNER, "Owner", "*"),
        _role(_CONTRIBUTOR, "Contributor", "*"),
        _role(_READER, "Reader", "*/read"),
        _role(_NETWORK_CONTRIBUTOR, "Network Contributor", "microsoft.network/*"),
        _role(
            _ADMINISTRATOR_LOGIN,
            "Virtual Machine Administrator Login",
            *_LOGIN_ACTIONS,
            data=(_LOGIN, _LOGIN_AS_ADMIN),
        ),
        _role(_USER_LOGIN, "Virtual Machine User Login", *_LOGIN_ACTIONS, data=(_LOGIN,)),
    )
}
"""By GUID.  `notActions` of Contributor take nothing out that these checks ask for."""
