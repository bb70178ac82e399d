"""Settings: what an operator may choose, read from the environment once and checked together."""

from shared.config.reading import Fault, InvalidSettingsError
from shared.config.remediation_settings import RemediationSettings
from shared.config.secret import Secret
from shared.config.session_settings import SessionSettings
from shared.config.settings import Setting, Settings, read_settings
from shared.config.storage import (
    IdentityStorage,
    KeyStorage,
    StorageConnection,
    blob_url,
    storage_missing,
)

__all__ = [
    "Fault",
    "IdentityStorage",
    "InvalidSettingsError",
    "KeyStorage",
    "RemediationSettings",
    "Secret",
    "SessionSettings",
    "Setting",
    "Settings",
    "StorageConnection",
    "blob_url",
    "read_settings",
    "storage_missing",
]
