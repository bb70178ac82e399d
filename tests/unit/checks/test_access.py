"""bastion-access-gap: who holds what opening a machine through Bastion takes."""

from __future__ import annotations

import pytest

from shared.checks.bastion_access import BASTION_ACCESS_GAP
from shared.checks.result import Severity
from tests.rows import (
    SUBSCRIPTION,
    Row,
    bastion,
    bastion_subnet,
    nic,
    one_vm_behind,
    peering,
    resource_id,
    scale_set,
    scale_set_instance,
    scale_set_nic,
    subnet,
    subnet_id,
    vm,
    vnet,
)
from tests.rows.authorization import (
    ADMINISTRATOR_LOGIN,
    OWNER,
    READER,
    ROOT,
    USER_LOGIN,
    WHOLE_SUBSCRIPTION,
    management_group_id,
    role_assignment,
    role_definition,
    subscription,
)
from tests.unit.checks.judging_rows import facts_of, results, unjudged

CUSTOM = "0c2f5a6e-0000-4000-8000-000000000001"
VM, NIC, HOST = (
    resource_id("vm", "vm-1"),
    resource_id("nic", "nic-1"),
    resource_id("bastion", "bas-1"),
)
GROUP = VM.rpartition("/providers/")[0]
VNET = resource_id("vnet", "vnet-1")
HUB_SUBSCRIPTION = "7d0f2b3c-0000-4000-8000-00000000000b"
NOBODY, SOMEBODY, UNSURE = "gap", "somebody", "unsure"

LOGS_IN = role_assignment("ann", USER_LOGIN, VM)
READS = role_assignment("ann", READER)


def beside(*roles: Row) -> list[Row]:
    """Return `vm-1` beside a Bastion, and some roles."""
    return [*one_vm_behind(bastion(), subnets=[bastion_subnet()]), *roles]


def behind_a_peering(*roles: Row, hub: str = SUBSCRIPTION) -> list[Row]:
    """Return `vm-1` in a network that is peered with a Bastion's, and some roles."""
    far = resource_id("vnet", "vnet-hub", subscription=hub)
    return [
        vm(),
        nic(),
        vnet(subnets=[subnet()], peerings=[peering(far, ["10.9.0.0/16"])]),
        vnet(
            far,
            ["10.9.0.0/16"],
            subnets=[bastion_subnet(["10.9.255.0/26"])],
            peerings=[peering(VNET, ["10.0.0.0/16"])],
        ),
        bastion(resource_id("bastion", "bas-hub", subscription=hub), vnet=far),
        *roles,
    ]


def said(rows: list[Row]) -> str:
    """Say in one word what the check says of `vm-1`."""
    facts = facts_of(rows)
    found, unknown = results(BASTION_ACCESS_GAP, facts), unjudged(BASTION_ACCESS_GAP, facts)
    assert len(found) + len(unknown) <= 1
    return NOBODY if found else UNSURE if unknown else SOMEBODY


