"""What stands where on the pages of the HTML report."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from shared.checks import CHECKS
from shared.checks.result import Json, Severity
from shared.checks.ssh_reachable import CHECK_ID as SSH_ID
from shared.findings.finding import FindingRecord, FindingState
from shared.network.ids import ResourceId
from shared.rendering.card_news import is_undetermined
from shared.rendering.card_wording import resource_name
from shared.rendering.document_reading import objects_in, text_in
from shared.rendering.estate_report import EstateReport, Occasion, is_certain, severity_counts
from shared.rendering.finding_line import finding_line
from shared.rendering.findings_table import ID_LENGTH, minute
from shared.rendering.path_svg import paths_svg
from shared.rendering.remedies import REMEDIES
from shared.rendering.scan_summary import counted
from shared.rendering.visible_text import visible

PICTURED: Final = 10
"""Findings of which the report has a picture."""
LISTED: Final = 5_000
"""Findings that the report lists; a browser stays quick with so many."""
NAMED: Final = 1_000
"""Gaps that the report names."""
_DRAWN: Final = 3
"""Ways in of one machine that are drawn."""
_COUNTS: Final = {
    "virtual_machines": ("virtual machine", "virtual machines"),
    "network_interfaces": ("network interface", "network interfaces"),
    "network_security_groups": ("network security group", "network security groups"),
    "front_doors": ("front door", "front doors"),
}


@dataclass(frozen=True, slots=True)
class Headline:
    """One number at the head, and what it counts; `tone` is its look."""

    number: int
    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One line of the list; the last two are empty in a scan."""

    resource: str
    place: str
    what: str
    door: str
    why: str
    key: str
    state: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """The findings of one severity, worst first, as far as they are listed."""

    severity: str
    count: int
    rows: tuple[FindingRow, ...]

    @property
    def left_out(self) -> int:
        """How many are not listed."""
        return self.count - len(self.rows)


@dataclass(frozen=True, slots=True)
class Picture:
    """The ways in to one machine, drawn; `more` says how many are not."""

    heading: str
    severity: str
    svg: str
    more: int
    remedy: str


@dataclass(frozen=True, slots=True)
class ControlRow:
    """A rule of a catalogue, the checks that are evidence for it, and what they came to."""

    control: str
    checks: tuple[str, ...]
    findings: int
    unknown: int


@dataclass(frozen=True, slots=True)
class GapRow:
    """Something that is not known: a judgement, or what it is about, and the reason."""

    subject: str
    place: str
    reason: str


def headlines(report: EstateReport) -> Sequence[Headline]:
    """Give the numbers at the head."""
    reachable = {
        record.finding.resource
        for record in report.records
        if record.finding.check == SSH_ID and is_certain(record)
    }
    severities = severity_counts(report.records)
    return (
        Headline(
            len(reachable),
            "machine with a way in" if len(reachable) == 1 else "machines with a way in",
            "bad" if reachable else "good",
        ),
        *(
            Headline(severities[severity], severity.value, severity.value)
            for severity in reversed(Severity)
        ),
        Headline(len(_doubts(report)) + len(report.unjudged), "not known", "doubt"),
        Headline(len(report.unread), "not read", "doubt" if report.unread else "quiet"),
    )


def looked_at(report: EstateReport) -> Sequence[str]:
    """Say how much was looked at."""
    return [
        counted(report.counts[name], *nouns)
        for name, nouns in _COUNTS.items()
        if name in report.counts
    ]


def finding_groups(report: EstateReport) -> Sequence[FindingGroup]:
    """Give the findings by severity, the worst first, without those that are mere doubts."""
    by_severity: defaultdict[Severity, list[FindingRecord]] = defaultdict(list)
    for record in report.records:
        if not is_undetermined(record.finding):
            by_severity[record.finding.severity].append(record)
    room, groups = LISTED, []
    for severity in reversed(Severity):
        records = by_severity[severity]
        rows = tuple(_row(record, report.occasion) for record in records[:room])
        room -= len(rows)
        if records:
            groups.append(FindingGroup(severity.value, len(records), rows))
    return groups


def _row(record: FindingRecord, occasion: Occasion) -> FindingRow:
    finding, line = record.finding, finding_line(record.finding)
    is_kept = occasion is Occasion.RECORDS
    return FindingRow(
        resource=resource_name(finding.resource),
        place=_place(finding.resource),
        what=line.what,
        door=line.door,
        why=line.why,
        key=finding.fingerprint[:ID_LENGTH],
        state=record.state.value if is_kept else "",
        since=minute(record.since) if is_kept else "",
    )


def _place(resource: ResourceId) -> str:
    return " · ".join(part for part in (resource.resource_group, resource.subscription) if part)


def pictures(report: EstateReport) -> Sequence[Picture]:
    """Draw the ways in of the worst machines."""
    return tuple(islice(_drawn(report), PICTURED))


def pictured_of(report: EstateReport) -> int:
    """Count the findings of which there could be a picture."""
    return sum(1 for record in report.records if is_certain(record) and _exposed(record))


def _drawn(report: EstateReport) -> Iterator[Picture]:
    for record in filter(is_certain, report.records):
        ways = _exposed(record)
        if ways:
            name = resource_name(record.finding.resource)
            yield Picture(
                heading=name,
                severity=record.finding.severity.value,
                svg=paths_svg(
                    ways[:_DRAWN], f"Ways in to {visible(name)}, {record.finding.fingerprint}"
                ),
                more=max(0, len(ways) - _DRAWN),
                remedy=REMEDIES[SSH_ID],
            )


def _exposed(record: FindingRecord) -> Sequence[Mapping[str, Json]]:
    ways = objects_in(record.finding.evidence, "exposures")
    return [way for way in ways if text_in(way, "verdict") == "exposed"]


def control_rows(report: EstateReport) -> Sequence[ControlRow]:
    """Give every control that a check speaks to, also where nothing was found."""
    checks: defaultdict[str, list[str]] = defaultdict(list)
    for check in CHECKS:
        for label in check.controls.labels:
            checks[label].append(check.id)
    found = Counter(record.finding.check for record in report.records if is_certain(record))
    unknown = Counter(gap.check for gap in report.unjudged)
    unknown.update(record.finding.check for record in _doubts(report))
    return [
        ControlRow(
            control=label,
            checks=tuple(ids),
            findings=sum(found[one] for one in ids),
            unknown=sum(unknown[one] for one in ids),
        )
        for label, ids in checks.items()
    ]


def unknown_rows(report: EstateReport) -> Sequence[GapRow]:
    """Give the first of what is not known: doubts about ways in, then what checks lacked."""
    doubts = (
        GapRow(
            f"{record.finding.check} on {resource_name(record.finding.resource)}",
            _place(record.finding.resource),
            finding_line(record.finding).why,
        )
        for record in _doubts(report)
    )
    gaps = (
        GapRow(f"{gap.check} on {resource_name(gap.resource)}", _place(gap.resource), gap.reason)
        for gap in report.unjudged
    )
    return [*islice((*doubts, *gaps), NAMED)]


def unread_rows(report: EstateReport) -> Sequence[GapRow]:
    """Give the first of what was not read."""
    return [GapRow(one.scope.name, one.scope.text, one.reason) for one in report.unread[:NAMED]]


def _doubts(report: EstateReport) -> Sequence[FindingRecord]:
    return [
        record
        for record in report.records
        if record.state is FindingState.OPEN and is_undetermined(record.finding)
    ]
