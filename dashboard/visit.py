"""A visit: somebody who is let in, and what they may read from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.principal import Principal
from shared.usecases.report import Reports
from shared.wiring import Runtime


class NotThereError(Exception):
    """What an address names is not there; the text says so for people."""


class BadAddressError(Exception):
    """An address or a form with a value that means nothing; the text names it."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody who may make it."""

    principal: Principal
    runtime: Runtime
    now: datetime

    @property
    def reports(self) -> Reports:
        """What pages and API read from."""
        return self.runtime.reports
