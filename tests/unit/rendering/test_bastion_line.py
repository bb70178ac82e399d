"""Findings about Bastion and login in a few words, from the evidence that their checks give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pytest

from shared.checks.result import Json
from shared.rendering.bastion_line import bastion_words
from tests.rows import resource_id

HOST: Final = resource_id("bastion", "bas-1")
DENIED: Final[Mapping[str, Json]] = {
    "layer": "subnet-nsg",
    "resource": resource_id("nsg", "nsg-web"),
    "rule": "deny-all",
    "priority": 100,
    "access": "Deny",
}
UNREAD: Final[Mapping[str, Json]] = {
    "layer": "subnet-nsg",
    "resource": resource_id("nsg", "nsg-web"),
}
READER: Final[Mapping[str, Json]] = {"may": "read the machine", "principals": ["ana"]}
LOGIN: Final[Mapping[str, Json]] = {"may": "log in", "principals": []}


@pytest.mark.parametrize(
    ("check", "evidence", "what", "why"),
    [
        pytest.param(
            "bastion-missing",
            {"machine_count": 1},
            "no Bastion serves it",
            "1 machine in it",
            id="one-machine",
        ),
        pytest.param(
            "bastion-missing",
            {"machine_count": 1200, "unsuccessful": [HOST]},
            "no Bastion serves it",
            "1,200 machines in it; bas-1 did not succeed",
            id="failed-host",
        ),
        pytest.param("bastion-missing", {}, "no Bastion serves it", "", id="nothing-told"),
        pytest.param(
            "bastion-blocked",
            {"hosts": [{"bastion": HOST, "trace": [{**DENIED, "rule": "first"}, DENIED]}]},
            "Bastion does not get in",
            "from bas-1 nsg-web: deny-all",
            id="last-rule-of-the-way",
        ),
        pytest.param(
            "bastion-blocked",
            {"hosts": [{"bastion": HOST, "trace": [UNREAD]}, {"bastion": HOST}]},
            "Bastion does not get in",
            "from bas-1; from bas-1",
            id="no-rule",
        ),
        pytest.param(
            "bastion-nsg-incomplete",
            {"missing": ["443 from the internet", "443 from GatewayManager"]},
            "stops what Bastion needs",
            "443 from the internet; 443 from GatewayManager",
            id="flows",
        ),
        pytest.param(
            "bastion-subnet-too-small",
            {"prefixes": ["10.0.9.0/27"]},
            "smaller than /26",
            "10.0.9.0/27",
            id="prefix",
        ),
        pytest.param(
            "bastion-audit-off",
            {"sent": [], "without_destination": ["to-nowhere"]},
            "sessions are not recorded",
            "to-nowhere has no destination",
            id="idle-setting",
        ),
        pytest.param(
            "bastion-shareable-links",
            {"switched_on": True, "links_read": False, "machines": []},
            "shareable links",
            "switched on; which exist was not read",
            id="links-unread",
        ),
        pytest.param(
            "bastion-shareable-links",
            {"switched_on": False, "links_read": True, "machines": [None, HOST]},
            "shareable links",
            "switched off; 2 exist",
            id="links-while-off",
        ),
        pytest.param(
            "bastion-shareable-links",
            {"switched_on": True, "links_read": True},
            "shareable links",
            "switched on",
            id="links-not-told",
        ),
        pytest.param("vm-password-login", {}, "password login", "", id="password"),
        pytest.param(
            "vm-no-entra-login",
            {"lacking": ["the login extension", "an identity"]},
            "no login with Entra ID",
            "lacks the login extension and an identity",
            id="entra",
        ),
        pytest.param(
            "bastion-access-gap",
            {"holders": [READER, LOGIN]},
            "nobody but owners may open it",
            "nobody may log in",
            id="gap",
        ),
    ],
)
def test_finding_is_told(check: str, evidence: Mapping[str, Json], what: str, why: str) -> None:
    assert bastion_words(check, evidence) == (what, why)


def test_finding_of_another_check_is_not_told_here() -> None:
    assert bastion_words("vm-ssh-reachable", {}) is None
