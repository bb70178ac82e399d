"""The settings of the command line: the environment, and what `local.settings.json` adds."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from shared.config import Settings, read_settings
from shared.usecases.interfaces import PortcullisError
from shared.wiring import Runtime, command_line_runtime

LOCAL_SETTINGS: Final = Path("local.settings.json")


class LocalSettingsError(PortcullisError):
    """A `local.settings.json` that cannot be used."""

    def __init__(self, fault: str) -> None:
        """Keep what is wrong with it."""
        super().__init__(f"{LOCAL_SETTINGS}: {fault}")


def command_settings() -> Settings:
    """Read the settings; a variable of the environment wins over the file.

    The file is looked for in the current folder, and may be missing.

    Raises:
        LocalSettingsError: the file cannot be read.
        InvalidSettingsError: with every fault of the settings.
    """
    return read_settings({**_file_values(), **os.environ})


def command_runtime() -> Runtime:
    """Give a runtime by these settings, signed in as the person at the terminal."""
    return command_line_runtime(command_settings())


def _file_values() -> Mapping[str, str]:
    """Read `Values`, as the Functions host does.

    Source: Microsoft Learn, "Code and test Azure Functions locally", local settings file.
    """
    try:
        document = json.loads(LOCAL_SETTINGS.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except json.JSONDecodeError as error:
        raise LocalSettingsError(f"line {error.lineno}: {error.msg}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise LocalSettingsError(f"cannot be read: {error}") from error
    values = document.get("Values") if isinstance(document, dict) else None
    if not isinstance(values, dict) or not all(isinstance(v, str) for v in values.values()):
        raise LocalSettingsError('it needs an object "Values" whose members are texts')
    return values
