import base64
import hashlib
import re
from dataclasses import replace
from html import unescape

import pytest

from shared.checks.result import Severity, Unjudged
from shared.findings.finding import FindingRecord, FindingState
from shared.network.ids import ResourceId
from shared.network.snapshot import Unread
from shared.rendering import report_view
from shared.rendering.estate_report import EstateReport
from shared.rendering.report_html import report_html
from shared.rendering.report_view import control_rows, finding_groups, headlines, pictures
from tests.golden.card_samples import exposure, vm_id
from tests.golden.report.samples import record, recorded, scanned, undetermined

GAP = Unjudged("bastion-audit-off", ResourceId("/subscriptions/s/bas"), "settings not read")


def report_of(
    *records: FindingRecord, unjudged: tuple[Unjudged, ...] = (), is_complete: bool = False
) -> EstateReport:
    return replace(
        recorded(), records=records, unjudged=unjudged, unread=(), is_complete=is_complete
    )


def words_of(report: EstateReport) -> str:
    """Give what a reader may read, as one line."""
    body = re.sub(r"<style>.*?</style>", "", report_html(report), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def numbers_of(report: EstateReport) -> dict[str, int]:
    return {one.words: one.number for one in headlines(report)}


def test_policy_names_every_style_sheet_by_its_hash_and_forbids_the_rest() -> None:
    page = report_html(recorded())
    styles = set(re.findall(r"<style>(.*?)</style>", page, flags=re.DOTALL))
    hashes = {
        f"sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}"
        for one in styles
    }
    assert set(re.findall(r"'(sha256-[^']+)'", page)) == hashes
    assert "content=\"default-src 'none'; style-src 'sha256-" in page


def test_same_report_gives_the_same_page() -> None:
    assert report_html(recorded()) == report_html(recorded())


def test_numbers_count_machines_severities_doubts_and_gaps() -> None:
    twice = [record(title="one"), record(title="two", severity=Severity.LOW)]
    gone = record(FindingState.RESOLVED, severity=Severity.HIGH)
    report = report_of(*twice, gone, undetermined(), unjudged=(GAP,), is_complete=True)
    told = numbers_of(report)
    assert (told["machine with a way in"], told["critical"], told["low"], told["high"]) == (
        1,
        1,
        1,
        0,
    )
    assert (told["not known"], told["not read"]) == (2, 0)


def test_estate_without_a_way_in_says_so() -> None:
    told = words_of(report_of(is_complete=True))
    assert "machines with a way in 0" in told
    assert "No findings." in told
    assert "Everything in scope was read." in told


def test_incomplete_estate_is_told_at_the_head() -> None:
    head = words_of(recorded()).partition("Skip to")[2].partition("Ways in")[0]
    assert "Part of the estate was not read" in head


def test_part_that_was_not_read_is_named_with_the_reason() -> None:
    unread = (Unread(ResourceId("/subscriptions/one"), "403 Forbidden"),)
    assert "one /subscriptions/one 403 Forbidden" in words_of(replace(recorded(), unread=unread))


def test_sweep_that_has_not_ended_is_not_told_as_whole() -> None:
    assert "Reading has not come to its end." in words_of(report_of(is_complete=False))


def test_scan_says_that_nothing_was_lacking() -> None:
    told = words_of(replace(scanned(), unjudged=(), records=()))
    assert "Every check had what it needed." in told


def test_records_say_that_doubts_of_checks_are_not_kept() -> None:
    assert "and is not recorded" in words_of(report_of())


def test_picture_names_how_many_ways_are_not_drawn() -> None:
    ways = [exposure() for _ in range(5)]
    (one,) = pictures(report_of(record(evidence={"exposures": ways})))
    assert (one.heading, one.more) == ("vm-web-01", 2)


def test_only_the_worst_are_drawn_and_the_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_view, "PICTURED", 1)
    ways = {"exposures": [exposure()]}
    report = report_of(*(record(resource=vm_id(name), evidence=ways) for name in ("a", "b")))
    assert "Drawn are the worst 1 of 2 findings with a way in" in words_of(report)


def test_finding_beyond_the_list_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_view, "LISTED", 1)
    low = [record(severity=Severity.LOW, resource=vm_id(f"vm-{n}")) for n in range(2)]
    report = report_of(record(), *low)
    assert [(one.severity, one.count, one.left_out) for one in finding_groups(report)] == [
        ("critical", 1, 0),
        ("low", 2, 2),
    ]
    assert "2 more are not listed" in words_of(report)


def test_doubts_stand_apart_from_the_findings() -> None:
    report = report_of(undetermined())
    assert finding_groups(report) == []
    assert "vm-ssh-reachable on vm-doubt" in words_of(report)


def test_controls_count_findings_and_doubts_of_their_checks() -> None:
    report = report_of(record(), record(check="nsg-ssh-open"), undetermined(), unjudged=(GAP,))
    rows = {row.control: row for row in control_rows(report)}
    assert (rows["CIS 5.0 7.2"].findings, rows["CIS 5.0 7.2"].unknown) == (2, 1)
    assert rows["CIS 5.0 7.2"].checks == ("vm-ssh-reachable", "nsg-ssh-open")
    assert (rows["SOC 2 CC7.2"].findings, rows["SOC 2 CC7.2"].unknown) == (0, 1)


def test_long_value_is_cut() -> None:
    assert "n" * 1_001 not in report_html(report_of(record(resource=vm_id("n" * 10_000))))


def test_finding_outside_of_a_group_tells_its_subscription_alone() -> None:
    ((row,),) = (
        group.rows for group in finding_groups(report_of(record(resource="/subscriptions/s")))
    )
    assert row.place == "s"
