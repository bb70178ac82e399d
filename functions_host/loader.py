"""Load an app's `function_app.py` and read its functions."""

import importlib.util
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Final, cast

import azure.functions as func

from functions_host import HostError
from functions_host.signature import Signature, read_signature
from functions_host.triggers import (
    ReportedBinding,
    Trigger,
    UnsupportedBinding,
    read_output,
    read_trigger,
)

_MODULE: Final = "function_app"

_ShutDown = Callable[[], Coroutine[object, object, None]]


class AppNotLoadable(HostError):
    """`function_app.py` is missing, raises while it is imported, or defines no single app."""


@dataclass(frozen=True, slots=True)
class HostedFunction:
    """One function of the app, ready to be called."""

    name: str
    call: Callable[..., object]
    directory: str
    trigger: Trigger
    signature: Signature
    bindings: tuple[ReportedBinding, ...]


@dataclass(frozen=True, slots=True)
class LoadedApp:
    """An imported app and its functions."""

    app: func.FunctionRegister
    functions: tuple[HostedFunction, ...]

    def shutdown(self) -> Coroutine[object, object, None] | None:
        """Give what tells a started ASGI app to shut down; None where there is nothing to tell.

        The library would do it when the app is collected, on another event loop, and hang there:
        so it is marked as done.

        Source: azure-functions, `function_app.py`, `AsgiFunctionApp.__del__`.
        """
        if not isinstance(self.app, func.AsgiFunctionApp) or not self.app.startup_task_done:
            return None
        self.app.startup_task_done = False
        return cast("_ShutDown", self.app.middleware.notify_shutdown)()


@contextmanager
def loaded_app(app_dir: Path) -> Iterator[LoadedApp]:
    """Import the app with its directory first on the path, and take both back at the end.

    Raises:
        AppNotLoadable: the module cannot be imported or holds no single FunctionApp.
        HostError: a function has bindings that this host does not serve.
    """
    directory = str(app_dir)
    earlier = sys.modules.get(_MODULE)
    sys.path.insert(0, directory)
    try:
        app = _only_app(_import_app(app_dir))
        yield LoadedApp(app, tuple(_hosted(one, directory) for one in _functions(app, directory)))
    finally:
        sys.path.remove(directory)
        sys.modules.pop(_MODULE, None)
        if earlier is not None:
            sys.modules[_MODULE] = earlier


def _import_app(app_dir: Path) -> ModuleType:
    path = app_dir / f"{_MODULE}.py"
    spec = importlib.util.spec_from_file_location(_MODULE, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise AppNotLoadable(f"{path}: there is no such file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[_MODULE] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise AppNotLoadable(f"{path}: {type(error).__name__}: {error}") from error
    return module


def _only_app(module: ModuleType) -> func.FunctionRegister:
    apps = {
        id(value): value
        for value in vars(module).values()
        if isinstance(value, func.FunctionRegister)
    }
    if len(apps) != 1:
        raise AppNotLoadable(f"{module.__file__}: one FunctionApp is needed, found {len(apps)}")
    return next(iter(apps.values()))


def _functions(app: func.FunctionRegister, directory: str) -> list[func.Function]:
    try:
        return app.get_functions()
    except ValueError as error:
        raise AppNotLoadable(f"{directory}: {error}") from error


def _hosted(function: func.Function, directory: str) -> HostedFunction:
    name = function.get_function_name() or ""
    reported = function.get_trigger()
    bindings = [_reported(binding.get_dict_repr()) for binding in function.get_bindings()]
    trigger_binding = next(
        binding for binding in bindings if reported is not None and binding.name == reported.name
    )
    outputs = [binding for binding in bindings if binding.is_output]
    for binding in bindings:
        if not binding.is_output and binding is not trigger_binding:
            raise UnsupportedBinding(name, binding.type, "is an input that this host lacks")
    trigger = read_trigger(name, trigger_binding)
    call = function.get_user_function()
    return HostedFunction(
        name=name,
        call=call,
        directory=directory,
        trigger=trigger,
        signature=read_signature(
            name,
            call,
            (trigger_binding.type, trigger),
            [(binding.type, read_output(name, binding)) for binding in outputs],
        ),
        bindings=tuple(bindings),
    )


def _reported(properties: dict[str, object]) -> ReportedBinding:
    direction = getattr(properties["direction"], "name", "")
    methods = properties.get("methods")
    return ReportedBinding(
        type=str(properties["type"]),
        name=str(properties["name"]),
        is_output=direction == "OUT",
        properties={
            name: list(methods) if name == "methods" and isinstance(methods, Iterator) else value
            for name, value in properties.items()
        },
    )
