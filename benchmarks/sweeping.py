"""sweep: a tenant read, judged and recorded, against what Resource Graph's quota alone takes."""

from __future__ import annotations

from math import ceil
from typing import Final

from benchmarks.benchmark import Benchmark, Figures
from benchmarks.estates import Shape
from benchmarks.simulated import running_tenant
from benchmarks.stopwatch import Stopwatch
from shared.usecases.sweep import assess_shard, plan_sweep


def _measure(size: int) -> Figures:
    """Sweep twice: the first time records every finding, the second finds nothing new."""
    with running_tenant(Shape(size)) as tenant:
        runtime = tenant.runtime
        watch = Stopwatch()
        queries, seconds = [], []
        for _ in range(2):
            sweep = plan_sweep(runtime.surroundings, runtime.settings.scope)
            for shard in sweep.shards:
                assess_shard(runtime.surroundings, runtime.judge, sweep.id, shard.number)
            seconds.append(watch.lap())
            queries.append(tenant.queries())
            watch.lap()  # asking for the count is no part of the next sweep
        allowed, window_seconds = tenant.quota()
        store = runtime.findings
        stored = sum(1 for one in store.subscriptions() for _ in store.findings(one))
    sent = queries[0]
    floor = (ceil(sent / allowed) - 1) * window_seconds
    return {
        "seconds": round(seconds[0], 2),
        "repeated_seconds": round(seconds[1], 2),
        "queries_count": sent,
        "fewest_queries_count": ceil(tenant.resources / 1_000),
        "quota_floor_seconds": round(floor, 2),
        "ratio_to_quota_floor": round(seconds[0] / floor, 2) if floor else None,
        "resources_count": tenant.resources,
        "findings_count": stored,
        "shards_count": len(sweep.shards),
    }


SWEEP: Final = Benchmark("sweep", "virtual machines", small=50, usual=5_000, measure=_measure)
