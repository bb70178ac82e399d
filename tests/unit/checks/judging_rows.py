"""What one check says of rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shared.adapters.payloads import SnapshotBuilder
from shared.checks.check import Check, Facts
from shared.checks.result import CheckResult, Unjudged
from shared.exposure.assessment import Question
from shared.network.service_tags import ServiceTagTable
from shared.packetset.addresses import AddressSet
from tests.rows import Row
from tests.unit.adapters.row_reading import NOW


def facts_of(
    rows: Iterable[Row],
    *,
    ports: Sequence[int] = (22,),
    trusted: Sequence[str] = (),
    storage: Sequence[str] | None = None,
) -> Facts:
    """Judge rows; `storage` are the prefixes of the tag Storage in a list of service tags."""
    builder = SnapshotBuilder()
    for row in rows:
        builder.add_row(row)
    listed = {} if storage is None else {"storage": AddressSet.of(storage)}
    question = Question(tuple(ports), AddressSet.of(trusted), ServiceTagTable(listed))
    return Facts(builder.build(NOW), question)


def results(check: Check, facts: Facts) -> list[CheckResult]:
    return [answer for answer in check.run(facts) if isinstance(answer, CheckResult)]


def unjudged(check: Check, facts: Facts) -> list[Unjudged]:
    return [answer for answer in check.run(facts) if isinstance(answer, Unjudged)]
