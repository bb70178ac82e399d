"""Two scans compared, as tables and in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, assert_never

from shared.checks.ssh_reachable import FROM
from shared.exposure.front_door import FrontDoor
from shared.findings.scan_comparison import (
    Change,
    ExposureDifference,
    FindingDifference,
    ScanComparison,
)
from shared.findings.scan_record import RecordedExposure, ScanRecord, VerdictName
from shared.packetset.addresses import AddressSet
from shared.rendering.card_evidence import DoorView
from shared.rendering.card_text import moment, plain
from shared.rendering.change_text import causes_text
from shared.rendering.finding_line import door_text, service, short_names
from shared.rendering.scan_markdown import markdown_table
from shared.rendering.scan_summary import counted
from shared.rendering.text_table import TextTable
from shared.rendering.visible_text import visible

WAY_HEADINGS: Final = ("Change", "Severity", "Resource", "What", "Way in", "Why")
FINDING_HEADINGS: Final = ("Change", "Severity", "Resource", "Finding", "Why")
_SHOWN_PREFIXES: Final = 3
_LINE_LIMIT: Final = 300
_COUNTED_EXACTLY: Final = 10**15
_WORDS: Final = {
    Change.OPENED: "opened",
    Change.CHANGED: "changed",
    Change.CLOSED: "closed",
    Change.INCOMPARABLE: "cannot be compared",
}
_FINDING_WORDS: Final = {**_WORDS, Change.OPENED: "new", Change.CLOSED: "gone"}


def ways_table(comparison: ScanComparison) -> TextTable:
    """Give one row for each way in that is not as it was, what opened first."""
    names = short_names(one.seen.vm for one in comparison.exposures)
    rows = tuple(
        (
            _WORDS[one.change],
            _severity(one),
            names[one.seen.vm],
            f"{service(one.seen.port)}: {_what(one)}",
            _door(one.seen.front_door),
            visible(one.gap) or causes_text(one.causes) or _unexplained(one),
        )
        for one in comparison.exposures
    )
    return TextTable(WAY_HEADINGS, rows, leading=4)


def findings_table(comparison: ScanComparison) -> TextTable:
    """Give one row for each finding that is new, gone or of another severity."""
    names = short_names(one.seen.resource for one in comparison.findings)
    rows = tuple(
        (
            _FINDING_WORDS[one.change],
            _severities(one),
            names[one.seen.resource],
            visible(one.seen.title),
            visible(one.gap) or causes_text(one.causes),
        )
        for one in comparison.findings
    )
    return TextTable(FINDING_HEADINGS, rows, leading=4)


def diff_summary(comparison: ScanComparison, names: tuple[str, str]) -> tuple[str, ...]:
    """Give what it amounts to, and every gap on either side; `names` are those of the two."""
    old, new = (
        _side(name, record)
        for name, record in zip(names, (comparison.before, comparison.after), strict=True)
    )
    ways = _counts("way in", "ways in", _WORDS, [one.change for one in comparison.exposures])
    findings = _counts(
        "finding", "findings", _FINDING_WORDS, [one.change for one in comparison.findings]
    )
    return (
        f"From {old} to {new}.",
        ways,
        findings,
        *_gaps("earlier", comparison.before),
        *_gaps("later", comparison.after),
    )


def _side(name: str, record: ScanRecord) -> str:
    time = f" ({moment(record.observed_at)})" if record.observed_at else ""
    return f"{visible(name)}{time}"


def diff_markdown(comparison: ScanComparison, names: tuple[str, str]) -> str:
    """Give a heading, the summary as a list, and the tables that have rows."""
    tables = (ways_table(comparison), findings_table(comparison))
    return "\n".join(
        (
            "# What changed",
            "",
            *(f"- {plain(line, _LINE_LIMIT)}" for line in diff_summary(comparison, names)),
            *(line for table in tables if table.rows for line in ("", *markdown_table(table))),
            "",
        )
    )


def _counts(noun: str, plural: str, words: dict[Change, str], changes: Sequence[Change]) -> str:
    counts = Counter(changes)
    if not changes:
        return f"No {noun} differs."
    parts = ", ".join(f"{counts[one]} {words[one]}" for one in Change if counts[one])
    return f"{counted(len(changes), noun, plural)}: {parts}."


def _gaps(side: str, record: ScanRecord) -> Iterator[str]:
    for gap in record.unread:
        yield f"Not read in the {side} one: {visible(gap.scope.text)}: {visible(gap.reason)}"


def _severity(one: ExposureDifference) -> str:
    """Give the severity now, and of what closed the one that it had."""
    sides = (side.severity for side in (one.after, one.before) if side)
    return next((severity.value for severity in sides if severity), "")


def _unexplained(one: ExposureDifference) -> str:
    same = one.before and one.after and one.before.trace == one.after.trace
    return "the same rules decide" if same else "no change found on the way"


def _severities(one: FindingDifference) -> str:
    if one.before and one.after and one.before.severity is not one.after.severity:
        return f"{one.before.severity.value}, now {one.after.severity.value}"
    return one.seen.severity.value


def _what(one: ExposureDifference) -> str:
    """Say who gets in now and who did; of a change, who came and who went."""
    before, after = one.before, one.after
    if one.change is Change.INCOMPARABLE:
        side = "later" if before is None else "earlier"
        return f"{_reached(one.seen)}, seen in the {side} one alone"
    if one.change is Change.OPENED and after:
        return _reached(after)
    if one.change is Change.CLOSED and before:
        return f"no longer {_reached(before)}"
    told = [f"{_state(before)}, now {_state(after)}"] if _state(before) != _state(after) else []
    return "; ".join((*told, *_aspects(one))) or "another address or port to dial"


def _state(exposure: RecordedExposure | None) -> str:
    return "no way in" if exposure is None else _reached(exposure)


def _reached(exposure: RecordedExposure) -> str:
    match exposure.verdict:
        case VerdictName.CLOSED:
            return "closed"
        case VerdictName.UNKNOWN:
            return "not known"
        case VerdictName.EXPOSED:
            reach = FROM[exposure.reach] if exposure.reach else "somewhere"
            return f"from {reach}" + (" once it is started" if exposure.latent else "")
        case _ as unreachable:
            assert_never(unreachable)


def _aspects(one: ExposureDifference) -> Iterator[str]:
    before, after = one.before, one.after
    if before is None or after is None:
        return
    if VerdictName.CLOSED not in {before.verdict, after.verdict}:
        yield from _sources("wider", one.gained)
        yield from _sources("narrower", one.lost)
    tags = set(before.possible_tags), set(after.possible_tags)
    yield from _tags("perhaps also", tags[1] - tags[0])
    yield from _tags("no longer perhaps", tags[0] - tags[1])
    if before.return_path is not after.return_path:
        yield f"return path {after.return_path.value}"


def _sources(word: str, addresses: AddressSet) -> Iterator[str]:
    if not addresses:
        return
    prefixes = tuple(addresses.prefixes())
    more = len(prefixes) - _SHOWN_PREFIXES
    shown = ", ".join(prefixes[:_SHOWN_PREFIXES]) + (f" and {more} more" if more > 0 else "")
    count = addresses.count
    exact = counted(count, "address", "addresses")
    size = exact if count <= _COUNTED_EXACTLY else f"more than 10^{len(str(count)) - 1} addresses"
    yield f"{word} by {size}: {shown}"


def _tags(words: str, tags: Iterable[str]) -> Iterator[str]:
    if named := ", ".join(visible(tag) for tag in sorted(tags)):
        yield f"{words} {named}"


def _door(door: FrontDoor) -> str:
    last = door.port_range[1] if door.port_range else None
    name = door.rule or door.id.name
    return door_text(DoorView(door.kind, name, door.address or "", door.port, last))
