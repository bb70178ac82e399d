"""Which apps the local Functions host loads, and which it refuses with the reason.

Rules: azure-functions-python-worker, `functions.py` and `loader.py`.
"""

import os
import sys
from pathlib import Path

import pytest

from functions_host import HostError
from functions_host.host import start
from tests.conftest import ServeApp, write_app


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        pytest.param("raise RuntimeError('top level')", "RuntimeError: top level", id="raises"),
        pytest.param("other = func.FunctionApp()", "found 2", id="two-apps"),
        pytest.param("del app", "found 0", id="no-app"),
        pytest.param(
            """
            @app.route(route="a")
            def f(req: func.HttpRequest, extra: str) -> str: ...
            """,
            "no binding for extra",
            id="unbound-parameter",
        ),
        pytest.param(
            """
            @app.route(route="a")
            @app.queue_output(arg_name="out", queue_name="q", connection="C")
            def f(req: func.HttpRequest) -> str: ...
            """,
            "no parameter for binding out",
            id="binding-without-parameter",
        ),
        pytest.param(
            """
            @app.timer_trigger(arg_name="timer", schedule="0 * * * * *")
            def f(timer: func.QueueMessage): ...
            """,
            "timerTrigger does not give",
            id="wrong-input-type",
        ),
        pytest.param(
            """
            @app.route(route="a")
            @app.queue_output(arg_name="out", queue_name="q", connection="C")
            def f(req: func.HttpRequest, out: str) -> str: ...
            """,
            "out must be a func.Out",
            id="output-without-out",
        ),
        pytest.param(
            """
            @app.route(route="a")
            @app.queue_output(arg_name="out", queue_name="q", connection="C")
            def f(req: func.HttpRequest, out: func.Out[int]) -> str: ...
            """,
            "queue does not take",
            id="wrong-output-type",
        ),
        pytest.param(
            """
            @app.route(route="a")
            def f(req: func.HttpRequest, context: str) -> str: ...
            """,
            "context must be",
            id="wrong-context-type",
        ),
        pytest.param(
            """
            @app.blob_trigger(arg_name="blob", path="a/b", connection="C")
            def f(blob: func.InputStream): ...
            """,
            "blobTrigger is no trigger of this host",
            id="unserved-trigger",
        ),
        pytest.param(
            """
            @app.route(route="a")
            @app.table_output(arg_name="row", table_name="t", connection="C")
            def f(req: func.HttpRequest, row: func.Out[str]) -> str: ...
            """,
            "table is no output of this host",
            id="unserved-output",
        ),
        pytest.param(
            """
            @app.route(route="a")
            @app.blob_input(arg_name="blob", path="a/b", connection="C")
            def f(req: func.HttpRequest, blob: func.InputStream) -> str: ...
            """,
            "blob is an input that this host lacks",
            id="unserved-input",
        ),
        pytest.param(
            """
            @app.route(route="a")
            def f(req: func.HttpRequest) -> str: ...
            @app.route(route="b")
            @app.function_name("f")
            def g(req: func.HttpRequest) -> str: ...
            """,
            "unique",
            id="two-of-one-name",
        ),
        pytest.param(
            """
            @app.queue_trigger(arg_name="message", queue_name="q", connection="Absent")
            def f(message: str): ...
            """,
            "setting 'Absent' has no value",
            id="no-connection",
        ),
    ],
)
def test_app_at_fault_is_refused(serve_app: ServeApp, source: str, fault: str) -> None:
    with pytest.raises(HostError, match=fault):
        serve_app(source)


def test_missing_app_is_refused(tmp_path: Path) -> None:
    write_app(tmp_path, "")
    (tmp_path / "function_app.py").unlink()
    with pytest.raises(HostError, match=r"function_app\.py: there is no such file"):
        start(tmp_path, {})


def test_refused_app_leaves_environment_and_path_as_they_were(tmp_path: Path) -> None:
    write_app(tmp_path, "import nothing_of_that_name")
    before = (dict(os.environ), list(sys.path))
    with pytest.raises(HostError):
        start(tmp_path, {"PATH": "changed", "LEFT_BEHIND": "no"})
    assert (dict(os.environ), list(sys.path)) == before


def test_stopped_host_leaves_environment_and_path_as_they_were(tmp_path: Path) -> None:
    write_app(tmp_path, "")
    before = (dict(os.environ), list(sys.path), "function_app" in sys.modules)
    with start(tmp_path, {"PATH": "changed", "LEFT_BEHIND": "no"}):
        assert os.environ["LEFT_BEHIND"] == "no"
    assert (dict(os.environ), list(sys.path), "function_app" in sys.modules) == before
