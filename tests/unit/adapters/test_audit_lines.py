"""A growing log cut into lines: however it comes in chunks, each whole line is read once."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.adapters.audit_lines import KEPT_BYTES, LONGEST_LINE, record_batches
from shared.usecases.session_interfaces import RecordBatch
from simulator.audit_log import line_of
from tests.session_samples import Host, ago

HOST = Host("bas-hub")
ENTRIES = [HOST.record(ago(minutes=number), tunnelId=f"t{number}") for number in range(4)]
LINES = [line_of(entry) for entry in ENTRIES]
BROKEN = b'{"time":"2026-03\n'


def taken(*chunks: bytes, offset: int = 0) -> tuple[list[str], int, int]:
    """Give the tunnels that were read, how many lines were broken, and where reading ended."""
    batches = list(record_batches(chunks, offset))
    tunnels = [session.tunnel for batch in batches for session in batch.sessions]
    ends = [batch.end for batch in batches] or [offset]
    assert ends == sorted(ends)
    return tunnels, sum(len(batch.broken) for batch in batches), ends[-1]


@given(st.lists(st.integers(min_value=0, max_value=len(b"".join(LINES))), max_size=6))
def test_chunks_make_no_difference(cuts: list[int]) -> None:
    text = b"".join(LINES)
    edges = [0, *sorted(cuts), len(text)]
    chunks = [text[first:last] for first, last in pairwise(edges)]
    assert taken(*chunks) == (["t0", "t1", "t2", "t3"], 0, len(text))


@given(st.integers(min_value=1, max_value=len(LINES[1]) - 2))
def test_half_line_waits_for_its_rest(cut: int) -> None:
    half, rest = LINES[1][:cut], LINES[1][cut:]
    assert taken(LINES[0] + half) == (["t0"], 0, len(LINES[0]))
    ended = len(LINES[0]) + len(LINES[1])
    assert taken(half + rest, offset=len(LINES[0])) == (["t1"], 0, ended)


def test_last_line_needs_no_line_break_once_it_is_whole() -> None:
    whole = LINES[0].rstrip()
    assert taken(whole) == (["t0"], 0, len(whole))
    assert taken(b"\n" + LINES[1], offset=len(whole))[0] == ["t1"]


def test_number_at_the_end_is_not_taken_for_a_record() -> None:
    assert taken(LINES[0] + b"12}") == (["t0"], 0, len(LINES[0]))


@pytest.mark.parametrize("blank", [b"\n", b"\r\n", b"  \n"])
def test_blank_line_is_no_line(blank: bytes) -> None:
    assert taken(LINES[0] + blank + LINES[1])[:2] == (["t0", "t1"], 0)


def test_line_may_end_as_on_windows() -> None:
    assert taken(LINES[0].replace(b"\n", b"\r\n"))[:2] == (["t0"], 0)


def test_broken_line_is_kept_with_its_place_and_the_others_are_read() -> None:
    (batch,) = record_batches([LINES[0] + BROKEN + LINES[1]], 100)
    assert len(batch.sessions) == 2
    (broken,) = batch.broken
    assert broken.offset == 100 + len(LINES[0])
    assert (broken.reason, broken.text) == ("is no JSON object", BROKEN.decode().rstrip())


def test_broken_line_is_cut_to_size() -> None:
    (batch,) = record_batches([b"x" * 5_000 + b"\n"], 0)
    assert len(batch.broken[0].text) == KEPT_BYTES


def test_line_without_end_is_taken_in_parts() -> None:
    chunk = b"x" * (LONGEST_LINE // 2 + 1)
    batches: list[RecordBatch] = list(record_batches([chunk, chunk, chunk], 0))
    assert [batch.end for batch in batches] == [2 * len(chunk)]
    assert len(batches[0].broken) == 1


def test_nothing_gives_nothing() -> None:
    assert list(record_batches([], 7)) == []


def test_lines_are_those_that_the_simulator_writes() -> None:
    assert json.loads(LINES[0])["properties"]["tunnelId"] == "t0"
