"""From a request to its answer: faults first, then the endpoints, then errors in Azure's form."""

import logging
import time
from typing import Final

from simulator.arm.errors import ArmError
from simulator.endpoints import ROUTES
from simulator.exchange import DroppedConnection, Request, Response, UnreadableBody
from simulator.request_log import LoggedRequest
from simulator.router import Router
from simulator.simulation import Simulation

_CONTROL: Final = "/simulator/"
_LOG: Final = logging.getLogger(__name__)


class Application:
    """Answers requests for one simulation; safe to call from several threads."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation
        self._router = Router(ROUTES)

    def answer(self, request: Request) -> Response:
        """Return the answer to a request.

        Raises:
            DroppedConnection: a fault wants the connection closed instead.
        """
        if request.path.startswith(_CONTROL):
            return self._routed(request)
        received, began = self.simulation.now(), time.perf_counter()
        status = 0
        try:
            response, is_lost = self._faulted(request)
            response = response or self._routed(request)
            if is_lost:
                raise DroppedConnection
            status = response.status
        finally:
            entry = LoggedRequest(
                received, request.method, request.path, status, time.perf_counter() - began
            )
            self.simulation.log.append(entry)
        return response

    def _faulted(self, request: Request) -> tuple[Response | None, bool]:
        """Return the answer that a fault gives, if one does, and whether any answer is lost."""
        with self.simulation.lock:
            rule = self.simulation.faults.next_for(request)
        if rule is None:
            return None, False
        if rule.delay_seconds:
            time.sleep(rule.delay_seconds)
        if rule.close_connection:
            raise DroppedConnection
        return rule.response(), rule.lose_answer

    def _routed(self, request: Request) -> Response:
        try:
            return self._router.answer(self.simulation, request)
        except ArmError as error:
            return error.response()
        except UnreadableBody as error:
            return ArmError(400, "InvalidRequestContent", str(error)).response()
        except Exception:  # noqa: BLE001 - a fault of the simulator is an answer too, and is logged
            _LOG.exception("request.failed %s %s", request.method, request.path)
            return ArmError(500, "InternalServerError", "The simulator failed.").response()
