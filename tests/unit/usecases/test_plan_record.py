from __future__ import annotations

from dataclasses import replace

import pytest

from shared.usecases.plan_record import Absent, Seen
from tests.plan_samples import image, nsg, record

FLUSHING = image(nsg(), flushConnection=True)
RESTING = image(nsg("nsg-other"), flushConnection=False)


@pytest.mark.parametrize(
    ("around", "cuts"),
    [
        ((FLUSHING,), True),
        ((FLUSHING, RESTING), False),
        ((RESTING,), False),
        ((image(nsg()),), False),
        ((Absent(nsg()),), False),
        ((), False),
    ],
)
def test_open_sessions_are_cut_where_every_group_judges_them_anew(
    around: tuple[Seen, ...], *, cuts: bool
) -> None:
    assert replace(record(), subjects=around).cuts_connections is cuts
