"""Management locks: what they stop, wherever they stand above a resource.

Source: Microsoft Learn, "Lock your resources to protect your infrastructure": a lock holds for all
below its scope, `CanNotDelete` stops deletion, `ReadOnly` every write.
"""

from collections.abc import Iterator

from simulator.arm.errors import ArmError
from simulator.arm.identifiers import key_of
from simulator.exchange import JsonObject
from simulator.simulation import Simulation

SEGMENT = "/providers/microsoft.authorization/locks"


def scope_of(lock_id: str) -> str:
    """Return the key of what a lock stands on."""
    return key_of(lock_id).rpartition(SEGMENT)[0]


def locks_within(simulation: Simulation, scope: str) -> list[JsonObject]:
    """Return the locks on a scope and on all below it, by their ids."""
    key = key_of(scope)
    return [
        lock
        for lock_key, lock in sorted(simulation.locks.items())
        if (scope_of(lock_key) + "/").startswith(key + "/")
    ]


def require_unlocked(simulation: Simulation, target: str, action: str) -> None:
    """Refuse a `write` or `delete` that a lock on the target or above it stops."""
    stopping = sorted(_stopping(simulation, key_of(target), action))
    if stopping:
        message = (
            f"The scope '{target}' cannot perform {action} operation because following scope(s) "
            f"are locked: '{','.join(stopping)}'. Please remove the lock and try again."
        )
        raise ArmError(409, "ScopeLocked", message)


def _stopping(simulation: Simulation, target: str, action: str) -> Iterator[str]:
    for lock_key, lock in simulation.locks.items():
        scope = scope_of(lock_key)
        level = str(lock["properties"]["level"]).lower()
        stops = level == "readonly" or (level == "cannotdelete" and action == "delete")
        if stops and (target + "/").startswith(scope + "/"):
            yield scope
