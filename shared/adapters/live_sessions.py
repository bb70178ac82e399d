"""Bastions and the sessions open on them, asked of Azure directly.

Source: REST reference, "Get Active Sessions" and "Disconnect Active Sessions" of Bastion hosts; SDK
models `BastionActiveSession` and `BastionSessionState` of azure-mgmt-network 33.1.0, all of whose
members may be missing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec

from shared.adapters.arm_reads import LONGEST_OPERATION_SECONDS, POLLING_SECONDS, ArmReader
from shared.findings.session import LiveSession
from shared.network.ids import InvalidResourceIdError, ResourceId, resource_id
from shared.usecases.interfaces import InventoryError
from shared.usecases.session_interfaces import DisconnectAnswer

if TYPE_CHECKING:
    from azure.mgmt.network.models import BastionActiveSession, BastionSessionState

NO_ANSWER: Final = DisconnectAnswer("NotFound", "Azure's answer names no such session")


class LiveBastionReads:
    """The `LiveBastions` through azure-mgmt-network.

    `list_bastions` gives the Bastions in scope, and raises InventoryError.
    """

    def __init__(
        self, reader: ArmReader, list_bastions: Callable[[], Sequence[ResourceId]]
    ) -> None:
        """Take the way to Resource Manager; nothing is asked before the first use."""
        self._reader = reader
        self._list_bastions = list_bastions

    def bastions(self) -> Sequence[ResourceId]:
        """List the Bastions in scope."""
        return self._list_bastions()

    def sessions(self, bastion: ResourceId) -> Sequence[LiveSession]:
        """List the open sessions of a Bastion, which takes an operation of some seconds.

        Raises:
            InventoryError: as `ArmReader.ask`, or the operation did not end in time.
        """
        doing = f"listing the sessions of {bastion.name}"

        def call() -> list[BastionActiveSession]:
            poller = self._reader.network(bastion.subscription).begin_get_active_sessions(
                bastion.resource_group, bastion.name, polling_interval=POLLING_SECONDS
            )
            poller.wait(LONGEST_OPERATION_SECONDS)
            if not poller.done():
                raise InventoryError(f"{doing}: Azure did not answer in time")
            return list(poller.result())

        return [_live(bastion, one) for one in self._reader.ask(doing, call)]

    def disconnect(self, session: LiveSession) -> DisconnectAnswer:
        """End one session; a request that is repeated finds it gone.

        Raises:
            InventoryError: as `ArmReader.ask`.
        """
        bastion = session.bastion

        def call() -> list[BastionSessionState]:
            network = self._reader.network(bastion.subscription)
            return list(
                network.disconnect_active_sessions(
                    bastion.resource_group, bastion.name, {"sessionIds": [session.id]}
                )
            )

        answers = self._reader.ask(f"disconnecting a session on {bastion.name}", call)
        mine = [one for one in answers if one.session_id in (None, session.id)]
        return DisconnectAnswer(_text(mine[0].state), _text(mine[0].message)) if mine else NO_ANSWER


def _live(bastion: ResourceId, one: BastionActiveSession) -> LiveSession:
    minutes = one.session_duration_in_mins
    return LiveSession(
        id=_text(one.session_id),
        bastion=bastion,
        started=_started(one.start_time),
        machine=_machine(_text(one.target_resource_id)),
        target_name=_text(one.target_host_name),
        target_address=_text(one.target_ip_address),
        user_name=_text(one.user_name),
        protocol=_text(one.protocol).lower(),
        minutes=float(minutes) if isinstance(minutes, int | float) else None,
    )


def _text(value: object) -> str:
    return "" if value is None else str(getattr(value, "value", value))


def _started(value: object) -> datetime | None:
    """Read a start, of which Azure's model says only that it is anything."""
    try:
        time = msgspec.convert(value, datetime)
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (msgspec.ValidationError, OverflowError):
        return None


def _machine(text: str) -> ResourceId | None:
    try:
        return resource_id(text)
    except InvalidResourceIdError:
        return None
