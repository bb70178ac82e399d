"""A drawn path: what it shows, and what it can never do."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from xml.etree import ElementTree as ET

import pytest

from shared.exposure.assessment import Question
from shared.exposure.explanation import explain, machines_called
from shared.exposure.explanation_documents import explanation_document
from shared.rendering.path_svg import path_svg, paths_svg
from tests.cases.firewalls import firewalled
from tests.diffing import estate_of
from tests.judging import scan
from tests.rows import (
    Row,
    allow,
    default_route,
    deny,
    dnat_rule,
    one_dual_stack_vm_estate,
    one_vm_estate,
)

SVG: Final = "{http://www.w3.org/2000/svg}"
NASTY: Final = "</text><script>alert(1)</script>&\"'<a href='x'>\x00\x1b[2J\u202e"


def documents(rows: Sequence[Row], source: int | None = None) -> list[dict[str, Any]]:
    estate = estate_of(rows)
    (machine,) = machines_called(estate, "vm-1")
    told = [explanation_document(way) for way in explain(estate, Question(), machine, source)]
    written: list[dict[str, Any]] = json.loads(json.dumps(told))
    return written


def without_group(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row["type"] != "microsoft.network/networksecuritygroups"]


def words(svg: str) -> list[str]:
    root = ET.fromstring(svg)  # noqa: S314 - what was just drawn
    return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


def drawn(rows: Sequence[Row]) -> list[str]:
    return words(path_svg(documents(rows)[0]))


def test_stops_stand_in_the_order_of_the_way() -> None:
    labels = [
        word
        for word in drawn(one_vm_estate([allow(100)], nic_rules=[allow(100)]))
        if word.isupper()
    ]
    assert labels == [
        "SENDERS",
        "PUBLIC IP",
        "TRANSLATED TO",
        "SUBNET NSG",
        "NIC NSG",
        "MACHINE",
    ]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        pytest.param(
            one_vm_estate([allow(100, name="ssh")]),
            ["Reachable from the internet", "20.1.2.3:22", "10.0.0.4:22", "sshallows"],
            id="open",
        ),
        pytest.param(
            one_vm_estate([deny(100, name="stop")], nic_rules=[]),
            ["Closed", "stopdenies", "nobody is left", "not reached"],
            id="closed",
        ),
        pytest.param(
            one_vm_estate([allow(100, source="Storage")]),
            ["Not known", "members of Storage", "whose addresses are not known", "perhaps reached"],
            id="tag",
        ),
        pytest.param(
            [row for row in one_vm_estate([]) if row["name"] != "nsg-subnet"],
            ["Not known", "nsg-subnet", "perhaps all of them pass"],
            id="unreadable",
        ),
        pytest.param(
            one_vm_estate([allow(100, source="203.0.113.0/28")]),
            ["16 addresses", "203.0.113.0/28"],
            id="few",
        ),
        pytest.param(
            firewalled([], dnat_rule(sources=["203.0.113.7"])),
            ["FIREWALL DNAT RULE", "20.9.9.9:2222", "1 address", "203.0.113.7, source port 1024"],
            id="dnat",
        ),
        pytest.param(
            firewalled([deny(100, source="10.0.1.0/27")], dnat_rule(ports=["2000-2999"])),
            ["20.9.9.9:2000-2999"],
            id="dnat-of-a-range",
        ),
        pytest.param(
            without_group(firewalled([], dnat_rule())),
            ["Not known", "dnat-ssh of fw-1", "all of them pass"],
            id="known-door-before-an-unknown-filter",
        ),
        pytest.param(
            one_vm_estate([allow(100)], power="deallocated", address=None),
            ["no address now, port 22", "reached on port 22 once it is started"],
            id="asleep",
        ),
        pytest.param(
            one_dual_stack_vm_estate([allow(100)]),
            ["[2a01:111::5]:22", "more than 10^37 addresses", "2000::/3"],
            id="ipv6",
        ),
        pytest.param(
            one_vm_estate([allow(100)], routes=[default_route()]),
            ["Replies to the internet leave by a user-defined default route (asymmetric)."],
            id="asymmetric",
        ),
    ],
)
def test_picture_says(rows: Sequence[Row], told: Sequence[str]) -> None:
    everything = drawn(rows)
    assert [one for one in told if not any(one in word for word in everything)] == []


def test_stored_finding_is_drawn_from_its_trace() -> None:
    document = scan(one_vm_estate([deny(100, name="stop")]))["exposures"][0]
    told = words(path_svg(document))
    assert "stopdenies" in told
    assert "not reached" in told


def test_sender_who_cannot_come_this_way_ends_at_the_door() -> None:
    told = words(path_svg(documents(one_vm_estate([allow(100)]), source=0x0A000009)[0]))
    assert "not this way" in told
    assert "SUBNET NSG" not in told


@pytest.mark.parametrize("field", ["vm", "nic", "ip_configuration", "verdict", "reach", "family"])
def test_hostile_text_stays_text(field: str) -> None:
    document = documents(one_vm_estate([allow(100)]))[0]
    value = f"/a/{NASTY}" if field in {"vm", "nic"} else NASTY
    assert elements(path_svg({**document, field: value})) <= KNOWN


def test_hostile_rule_names_and_reasons_stay_text() -> None:
    document = documents(one_vm_estate([allow(100)]))[0]
    document["layers"][0] |= {"rule": NASTY, "access": NASTY, "layer": NASTY}
    document["front_door"] |= {"kind": NASTY, "id": NASTY, "address": NASTY, "sku": NASTY}
    document["reasons"] = [{"text": NASTY}]
    svg = path_svg(document)
    assert elements(svg) <= KNOWN
    assert "\\u202e" in svg


KNOWN: Final = {
    f"{SVG}{name}"
    for name in (
        *("svg", "title", "desc", "style", "g", "rect", "path", "text", "tspan"),
        *("circle", "ellipse", "polygon"),
    )
}


def elements(svg: str) -> set[str]:
    return {one.tag for one in ET.fromstring(svg).iter()}  # noqa: S314 - what was just drawn


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({}, id="empty"),
        pytest.param({"layers": "x", "trace": [1], "senders": [], "port": "22"}, id="misshapen"),
        pytest.param({"senders": {"prefixes": "1.0.0.0/8", "tags": [1]}}, id="no-list"),
        pytest.param({"layers": [{}], "front_door": {"port_range": [1]}}, id="hollow"),
    ],
)
def test_misshapen_document_is_drawn_as_far_as_it_goes(document: Mapping[str, Any]) -> None:
    assert "Not known" in words(path_svg(document))


def test_picture_has_a_title_and_tells_itself_in_words() -> None:
    root = ET.fromstring(path_svg(documents(one_vm_estate([allow(100, name="ssh")]))[0]))  # noqa: S314 - what was just drawn
    title, description = root[0], root[1]
    assert (title.tag, description.tag) == (f"{SVG}title", f"{SVG}desc")
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert "subnet NSG: ssh, Allow, nsg-subnet, priority 100" in (description.text or "")


def test_picture_refers_to_nothing_outside() -> None:
    svg = path_svg(documents(one_vm_estate([allow(100)]))[0])
    assert (
        re.findall(r"href|url\(|@import|<script|\son\w+=|https?:(?!//www.w3.org/2000/svg)", svg)
        == []
    )


def test_scheme_follows_the_reader_and_print_is_light() -> None:
    assert "@media screen and (prefers-color-scheme:dark)" in path_svg({})


def test_equal_documents_give_equal_pictures() -> None:
    rows = one_vm_estate([allow(100)])
    assert path_svg(documents(rows)[0]) == path_svg(documents(rows)[0])


def test_several_ways_stand_below_each_other() -> None:
    told = documents(one_dual_stack_vm_estate([allow(100)], ipv4_address="20.1.2.3"))
    svg = paths_svg(told, "Ways in to vm-1")
    root = ET.fromstring(svg)  # noqa: S314 - what was just drawn
    assert root[0].text == "Ways in to vm-1"
    assert words(svg) == [*words(path_svg(told[0])), *words(path_svg(told[1]))]


def test_machine_without_a_way_in_is_told_so() -> None:
    assert words(paths_svg((), "Ways in to vm-1")) == [
        "No way in: no public address leads to this machine."
    ]


def test_long_name_is_cut_and_kept_whole_for_the_pointer() -> None:
    rows = one_vm_estate([allow(100, name="r" * 80)])
    svg = path_svg(documents(rows)[0])
    assert f"<title>{'r' * 80}</title>{'r' * 43}…" in svg
