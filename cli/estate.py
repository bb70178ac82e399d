"""The estate that a command asks about: read from a snapshot file, or live from Azure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import typer

from cli.output import progress
from shared.adapters.arm_reads import Supplement
from shared.adapters.payloads import UNREAD_TYPE, SnapshotBuilder
from shared.adapters.snapshot_file import SnapshotWriter, read_snapshot
from shared.network.snapshot import Snapshot
from shared.usecases.interfaces import InventoryError, Scope
from shared.wiring import Runtime

_ROWS_BETWEEN_SIGNS: Final = 500


class NothingReadableError(InventoryError):
    """No subscription of the scope can be seen."""

    def __init__(self) -> None:
        """Say what to do about it."""
        super().__init__(
            "no subscription can be read: sign in with `az login`, or ask for the role Reader"
        )


@dataclass(frozen=True, slots=True)
class SnapshotFile:
    """A file of rows (`-` for standard input), and when they were read; None for now."""

    path: str
    at: datetime | None = None


Source = SnapshotFile | Scope


def chosen_source(
    snapshot: str | None,
    at: datetime | None = None,
    subscriptions: Sequence[str] = (),
    management_group: str | None = None,
) -> Source:
    """Make one source of the options of a command; an empty scope is that of the settings.

    Raises:
        BadParameter: options that contradict each other.
    """
    if snapshot is not None:
        if subscriptions or management_group:
            raise typer.BadParameter(
                "--snapshot holds its estate; --subscription and --management-group are for Azure"
            )
        return SnapshotFile(snapshot, at)
    if at is not None:
        raise typer.BadParameter("--at goes with --snapshot; what is read from Azure is of now")
    if subscriptions and management_group:
        raise typer.BadParameter("--subscription and --management-group exclude each other")
    return Scope(tuple(subscriptions), management_group)


def read_estate(
    runtime: Runtime,
    source: Source,
    save_as: Path | None = None,
    further: Sequence[Supplement] = (),
) -> Snapshot:
    """Read the whole estate, and save its rows once all is read.

    `further` supplements are laid over what is read from Azure.

    Raises:
        SnapshotFileError: the file cannot be read, or `save_as` not be written.
        InventoryError: nothing could be read from Azure.
    """
    with _saving(save_as) as keep, progress("Reading the estate") as status:
        read = 0

        def on_row(row: bytes) -> None:
            nonlocal read
            keep(row)
            read += 1
            if read % _ROWS_BETWEEN_SIGNS == 0:
                status.update(f"Reading the estate: {read:,} rows")

        if isinstance(source, SnapshotFile):
            return _from_file(runtime, source, on_row)
        return _from_azure(runtime, source, on_row, further)


class _Tee:
    """Hands rows to the builder, and those that it took to a second taker."""

    def __init__(self, builder: SnapshotBuilder, on_row: Callable[[bytes], None]) -> None:
        self._builder = builder
        self._on_row = on_row

    def add_json(self, text: bytes) -> None:
        """Take one row."""
        self._builder.add_json(text)
        self._on_row(text)

    def mark_unread(self, scope: str, reason: str) -> None:
        """Note a gap, in the rows that are kept too."""
        self._builder.mark_unread(scope, reason)
        gap = {"id": scope, "type": UNREAD_TYPE, "properties": {"reason": reason}}
        self._on_row(json.dumps(gap).encode())


def _from_file(runtime: Runtime, source: SnapshotFile, on_row: Callable[[bytes], None]) -> Snapshot:
    builder = SnapshotBuilder()
    read_snapshot(source.path, _Tee(builder, on_row))
    return builder.build(source.at or runtime.clock.now())


def _from_azure(
    runtime: Runtime,
    asked: Scope,
    on_row: Callable[[bytes], None],
    further: Sequence[Supplement],
) -> Snapshot:
    """Read every subscription of the scope; those named that cannot be seen end up as unread."""
    scope = runtime.settings.scope if asked == Scope() else asked
    inventory = runtime.inventory_seen_by(on_row, further)
    wanted = scope.subscriptions or [one.id for one in inventory.subscriptions(scope)]
    if not wanted:
        raise NothingReadableError
    return inventory.read(wanted)


@contextmanager
def _saving(path: Path | None) -> Iterator[Callable[[bytes], None]]:
    if path is None:
        yield lambda _row: None
        return
    with SnapshotWriter(path) as writer:
        yield writer.write
