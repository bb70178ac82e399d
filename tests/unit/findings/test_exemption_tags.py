from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shared.findings.exemption import Exemption
from shared.findings.exemption_tags import RefusedTags, end_of_day, exemption_by_tags
from tests.recording_samples import finding, vm

WHOLE = {
    "Portcullis-Exempt-Until": "2027-03-31",
    "portcullis-exempt-reason": " jump host of the old estate ",
    "portcullis-exempt-owner": "ana@contoso.example",
    "cost-centre": "4711",
}


def without(name: str, **others: str) -> dict[str, str]:
    return {key: value for key, value in WHOLE.items() if key.lower() != name} | others


def test_three_tags_exempt_a_resource_until_the_day_is_over() -> None:
    found = exemption_by_tags(vm(), WHOLE)
    assert isinstance(found, Exemption)
    assert (found.scope, found.check, found.reason, found.owner, found.expires) == (
        vm(),
        None,
        "jump host of the old estate",
        "ana@contoso.example",
        datetime(2027, 4, 1, tzinfo=UTC),
    )
    assert found.covers(finding())


def test_same_resource_has_the_same_exemption_whatever_its_tags_say() -> None:
    longer = exemption_by_tags(vm(), {**WHOLE, "Portcullis-Exempt-Until": "2028-01-01"})
    first = exemption_by_tags(vm(), WHOLE)
    assert isinstance(first, Exemption)
    assert isinstance(longer, Exemption)
    assert (first.id, first.expires < longer.expires) == (longer.id, True)


def test_tags_of_others_are_no_concern_of_ours() -> None:
    assert exemption_by_tags(vm(), {"cost-centre": "4711"}) is None


@pytest.mark.parametrize(
    ("tags", "fault"),
    [
        (without("portcullis-exempt-reason"), "portcullis-exempt-reason missing or empty"),
        (
            without("portcullis-exempt-reason", **{"portcullis-exempt-owner": " "}),
            "portcullis-exempt-reason and portcullis-exempt-owner missing or empty",
        ),
        (
            {**WHOLE, "Portcullis-Exempt-Until": "next spring"},
            "portcullis-exempt-until is 'next spring'; write a day such as 2027-03-31",
        ),
    ],
)
def test_tags_that_are_not_whole_exempt_nothing_and_say_why(
    tags: dict[str, str], fault: str
) -> None:
    assert exemption_by_tags(vm(), tags) == RefusedTags(vm(), fault)


def test_last_day_of_the_calendar_has_no_end() -> None:
    with pytest.raises(ValueError, match="9999-12-31"):
        end_of_day("9999-12-31")
