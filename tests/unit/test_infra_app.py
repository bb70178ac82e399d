"""The templates against the app: its settings, functions, queues, tables and events."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from dashboard.sign_in import ALLOWED_TENANTS
from shared import adapters
from shared.adapters.resource_events import read_event
from shared.adapters.watched_changes import ACTIONS, DELETED, WRITTEN
from shared.config import Setting, read_settings
from shared.config.storage import ACCOUNT_NAME, CLIENT_ID
from tests.bicep import INFRA, Declaration, Expression, Value, template
from tests.loaded_app import FUNCTIONS

ROOT: Final = Path(__file__).resolve().parents[2]
DEFAULTS: Final[dict[str, str]] = json.loads((INFRA / "settings.json").read_text())
PARAMETERS: Final = json.loads((INFRA / "main.parameters.json").read_text())["parameters"]
STORAGE: Final = template(INFRA / "modules" / "storage.bicep")
APP: Final = template(INFRA / "modules" / "app.bicep")
CHANGES: Final = template(INFRA / "modules" / "event-subscription.bicep").resources["changes"]
SUBSCRIPTION: Final = "4d7a9f35-84d3-413e-9d8a-3f9eadc04004"
MACHINES: Final = "Microsoft.Compute/virtualMachines"
DERIVED: Final = {
    Setting.TEAMS_WEBHOOK_URL,
    Setting.BASTION_LOG_ACCOUNTS,
    Setting.REMEDIATION_CLIENT_ID,
}
"""Settings that main.bicep works out by itself."""


def at(declared: Declaration, *keys: str) -> Any:  # noqa: ANN401 - any value of a template
    """Give what stands in a resource."""
    value: Value = declared.body
    for key in keys:
        assert isinstance(value, Mapping)
        value = value[key]
    return value


def functions_of(trigger: str) -> list[str]:
    return [
        str(each.get_function_name())
        for each in FUNCTIONS
        if getattr(each.get_trigger(), "type", None) == trigger
    ]


def tables_of_the_code() -> set[str]:
    """Give the constants that name tables, wherever they are."""
    found = set()
    for each in pkgutil.iter_modules(adapters.__path__):
        module = importlib.import_module(f"shared.adapters.{each.name}")
        found |= {
            text
            for name, text in vars(module).items()
            if re.search(r"(^|_)TABLE$|^HISTORY$", name) and str(text).isalnum()
        }
    return found


def test_template_has_a_default_for_every_setting_and_no_other() -> None:
    assert set(DEFAULTS) == {setting.value for setting in Setting}


def test_defaults_are_free_of_faults_beside_what_the_template_adds() -> None:
    settings = read_settings({**DEFAULTS, ACCOUNT_NAME: "stportcullis", CLIENT_ID: "id"})
    assert settings.identity_client_id == "id"
    assert not settings.arm.is_simulator


def test_defaults_change_nothing_and_watch_nothing() -> None:
    unset = (Setting.SUBSCRIPTIONS, Setting.MANAGEMENT_GROUP, Setting.ARM_ENDPOINT)
    assert DEFAULTS[Setting.REMEDIATION_MODE] == "off"
    assert {DEFAULTS[name] for name in unset} == {""}


def test_sample_for_a_laptop_has_the_same_names() -> None:
    sample = json.loads((ROOT / "local.settings.sample.json").read_text(encoding="utf-8"))
    ours = {name for name in sample["Values"] if name.startswith("PORTCULLIS_")}
    assert ours == set(DEFAULTS)


def test_azd_passes_every_setting_on_by_its_own_name() -> None:
    passed = {name: f"${{{name}}}" for name in sorted(set(DEFAULTS) - DERIVED)}
    assert PARAMETERS["settings"]["value"] == passed


def test_azd_gives_parameters_that_the_template_has() -> None:
    declared = template(INFRA / "main.bicep").parameters
    needed = {name for name, one in declared.items() if one.value is None}
    assert needed <= set(PARAMETERS) <= set(declared)


def test_app_gets_the_settings_of_its_storage_and_no_key() -> None:
    of_the_host = APP.variables["ofTheHost"].value
    assert isinstance(of_the_host, Mapping)
    storage = {name for name in of_the_host if name.startswith("AzureWebJobsStorage")}
    assert storage == {ACCOUNT_NAME, CLIENT_ID, "AzureWebJobsStorage__credential"}
    assert "allowSharedKeyAccess: false" in STORAGE.path.read_text()


def test_people_of_this_tenant_alone_are_let_in() -> None:
    of_the_host = APP.variables["ofTheHost"].value
    assert isinstance(of_the_host, Mapping)
    assert of_the_host[ALLOWED_TENANTS] == Expression("tenant().tenantId")


def test_app_runs_the_python_that_the_project_is_for() -> None:
    version = at(APP.resources["site"], "properties", "functionAppConfig", "runtime", "version")
    assert f'requires-python = ">={version}"' in (ROOT / "pyproject.toml").read_text()


def test_queues_are_those_that_functions_wait_for() -> None:
    awaited = [getattr(each.get_trigger(), "queue_name", None) for each in FUNCTIONS]
    assert STORAGE.variables["queueNames"].value == sorted(filter(None, awaited))


def test_tables_are_those_of_the_code() -> None:
    assert STORAGE.variables["tableNames"].value == sorted(tables_of_the_code())


def test_events_go_to_the_function_that_takes_them() -> None:
    destination = at(CHANGES, "properties", "destination", "properties", "resourceId").text
    (function,) = functions_of("eventGridTrigger")
    assert destination == f"'${{appId}}/functions/{function}'"


def test_function_that_takes_events_is_kept_warm_by_its_name() -> None:
    kept = APP.variables["kept"].value
    assert kept == [*(f"function:{name}" for name in functions_of("eventGridTrigger")), "http"]


def test_every_change_that_is_watched_passes_the_filter() -> None:
    (advanced,) = at(CHANGES, "properties", "filter", "advancedFilters")
    prefixes = tuple(prefix.lower() for prefix in advanced["values"])
    written = [f"{kind.removeprefix('microsoft.network/bastionhosts/')}/write" for kind in WRITTEN]
    acted = [f"{kind}/{name}/action" for kind, names in ACTIONS.items() for name in names]
    operations = [*written, *acted, *(f"{kind}/delete" for kind in DELETED)]
    assert [one for one in operations if not one.startswith(prefixes)] == []
    assert len(prefixes) <= 25


@pytest.mark.parametrize("kind", at(CHANGES, "properties", "filter", "includedEventTypes"))
def test_every_type_of_event_that_comes_is_understood(kind: str) -> None:
    machine = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/{MACHINES}/vm"
    details = {"operationName": f"{MACHINES}/start/action"}
    event = {"id": "1", "eventType": kind, "subject": machine, "data": details}
    assert read_event(json.dumps(event), datetime(2026, 11, 3, tzinfo=UTC)) is not None


def test_dead_letters_have_a_container() -> None:
    named = at(CHANGES, "properties", "deadLetterWithResourceIdentity", "deadLetterDestination")
    container = named["properties"]["blobContainerName"]
    access = template(INFRA / "modules" / "dead-letter-access.bicep").resources["container"]
    assert container == STORAGE.variables["deadLetterContainer"].value
    assert str(at(access, "name").text).endswith(f"/default/{container}'")


def test_delivery_is_tried_for_a_day() -> None:
    policy = at(CHANGES, "properties", "retryPolicy")
    assert policy == {"maxDeliveryAttempts": 30, "eventTimeToLiveInMinutes": 1440}
