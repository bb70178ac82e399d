from dataclasses import replace

import pytest

from shared.checks.result import Severity
from shared.findings.finding import FindingRecord, FindingState
from shared.network.ids import ResourceId
from shared.network.snapshot import Unread
from shared.rendering.card_elements import MAX_CARD_BYTES, Style, card_bytes
from shared.rendering.card_links import CardLinks
from shared.rendering.card_summary import summary_card
from shared.rendering.estate_summary import EstateSummary, estate_summary
from tests.e2e.card_browser import texts_of
from tests.golden.card_samples import HOSTILE, SEEN, quiet_week, vm_id, week
from tests.golden.report.samples import record

UNREAD = Unread(ResourceId("/subscriptions/one"), "not to be seen")
HEAD = 0


def summed(*records: FindingRecord) -> EstateSummary:
    return estate_summary(records, SEEN, SEEN)


def texts(summary: EstateSummary) -> list[str]:
    return list(texts_of(summary_card(summary, CardLinks())))


def style_of(summary: EstateSummary) -> object:
    body = summary_card(summary, CardLinks())["body"]
    assert isinstance(body, list)
    return body[HEAD]["style"]


def test_card_counts_by_severity() -> None:
    told = texts(week())
    assert told[told.index("CRITICAL") - 1] == "4"
    assert "20 findings open, 4 of them critical" in told


def test_card_names_the_oldest_with_their_days() -> None:
    told = texts(summed(record()))
    assert told[told.index("vm-web-01") - 1] == "10 days"


def test_card_counts_the_critical_findings_that_it_does_not_name() -> None:
    many = [record(resource=vm_id(f"vm-{number}")) for number in range(8)]
    assert "and 3 more" in texts(summed(*many))


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (0.4, "median under an hour"),
        (1.2, "median 1 hour"),
        (48, "median 48 hours"),
        (60.1, "median 3 days"),
    ],
)
def test_time_to_close_is_told_in_hours_or_days(hours: float, words: str) -> None:
    assert words in texts(replace(quiet_week(), hours_to_close=hours))


def test_nothing_closed_has_no_time_to_close() -> None:
    assert "Time to close" not in texts(quiet_week())


def test_estate_that_was_not_read_is_not_called_free_of_findings() -> None:
    told = texts(replace(quiet_week(), unread=(UNREAD,)))
    assert "No open findings in what was read" in told
    assert told[told.index("one") + 1] == "not to be seen"


def test_estate_without_a_sweep_says_so() -> None:
    assert "none has ended yet" in texts(replace(quiet_week(), swept=None))


@pytest.mark.parametrize(
    ("summary", "style"),
    [
        pytest.param(quiet_week(), Style.GOOD, id="quiet"),
        pytest.param(replace(quiet_week(), unread=(UNREAD,)), Style.WARNING, id="not-read"),
        pytest.param(week(), Style.ATTENTION, id="critical-and-not-read"),
        pytest.param(summed(record(severity=Severity.LOW)), Style.ACCENT, id="low"),
        pytest.param(
            replace(summed(record(severity=Severity.LOW)), unread=(UNREAD,)),
            Style.WARNING,
            id="low-and-not-read",
        ),
    ],
)
def test_look_is_that_of_the_worst(summary: EstateSummary, style: Style) -> None:
    assert style_of(summary) == style


def test_resolved_finding_is_nowhere_on_the_card() -> None:
    assert "vm-web-01" not in texts(summed(record(FindingState.RESOLVED)))


@pytest.mark.parametrize("character", ["x", "\u202e", "*", "€"])
def test_card_of_endless_names_fits_into_a_message(character: str) -> None:
    name = character * 10_000
    many = [record(resource=vm_id(f"{name}{number}")) for number in range(20)]
    unread = tuple(Unread(ResourceId(f"/x/{name}"), HOSTILE + name) for _ in range(50))
    card = summary_card(replace(summed(*many), unread=unread), CardLinks())
    assert card_bytes(card) < MAX_CARD_BYTES


def test_card_without_room_for_names_counts_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.rendering.card_elements.MAX_CARD_BYTES", 0)
    told = texts(week())
    assert "vm-shop-01" not in told
    assert "and 4 more" in told
    assert "and 2 more" in told
