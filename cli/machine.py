"""The machine that a command is about, found by what people call it."""

from __future__ import annotations

import typer

from shared.exposure.explanation import machines_called
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot


def the_machine(estate: Snapshot, name: str) -> ResourceId:
    """Find the one machine of a name or id.

    Raises:
        BadParameter: none is called that, or several are.
    """
    candidates = machines_called(estate, name)
    if not candidates:
        raise typer.BadParameter(f"no machine is called {name!r}", param_hint="--vm")
    if len(candidates) > 1:
        listed = ", ".join(candidate.text for candidate in candidates)
        raise typer.BadParameter(
            f"{len(candidates)} machines are called {name!r}, give one of their ids: {listed}",
            param_hint="--vm",
        )
    return candidates[0]
