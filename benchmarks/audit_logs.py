"""audit-logs: records of Bastion's audit logs read per second, and the memory that takes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

from benchmarks.benchmark import Benchmark, Figures
from benchmarks.processes import measured_in_process, peak_mib, resident_mib
from benchmarks.stopwatch import Stopwatch
from shared.adapters.audit_blobs import CHUNK_BYTES
from shared.adapters.audit_lines import record_batches
from shared.adapters.session_rows import session_row

_BEGIN: Final = datetime(2026, 3, 2, tzinfo=UTC)
_SUBSCRIPTION: Final = "11111111-0000-4000-8000-000000000001"
_BASTIONS: Final = 20
_MACHINES: Final = 5_000
_FAILURES: Final = 10
"""One record in so many is a failed login."""

_Written: TypeAlias = Callable[[int], bytes]


def _measure(size: int) -> Figures:
    documented = measured_in_process("audit_logs", str(size), "documented")
    grown = measured_in_process("audit_logs", str(size), "grown")
    return {
        "records_per_second": round(size / documented["cpu_seconds"]),
        "records_with_new_members_per_second": round(size / grown["cpu_seconds"]),
        "rows_per_second": round(size / documented["row_cpu_seconds"]),
        "read_seconds": round(documented["seconds"], 2),
        "log_mib": round(documented["log_mib"], 1),
        "begin_mib": round(documented["begin_mib"], 1),
        "peak_mib": round(max(documented["peak_mib"], grown["peak_mib"]), 1),
        "sessions_count": round(documented["sessions"]),
        "broken_count": round(documented["broken"] + grown["broken"]),
    }


def main(size: int, form: str) -> None:
    """Read as many records in one go, and print what that took; writing them is not counted."""
    chunks = _chunks(size, _written(form))
    begin = resident_mib()
    sessions = broken = length = 0
    cpu, row_cpu, seconds = 0.0, 0.0, 0.0
    reading = record_batches(chunks, 0)
    while True:
        watch, written_before = Stopwatch(), _Writing.seconds
        batch = next(reading, None)
        writing = _Writing.seconds - written_before
        cpu += watch.cpu_seconds() - writing
        seconds += watch.lap() - writing
        if batch is None:
            break
        watch = Stopwatch()
        for session in batch.sessions:
            session_row(session)
        row_cpu += watch.cpu_seconds()
        sessions += len(batch.sessions)
        broken += len(batch.broken)
        length = batch.end
    figures = {
        "cpu_seconds": cpu,
        "row_cpu_seconds": row_cpu,
        "seconds": seconds,
        "sessions": sessions,
        "broken": broken,
        "log_mib": length / 1024**2,
        "begin_mib": begin,
        "peak_mib": peak_mib(),
    }
    print(json.dumps(figures))


class _Writing:
    """How long the writing of chunks took so far, in processor time."""

    seconds: float = 0.0


def _chunks(size: int, written: _Written) -> Iterator[bytes]:
    """Give a log of so many records in chunks as a download does."""
    rest = bytearray()
    watch = Stopwatch()
    for number in range(size):
        rest += written(number)
        if len(rest) >= CHUNK_BYTES:
            chunk = bytes(rest[:CHUNK_BYTES])
            del rest[:CHUNK_BYTES]
            _Writing.seconds += watch.cpu_seconds()
            yield chunk
            watch = Stopwatch()
    _Writing.seconds += watch.cpu_seconds()
    yield bytes(rest)


def _written(form: str) -> _Written:
    """Give the way to write a record: as documented, or with a member that Azure may add."""
    further = ',"sessionKind":"new"' if form == "grown" else ""
    return lambda number: _line(number, further)


def _line(number: int, further: str) -> bytes:
    stamp = (_BEGIN + timedelta(milliseconds=85 * number)).isoformat(timespec="milliseconds")[:23]
    message = "Login Failed" if number % _FAILURES == 0 else "Successfully Connected."
    user = number % 997
    return (
        f'{{"time":"{stamp}Z","resourceId":"/SUBSCRIPTIONS/{_SUBSCRIPTION}/RESOURCEGROUPS/RG-HUB'
        f'/PROVIDERS/MICROSOFT.NETWORK/BASTIONHOSTS/BAS-{number % _BASTIONS}",'
        '"operationName":"Microsoft.Network/BastionHost/connect","category":"BastionAuditLogs",'
        f'"level":"Informational","location":"westeurope","properties":{{"userName":"user{user}",'
        '"userAgent":"Mozilla/5.0 (X11; Linux x86_64)","clientIpAddress":'
        f'"203.{user % 200}.{number % 250}.7","clientPort":{1024 + number % 60_000},'
        '"protocol":"ssh","targetResourceId":'
        f'"/SUBSCRIPTIONS/{_SUBSCRIPTION}/RESOURCEGROUPS/RG-APP/PROVIDERS/MICROSOFT.COMPUTE'
        f'/VIRTUALMACHINES/VM-{number % _MACHINES}","subscriptionId":"{_SUBSCRIPTION}",'
        f'"message":"{message}","resourceType":"VM","targetVMIPAddress":"10.20.1.{number % 250}",'
        f'"userEmail":"user{user}@larkspur.example","tunnelId":"tunnel-{number:012}"{further}}},'
        f'"FluentdIngestTimestamp":"{stamp}0000Z","Region":"westeurope",'
        f'"CustomerSubscriptionId":"{_SUBSCRIPTION}"}}\n'
    ).encode()


AUDIT_LOGS: Final = Benchmark(
    "audit-logs", "audit records", small=50_000, usual=1_000_000, measure=_measure
)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
