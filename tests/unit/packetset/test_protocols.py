"""Protocols and ports as rules name them."""

from __future__ import annotations

import pytest

from shared.packetset.intervals import EMPTY
from shared.packetset.protocols import (
    ALL_PORTS,
    InvalidPortsError,
    Protocol,
    parse_ports,
    ports_of,
)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        pytest.param("22", [(22, 22)], id="one"),
        pytest.param("0", [(0, 0)], id="lowest"),
        pytest.param("65535", [(65535, 65535)], id="highest"),
        pytest.param("20-25", [(20, 25)], id="range"),
        pytest.param("22-22", [(22, 22)], id="range-of-one"),
        pytest.param(" 20 - 25 ", [(20, 25)], id="blanks"),
        pytest.param("*", [(0, 65535)], id="any"),
        pytest.param("0-65535", [(0, 65535)], id="all-in-numbers"),
    ],
)
def test_text_is_read_as_its_ports(text: str, spans: list[tuple[int, int]]) -> None:
    assert list(parse_ports(text).spans) == spans


@pytest.mark.parametrize(
    "text",
    ["", " ", "ssh", "-1", "-", "22-", "-22", "25-20", "65536", "0-65536", "22,80", "2²", "1e3"],
)
def test_impossible_ports_are_refused_by_name(text: str) -> None:
    with pytest.raises(InvalidPortsError, match="not a port, range of ports") as refused:
        parse_ports(text)
    assert refused.value.text == text


def test_several_ports_are_united() -> None:
    assert list(ports_of(["443", "20-22", "21-25"]).spans) == [(20, 25), (443, 443)]


def test_no_ports_are_none() -> None:
    assert ports_of([]) == EMPTY


def test_any_among_several_ports_is_all() -> None:
    assert ports_of(["22", "*"]) == ALL_PORTS


@pytest.mark.parametrize(
    ("text", "protocol"),
    [
        ("Tcp", Protocol.TCP),
        ("TCP", Protocol.TCP),
        ("tcp ", Protocol.TCP),
        ("UDP", Protocol.UDP),
        ("icmp", Protocol.ICMP),
        ("ESP", Protocol.ESP),
        ("ah", Protocol.AH),
        ("*", Protocol.ANY),
        ("Any", Protocol.ANY),
        ("all", Protocol.ANY),
    ],
)
def test_protocol_is_read_in_any_case(text: str, protocol: Protocol) -> None:
    assert Protocol.parse(text) is protocol


@pytest.mark.parametrize("text", ["", "6", "Sctp", "Tcp,Udp"])
def test_unknown_protocol_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a valid Protocol"):
        Protocol.parse(text)


@pytest.mark.parametrize(
    ("rule", "flow", "covers"),
    [
        (Protocol.ANY, Protocol.TCP, True),
        (Protocol.TCP, Protocol.TCP, True),
        (Protocol.UDP, Protocol.TCP, False),
        (Protocol.TCP, Protocol.ANY, False),
    ],
)
def test_only_any_covers_other_protocols(rule: Protocol, flow: Protocol, *, covers: bool) -> None:
    assert rule.covers(flow) is covers
