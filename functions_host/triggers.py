"""The bindings of a function as typed values, from what the azure-functions library reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from functions_host import HostError

RETURN_VALUE: Final = "$return"
ALL_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


class UnsupportedBinding(HostError):
    """A function has a binding that this host does not serve."""

    def __init__(self, function_name: str, binding_type: str, reason: str) -> None:
        self.function_name = function_name
        self.binding_type = binding_type
        super().__init__(f"function {function_name}: binding {binding_type} {reason}")


@dataclass(frozen=True, slots=True)
class TimerTrigger:
    """Run on an NCRONTAB schedule, which may still hold `%SETTING%`."""

    argument: str
    schedule: str
    run_on_startup: bool
    use_monitor: bool


@dataclass(frozen=True, slots=True)
class QueueTrigger:
    """Run once for each message of a storage queue."""

    argument: str
    queue_name: str
    connection: str


@dataclass(frozen=True, slots=True)
class EventGridTrigger:
    """Run once for each event posted to the Event Grid endpoint."""

    argument: str


@dataclass(frozen=True, slots=True)
class HttpTrigger:
    """Run for requests that match a route template, relative to the route prefix."""

    argument: str
    route: str
    methods: frozenset[str]


Trigger = TimerTrigger | QueueTrigger | EventGridTrigger | HttpTrigger


@dataclass(frozen=True, slots=True)
class QueueOutput:
    """What the function puts here is sent to a storage queue."""

    name: str
    queue_name: str
    connection: str


@dataclass(frozen=True, slots=True)
class HttpOutput:
    """What the function puts here answers the HTTP request."""

    name: str


Output = QueueOutput | HttpOutput


@dataclass(frozen=True, slots=True)
class ReportedBinding:
    """One binding in the terms of function.json: `type`, `name`, direction, and the rest."""

    type: str
    name: str
    is_output: bool
    properties: Mapping[str, object]

    def text(self, name: str) -> str:
        """Give a property as text, empty when it is absent."""
        value = self.properties.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str, *, default: bool) -> bool:
        """Give a property that is true, false or absent."""
        value = self.properties.get(name)
        return default if value is None else str(value).lower() == "true"


def read_trigger(function_name: str, binding: ReportedBinding) -> Trigger:
    """Turn a function's trigger binding into its type.

    Raises:
        UnsupportedBinding: for a trigger of any other kind.
    """
    match binding.type:
        case "timerTrigger":
            return TimerTrigger(
                argument=binding.name,
                schedule=binding.text("schedule"),
                run_on_startup=binding.flag("runOnStartup", default=False),
                use_monitor=binding.flag("useMonitor", default=True),
            )
        case "queueTrigger":
            return QueueTrigger(
                argument=binding.name,
                queue_name=binding.text("queueName"),
                connection=binding.text("connection"),
            )
        case "eventGridTrigger":
            return EventGridTrigger(argument=binding.name)
        case "httpTrigger":
            return HttpTrigger(
                argument=binding.name,
                route=binding.text("route") or function_name,
                methods=_methods(binding.properties.get("methods")),
            )
    raise UnsupportedBinding(function_name, binding.type, "is no trigger of this host")


def read_output(function_name: str, binding: ReportedBinding) -> Output:
    """Turn a function's output binding into its type.

    Raises:
        UnsupportedBinding: for an output of any other kind.
    """
    match binding.type:
        case "queue":
            return QueueOutput(
                name=binding.name,
                queue_name=binding.text("queueName"),
                connection=binding.text("connection"),
            )
        case "http":
            return HttpOutput(name=binding.name)
    raise UnsupportedBinding(function_name, binding.type, "is no output of this host")


def _methods(reported: object) -> frozenset[str]:
    if not isinstance(reported, list | tuple | set | frozenset) or not reported:
        return ALL_METHODS
    return frozenset(str(method).upper() for method in reported)
