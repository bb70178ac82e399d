"""Reports that people have read: `python -m tests.golden.report.samples` renews them.

One is of a scan of the small estate, the other of records in every state, with hostile names and
parts that were not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from shared.checks.result import Severity, Unjudged
from shared.exposure.assessment import Question
from shared.findings.finding import FindingRecord, FindingState
from shared.network.ids import ResourceId
from shared.network.snapshot import Unread
from shared.rendering.estate_report import EstateReport, Occasion
from shared.rendering.ocsf import ocsf_lines
from shared.rendering.report_html import report_html
from shared.rendering.sarif import sarif_lines
from shared.usecases.reporting import scan_report
from shared.usecases.scan import scan
from tests.diffing import estate_of
from tests.golden.card_samples import (
    GROUP,
    NETWORK,
    SEEN,
    SUBSCRIPTION,
    exposure,
    hostile,
    rule,
    step,
    vm_id,
)
from tests.golden.scan.estate import small_estate

FOLDER: Final = Path(__file__).parent
VERSION: Final = "1.2.3"
COUNTS: Final = {"virtual_machines": 1, "network_interfaces": 2, "findings": 9}


def record(
    state: FindingState = FindingState.OPEN,
    days: int = 0,
    severity: Severity = Severity.CRITICAL,
    *,
    check: str = "vm-ssh-reachable",
    resource: str = "",
    title: str = "SSH (port 22) of vm-web-01 is reachable from the internet",
    evidence: Mapping[str, Any] | None = None,
) -> FindingRecord:
    """Give a record that was first seen ten days ago and changed its state `days` after that."""
    first_seen = SEEN - timedelta(days=10)
    finding = step(check, resource, severity, title, evidence).finding
    return FindingRecord(finding, state, SEEN, first_seen, first_seen + timedelta(days=days))


def undetermined() -> FindingRecord:
    """Give a finding about a way in of which nobody knows who passes."""
    unknown = exposure(
        verdict="undetermined",
        reach=None,
        witness=None,
        reasons=[{"code": "nsg-unreadable", "text": "The NSG nsg-nic could not be read"}],
        trace=[rule("subnet-nsg", "nsg-web")],
    )
    return record(
        severity=Severity.INFO, resource=vm_id("vm-doubt"), evidence={"exposures": [unknown]}
    )


def records() -> tuple[FindingRecord, ...]:
    """Give records in every state, the worst first."""
    doors = [f"20.1.2.{number}" for number in range(3, 8)]
    ways = [exposure(front_door={"kind": "public-ip", "address": door}) for door in doors]
    return (
        FindingRecord(hostile().finding, FindingState.OPEN, SEEN, SEEN, SEEN),
        record(
            days=3, severity=Severity.HIGH, resource=vm_id("vm-doors"), evidence={"exposures": ways}
        ),
        replace(
            record(
                FindingState.EXEMPT,
                4,
                Severity.MEDIUM,
                check="vm-public-ip",
                resource=vm_id("vm-lab"),
                title="vm-lab has a public IP address of its own",
            ),
            exempt_until=SEEN + timedelta(days=30),
        ),
        record(
            FindingState.RESOLVED,
            9,
            Severity.LOW,
            check="nsg-ssh-open",
            resource=f"{NETWORK}/networkSecurityGroups/nsg-old",
            title="nsg-old lets the internet through to SSH (port 22)",
        ),
        undetermined(),
    )


def recorded() -> EstateReport:
    """Give the report of these records, after a sweep that did not read everything."""
    return EstateReport(
        occasion=Occasion.RECORDS,
        observed_at=SEEN,
        version=VERSION,
        records=records(),
        unread=(
            Unread(ResourceId(f"{GROUP}/providers/P/things/[x](y)"), "403 {0} <b>Forbidden</b>"),
            Unread(ResourceId(f"/subscriptions/{SUBSCRIPTION}"), "not to be seen"),
        ),
        counts=COUNTS,
        is_complete=False,
    )


def scanned() -> EstateReport:
    """Give the report of a scan of the small estate, with one judgement that lacked something."""
    found = scan(estate_of(small_estate()), Question())
    lacking = Unjudged("bastion-audit-off", ResourceId(f"{NETWORK}/bastionHosts/b"), "not read")
    return scan_report(replace(found, unjudged=(*found.unjudged, lacking)), VERSION)


def samples() -> Mapping[str, str]:
    """Give every sample by the name of its golden file."""
    told = {}
    for name, report in (("scan", scanned()), ("findings", recorded())):
        told[f"{name}.sarif"] = "\n".join((*sarif_lines(report), ""))
        told[f"{name}.jsonl"] = "\n".join((*ocsf_lines(report), ""))
        told[f"{name}.html"] = report_html(report)
    return told


if __name__ == "__main__":
    for each, text in samples().items():
        (FOLDER / each).write_text(text, encoding="utf-8")