@pytest.mark.parametrize(
    ("roles", "answer"),
    [
        pytest.param([LOGS_IN, READS], SOMEBODY, id="reader-of-subscription-and-login-on-machine"),
        pytest.param(
            [role_assignment("ann", ADMINISTRATOR_LOGIN), READS], SOMEBODY, id="login-as-admin"
        ),
        pytest.param([LOGS_IN], NOBODY, id="login-alone"),
        pytest.param([READS], NOBODY, id="reader-alone"),
        pytest.param(
            [LOGS_IN, role_assignment("bob", READER)], NOBODY, id="the-pieces-in-different-hands"
        ),
        pytest.param(
            [LOGS_IN, *(role_assignment("ann", READER, one) for one in (VM, NIC, HOST))],
            SOMEBODY,
            id="reader-of-each-resource",
        ),
        pytest.param(
            [LOGS_IN, *(role_assignment("ann", READER, one) for one in (VM, NIC))],
            NOBODY,
            id="bastion-not-readable",
        ),
        pytest.param(
            [LOGS_IN, *(role_assignment("ann", READER, one) for one in (VM, HOST))],
            NOBODY,
            id="interface-not-readable",
        ),
        pytest.param(
            [role_assignment("ann", USER_LOGIN, GROUP), role_assignment("ann", READER, GROUP)],
            SOMEBODY,
            id="resource-group",
        ),
        pytest.param(
            [
                role_assignment("ann", USER_LOGIN, GROUP.upper()),
                role_assignment("ann", READER, f"{GROUP}/"),
            ],
            SOMEBODY,
            id="scopes-in-any-case",
        ),
        pytest.param(
            [role_assignment("ann", USER_LOGIN, GROUP + "x"), READS],
            NOBODY,
            id="group-of-a-longer-name",
        ),
        pytest.param(
            [role_assignment("ann", USER_LOGIN, ROOT), role_assignment("ann", READER, ROOT)],
            SOMEBODY,
            id="tenant",
        ),
        pytest.param(
            [role_assignment("team", one, kind="Group") for one in (USER_LOGIN, READER)],
            SOMEBODY,
            id="group-counts-as-somebody",
        ),
        pytest.param(
            [role_assignment("team", one, kind="ForeignGroup") for one in (USER_LOGIN, READER)],
            SOMEBODY,
            id="group-of-another-tenant",
        ),
        pytest.param(
            [role_assignment("app", one, kind="ServicePrincipal") for one in (USER_LOGIN, READER)],
            NOBODY,
            id="service-principal-is-nobody",
        ),
        pytest.param(
            [role_assignment("kit", one, kind="Device") for one in (USER_LOGIN, READER)],
            NOBODY,
            id="device-is-nobody",
        ),
        pytest.param(
            [role_assignment("who", one, kind=None) for one in (USER_LOGIN, READER)],
            UNSURE,
            id="principal-of-a-kind-not-told",
        ),
        pytest.param(
            [role_assignment("who", one, kind="Robot") for one in (USER_LOGIN, READER)],
            UNSURE,
            id="principal-of-a-new-kind",
        ),
        pytest.param(
            [LOGS_IN, READS, role_assignment("ann", OWNER)], NOBODY, id="owner-of-the-subscription"
        ),
        pytest.param(
            [LOGS_IN, READS, role_assignment("ann", OWNER, ROOT)], NOBODY, id="owner-of-the-tenant"
        ),
        pytest.param(
            [LOGS_IN, READS, role_assignment("ann", OWNER, GROUP)], SOMEBODY, id="owner-of-a-group"
        ),
        pytest.param(
            [LOGS_IN, READS, role_assignment("ann", OWNER, f"/subscriptions/{HUB_SUBSCRIPTION}")],
            SOMEBODY,
            id="owner-of-another-subscription",
        ),
        pytest.param([role_assignment("ann", OWNER, GROUP)], NOBODY, id="owner-logs-in-to-nothing"),
        pytest.param([], UNSURE, id="no-roles-read"),
    ],
)
def test_gap_is_where_nobody_holds_every_piece(roles: list[Row], answer: str) -> None:
    assert said(beside(*roles)) == answer


@pytest.mark.parametrize(
    ("permissions", "answer"),
    [
        pytest.param(
            {
                "actions": ["*/READ"],
                "data_actions": ["Microsoft.Compute/virtualMachines/login/action"],
            },
            SOMEBODY,
            id="in-any-case",
        ),
        pytest.param({"actions": ["*"], "data_actions": ["*"]}, SOMEBODY, id="everything"),
        pytest.param({"actions": ["*"]}, NOBODY, id="login-is-a-data-action"),
        pytest.param(
            {"actions": ["*/read"], "not_actions": ["Microsoft.Network/*"], "data_actions": ["*"]},
            NOBODY,
            id="taken-out-again",
        ),
        pytest.param(
            {
                "actions": ["*/read"],
                "data_actions": ["Microsoft.Compute/*"],
                "not_data_actions": ["*/login/action"],
            },
            NOBODY,
            id="data-action-taken-out-again",
        ),
    ],
)
def test_role_is_judged_by_its_actions(permissions: dict[str, list[str]], answer: str) -> None:
    definition = role_definition(CUSTOM, **permissions)  # type: ignore[arg-type]
    assert said(beside(role_assignment("ann", CUSTOM), definition)) == answer


def test_row_of_a_built_in_role_wins_over_what_is_known_of_it() -> None:
    poorer = role_definition(USER_LOGIN, actions=["Microsoft.Compute/virtualMachines/read"])
    assert said(beside(LOGS_IN, READS, poorer)) == NOBODY


