"""Run functions: convert the input, call, convert and deliver the outputs, log one line."""

import asyncio
import logging
import threading
import time
import uuid
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from azure.functions.meta import Datum

from functions_host import converters
from functions_host.context import InvocationContext, OutputValue
from functions_host.loader import HostedFunction
from functions_host.signature import OutputSlot
from functions_host.triggers import HttpOutput, QueueOutput

_LOGGER: Final = logging.getLogger(__name__)

_LOOP_SECONDS: Final = 5.0

Deliver = Callable[[QueueOutput, Datum], None]


class UnexpectedReturnValue(Exception):
    """A function without a `$return` binding gave a value back, which the real worker refuses."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What sets a function off, in the form in which the real host hands it to a worker."""

    datum: Datum
    metadata: Mapping[str, Datum] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Succeeded:
    """The function ran and its outputs are delivered; `response` is what it gave to HTTP."""

    response: Datum | None


@dataclass(frozen=True, slots=True)
class Failed:
    """The function, a conversion or the delivery of an output raised `error`."""

    error: BaseException


Outcome = Succeeded | Failed


@dataclass(frozen=True, slots=True)
class _Invocation:
    """One run of one function."""

    function: HostedFunction
    context: InvocationContext
    arrival: Arrival
    outputs: Mapping[str, OutputValue]
    began: float

    def arguments(self) -> dict[str, object]:
        """Give the keyword arguments of the call, for the thread that is about to make it."""
        self.context.enter_thread()
        signature = self.function.signature
        trigger = converters.decode(
            signature.trigger_converter, self.arrival.datum, self.arrival.metadata
        )
        context = {"context": self.context} if signature.takes_context else {}
        return {self.function.trigger.argument: trigger, **self.outputs, **context}

    def given(self, returned: object) -> Iterator[tuple[OutputSlot, object]]:
        """Give each output with its value; an output that was not set is left out.

        HTTP is answered whatever the function returned, so that None is refused there.

        Raises:
            UnexpectedReturnValue: nothing is bound to the return value, and there is one.
        """
        signature = self.function.signature
        slot = signature.returned
        if slot is None and returned is not None:
            raise UnexpectedReturnValue(
                f"{self.function.name} has no $return binding but returned a value"
            )
        for argument in signature.arguments:
            value = self.outputs[argument.output.name].get()
            if value is not None:
                yield argument, value
        if slot is not None and (returned is not None or isinstance(slot.output, HttpOutput)):
            yield slot, returned


class Invoker:
    """Runs plain functions in a pool of threads and async ones on one event loop, as Azure does.

    Source: Microsoft Learn, "Azure Functions Python developer guide", async and threads.
    """

    def __init__(
        self, deliver: Deliver, function_timeout: timedelta | None, sync_threads: int | None
    ) -> None:
        self._deliver = deliver
        self._timeout = function_timeout
        self._idle = threading.Condition()
        self._running: set[str] = set()
        self._pool = ThreadPoolExecutor(sync_threads, thread_name_prefix="function")
        self._loop = asyncio.new_event_loop()
        self._loop_thread = threading.Thread(
            target=self._run_loop, name="async functions", daemon=True
        )
        self._loop_thread.start()

    def start(self, function: HostedFunction, arrival: Arrival) -> Future[Outcome]:
        """Begin one invocation; the future never raises, its outcome says how it went."""
        invocation = _Invocation(
            function=function,
            context=InvocationContext(str(uuid.uuid4()), function.name, function.directory),
            arrival=arrival,
            outputs={slot.output.name: OutputValue() for slot in function.signature.arguments},
            began=time.monotonic(),
        )
        with self._idle:
            self._running.add(invocation.context.invocation_id)
        if function.signature.is_async:
            return asyncio.run_coroutine_threadsafe(self._run_async(invocation), self._loop)
        return self._pool.submit(self._run_sync, invocation)

    def run_on_loop(self, work: Coroutine[object, object, None], limit: timedelta) -> None:
        """Run something on the loop of the async functions, for `limit` at most.

        Raises:
            TimeoutError: it had not ended by then.
        """
        asyncio.run_coroutine_threadsafe(work, self._loop).result(limit.total_seconds())

    def drain(self, grace: timedelta) -> bool:
        """Wait until nothing runs, for `grace` at most, and tell whether that came true."""
        with self._idle:
            return self._idle.wait_for(lambda: not self._running, grace.total_seconds())

    def close(self) -> None:
        """Begin nothing more: what still waits for a thread is dropped, the loop ends."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._loop_thread.join(_LOOP_SECONDS)

    def _run_loop(self) -> None:
        """Serve the loop until it is stopped, then cancel what is left on it and close it."""
        self._loop.run_forever()
        self._loop.run_until_complete(_cancel_other_tasks())
        self._loop.close()

    def _run_sync(self, invocation: _Invocation) -> Outcome:
        self._watch(invocation)
        try:
            returned = invocation.function.call(**invocation.arguments())
            outcome: Outcome = Succeeded(self._deliver_outputs(invocation, returned))
        except BaseException as error:  # noqa: BLE001  # whatever the app raises is its outcome
            outcome = Failed(error)
        return self._report(invocation, outcome)

    async def _run_async(self, invocation: _Invocation) -> Outcome:
        self._watch(invocation)
        try:
            returned = await invocation.function.call(**invocation.arguments())  # type: ignore[misc]  # is_async says that it gives an awaitable
            outcome: Outcome = Succeeded(
                await asyncio.to_thread(self._deliver_outputs, invocation, returned)
            )
        except BaseException as error:  # noqa: BLE001  # whatever the app raises is its outcome
            outcome = Failed(error)
        return self._report(invocation, outcome)

    def _deliver_outputs(self, invocation: _Invocation, returned: object) -> Datum | None:
        """Convert every output before the first is delivered; give what answers HTTP, if any."""
        outputs = [
            (slot.output, converters.encode(slot.converter, value))
            for slot, value in invocation.given(returned)
        ]
        response: Datum | None = None
        for output, datum in outputs:
            match output:
                case HttpOutput():
                    response = datum
                case QueueOutput():
                    self._deliver(output, datum)
        return response

    def _watch(self, invocation: _Invocation) -> None:
        """Have it noted in the log, once, when the invocation outlasts the time limit."""
        if self._timeout is None:
            return
        seconds = self._timeout.total_seconds()
        context = invocation.context

        def report() -> None:
            with self._idle:
                is_running = context.invocation_id in self._running
            if is_running:
                _LOGGER.error(
                    "%s (%s) runs longer than functionTimeout, %s: Azure would stop it now",
                    context.function_name,
                    context.invocation_id,
                    self._timeout,
                )

        self._loop.call_soon_threadsafe(lambda: self._loop.call_later(seconds, report))

    def _report(self, invocation: _Invocation, outcome: Outcome) -> Outcome:
        milliseconds = round((time.monotonic() - invocation.began) * 1000)
        context = invocation.context
        line = (context.function_name, context.invocation_id, milliseconds)
        match outcome:
            case Succeeded():
                _LOGGER.info("%s (%s) succeeded in %d ms", *line)
            case Failed(error):
                _LOGGER.error("%s (%s) failed in %d ms", *line, exc_info=error)
        with self._idle:
            self._running.discard(context.invocation_id)
            self._idle.notify_all()
        return outcome


async def _cancel_other_tasks() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
