"""Settings: what is read from the environment, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from shared.checks.result import Severity
from shared.config import IdentityStorage, InvalidSettingsError, KeyStorage, read_settings
from shared.network.ids import ResourceId
from shared.packetset.addresses import AddressSet, address_number
from shared.remediation.approval import ApprovalRules
from shared.remediation.limits import Freeze, Limits, Mode, ResourceScope, TagScope
from shared.usecases.interfaces import Scope

ONE = "11111111-1111-1111-1111-111111111111"
TWO = "22222222-2222-2222-2222-22222222222a"
SIGNATURE = "sig=Zm9yLW15LWV5ZXMtb25seQ"
WEBHOOK = f"https://prod-1.westeurope.logic.azure.com/workflows/abc/triggers/manual?{SIGNATURE}"
KEY = "c2VjcmV0LWtleS1vZi10aGUtYWNjb3VudA=="
CONNECTION_STRING = f"DefaultEndpointsProtocol=https;AccountName=portcullis;AccountKey={KEY}"


def faults_of(environ: Mapping[str, str]) -> dict[str, str]:
    """Give the text of each fault by the name of its setting."""
    with pytest.raises(InvalidSettingsError) as caught:
        read_settings(environ)
    return {fault.name: fault.text for fault in caught.value.faults}


def test_nothing_set_watches_port_22_of_all_that_can_be_read_and_tells_nobody() -> None:
    settings = read_settings({"PATH": "/usr/bin"})
    assert settings.scope == Scope()
    assert settings.management_ports == (22,)
    assert not settings.trusted_sources
    assert settings.arm.url == "https://management.azure.com"
    assert settings.notify_min_severity is Severity.INFO
    assert (settings.teams_webhook, settings.storage) == (None, None)


def test_blank_value_is_the_same_as_none() -> None:
    blank = {"PORTCULLIS_CLOUD": " ", "PORTCULLIS_SUBSCRIPTIONS": "", "AzureWebJobsStorage": ""}
    assert read_settings(blank) == read_settings({})


def test_subscriptions_are_read_without_case_and_once_each() -> None:
    settings = read_settings({"PORTCULLIS_SUBSCRIPTIONS": f"{TWO.upper()}, {ONE},{TWO},"})
    assert settings.scope == Scope((TWO, ONE))


def test_management_group_is_a_scope() -> None:
    settings = read_settings({"PORTCULLIS_MANAGEMENT_GROUP": "larkspur-production"})
    assert settings.scope == Scope(management_group="larkspur-production")


def test_management_ports_always_hold_22() -> None:
    assert read_settings({"PORTCULLIS_MANAGEMENT_PORTS": "3389, 2222"}).management_ports == (
        22,
        2222,
        3389,
    )


def test_trusted_sources_are_addresses_of_both_families() -> None:
    trusted = read_settings(
        {"PORTCULLIS_TRUSTED_SOURCES": "203.0.113.0/24,2001:db8::/32"}
    ).trusted_sources
    assert address_number("203.0.113.255") in trusted
    assert trusted == AddressSet.of(["203.0.113.0/24", "2001:db8::/32"])


@pytest.mark.parametrize(
    ("cloud", "arm", "portal"),
    [
        ("public", "https://management.azure.com", "https://portal.azure.com"),
        ("USGov", "https://management.usgovcloudapi.net", "https://portal.azure.us"),
        ("china", "https://management.chinacloudapi.cn", "https://portal.azure.cn"),
    ],
)
def test_cloud_chooses_resource_manager_and_portal(cloud: str, arm: str, portal: str) -> None:
    settings = read_settings({"PORTCULLIS_CLOUD": cloud})
    assert (settings.arm.url, settings.links.portal) == (arm, portal)


def test_storage_by_connection_string() -> None:
    storage = read_settings({"AzureWebJobsStorage": CONNECTION_STRING}).storage
    assert isinstance(storage, KeyStorage)
    assert storage.connection_string.text == CONNECTION_STRING


def test_storage_by_identity_follows_from_account_name_and_cloud() -> None:
    storage = read_settings(
        {"AzureWebJobsStorage__accountName": "portcullis", "PORTCULLIS_CLOUD": "usgov"}
    ).storage
    assert storage == IdentityStorage(
        "https://portcullis.table.core.usgovcloudapi.net",
        "https://portcullis.queue.core.usgovcloudapi.net",
    )


def test_storage_by_identity_takes_private_addresses() -> None:
    settings = read_settings(
        {
            "AzureWebJobsStorage__tableServiceUri": "https://tables.contoso.example/",
            "AzureWebJobsStorage__queueServiceUri": "https://queues.contoso.example",
            "AzureWebJobsStorage__clientId": ONE,
        }
    )
    assert settings.storage == IdentityStorage(
        "https://tables.contoso.example", "https://queues.contoso.example"
    )
    assert settings.identity_client_id == ONE


def test_every_fault_is_named_in_one_error() -> None:
    faults = faults_of(
        {
            "PORTCULLIS_CLOUD": "mars",
            "PORTCULLIS_MANAGEMENT_PORTS": "ssh",
            "PORTCULLIS_SWEEP_SCHEDULE": "*/5 * * * *",
            "PORTCULLIS_SUBSCRIPTION": ONE,
        }
    )
    assert set(faults) == {
        "PORTCULLIS_CLOUD",
        "PORTCULLIS_MANAGEMENT_PORTS",
        "PORTCULLIS_SWEEP_SCHEDULE",
        "PORTCULLIS_SUBSCRIPTION",
    }


def test_error_text_has_a_line_for_each_fault_with_the_remedy() -> None:
    with pytest.raises(InvalidSettingsError) as caught:
        read_settings({"PORTCULLIS_CLOUD": "mars", "PORTCULLIS_REMEDIATION_MODE": "yes"})
    assert str(caught.value).splitlines() == [
        "the settings have 2 faults:",
        "  PORTCULLIS_CLOUD: is 'mars'; write one of public, usgov, china",
        "  PORTCULLIS_REMEDIATION_MODE: is 'yes'; write one of off, plan, approve, auto",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SUBSCRIPTIONS", "production"),
        ("SUBSCRIPTIONS", f"{ONE};{TWO}"),
        ("MANAGEMENT_GROUP", "/providers/Microsoft.Management/managementGroups/x"),
        ("SWEEP_SCHEDULE", "0 0 */6 * *"),
        ("SWEEP_SCHEDULE", "00:05:00"),
        ("SWEEP_SCHEDULE", "0 60 * * * *"),
        ("SWEEP_SCHEDULE", "0 0 0 0 * *"),
        ("SWEEP_SCHEDULE", "0 0 0 * foo *"),
        ("SWEEP_SCHEDULE", "0 */0 * * * *"),
        ("SWEEP_SCHEDULE", "0 30-10 * * * *"),
        ("DIGEST_SCHEDULE", "daily"),
        ("MANAGEMENT_PORTS", "0"),
        ("MANAGEMENT_PORTS", "65536"),
        ("MANAGEMENT_PORTS", "22-23"),
        ("MANAGEMENT_PORTS", "\u00b2"),
        ("TRUSTED_SOURCES", "10.0.0.0/33"),
        ("TRUSTED_SOURCES", "AzureCloud"),
        ("TRUSTED_SOURCES", "0.0.0.0/0"),
        ("TRUSTED_SOURCES", "0.0.0.0/1,128.0.0.0/1"),
        ("TRUSTED_SOURCES", "::/0"),
        ("TEAMS_WEBHOOK_URL", "http://teams.contoso.example/hook"),
        ("TEAMS_WEBHOOK_URL", "http://localhost/hook"),
        ("TEAMS_WEBHOOK_URL", "https://contoso.webhook.office.com/webhookb2/x"),
        ("DASHBOARD_URL", "http://portcullis.contoso.example"),
        ("DASHBOARD_URL", "http://127.0.0.1.contoso.example"),
        ("DASHBOARD_URL", "javascript:alert(1)"),
        ("DASHBOARD_URL", "portcullis.contoso.example"),
        ("NOTIFY_MIN_SEVERITY", "serious"),
        ("REMEDIATION_SCOPES", "everything"),
        ("REMEDIATION_SCOPES", "tag:=x"),
        ("REMEDIATION_STOP", "1"),
        ("REMEDIATION_FOUR_EYES", "no"),
        ("REMEDIATION_APPROVAL_HOURS", "0"),
        ("REMEDIATION_APPROVAL_HOURS", "721"),
        ("REMEDIATION_FREEZE", "2026-12-20T00:00Z"),
        ("REMEDIATION_FREEZE", "2026-12-20T00:00/2027-01-04T06:00"),
        ("REMEDIATION_FREEZE", "2027-01-04T06:00Z/2026-12-20T00:00Z"),
        ("REMEDIATION_MAX_PER_HOUR", "0"),
        ("REMEDIATION_MAX_PER_HOUR", "-1"),
        ("BASTION_LOG_ACCOUNTS", "https://logs.blob.core.windows.net"),
        ("ARM_ENDPOINT", "http://management.contoso.example"),
        ("ARM_ENDPOINT", "http://localhost:8900"),
        ("ARM_ENDPOINT", "http://127.0.0.1.contoso.example"),
        ("ARM_ENDPOINT", "ftp://127.0.0.1"),
    ],
)
def test_impossible_value_is_refused(name: str, value: str) -> None:
    assert list(faults_of({f"PORTCULLIS_{name}": value})) == [f"PORTCULLIS_{name}"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SWEEP_SCHEDULE", "0 0 */6 * * *"),
        ("SWEEP_SCHEDULE", "0 0,30 8-18/2 * Jan-Mar,12 Mon-Fri"),
        ("TEAMS_WEBHOOK_URL", "http://127.0.0.1:8900/teams/security?sig=x"),
        ("DASHBOARD_URL", "http://127.0.0.1:7071"),
        ("DASHBOARD_URL", "https://portcullis.contoso.example/"),
        ("ARM_ENDPOINT", "http://[::1]:8900"),
        ("ARM_ENDPOINT", "https://management.private.contoso.example"),
        ("REMEDIATION_MODE", "approve"),
        ("REMEDIATION_SCOPES", f"/subscriptions/{ONE}/resourceGroups/rg-web,/subscriptions/{TWO}/"),
        ("REMEDIATION_SCOPES", "/providers/Microsoft.Management/managementGroups/sandbox"),
        ("REMEDIATION_SCOPES", "tag:portcullis=may change, tag:stage="),
        ("REMEDIATION_STOP", "TRUE"),
        ("REMEDIATION_FREEZE", "2026-12-20T00:00Z/2027-01-04T06:00+01:00"),
        ("REMEDIATION_APPROVAL_HOURS", "720"),
        ("REMEDIATION_MAX_PER_HOUR", "20"),
        ("BASTION_LOG_ACCOUNTS", "stbastionlogs,stbastionlogs2"),
    ],
)
def test_possible_value_is_accepted(name: str, value: str) -> None:
    read_settings({f"PORTCULLIS_{name}": value})


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        (
            {"PORTCULLIS_SUBSCRIPTIONS": ONE, "PORTCULLIS_MANAGEMENT_GROUP": "larkspur"},
            "PORTCULLIS_MANAGEMENT_GROUP",
        ),
        ({"PORTCULLIS_REMEDIATION_MODE": "auto"}, "PORTCULLIS_REMEDIATION_MODE"),
        (
            {"AzureWebJobsStorage": CONNECTION_STRING, "AzureWebJobsStorage__accountName": "x"},
            "AzureWebJobsStorage",
        ),
        (
            {"AzureWebJobsStorage__tableServiceUri": "https://t.contoso.example"},
            "AzureWebJobsStorage__queueServiceUri",
        ),
        (
            {
                "AzureWebJobsStorage__accountName": "portcullis",
                "PORTCULLIS_ARM_ENDPOINT": "http://127.0.0.1:8900",
            },
            "PORTCULLIS_ARM_ENDPOINT",
        ),
    ],
)
def test_contradiction_is_refused(environ: dict[str, str], name: str) -> None:
    assert list(faults_of(environ)) == [name]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AzureWebJobsStorage", "portcullis"),
        ("AzureWebJobsStorage", "AccountName=portcullis"),
        ("AzureWebJobsStorage__accountName", "Port.Cullis"),
        ("AzureWebJobsStorage__accountName", "portcullis/../other"),
    ],
)
def test_impossible_storage_is_refused(name: str, value: str) -> None:
    assert name in faults_of({name: value})


def test_storage_address_over_http_is_refused() -> None:
    faults = faults_of(
        {
            "AzureWebJobsStorage__tableServiceUri": "http://t.contoso.example",
            "AzureWebJobsStorage__queueServiceUri": "https://q.contoso.example",
        }
    )
    assert list(faults) == ["AzureWebJobsStorage__tableServiceUri"]


def test_misspelt_name_is_told_the_right_one() -> None:
    assert faults_of({"PORTCULLIS_TRUSTED_SOURCE": "10.0.0.0/8"}) == {
        "PORTCULLIS_TRUSTED_SOURCE": "is no setting; write PORTCULLIS_TRUSTED_SOURCES"
    }


def test_name_like_no_setting_is_sent_to_the_page() -> None:
    assert "docs/settings.md" in faults_of({"PORTCULLIS_XYZZY": "1"})["PORTCULLIS_XYZZY"]


def test_secrets_stand_in_no_representation() -> None:
    settings = read_settings(
        {"PORTCULLIS_TEAMS_WEBHOOK_URL": WEBHOOK, "AzureWebJobsStorage": CONNECTION_STRING}
    )
    assert settings.teams_webhook is not None
    shown = f"{settings} {settings!r} {settings.teams_webhook} {settings.storage}"
    assert SIGNATURE not in shown
    assert KEY not in shown


@pytest.mark.parametrize(
    "environ",
    [
        {"PORTCULLIS_TEAMS_WEBHOOK_URL": WEBHOOK.replace("https", "http")},
        {"PORTCULLIS_DASHBOARD_URL": WEBHOOK},
        {"PORTCULLIS_ARM_ENDPOINT": WEBHOOK},
        {"PORTCULLIS_CLOUD": WEBHOOK},
        {"PORTCULLIS_SUBSCRIPTIONS": WEBHOOK},
        {"PORTCULLIS_WEBHOOK": WEBHOOK},
        {"AzureWebJobsStorage": f"AccountName=portcullis;AcountKey={SIGNATURE}"},
    ],
)
def test_secrets_stand_in_no_error_even_from_the_wrong_setting(environ: dict[str, str]) -> None:
    with pytest.raises(InvalidSettingsError) as caught:
        read_settings(environ)
    assert SIGNATURE not in f"{caught.value} {caught.value!r}"


def test_remediation_is_off_and_writes_nowhere_unless_it_is_told() -> None:
    remediation = read_settings({}).remediation
    assert (remediation.limits.mode, remediation.limits.scopes) == (Mode.OFF, ())
    assert (remediation.limits.per_hour, remediation.limits.stopped) == (1, False)
    assert remediation.rules.four_eyes
    assert remediation.rules.valid_for == timedelta(hours=24)


def test_remediation_is_as_the_settings_say() -> None:
    remediation = read_settings(
        {
            "PORTCULLIS_REMEDIATION_MODE": "approve",
            "PORTCULLIS_REMEDIATION_SCOPES": f"/subscriptions/{ONE}, tag:stage=test",
            "PORTCULLIS_REMEDIATION_STOP": "true",
            "PORTCULLIS_REMEDIATION_FREEZE": "2026-12-20T00:00Z/2027-01-04T06:00Z",
            "PORTCULLIS_REMEDIATION_FOUR_EYES": "false",
            "PORTCULLIS_REMEDIATION_APPROVAL_HOURS": "8",
            "PORTCULLIS_REMEDIATION_CLIENT_ID": "writer",
        }
    ).remediation
    scopes = (ResourceScope(ResourceId(f"/subscriptions/{ONE}")), TagScope("stage", "test"))
    freeze = Freeze(datetime(2026, 12, 20, tzinfo=UTC), datetime(2027, 1, 4, 6, tzinfo=UTC))
    assert remediation.limits == Limits(Mode.APPROVE, scopes, 1, (freeze,), stopped=True)
    assert remediation.rules == ApprovalRules(four_eyes=False, valid_for=timedelta(hours=8))
    assert remediation.writer_client_id == "writer"
