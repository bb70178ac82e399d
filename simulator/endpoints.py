"""Every endpoint that the simulator serves; a new one is a module with `ROUTES` and a line here.

Of two routes that match a request the earlier one answers, so the general ones come last.
"""

from typing import Final

from simulator import bastion_sessions_endpoint, control, teams
from simulator.arm import (
    bastion_endpoint,
    lists_endpoint,
    locks_endpoint,
    operations_endpoint,
    resources_endpoint,
    scale_sets_endpoint,
    virtual_machines_endpoint,
)
from simulator.events import endpoint as events_endpoint
from simulator.filtering import endpoint as filtering_endpoint
from simulator.graph import endpoint as graph_endpoint
from simulator.router import Route

ROUTES: Final[tuple[Route, ...]] = (
    *control.ROUTES,
    *events_endpoint.ROUTES,
    *teams.ROUTES,
    *graph_endpoint.ROUTES,
    *operations_endpoint.ROUTES,
    *locks_endpoint.ROUTES,
    *bastion_endpoint.ROUTES,
    *bastion_sessions_endpoint.ROUTES,
    *virtual_machines_endpoint.ROUTES,
    *scale_sets_endpoint.ROUTES,
    *filtering_endpoint.ROUTES,
    *lists_endpoint.ROUTES,
    *resources_endpoint.ROUTES,
)
