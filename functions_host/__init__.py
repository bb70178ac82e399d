"""A local host for the Functions app, for machines without Azure Functions Core Tools.

It loads `function_app.py`, reads the bindings that the azure-functions library reports, and serves
timers, storage queues, Event Grid posts and HTTP routes on loopback.  It is a development tool:
where Core Tools are installed, `func start` comes first.
"""


class HostError(Exception):
    """The app, its settings or its `host.json` ask for something that this host cannot serve."""
