"""The objects besides the trigger's value that a function can ask for."""

import threading
from dataclasses import dataclass, field

import azure.functions as func


class OutputValue(func.Out[object]):
    """Holds what a function sets on one of its outputs; None until then."""

    def __init__(self) -> None:
        self._value: object = None

    def set(self, val: object) -> None:
        """Take the value; a later one replaces it."""
        self._value = val

    def get(self) -> object:
        """Give back the value that was set last."""
        return self._value


@dataclass(frozen=True, slots=True)
class NoTrace:
    """A trace context that belongs to no distributed trace."""

    trace_parent: str = ""
    trace_state: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FirstTry:
    """A retry context that says that nothing was tried before."""

    retry_count: int = 0
    max_retry_count: int = 0
    exception: None = None


@dataclass(frozen=True, slots=True)
class InvocationContext:
    """What `context` gives a function, with the attributes of `func.Context`."""

    invocation_id: str
    function_name: str
    function_directory: str
    thread_local_storage: threading.local = field(default_factory=threading.local)
    trace_context: NoTrace = NoTrace()
    retry_context: FirstTry = FirstTry()

    def enter_thread(self) -> None:
        """Leave the invocation id in the storage of the thread that is about to run the function.

        Source: azure-functions, `_abc.py`, `Context.thread_local_storage`.
        """
        self.thread_local_storage.invocation_id = self.invocation_id
