"""vm-password-login and vm-no-entra-login: section 10 of what is known of Azure."""

from __future__ import annotations

import pytest

from shared.checks.check import Check
from shared.checks.machine_login import VM_NO_ENTRA_LOGIN, VM_PASSWORD_LOGIN
from shared.checks.result import Severity
from tests.rows import (
    Part,
    Row,
    entra_login_extension,
    resource_id,
    scale_set,
    scale_set_instance,
    vm,
)
from tests.unit.checks.judging_rows import facts_of, results, unjudged

ABLE = "SystemAssigned"


def counts(check: Check, *rows: Row) -> tuple[int, int]:
    facts = facts_of(rows)
    return len(results(check, facts)), len(unjudged(check, facts))


def with_profile(profile: Part) -> Row:
    row = vm()
    row["properties"]["osProfile"] = profile
    return row


@pytest.mark.parametrize(
    ("machine", "expected"),
    [
        pytest.param(vm(password_login=True), (1, 0), id="allowed"),
        pytest.param(vm(password_login=False), (0, 0), id="forbidden"),
        pytest.param(with_profile({"linuxConfiguration": {}}), (1, 0), id="not-forbidden"),
        pytest.param(
            with_profile({"linuxConfiguration": {"disablePasswordAuthentication": None}}),
            (1, 0),
            id="null",
        ),
        pytest.param(vm(password_login=None), (0, 1), id="specialised-disk"),
        pytest.param(with_profile({"linuxConfiguration": None}), (0, 1), id="not-told"),
        pytest.param(vm(os="Windows", password_login=True), (0, 0), id="windows"),
        pytest.param(vm(os="Plan9", password_login=None), (0, 1), id="system-not-known"),
    ],
)
def test_password_login_is_as_the_machine_was_provisioned(
    machine: Row, expected: tuple[int, int]
) -> None:
    assert counts(VM_PASSWORD_LOGIN, machine) == expected


def test_password_finding_is_medium_on_the_machine() -> None:
    (found,) = results(VM_PASSWORD_LOGIN, facts_of([vm(password_login=True)]))
    assert (str(found.resource), found.severity) == (resource_id("vm", "vm-1"), Severity.MEDIUM)
    assert found.title == "vm-1 was provisioned with password login"


def extension(**members: str | None) -> Row:
    row = entra_login_extension()
    row["properties"] |= members
    return row


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        pytest.param([vm(identity=ABLE), entra_login_extension()], 0, id="both"),
        pytest.param([vm(identity=ABLE)], 1, id="no-extension"),
        pytest.param([vm(), entra_login_extension()], 1, id="no-identity"),
        pytest.param([vm(identity="UserAssigned"), entra_login_extension()], 1, id="users-alone"),
        pytest.param(
            [vm(identity="SystemAssigned, UserAssigned"), entra_login_extension()],
            0,
            id="and-users",
        ),
        pytest.param([vm(identity="systemassigned"), entra_login_extension()], 0, id="any-case"),
        pytest.param([vm(identity=ABLE), entra_login_extension(name="free")], 0, id="free-name"),
        pytest.param(
            [vm(identity=ABLE), extension(type="AADLoginForLinux")], 1, id="legacy-predecessor"
        ),
        pytest.param([vm(identity=ABLE), extension(publisher="Contoso")], 1, id="other-publisher"),
        pytest.param([vm(identity=ABLE), extension(publisher=None)], 1, id="no-publisher"),
        pytest.param(
            [
                vm(identity=ABLE),
                extension(publisher="MICROSOFT.azure.activedirectory", type="aadsshloginFORlinux"),
            ],
            0,
            id="kind-in-any-case",
        ),
        pytest.param([vm(identity=ABLE), entra_login_extension(state="Failed")], 1, id="failed"),
        pytest.param([vm(identity=ABLE), entra_login_extension("vm-2")], 1, id="another-machines"),
        pytest.param([vm(os="Windows")], 0, id="windows"),
    ],
)
def test_entra_login_takes_the_extension_and_a_system_assigned_identity(
    rows: list[Row], found: int
) -> None:
    assert counts(VM_NO_ENTRA_LOGIN, *rows) == (found, 0)


def test_entra_finding_is_low_and_names_what_is_lacking() -> None:
    (found,) = results(VM_NO_ENTRA_LOGIN, facts_of([vm()]))
    assert (str(found.resource), found.severity) == (resource_id("vm", "vm-1"), Severity.LOW)
    assert found.evidence == {
        "lacking": ["a succeeded AADSSHLoginForLinux extension", "a system-assigned identity"]
    }


def test_machine_of_an_unknown_system_is_not_judged() -> None:
    assert counts(VM_NO_ENTRA_LOGIN, vm(os="Plan9", password_login=None)) == (0, 1)


def model(*, able: bool, password_login: bool = False, **columns: object) -> Row:
    row = scale_set(password_login=password_login) | columns
    parts = [{"properties": {"publisher": "p", "type": "t"}}, {"properties": None}]
    if able:
        kind = entra_login_extension()["properties"]
        parts.append({"properties": {"publisher": kind["publisher"], "type": kind["type"]}})
    row["properties"]["virtualMachineProfile"]["extensionProfile"] = {"extensions": parts}
    return row


def untold_instance() -> Row:
    row = scale_set_instance()
    row["properties"] |= {"osProfile": None, "storageProfile": None}
    return row


@pytest.mark.parametrize(
    ("set_row", "expected"),
    [
        pytest.param(model(able=True, identity={"type": ABLE}), (0, 0), id="both"),
        pytest.param(model(able=False, identity={"type": ABLE}), (1, 0), id="no-extension"),
        pytest.param(model(able=True), (1, 0), id="no-identity"),
        pytest.param(scale_set(), (1, 0), id="no-extensions-at-all"),
    ],
)
def test_instance_has_the_login_of_its_sets_model(set_row: Row, expected: tuple[int, int]) -> None:
    assert counts(VM_NO_ENTRA_LOGIN, set_row, untold_instance()) == expected


def test_instance_that_does_not_tell_was_provisioned_as_its_model_says() -> None:
    assert counts(VM_PASSWORD_LOGIN, model(able=True, password_login=True), untold_instance()) == (
        1,
        0,
    )
    assert counts(VM_PASSWORD_LOGIN, untold_instance()) == (0, 1)


def test_set_without_a_model_tells_nothing() -> None:
    bare = scale_set()
    del bare["properties"]["virtualMachineProfile"]
    assert counts(VM_PASSWORD_LOGIN, bare, untold_instance()) == (0, 1)
