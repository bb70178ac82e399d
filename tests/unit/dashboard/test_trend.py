from __future__ import annotations

from datetime import date, timedelta

from dashboard.trend import trend_picture, trend_words
from shared.findings.tally import Day

DAYS = [Day(date(2026, 11, 1) + timedelta(days=n), ways) for n, ways in enumerate((3, 8, 5))]


def test_trend_is_told_in_words() -> None:
    assert trend_words(DAYS) == "3 open on 01 Nov, 5 now; at most 8, on 02 Nov."


def test_picture_reaches_its_top_on_the_worst_day() -> None:
    picture = trend_picture(DAYS)
    line = picture.split('class="trend-line" points="')[1].split('"')[0].split(" ")
    heights = [float(point.split(",")[1]) for point in line]
    assert heights == [83.2, 12.0, 54.8]


def test_nothing_open_is_a_flat_line() -> None:
    assert "126.0" in trend_picture([Day(one.day, 0) for one in DAYS])
    assert "style=" not in trend_picture(DAYS)
