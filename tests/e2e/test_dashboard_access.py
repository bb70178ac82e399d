"""Who may see and decide what: the dashboard as it runs behind App Service's authentication."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
import requests
from playwright.sync_api import Browser

from shared.remediation.lifecycle import PlanState
from shared.remediation.plan import PlanId
from tests.e2e.dashboard_browser import (
    Stage,
    running_browser,
    running_stage,
    shown_finding,
    signed_in,
    visiting,
)
from tests.e2e.dashboard_story import await_decision

pytestmark = pytest.mark.slow
OPENER = "dana@contoso.example"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with running_stage(tmp_path_factory.mktemp("guarded")) as running:
        yield running


@pytest.fixture(scope="module")
def url(stage: Stage) -> Iterator[str]:
    with stage.guarded().host("apply_plan", "assess_plan") as host:
        yield host.url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as running:
        yield running


def waiting_plan(stage: Stage) -> PlanId:
    """Record a plan that waits for a decision, anew."""
    finding = shown_finding(stage.findings)
    return await_decision(stage.world.runtime, stage.stores, finding, OPENER)


def state_of(stage: Stage, plan: PlanId) -> PlanState:
    record = stage.stores.remediations.plan(plan)
    assert record is not None
    return record.state


def get(url: str, path: str, headers: dict[str, str] | None = None) -> requests.Response:
    return requests.get(f"{url}{path}", headers=headers, timeout=20)


def form_of(url: str, plan: PlanId, headers: dict[str, str]) -> dict[str, str]:
    """Give the hidden fields of a plan's form as one person sees them."""
    text = get(url, f"/plans/{plan}", headers).text
    return dict(re.findall(r'name="(form_token|hash)" value="([^"]+)"', text))


@pytest.mark.parametrize(
    "path", ["/", "/findings", "/plans", "/api/v1/findings", "/api/v1/openapi.json"]
)
def test_nobody_is_let_in_without_sign_in(url: str, path: str) -> None:
    assert get(url, path).status_code == 401


@pytest.mark.parametrize("path", ["/", "/api/v1/sessions"])
def test_person_without_a_role_is_refused(url: str, path: str) -> None:
    answer = get(url, path, signed_in("li@contoso.example"))
    assert answer.status_code == 403
    assert "reader" in answer.text


def test_person_of_another_tenant_is_refused(url: str) -> None:
    stranger = signed_in("li@other.example", "admin", tenant="00000000-0000-4000-8000-000000000009")
    assert get(url, "/", stranger).status_code == 403


def test_header_that_was_made_up_twice_is_refused(url: str) -> None:
    good = signed_in("li@contoso.example", "admin")["X-MS-CLIENT-PRINCIPAL"]
    assert get(url, "/", {"X-MS-CLIENT-PRINCIPAL": f"{good},{good}"}).status_code == 401


def test_reader_sees_a_plan_and_cannot_decide(url: str, stage: Stage) -> None:
    plan = waiting_plan(stage)
    reader = signed_in("li@contoso.example", "reader")
    answer = get(url, f"/plans/{plan}", reader)
    assert answer.status_code == 200
    assert '<form class="decide"' not in answer.text
    post = requests.post(
        f"{url}/plans/{plan}", headers=reader, data={"decision": "approve"}, timeout=20
    )
    assert post.status_code == 403
    assert state_of(stage, plan) is PlanState.AWAITING_APPROVAL


@pytest.mark.parametrize("spoilt", ["missing", "of somebody else", "cut", "from elsewhere"])
def test_form_that_is_not_ours_changes_nothing(url: str, stage: Stage, spoilt: str) -> None:
    plan = waiting_plan(stage)
    approver = signed_in("sam@contoso.example", "approver", person="0000aaaa")
    other = signed_in("li@contoso.example", "approver", person="0000bbbb")
    form = {**form_of(url, plan, approver), "decision": "approve"}
    headers = dict(approver)
    match spoilt:
        case "missing":
            del form["form_token"]
        case "of somebody else":
            form["form_token"] = form_of(url, plan, other)["form_token"]
        case "cut":
            form["form_token"] = form["form_token"][:-1]
        case _:
            headers["Sec-Fetch-Site"] = "cross-site"
    post = requests.post(f"{url}/plans/{plan}", headers=headers, data=form, timeout=20)
    assert post.status_code == 403
    assert state_of(stage, plan) is PlanState.AWAITING_APPROVAL


