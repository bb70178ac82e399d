"""Settings of a hosted app: where they come from, and how bindings look them up."""

from pathlib import Path

import pytest

from functions_host.app_settings import (
    AppSettings,
    SettingMissing,
    UnreadableSettings,
    read_local_settings,
)


def test_names_between_percent_signs_are_replaced() -> None:
    settings = AppSettings({"A": "one", "B": "two"})
    assert settings.resolve("%A%-x-%B%") == "one-x-two"


def test_name_without_setting_is_reported() -> None:
    with pytest.raises(SettingMissing, match="'ABSENT'"):
        AppSettings({}).resolve("%ABSENT%")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"Store": "bare"}, "bare"),
        ({"Store": "bare", "AzureWebJobsStore": "prefixed"}, "prefixed"),
    ],
)
def test_connection_is_looked_up_with_the_prefix_first(
    values: dict[str, str], expected: str
) -> None:
    assert AppSettings(values).connection_string("Store") == expected


def test_development_storage_stands_for_the_well_known_account() -> None:
    settings = AppSettings({"AzureWebJobsStorage": "UseDevelopmentStorage=true"})
    connection = settings.connection_string("AzureWebJobsStorage")
    assert "QueueEndpoint=http://127.0.0.1:10001/devstoreaccount1;" in connection


def test_identity_connection_is_reported_as_missing_text() -> None:
    settings = AppSettings({"Store__queueServiceUri": "https://s.queue.core.windows.net"})
    with pytest.raises(SettingMissing, match="connection string"):
        settings.connection_string("Store")


@pytest.mark.parametrize("name", ["AzureWebJobs.sweep.Disabled", "AzureWebJobs__sweep__Disabled"])
@pytest.mark.parametrize(
    ("value", "disabled"), [("true", True), ("True", True), ("1", True), ("false", False)]
)
def test_setting_disables_a_function(name: str, value: str, *, disabled: bool) -> None:
    assert AppSettings({name: value}).is_disabled("sweep") is disabled


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param(None, "No such file", id="absent"),
        pytest.param("{", "Expecting", id="no-json"),
        pytest.param("[]", "Values", id="no-object"),
        pytest.param('{"Values": {"A": 1}}', "must be text: A", id="number"),
        pytest.param('{"IsEncrypted": true, "Values": {}}', "IsEncrypted", id="encrypted"),
    ],
)
def test_settings_file_at_fault_is_refused(tmp_path: Path, text: str | None, fault: str) -> None:
    path = tmp_path / "local.settings.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableSettings, match=fault):
        read_local_settings(path)
