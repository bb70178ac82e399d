"""Six-field NCRONTAB schedules: when does one next fall due?"""

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from functions_host import HostError

_MONTHS: Final = tuple(name.lower() for name in calendar.month_name[1:])
_DAYS: Final = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_FIELDS: Final[Sequence[tuple[str, int, int, Sequence[str]]]] = (
    ("second", 0, 59, ()),
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("day of week", 0, 6, _DAYS),
)
# The calendar repeats after 400 years, but each pair of date and weekday comes within 40: leap days
# fall on every weekday once in 28 years, or in 40 where a century year skips one.
_HORIZON_DAYS: Final = 366 * 40


class InvalidSchedule(HostError):
    """The text is no six-field NCRONTAB expression, or no date ever matches it."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The seconds, minutes, hours, days, months and weekdays (0 is Sunday) that match.

    A moment matches when **all six** fields do.  That differs from Unix cron, where a day of the
    month and a day of the week are alternatives.

    Laws: `after(t)` is later than `t`, whole in seconds, and matches; nothing between them does.

    Source: Microsoft Learn, "Timer trigger for Azure Functions", NCRONTAB expressions; the NCrontab
    library's `CrontabSchedule` for how days and weekdays combine.
    """

    fields: tuple[frozenset[int], ...]

    @classmethod
    def parse(cls, expression: str) -> "Schedule":
        """Read `{second} {minute} {hour} {day} {month} {day-of-week}`.

        Each field takes `*`, numbers, names or beginnings of names (months and weekdays), ranges
        `a-b`, steps `/n`, and lists of these with commas.

        Raises:
            InvalidSchedule: naming the field at fault.
        """
        parts = expression.split()
        if len(parts) != len(_FIELDS):
            raise InvalidSchedule(
                f"schedule {expression!r} must have six fields, seconds first, not {len(parts)}"
            )
        schedule = cls(
            tuple(
                frozenset(_field(part, *field)) for part, field in zip(parts, _FIELDS, strict=True)
            )
        )
        if next(schedule._days_from(datetime(2000, 1, 1, tzinfo=UTC).date()), None) is None:
            raise InvalidSchedule(f"schedule {expression!r} matches no day of the calendar")
        return schedule

    def matches(self, moment: datetime) -> bool:
        """Tell whether the schedule falls due in the second of `moment` (aware, UTC)."""
        seconds, minutes, hours, *_ = self.fields
        return (
            self._matches_day(moment.date())
            and moment.hour in hours
            and moment.minute in minutes
            and moment.second in seconds
        )

    def after(self, moment: datetime) -> datetime:
        """Give the first moment later than `moment` (aware, UTC) at which the schedule is due."""
        seconds, minutes, hours, *_ = (sorted(field) for field in self.fields)
        start = moment.replace(microsecond=0) + timedelta(seconds=1)
        for day in self._days_from(start.date()):
            for hour in hours:
                for minute in minutes:
                    last = datetime(day.year, day.month, day.day, hour, minute, 59, tzinfo=UTC)
                    if last < start:
                        continue
                    for second in seconds:
                        due = last.replace(second=second)
                        if due >= start:
                            return due
        raise InvalidSchedule("the schedule matches no day of the calendar")

    def _days_from(self, first: date) -> Iterator[date]:
        days = (first + timedelta(days=ahead) for ahead in range(_HORIZON_DAYS))
        return (day for day in days if self._matches_day(day))

    def _matches_day(self, day: date) -> bool:
        *_, days, months, weekdays = self.fields
        return day.day in days and day.month in months and day.isoweekday() % 7 in weekdays


def _field(text: str, name: str, low: int, high: int, names: Sequence[str]) -> Iterator[int]:
    for part in text.split(","):
        span, slash, step_text = part.partition("/")
        if slash and (not step_text.isdecimal() or int(step_text) == 0):
            raise InvalidSchedule(f"{name}: {part!r} has no step above zero")
        step = int(step_text) if slash else 1
        if span == "*":
            first, last = low, high
        else:
            first_text, dash, last_text = span.partition("-")
            first = _value(first_text, name, low, high, names)
            last = _value(last_text, name, low, high, names) if dash else first
            if slash and not dash:
                last = high
        yield from range(min(first, last), max(first, last) + 1, step)


def _value(text: str, name: str, low: int, high: int, names: Sequence[str]) -> int:
    if text.isdecimal() and low <= int(text) <= high:
        return int(text)
    for offset, known in enumerate(names):
        if text and known.startswith(text.lower()):
            return low + offset
    raise InvalidSchedule(f"{name}: {text!r} is not within {low} to {high}")
