"""Timer triggers: run a function when its schedule falls due.

Source: Microsoft Learn, "Timer trigger for Azure Functions": one run at a time, the next one is
reckoned when the last has ended; `RunOnStartup`; `IsPastDue` for a run later than scheduled.
"""

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from azure.functions.meta import Datum

from functions_host.invocation import Arrival, Invoker
from functions_host.loader import HostedFunction
from functions_host.ncrontab import Schedule
from functions_host.triggers import TimerTrigger

# A sleeping machine stops the clock that waits are measured by, so long waits look up often.
_LONGEST_WAIT: Final = timedelta(seconds=30)
_PUNCTUAL: Final = timedelta(seconds=2)

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Give the time of this machine, aware, in UTC."""
    return datetime.now(UTC)


class TimerListener:
    """Runs one function on its schedule until it is stopped.

    What fell due while the host was not running is not made up for: the real host reads that from
    storage, which on a development machine usually begins empty too.
    """

    def __init__(
        self,
        function: HostedFunction,
        trigger: TimerTrigger,
        schedule: Schedule,
        invoker: Invoker,
        clock: Clock = system_clock,
    ) -> None:
        self._function = function
        self._trigger = trigger
        self._schedule = schedule
        self._invoker = invoker
        self._clock = clock
        self._stopping = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name=f"timer {function.name}", daemon=True
        )

    def start(self) -> None:
        """Begin to wait, after a first run if the trigger asks for one on start-up."""
        self._thread.start()

    def stop(self) -> None:
        """Begin no further run; one at work goes on."""
        self._stopping.set()

    def _run(self) -> None:
        last: datetime | None = None
        if self._trigger.run_on_startup:
            last = self._fire(last, is_past_due=False)
        due = self._schedule.after(self._clock())
        while not self._stopping.is_set():
            ahead = due - self._clock()
            if ahead > timedelta(0):
                self._stopping.wait(min(ahead, _LONGEST_WAIT).total_seconds())
                continue
            last = self._fire(last, is_past_due=-ahead > _PUNCTUAL)
            due = self._schedule.after(self._clock())

    def _fire(self, last: datetime | None, *, is_past_due: bool) -> datetime:
        began = self._clock()
        status = schedule_status(self._schedule, last, began) if self._trigger.use_monitor else None
        arrival = timer_arrival(is_past_due=is_past_due, status=status)
        self._invoker.start(self._function, arrival).result()
        return began


def schedule_status(schedule: Schedule, last: datetime | None, now: datetime) -> dict[str, str]:
    """Give the trigger's view of its runs: the last (year 1 for none), the next, and since when."""
    before = last if last is not None else datetime.min.replace(tzinfo=UTC)
    return {
        "Last": before.isoformat(),
        "LastUpdated": before.isoformat(),
        "Next": schedule.after(now).isoformat(),
    }


def timer_arrival(*, is_past_due: bool, status: dict[str, str] | None) -> Arrival:
    """Give what a timer trigger hands to its function.

    Source: azure-functions, `timer.py`: the names that its converter reads.
    """
    document = {
        "Schedule": {"AdjustForDST": True},
        "ScheduleStatus": status,
        "IsPastDue": is_past_due,
    }
    return Arrival(Datum(json.dumps(document), "json"))
