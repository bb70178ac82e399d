"""The app's own storage account: reached by a connection string, or by identity.

Source: Microsoft Learn, "Azure Functions developer guide", connections, for the names of the
settings of an identity-based connection.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from shared.adapters.arm_endpoint import Cloud
from shared.config.reading import Fault, InvalidSettingsError, Reading, shown
from shared.config.secret import Secret

CONNECTION: Final = "AzureWebJobsStorage"
ACCOUNT_NAME: Final = f"{CONNECTION}__accountName"
TABLE_URI: Final = f"{CONNECTION}__tableServiceUri"
QUEUE_URI: Final = f"{CONNECTION}__queueServiceUri"
CLIENT_ID: Final = f"{CONNECTION}__clientId"

_EMULATED: Final = "devstoreaccount1"
"""The emulator's account.  Source: Azurite README, "Default Storage Account"."""
_SUFFIXES: Final = {
    Cloud.PUBLIC: "core.windows.net",
    Cloud.US_GOVERNMENT: "core.usgovcloudapi.net",
    Cloud.CHINA: "core.chinacloudapi.cn",
}


@dataclass(frozen=True, slots=True)
class KeyStorage:
    """An account with its key or signature, or the emulator on this machine."""

    connection_string: Secret

    @property
    def is_emulator(self) -> bool:
        """Whether this is the emulator on this machine."""
        return self.is_of(_EMULATED)

    def is_of(self, account: str) -> bool:
        """Tell whether this is the account of a name."""
        parts = dict(
            part.strip().lower().split("=", 1)
            for part in self.connection_string.text.split(";")
            if "=" in part
        )
        return account == parts.get("accountname", _EMULATED)


@dataclass(frozen=True, slots=True)
class IdentityStorage:
    """The https addresses of an account's tables and queues, opened by the app's own identity."""

    table_url: str
    queue_url: str


StorageConnection: TypeAlias = KeyStorage | IdentityStorage


def blob_url(account: str, cloud: Cloud) -> str:
    """Give the address of an account's blobs."""
    return f"https://{account}.blob.{_SUFFIXES[cloud]}"


def storage_missing() -> InvalidSettingsError:
    """Make the error for work that needs storage when no setting says where it is."""
    return InvalidSettingsError([Fault(CONNECTION, f"is not set; set it, or {ACCOUNT_NAME}")])


def read_storage(reading: Reading, cloud: Cloud) -> StorageConnection | None:
    """Read how to reach the storage account; None when nothing says so, or it is wrong."""
    by_identity = [name for name in (ACCOUNT_NAME, TABLE_URI, QUEUE_URI) if reading.text(name)]
    if reading.text(CONNECTION):
        if by_identity:
            reading.fault(CONNECTION, f"is set beside {by_identity[0]}; keep one of the two")
        secret = reading.value(CONNECTION, _connection_string, None)
        return None if secret is None else KeyStorage(secret)
    if not by_identity:
        return None
    account = reading.value(ACCOUNT_NAME, _account_name, "")
    urls = []
    for name, service in ((TABLE_URI, "table"), (QUEUE_URI, "queue")):
        derived = f"https://{account}.{service}.{_SUFFIXES[cloud]}" if account else ""
        urls.append(reading.value(name, _service_uri, derived))
        if not reading.text(name) and not reading.text(ACCOUNT_NAME):
            reading.fault(name, f"is not set, but {by_identity[0]} is; set it or {ACCOUNT_NAME}")
    return IdentityStorage(*urls) if all(urls) else None


def _connection_string(text: str) -> Secret:
    parts = dict(part.strip().split("=", 1) for part in text.split(";") if "=" in part)
    names = {name.lower() for name, value in parts.items() if value}
    if (
        "usedevelopmentstorage" not in names
        and not {"accountname", "accountkey"} <= names
        and not {"tableendpoint", "queueendpoint", "sharedaccesssignature"} <= names
    ):
        raise ValueError(
            "is no connection string of a storage account; copy it from the account's access keys,"
            f" or set {ACCOUNT_NAME} instead to use the app's identity"
        )
    return Secret(text)


def _account_name(text: str) -> str:
    if text.isascii() and text.isalnum() and text == text.lower():
        return text
    raise ValueError(f"is {shown(text)}; write the account's name, lower-case letters and digits")


def _service_uri(text: str) -> str:
    try:
        parts = urlsplit(text)
        is_https = parts.scheme == "https" and bool(parts.hostname) and not parts.query
    except ValueError:
        is_https = False
    if not is_https:
        raise ValueError("is no https address; write https://<account>.<service>.<suffix>")
    return text.rstrip("/")
