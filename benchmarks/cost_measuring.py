"""What the app's units of work take: processor time, and requests to Azure and to storage."""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import requests

from benchmarks.estates import Shape
from benchmarks.simulated import Tenant, running_tenant
from shared.usecases.change_inbox import receive_event
from shared.usecases.changes import look_again
from shared.usecases.notify import deliver_pending
from shared.usecases.sweep import assess_shard, plan_sweep

SIZES: Final = (100, 5_000)
_GROUPS: Final = 5
_PATIENCE_SECONDS: Final = 60.0
_QUERY_PATH: Final = "/providers/Microsoft.ResourceGraph/resources"
_RULE: Final = {
    "priority": 101,
    "direction": "Inbound",
    "access": "Allow",
    "protocol": "Tcp",
    "sourceAddressPrefix": "Internet",
    "sourcePortRange": "*",
    "destinationAddressPrefix": "*",
    "destinationPortRange": "22",
}

Taken = Mapping[str, float]


def measure(sizes: Sequence[int] = SIZES) -> dict[str, Any]:
    """Measure sweeps of some sizes, and changes and idle timers in the last, the largest."""
    sweeps: dict[str, Any] = {}
    for size in sizes:
        with running_tenant(Shape(size)) as tenant, _storage_requests() as storage:
            first = _taken(tenant, storage, lambda: _sweep(tenant))
            again = _taken(tenant, storage, lambda: _sweep(tenant))
            sweeps[str(size)] = {"first": first, "again": again, "rows": tenant.resources}
            if size == sizes[-1]:
                changed = [
                    _taken_by_change(tenant, storage, group, opens=opens)
                    for group in _groups(tenant)[:_GROUPS]
                    for opens in (True, False)
                ]
                idle = _taken(tenant, storage, lambda: _tell_pending(tenant))
    return {
        "sweeps": sweeps,
        "change": {name: _mean([one[name] for one in changed]) for name in changed[0]},
        "idle": idle,
    }


def _sweep(tenant: Tenant) -> None:
    runtime = tenant.runtime
    sweep = plan_sweep(runtime.surroundings, runtime.settings.scope)
    for shard in sweep.shards:
        assess_shard(runtime.surroundings, runtime.judge, sweep.id, shard.number)
    _tell_pending(tenant)


def _tell_pending(tenant: Tenant) -> None:
    deliver_pending(tenant.runtime.announcer, tenant.runtime.sweeps)


def _taken_by_change(tenant: Tenant, storage: list[str], group: str, *, opens: bool) -> Taken:
    """Let the internet in to port 22 through a security group, or not any more, and assess that."""
    rule = f"{group}/securityRules/opened-by-benchmark"
    answer = requests.request(
        "PUT" if opens else "DELETE",
        f"{tenant.url}{rule}",
        params={"api-version": "2024-05-01"},
        headers={"Authorization": "Bearer benchmark"},
        json={"properties": _RULE} if opens else None,
        timeout=_PATIENCE_SECONDS,
    )
    answer.raise_for_status()
    verb, number = "write" if opens else "delete", str(uuid.uuid4())
    event = {
        "id": number,
        "eventType": f"Microsoft.Resources.Resource{verb.capitalize()}Success",
        "subject": rule,
        "data": {"operationName": f"Microsoft.Network/networkSecurityGroups/securityRules/{verb}"},
    }

    def assess() -> None:
        runtime = tenant.runtime
        receive_event(json.dumps(event), runtime.change_inbox)
        look_again(runtime.change_desk, group.split("/")[2], number)

    return _taken(tenant, storage, assess)


def _groups(tenant: Tenant) -> Sequence[str]:
    subscriptions = tenant.runtime.findings.subscriptions()
    listed = tenant.runtime.inventory.read(list(subscriptions)).security_groups
    return sorted(group.text for group in listed)


def _taken(tenant: Tenant, storage: list[str], work: Callable[[], None]) -> Taken:
    storage.clear()
    before = _asked(tenant)
    seconds = time.process_time()
    work()
    seconds = time.process_time() - seconds
    after = _asked(tenant)
    return {
        "processor_seconds": round(seconds, 3),
        "queries": after[0] - before[0],
        "arm_reads": after[1] - before[1],
        "storage_requests": len(storage),
    }


def _asked(tenant: Tenant) -> tuple[int, int]:
    """Count the queries and the other reads that Azure has seen so far."""
    answer = requests.get(f"{tenant.url}/simulator/requests", timeout=_PATIENCE_SECONDS)
    answer.raise_for_status()
    logged = answer.json()["requests"]
    queries = sum(one["path"] == _QUERY_PATH for one in logged)
    reads = sum(one["method"] == "GET" for one in logged)
    return queries, reads


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 3)


@contextmanager
def _storage_requests() -> Iterator[list[str]]:
    """Note every request that the SDK sends to tables and queues while the context lasts."""
    noted: list[str] = []

    class Noting(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            text = record.getMessage()
            if text.startswith("Request URL") and "/devstoreaccount1" in text:
                noted.append(text)

    logger = logging.getLogger("azure.core.pipeline.policies.http_logging_policy")
    handler, level, propagates = Noting(), logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield noted
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagates
