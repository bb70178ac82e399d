"""The Functions app: what Azure Functions loads, with every trigger registered."""

import azure.functions as func

from functions import (
    changes,
    digest,
    notifications,
    pages,
    remediation,
    service_tags,
    sessions,
    sweep,
)
from shared import telemetry

telemetry.configure()

app = func.FunctionApp()
app.register_functions(sweep.blueprint)
app.register_functions(changes.blueprint)
app.register_functions(notifications.blueprint)
app.register_functions(digest.blueprint)
app.register_functions(service_tags.blueprint)
app.register_functions(sessions.blueprint)
app.register_functions(remediation.blueprint)
app.register_functions(pages.blueprint)