def test_role_that_nobody_describes_leaves_it_open() -> None:
    assert said(beside(READS, role_assignment("ann", CUSTOM))) == UNSURE


def test_role_that_nobody_describes_matters_only_to_who_might_get_in_by_it() -> None:
    assert said(beside(LOGS_IN, role_assignment("bob", CUSTOM, HOST))) == NOBODY


GROUP_ROLES = [role_assignment("ann", one, management_group_id()) for one in (USER_LOGIN, READER)]


@pytest.mark.parametrize(
    ("containers", "answer"),
    [
        pytest.param([subscription(groups=["mg-1", "root"])], SOMEBODY, id="subscription-inside"),
        pytest.param([subscription(groups=["MG-1"])], SOMEBODY, id="in-any-case"),
        pytest.param([subscription(groups=["mg-2"])], NOBODY, id="subscription-elsewhere"),
        pytest.param([subscription(groups=None)], UNSURE, id="subscription-does-not-tell"),
        pytest.param([], UNSURE, id="subscription-not-read"),
    ],
)
def test_role_over_a_management_group_holds_for_what_lies_in_it(
    containers: list[Row], answer: str
) -> None:
    assert said(beside(*GROUP_ROLES, *containers)) == answer


def test_owner_of_a_management_group_that_may_hold_the_subscription_is_not_sure_to_count() -> None:
    owner = role_assignment("ann", OWNER, management_group_id())
    assert said(beside(LOGS_IN, READS, owner)) == UNSURE


@pytest.mark.parametrize(
    ("readable", "answer"),
    [
        pytest.param([VM, NIC], NOBODY, id="bastion-not-readable"),
        pytest.param([VM, NIC, resource_id("bastion", "bas-hub")], NOBODY, id="network-not"),
        pytest.param([VM, NIC, resource_id("bastion", "bas-hub"), VNET], SOMEBODY, id="all-four"),
    ],
)
def test_bastion_in_a_peered_network_takes_reading_the_machines_network(
    readable: list[str], answer: str
) -> None:
    roles = [role_assignment("ann", READER, one) for one in readable]
    assert said(behind_a_peering(LOGS_IN, *roles)) == answer


def test_roles_of_the_bastions_subscription_that_were_not_read_leave_it_open() -> None:
    assert said(behind_a_peering(LOGS_IN, READS, hub=HUB_SUBSCRIPTION)) == UNSURE


def test_roles_of_the_bastions_subscription_count() -> None:
    reads = role_assignment("ann", READER, f"/subscriptions/{HUB_SUBSCRIPTION}")
    assert said(behind_a_peering(LOGS_IN, READS, reads, hub=HUB_SUBSCRIPTION)) == SOMEBODY


def test_subscription_that_was_not_read_whole_leaves_it_open() -> None:
    gap = {"id": WHOLE_SUBSCRIPTION, "type": "portcullis/unread", "properties": {"reason": "away"}}
    assert said(beside(LOGS_IN, gap)) == UNSURE


def test_machine_that_no_bastion_serves_is_nobody_elses_business() -> None:
    assert said([*one_vm_behind(), LOGS_IN]) == SOMEBODY


def test_gap_is_low_and_tells_who_holds_what() -> None:
    (found,) = results(
        BASTION_ACCESS_GAP, facts_of(beside(LOGS_IN, role_assignment("bob", READER)))
    )
    assert (str(found.resource), found.severity) == (VM, Severity.LOW)
    assert found.title == "Nobody but owners could open vm-1 through Azure Bastion"
    assert found.evidence["bastions"] == [HOST]
    assert found.evidence["holders"] == [
        {"may": "log in to the machine", "resource": VM, "principals": ["ann"]},
        {"may": "read the machine", "resource": VM, "principals": ["bob"]},
        {"may": "read its interface", "resource": NIC, "principals": ["bob"]},
        {"may": "read the Bastion", "resource": HOST, "principals": ["bob"]},
    ]


def test_instance_of_a_scale_set_is_judged_like_a_machine() -> None:
    rows = [
        scale_set(),
        scale_set_instance(),
        scale_set_nic(subnet_id()),
        vnet(subnets=[subnet(), bastion_subnet()]),
        bastion(),
        role_assignment("ann", USER_LOGIN),
    ]
    assert said(rows) == NOBODY
    assert said([*rows, READS]) == SOMEBODY
