"""When a rule may go, and whom it must keep."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from shared.exposure.assessment import Question
from shared.exposure.layers import Reason
from shared.network.service_tags import ServiceTagTable
from shared.packetset.addresses import NO_ADDRESSES, AddressSet
from shared.remediation.clearing import clearing
from shared.remediation.edit import NarrowRule
from tests.plan_judging import snapshot_of
from tests.rows import Part, allow, deny, one_vm_estate
from tests.unit.remediation.edits import GROUP
from tests.unit.remediation.planning import OFFICE

STORAGE = {"storage": AddressSet.of(["203.0.113.0/25", "52.0.0.0/8"])}


def cleared(
    *rules: Part, trusted: Sequence[str] = (), ports: Sequence[int] = (22,), own: str = ""
) -> str | list[str]:
    """Tell what becomes of the first rule: `removed`, the sources left, or a reason's code."""
    group = snapshot_of(one_vm_estate(rules)).security_groups[GROUP]
    question = Question(tuple(ports), AddressSet.of(trusted), ServiceTagTable(STORAGE))
    networks = AddressSet.parse(own) if own else NO_ADDRESSES
    made = clearing(group, group.inbound[0], question, networks)
    if isinstance(made, Reason):
        return made.code
    return list(made.sources.prefixes()) if isinstance(made, NarrowRule) else "removed"


@pytest.mark.parametrize(
    ("behind", "outcome"),
    [
        pytest.param([], "removed", id="default-rules"),
        pytest.param([deny(200)], "private-sources", id="deny-of-everybody"),
        pytest.param([deny(200, source="VirtualNetwork")], "private-sources", id="deny-network"),
        pytest.param([deny(200, source="10.0.0.0/8")], "private-sources", id="deny-prefix"),
        pytest.param([deny(200, source="Internet")], "removed", id="deny-internet"),
        pytest.param([deny(200, source="52.0.0.0/8")], "removed", id="deny-public-prefix"),
        pytest.param([deny(200, port="80")], "removed", id="deny-of-another-port"),
        pytest.param([deny(200, protocol="Udp")], "removed", id="deny-of-another-protocol"),
        pytest.param(
            [allow(150, source="VirtualNetwork"), deny(200)], "removed", id="network-let-in-first"
        ),
        pytest.param(
            [allow(150, source="VirtualNetwork", source_port="1024-65535"), deny(200)],
            "private-sources",
            id="network-let-in-from-some-ports",
        ),
        pytest.param(
            [allow(150, source="VirtualNetwork", destination="10.0.0.9"), deny(200)],
            "private-sources",
            id="network-let-in-to-somebody-else",
        ),
        pytest.param(
            [allow(150, source="10.0.0.0/8"), deny(200)],
            "private-sources",
            id="only-some-of-the-network-let-in",
        ),
    ],
)
def test_private_senders_of_a_rule_for_everybody_are_kept(
    behind: Sequence[Part], outcome: str
) -> None:
    assert cleared(allow(100), *behind) == outcome


@pytest.mark.parametrize(
    ("source", "behind", "outcome"),
    [
        pytest.param("52.0.0.0/8", [deny(200)], "removed", id="nobody-private-in-it"),
        pytest.param(["52.0.0.0/8", "10.1.0.0/16"], [deny(200)], ["10.1.0.0/16"], id="some"),
        pytest.param(
            ["52.0.0.0/8", "10.1.0.0/16"],
            [deny(200, source="10.2.0.0/16")],
            "removed",
            id="others-are-denied",
        ),
        pytest.param(
            ["52.0.0.0/8", "10.1.0.0/16"],
            [deny(200, source="10.1.2.0/24")],
            ["10.1.0.0/16"],
            id="some-of-them-are-denied",
        ),
        pytest.param("Internet", [deny(200)], "removed", id="tag-internet-holds-nobody-private"),
        pytest.param(
            ["52.0.0.0/8", "VirtualNetwork"], [deny(200)], "private-sources", id="private-tag"
        ),
    ],
)
def test_private_senders_of_prefixes_are_kept(
    source: str | list[str], behind: Sequence[Part], outcome: str | list[str]
) -> None:
    assert cleared(allow(100, source=source), *behind) == outcome


def test_own_public_networks_are_private() -> None:
    rule = allow(100, source=["20.50.0.0/16", "52.0.0.0/8"])
    assert cleared(rule, deny(200), own="20.50.0.0/24") == ["20.50.0.0/24"]


@pytest.mark.parametrize(
    ("source", "trusted", "outcome"),
    [
        pytest.param("*", [OFFICE], [OFFICE], id="of-everybody"),
        pytest.param("Internet", [OFFICE], [OFFICE], id="of-the-internet"),
        pytest.param("Storage", [OFFICE], ["203.0.113.0/25"], id="of-a-resolved-tag"),
        pytest.param("Storage", ["198.51.100.0/24"], "removed", id="not-in-a-resolved-tag"),
        pytest.param("Sql", [OFFICE], "opaque-tag", id="perhaps-in-an-unresolved-tag"),
        pytest.param("Sql", [], "removed", id="nobody-is-trusted"),
        pytest.param("*", [OFFICE, "2a01::/32"], "both-families", id="of-both-families"),
        pytest.param("*", ["10.0.0.0/8"], "removed", id="private-ones-need-no-rule"),
        pytest.param(OFFICE, [OFFICE], "own-networks", id="nobody-else"),
    ],
)
def test_trusted_sources_are_kept(
    source: str, trusted: Sequence[str], outcome: str | list[str]
) -> None:
    assert cleared(allow(100, source=source), trusted=trusted) == outcome


@pytest.mark.parametrize(
    ("port", "outcome"),
    [("22", "removed"), (["22", "3389"], "removed"), ("22-23", "serves-other-ports")],
)
def test_rule_about_other_ports_stays(port: str | list[str], outcome: str) -> None:
    assert cleared(allow(100, port=port), ports=(22, 3389)) == outcome
