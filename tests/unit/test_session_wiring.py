"""Which storage account is opened how, for audit logs."""

from __future__ import annotations

import pytest
from azure.storage.blob._shared.authentication import SharedKeyCredentialPolicy

from shared.adapters.arm_endpoint import Cloud
from shared.adapters.audit_blobs import AuditBlobs
from shared.config import blob_url, read_settings
from shared.config.secret import Secret
from shared.config.storage import KeyStorage
from shared.usecases.session_interfaces import AuditLogs
from shared.wiring import command_line_runtime

KEY = "c2VjcmV0"


@pytest.mark.parametrize(
    ("text", "account", "is_of"),
    [
        (f"AccountName=stlogs;AccountKey={KEY}", "stlogs", True),
        (f"accountname=STLOGS;AccountKey={KEY}", "stlogs", True),
        (f"AccountName=stapp;AccountKey={KEY}", "stlogs", False),
        ("UseDevelopmentStorage=true", "devstoreaccount1", True),
        ("UseDevelopmentStorage=true", "stlogs", False),
    ],
)
def test_connection_string_is_of_one_account(text: str, account: str, is_of: bool) -> None:  # noqa: FBT001
    assert KeyStorage(Secret(text)).is_of(account) is is_of


def test_blobs_are_where_the_cloud_has_them() -> None:
    assert blob_url("stlogs", Cloud.PUBLIC) == "https://stlogs.blob.core.windows.net"
    assert blob_url("stlogs", Cloud.CHINA) == "https://stlogs.blob.core.chinacloudapi.cn"


@pytest.mark.parametrize(
    ("environ", "urls"),
    [
        pytest.param(
            {"AzureWebJobsStorage": f"AccountName=stapp;AccountKey={KEY}"},
            [
                "https://stlogs.blob.core.windows.net/ identity",
                "https://stapp.blob.core.windows.net/ key",
            ],
            id="own-account-by-its-key",
        ),
        pytest.param(
            {"AzureWebJobsStorage__accountName": "stapp"},
            [
                "https://stlogs.blob.core.windows.net/ identity",
                "https://stapp.blob.core.windows.net/ identity",
            ],
            id="by-identity",
        ),
        pytest.param(
            {
                "AzureWebJobsStorage": "UseDevelopmentStorage=true",
                "PORTCULLIS_ARM_ENDPOINT": "http://127.0.0.1:8900",
            },
            ["http://127.0.0.1:10000/devstoreaccount1/ key"] * 2,
            id="all-in-the-emulator-beside-the-simulator",
        ),
    ],
)
def test_audit_logs_are_opened_by_identity_or_by_the_apps_own_key(
    environ: dict[str, str], urls: list[str]
) -> None:
    accounts = {"PORTCULLIS_BASTION_LOG_ACCOUNTS": "stlogs,stapp"}
    logs = command_line_runtime(read_settings({**environ, **accounts})).session_reading.logs
    assert [opened(one) for one in logs] == urls


def opened(logs: AuditLogs) -> str:
    """Say where an account is and by what it is opened."""
    assert isinstance(logs, AuditBlobs)
    has_key = isinstance(logs._service.credential, SharedKeyCredentialPolicy)
    return f"{logs.url} {'key' if has_key else 'identity'}"
