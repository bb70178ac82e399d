"""The app's settings: where they come from, and the names that bindings look up in them."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from functions_host import HostError

# Source: Azurite README, "Default Storage Account" and "Connection Strings": what the shorthand
# UseDevelopmentStorage=true stands for.
_DEVELOPMENT_STORAGE: Final = (
    "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;"
    "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/"
    "K1SZFPTOtr/KBHBeksoGMGw==;"
    "BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1;"
    "QueueEndpoint=http://127.0.0.1:10001/devstoreaccount1;"
    "TableEndpoint=http://127.0.0.1:10002/devstoreaccount1;"
)
_PLACEHOLDER: Final = re.compile(r"%([^%]+)%")
_TRUE: Final = frozenset({"1", "true"})


class SettingMissing(HostError):
    """A binding names a setting that has no value."""

    def __init__(self, name: str, remedy: str) -> None:
        self.name = name
        super().__init__(f"setting {name!r} has no value: {remedy}")


class UnreadableSettings(HostError):
    """The settings file is not what Core Tools would accept."""


@dataclass(frozen=True, slots=True)
class AppSettings:
    """Every setting of the app by name, as the app itself sees them in its environment."""

    values: Mapping[str, str]

    def resolve(self, text: str) -> str:
        """Replace each `%NAME%` in a binding property by the setting of that name.

        Source: Microsoft Learn, "Azure Functions triggers and bindings: binding expressions",
        app settings.
        """
        return _PLACEHOLDER.sub(lambda found: self._value(found[1]), text)

    def connection_string(self, connection: str) -> str:
        """Give the storage connection string that a binding's `connection` names.

        The name is looked up with the prefix AzureWebJobs first, then bare.  An identity
        connection (`NAME__queueServiceUri`) has no string and is reported as missing.

        Source: Microsoft Learn, "Azure Queue storage trigger for Azure Functions", connections.
        """
        for name in (f"AzureWebJobs{connection}", connection):
            if value := self.values.get(name):
                return _expanded(value)
        raise SettingMissing(connection, "this host needs a storage connection string there")

    def is_disabled(self, function_name: str) -> bool:
        """Tell whether a setting switches the function off.

        Source: Microsoft Learn, "How to disable functions in Azure Functions", app settings.
        """
        names = (
            f"AzureWebJobs.{function_name}.Disabled",
            f"AzureWebJobs__{function_name}__Disabled",
        )
        return any(self.values.get(name, "").lower() in _TRUE for name in names)

    def _value(self, name: str) -> str:
        if name not in self.values:
            raise SettingMissing(name, f"a binding refers to it as %{name}%")
        return self.values[name]


def read_local_settings(path: Path) -> dict[str, str]:
    """Give the `Values` of a `local.settings.json`.

    Raises:
        UnreadableSettings: the file is absent, encrypted, not JSON, or a value is not text.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise UnreadableSettings(f"{path}: {error}") from error
    values = document.get("Values") if isinstance(document, dict) else None
    if not isinstance(values, dict):
        raise UnreadableSettings(f'{path}: no object named "Values" in it')
    if document.get("IsEncrypted"):
        raise UnreadableSettings(f'{path}: "IsEncrypted" must be false for this host')
    wrong = [name for name, value in values.items() if not isinstance(value, str)]
    if wrong:
        raise UnreadableSettings(f"{path}: values must be text: {', '.join(wrong)}")
    return values


def _expanded(connection_string: str) -> str:
    parts = {part.strip().lower() for part in connection_string.split(";")}
    return _DEVELOPMENT_STORAGE if "usedevelopmentstorage=true" in parts else connection_string
