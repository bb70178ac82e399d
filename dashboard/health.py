"""Whether the app lives, and whether it is ready: settings valid, storage reachable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from shared.config import InvalidSettingsError
from shared.usecases.interfaces import StoreError
from shared.wiring import functions_runtime


def live(_request: Request) -> Response:
    """Answer that the app runs."""
    return JSONResponse({"status": "live"})


def readiness(environ: Mapping[str, str]) -> Callable[[Request], Response]:
    """Give what answers whether the app can work: 200, else 503 and what it lacks."""

    def ready(_request: Request) -> Response:
        settings = storage = "ok"
        try:
            functions_runtime(environ).reports.tallies.kept()
        except InvalidSettingsError:
            settings, storage = "not valid", "not asked"
        except StoreError:
            storage = "not reachable"
        is_ready = settings == storage == "ok"
        return JSONResponse(
            {
                "status": "ready" if is_ready else "not ready",
                "settings": settings,
                "storage": storage,
            },
            HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE,
        )

    return ready
