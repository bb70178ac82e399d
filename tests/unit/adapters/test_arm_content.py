from __future__ import annotations

import json

import pytest

from shared.adapters.arm_content import image_of
from tests.plan_samples import nsg


@pytest.mark.parametrize(
    ("properties", "flushes"),
    [({"flushConnection": True}, True), ({"flushConnection": False}, False), ({}, False)],
)
def test_image_tells_whether_open_connections_are_judged_anew(
    properties: dict[str, bool], *, flushes: bool
) -> None:
    text = json.dumps({"properties": properties}).encode()
    assert image_of(nsg(), text).flushes is flushes
