"""The functions of the app, asked for once: the library refuses to be asked twice."""

from __future__ import annotations

from typing import Final

import function_app

FUNCTIONS: Final = tuple(function_app.app.get_functions())
