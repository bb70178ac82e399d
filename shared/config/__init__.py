"""Settings: what an operator may choose, read from the environment once and checked together."""

from shared.config.reading import Fault, InvalidSettingsError
from shared.config.secret import Secret
from shared.config.settings import Setting, Settings, read_settings
from shared.config.storage import IdentityStorage, KeyStorage, StorageConnection, storage_missing

__all__ = [
    "Fault",
    "IdentityStorage",
    "InvalidSettingsError",
    "KeyStorage",
    "Secret",
    "Setting",
    "Settings",
    "StorageConnection",
    "read_settings",
    "storage_missing",
]
