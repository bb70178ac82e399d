"""How a function's Python arguments meet its bindings.

Source: azure-functions-python-worker, `functions.py`: the rules by which the real worker accepts
or refuses a function while it loads the app.
"""

import inspect
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import azure.functions as func

from functions_host import HostError, converters
from functions_host.triggers import RETURN_VALUE, Output, Trigger

_CONTEXT: Final = "context"


class SignatureMismatch(HostError):
    """The arguments of a function are not those that its bindings name."""

    def __init__(self, function_name: str, problem: str) -> None:
        self.function_name = function_name
        super().__init__(f"function {function_name}: {problem}")


@dataclass(frozen=True, slots=True)
class OutputSlot:
    """One output of a function with the converter that its annotation selects."""

    output: Output
    converter: str


@dataclass(frozen=True, slots=True)
class Signature:
    """How to call one function.

    `arguments` are the outputs that are passed in as `func.Out`; `returned` takes the return value.
    """

    is_async: bool
    takes_context: bool
    trigger_converter: str
    arguments: tuple[OutputSlot, ...]
    returned: OutputSlot | None


def read_signature(
    function_name: str,
    call: Callable[..., object],
    trigger: tuple[str, Trigger],
    outputs: Sequence[tuple[str, Output]],
) -> Signature:
    """Match a function's parameters with its trigger and outputs, each with its binding type.

    Raises:
        SignatureMismatch: a parameter without binding, a binding without parameter, or an
            annotation that the library's converter for the binding refuses.
    """
    parameters = set(inspect.signature(call).parameters)
    try:
        annotations = typing.get_type_hints(call)
    except NameError as error:
        raise SignatureMismatch(function_name, f"annotation: {error}") from error
    trigger_type, bound_trigger = trigger
    bound = {bound_trigger.argument, *(output.name for _, output in outputs)} - {RETURN_VALUE}
    takes_context = _CONTEXT in parameters and _CONTEXT not in bound
    _check_names(function_name, parameters - ({_CONTEXT} if takes_context else set()), bound)
    if takes_context and annotations.get(_CONTEXT, func.Context) is not func.Context:
        raise SignatureMismatch(function_name, "context must be a func.Context")
    slots = [_slot(function_name, *output, annotations) for output in outputs]
    return Signature(
        is_async=inspect.iscoroutinefunction(call),
        takes_context=takes_context,
        trigger_converter=_input_converter(
            function_name, trigger_type, annotations.get(bound_trigger.argument)
        ),
        arguments=tuple(slot for slot in slots if slot.output.name != RETURN_VALUE),
        returned=next((slot for slot in slots if slot.output.name == RETURN_VALUE), None),
    )


def _check_names(function_name: str, parameters: set[str], bound: set[str]) -> None:
    if unbound := sorted(parameters - bound):
        raise SignatureMismatch(function_name, f"no binding for {', '.join(unbound)}")
    if absent := sorted(bound - parameters):
        raise SignatureMismatch(function_name, f"no parameter for binding {', '.join(absent)}")


def _input_converter(function_name: str, binding_type: str, annotation: object) -> str:
    if annotation is None:
        return binding_type
    converter = converters.GENERIC if annotation in {str, bytes} else binding_type
    if not converters.accepts_input(converter, annotation):
        raise SignatureMismatch(function_name, f"{binding_type} does not give {annotation!r}")
    return converter


def _slot(
    function_name: str, binding_type: str, output: Output, annotations: Mapping[str, object]
) -> OutputSlot:
    if output.name == RETURN_VALUE or output.name not in annotations:
        return OutputSlot(output, binding_type)
    annotation = annotations[output.name]
    if typing.get_origin(annotation) is not func.Out:
        raise SignatureMismatch(function_name, f"{output.name} must be a func.Out")
    (value_type,) = typing.get_args(annotation)
    converter = converters.GENERIC if value_type in {str, bytes} else binding_type
    if not converters.accepts_output(converter, value_type):
        raise SignatureMismatch(function_name, f"{binding_type} does not take {value_type!r}")
    return OutputSlot(output, converter)
