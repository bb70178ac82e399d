"""Who could open machines through Bastion: principals, with the roles and scopes that let them."""

from __future__ import annotations

import json

import pytest

from shared.findings.access import Grant, MachineAccess, machine_accesses
from shared.network.ids import ResourceId
from shared.rendering.access_table import access_document, access_table
from shared.rendering.json_text import json_lines
from tests.rows import (
    Row,
    bastion,
    bastion_subnet,
    nic,
    one_vm_behind,
    peering,
    resource_id,
    subnet,
    vm,
    vnet,
)
from tests.rows.authorization import (
    READER,
    ROOT,
    USER_LOGIN,
    WHOLE_SUBSCRIPTION,
    role_assignment,
    role_definition,
)
from tests.unit.adapters.row_reading import NOW
from tests.unit.checks.judging_rows import facts_of

VM, HOST = resource_id("vm", "vm-1"), resource_id("bastion", "bas-1")
CUSTOM = "0c2f5a6e-0000-4000-8000-000000000001"


def beside(*roles: Row) -> list[Row]:
    return [*one_vm_behind(bastion(), subnets=[bastion_subnet()]), *roles]


def accesses(*rows: Row) -> tuple[MachineAccess, ...]:
    return machine_accesses(facts_of(rows))


def cells(*rows: Row) -> list[tuple[str, ...]]:
    return list(access_table(accesses(*rows)).rows)


def test_opener_is_named_with_the_roles_and_scopes_that_let_him() -> None:
    roles = [role_assignment("ann", USER_LOGIN, VM), role_assignment("ann", READER)]
    (found,) = accesses(*beside(*roles))
    (opener,) = found.openers
    assert (opener.principal, opener.kind, str(opener.bastion)) == ("ann", "User", HOST)
    login, machine, *_, host = opener.permissions
    assert (login.may, str(login.resource)) == ("log in to the machine", VM)
    assert login.grants == (Grant("Virtual Machine User Login", VM.lower()),)
    assert machine.grants == (Grant("Reader", WHOLE_SUBSCRIPTION),)
    assert (host.may, str(host.resource)) == ("read the Bastion", HOST)


def test_every_role_that_would_do_is_named_the_widest_scope_first() -> None:
    roles = [role_assignment("ann", role, VM) for role in (USER_LOGIN, READER)]
    (found,) = accesses(*beside(*roles, role_assignment("ann", READER)))
    (opener,) = found.openers
    assert [one.scope for one in opener.permissions[1].grants] == [WHOLE_SUBSCRIPTION, VM.lower()]


def test_table_names_users_groups_and_scopes() -> None:
    roles = [
        *(role_assignment("ann", one) for one in (USER_LOGIN, READER)),
        *(role_assignment("team", one, ROOT, kind="Group") for one in (USER_LOGIN, READER)),
        *(role_assignment("far", CUSTOM, kind="ForeignGroup") for _ in "x"),
        role_definition(CUSTOM, actions=["*/read"], data_actions=["*"], title=""),
    ]
    subscription = WHOLE_SUBSCRIPTION.rpartition("/")[2]
    assert cells(*beside(*roles)) == [
        (
            "vm-1",
            "user ann",
            "bas-1",
            f"Virtual Machine User Login on {subscription}; Reader on {subscription}",
        ),
        ("vm-1", "group of another tenant far", "bas-1", f"{CUSTOM} on {subscription}"),
        (
            "vm-1",
            "group team",
            "bas-1",
            "Virtual Machine User Login on everything; Reader on everything",
        ),
    ]


@pytest.mark.parametrize(
    ("rows", "row"),
    [
        pytest.param(
            one_vm_behind(), ("vm-1", "nobody", "", "no Bastion serves it"), id="no-bastion"
        ),
        pytest.param(
            beside(role_assignment("ann", READER)),
            ("vm-1", "nobody but owners", "bas-1", "nobody holds all the roles that it takes"),
            id="gap",
        ),
        pytest.param(
            beside(), ("vm-1", "not known", "bas-1", "no role assignments were read"), id="no-roles"
        ),
        pytest.param(
            [vm(), nic(), vnet(subnets=[subnet()], peerings=[peering("vnet-hub")])],
            (
                "vm-1",
                "not known",
                "",
                "the peered network vnet-hub could not be read and may hold a Bastion",
            ),
            id="peer-not-read",
        ),
    ],
)
def test_machine_that_nobody_could_open_says_why(rows: list[Row], row: tuple[str, ...]) -> None:
    assert cells(*rows) == [row]


def test_person_is_told_once_for_each_bastion_however_many_interfaces() -> None:
    rows = [
        vm(nics=["nic-1", "nic-2"]),
        nic("nic-1"),
        nic("nic-2"),
        vnet(subnets=[subnet(), bastion_subnet()]),
        bastion(),
        *(role_assignment("ann", one) for one in (USER_LOGIN, READER)),
    ]
    (found,) = accesses(*rows)
    assert [opener.principal for opener in found.openers] == ["ann"]
    assert found.bastions == (ResourceId(HOST),)


def test_document_holds_permissions_and_doubts() -> None:
    roles = [role_assignment("ann", one) for one in (USER_LOGIN, READER)]
    told = access_document(accesses(*beside(*roles)), NOW)
    (machine,) = json.loads("\n".join(json_lines(told)))["machines"]
    assert (machine["vm"], machine["known"], machine["doubt"]) == (VM, True, None)
    (opener,) = machine["openers"]
    assert opener["permissions"][0] == {
        "may": "log in to the machine",
        "resource": VM,
        "grants": [{"role": "Virtual Machine User Login", "scope": WHOLE_SUBSCRIPTION}],
    }
    (unsure,) = json.loads("\n".join(json_lines(access_document(accesses(*beside()), NOW))))[
        "machines"
    ]
    assert (unsure["known"], unsure["doubt"]) == (False, "no role assignments were read")
