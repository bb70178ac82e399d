"""The Functions app: what Azure Functions loads, with every trigger registered."""

import azure.functions as func

from functions import changes, notifications, service_tags, sessions, sweep
from shared import telemetry

telemetry.configure()

app = func.FunctionApp()
app.register_functions(sweep.blueprint)
app.register_functions(changes.blueprint)
app.register_functions(notifications.blueprint)
app.register_functions(service_tags.blueprint)
app.register_functions(sessions.blueprint)