def test_approver_goes_from_the_list_to_the_decision(
    browser: Browser, url: str, stage: Stage
) -> None:
    plan = waiting_plan(stage)
    headers = signed_in("sam@contoso.example", "approver")
    with visiting(browser, url, headers=headers) as visitor:
        visitor.open("/plans")
        assert visitor.violations() == []
        visitor.page.locator("tbody th a").first.click()
        assert visitor.violations() == []
        assert "allow-ssh-migration" in visitor.page.locator("pre").first.inner_text()
        visitor.page.get_by_role("button", name="Approve").click()
        assert visitor.page.locator(".heading .state").inner_text() == "approved"
        assert "sam@contoso.example" in visitor.page.locator(".life").inner_text()
        assert visitor.complaints == []
        assert visitor.strangers() == []
    assert state_of(stage, plan) is PlanState.APPROVED


def test_rejection_is_kept(browser: Browser, url: str, stage: Stage) -> None:
    plan = waiting_plan(stage)
    with visiting(browser, url, headers=signed_in("sam@contoso.example", "admin")) as visitor:
        visitor.open(f"/plans/{plan}")
        visitor.page.get_by_role("button", name="Reject").click()
        assert visitor.page.locator(".heading .state").inner_text() == "rejected"
    assert state_of(stage, plan) is PlanState.REJECTED


def test_opener_cannot_approve_what_they_opened(url: str, stage: Stage) -> None:
    plan = waiting_plan(stage)
    opener = signed_in(OPENER, "approver")
    text = get(url, f"/plans/{plan}", opener).text
    assert 'value="approve"' not in text
    form = {**form_of(url, plan, opener), "decision": "approve"}
    post = requests.post(f"{url}/plans/{plan}", headers=opener, data=form, timeout=20)
    assert post.status_code == 409
    assert "whoever opened" in post.text
    assert state_of(stage, plan) is PlanState.AWAITING_APPROVAL


def test_approval_of_something_else_than_was_shown_is_refused(url: str, stage: Stage) -> None:
    plan = waiting_plan(stage)
    approver = signed_in("sam@contoso.example", "approver")
    form = {**form_of(url, plan, approver), "decision": "approve", "hash": "0" * 64}
    post = requests.post(f"{url}/plans/{plan}", headers=approver, data=form, timeout=20)
    assert post.status_code == 409
    assert "not what was shown" in post.text
    assert state_of(stage, plan) is PlanState.AWAITING_APPROVAL


def test_decision_that_nobody_offered_is_refused(url: str, stage: Stage) -> None:
    plan = waiting_plan(stage)
    approver = signed_in("sam@contoso.example", "approver")
    form = {**form_of(url, plan, approver), "decision": "roll-back"}
    post = requests.post(f"{url}/plans/{plan}", headers=approver, data=form, timeout=20)
    assert post.status_code == 400


def test_person_with_a_hostile_name_is_shown_harmlessly(browser: Browser, url: str) -> None:
    name = "<img src=x onerror=alert(1)>\u202e"
    with visiting(browser, url, headers=signed_in(name, "reader")) as visitor:
        visitor.open("/")
        assert "<img src=x" in visitor.page.locator(".person").inner_text()
        assert visitor.page.locator("img").count() == 0
        assert visitor.complaints == []


def test_stage_without_guard_lets_nobody_in_from_azure(stage: Stage) -> None:
    from tests.dashboard_asking import ask

    settings = {**stage.world.settings, "WEBSITE_SITE_NAME": "func-portcullis"}
    forged = {"x-ms-client-principal": signed_in("li", "admin")["X-MS-CLIENT-PRINCIPAL"]}
    assert ask(settings, "/", headers=forged).status == 403
    guarded = replace(stage.guarded()).settings
    assert ask(guarded, "/", headers=forged).status == 200
