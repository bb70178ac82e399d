"""Problems as programs read them.  Source: RFC 9457, "Problem Details for HTTP APIs"."""

from __future__ import annotations

import json

from starlette.responses import Response

from dashboard.faults import Fault

MEDIA_TYPE = "application/problem+json"


def problem(fault: Fault, instance: str) -> Response:
    """Give a problem of the kind that its status says."""
    document = {
        "type": "about:blank",
        "title": fault.title,
        "status": fault.status.value,
        "detail": fault.text,
        "instance": instance,
    }
    return Response(json.dumps(document), fault.status, media_type=MEDIA_TYPE)
