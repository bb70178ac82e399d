"""Conversion between what a trigger brings and Python values, by the azure-functions library.

Source: azure-functions-python-worker, `bindings/meta.py` and `bindings/generic.py`: the library
registers a converter for each binding type; arguments annotated as str or bytes bypass it.
"""

import inspect
import json
from collections.abc import Mapping
from typing import Final, Protocol, cast

import azure.functions as func
from azure.functions.meta import Datum

GENERIC: Final = "generic"


class ConversionFailed(Exception):
    """A value has a type that its binding cannot take."""


class _Converter(Protocol):
    """What the library's registered converter classes offer, each either way or only one."""

    def check_input_type_annotation(self, pytype: object) -> bool: ...
    def check_output_type_annotation(self, pytype: object) -> bool: ...
    def decode(self, data: Datum, *, trigger_metadata: Mapping[str, Datum]) -> object: ...
    def encode(self, obj: object, *, expected_type: type | None) -> Datum: ...


def decode(binding_type: str, datum: Datum, metadata: Mapping[str, Datum]) -> object:
    """Give the Python value of an input for a binding type, or the bare value for `GENERIC`."""
    if binding_type == GENERIC:
        return datum.value
    try:
        return _registered(binding_type).decode(datum, trigger_metadata=metadata)
    except NotImplementedError as error:
        raise ConversionFailed(f"{binding_type} cannot take {datum!r}") from error


def encode(binding_type: str, value: object) -> Datum:
    """Give the datum that a function's output stands for.

    Raises:
        ConversionFailed: the binding has no form for a value of this type.
    """
    if binding_type == GENERIC:
        return _generic(value)
    try:
        return _registered(binding_type).encode(value, expected_type=None)
    except NotImplementedError as error:
        raise ConversionFailed(
            f"{binding_type} cannot be made from {type(value).__name__}"
        ) from error


def accepts_input(binding_type: str, annotation: object) -> bool:
    """Tell whether an argument with this annotation can receive the binding's value."""
    if binding_type == GENERIC:
        return annotation in {str, bytes}
    if not inspect.isclass(annotation):
        return False
    return _registered(binding_type).check_input_type_annotation(annotation)


def accepts_output(binding_type: str, annotation: object) -> bool:
    """Tell whether an output of this type can be given to the binding."""
    if binding_type == GENERIC:
        return annotation in {str, bytes}
    return _registered(binding_type).check_output_type_annotation(annotation)


def _registered(binding_type: str) -> _Converter:
    registry = func.get_binding_registry()  # type: ignore[no-untyped-call]  # the library's own gap
    return cast("_Converter", registry.get(binding_type))


def _generic(value: object) -> Datum:
    match value:
        case None:
            return Datum(None, None)
        case str():
            return Datum(value, "string")
        case bytes() | bytearray():
            return Datum(bytes(value), "bytes")
        case dict() | list() | int() | float():
            return Datum(json.dumps(value), "json")
    raise ConversionFailed(f"no output can be made from {type(value).__name__}")
