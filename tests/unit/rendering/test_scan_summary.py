from datetime import UTC, datetime

from shared.checks.result import Severity, Unjudged
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot, Unread
from shared.rendering.scan_summary import counted, scan_summary, severity_summary

COUNTS = dict.fromkeys(
    ("virtual_machines", "network_interfaces", "network_security_groups", "front_doors"), 1
)


def snapshot(unread: int = 0, ignored: int = 0) -> Snapshot:
    gaps = tuple(Unread(ResourceId(f"/subscriptions/{n}"), "no access\n") for n in range(unread))
    return Snapshot(datetime(2026, 3, 1, tzinfo=UTC), unread=gaps, ignored_rows=ignored)


def test_summary_of_nothing_says_so() -> None:
    assert scan_summary(snapshot(), COUNTS, (), (), ()) == (
        "No findings.",
        "Looked at 1 VM, 1 network interface, 1 NSG, 1 front door.",
    )


def test_summary_names_the_first_gaps_and_counts_the_rest() -> None:
    lines = scan_summary(snapshot(unread=12), COUNTS, (), (), ())
    assert lines[2] == "Not read: 12 parts of the estate"
    assert lines[3] == r"  /subscriptions/0: no access\x0a"
    assert lines[-1] == "  and 2 more; --format json names them all"
    assert len(lines) == 3 + 10 + 1


def test_summary_names_what_could_not_be_judged() -> None:
    gap = Unjudged("nsg-ssh-open", ResourceId("/a/nsg-1"), "a rule is broken")
    lines = scan_summary(snapshot(), COUNTS, (), (), (gap,))
    assert lines[2:] == (
        "Not known: 1 judgement that lacked something",
        "  nsg-ssh-open on nsg-1: a rule is broken",
    )


def test_summary_counts_ignored_rows() -> None:
    lines = scan_summary(snapshot(ignored=1234), COUNTS, (), (), ())
    assert lines[-1] == "Ignored: 1,234 rows of types that open no way in."


def test_severities_are_counted_from_the_worst_down() -> None:
    found = [Severity.LOW, Severity.CRITICAL, Severity.LOW]
    assert severity_summary(found) == "3 findings: 1 critical, 2 low."


def test_count_of_one_takes_the_singular() -> None:
    assert [counted(1, "way in", "ways in"), counted(2, "way in", "ways in")] == [
        "1 way in",
        "2 ways in",
    ]
