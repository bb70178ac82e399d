"""The dashboard's pages in Chromium, through the local Functions host with Azurite."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
import requests
from playwright.sync_api import Browser

from shared.usecases.interfaces import sweep_id
from tests.e2e.dashboard_browser import (
    Stage,
    Visitor,
    running_browser,
    running_stage,
    shown_finding,
    visiting,
)
from tests.e2e.dashboard_story import (
    BACKWARDS,
    ENDLESS,
    SCRIPT,
    a_session,
    hostile_exemption,
    hostile_finding,
    hostile_session,
    record,
)

pytestmark = pytest.mark.slow
PAGES = {
    "/": "Overview",
    "/findings": "Findings",
    "/exemptions": "Exemptions",
    "/posture": "Posture",
    "/sessions": "Sessions",
    "/sweeps": "Sweeps",
}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with running_stage(tmp_path_factory.mktemp("dashboard")) as running:
        yield running


@pytest.fixture(scope="module")
def url(stage: Stage) -> Iterator[str]:
    with stage.world.host() as host:
        yield host.url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as running:
        yield running


@pytest.fixture
def visitor(browser: Browser, url: str) -> Iterator[Visitor]:
    """Give a page; whatever it opened, nothing went elsewhere and nobody complained."""
    with visiting(browser, url) as opened:
        yield opened
        assert opened.strangers() == []
        assert opened.complaints == []


def finding_path(stage: Stage) -> str:
    return f"/findings/{shown_finding(stage.findings).fingerprint}"


@pytest.mark.parametrize(("path", "title"), PAGES.items())
def test_page_is_shown_and_marked_in_the_navigation(
    visitor: Visitor, path: str, title: str
) -> None:
    assert visitor.open(path) == 200
    assert visitor.page.locator("h1").inner_text() == title
    assert visitor.page.locator("nav [aria-current=page]").inner_text() == title


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_has_no_serious_objection(
    browser: Browser, url: str, path: str, scheme: Literal["light", "dark"]
) -> None:
    with visiting(browser, url, scheme=scheme) as visitor:
        visitor.open(path)
        assert visitor.violations() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_has_no_serious_objection_to_one_finding(
    browser: Browser, url: str, stage: Stage, scheme: Literal["light", "dark"]
) -> None:
    with visiting(browser, url, scheme=scheme) as visitor:
        visitor.open(finding_path(stage))
        assert visitor.violations() == []


def test_first_number_leads_to_as_many_findings(visitor: Visitor) -> None:
    visitor.open("/")
    link = visitor.page.locator(".number .figure a").nth(1)
    number = link.inner_text()
    link.click()
    assert visitor.page.locator(".heading .quiet").inner_text().startswith(f"{number} in all")


def test_numbers_of_the_table_lead_to_their_findings(visitor: Visitor) -> None:
    visitor.open("/")
    link = visitor.page.locator("td.critical a").first
    number = int(link.inner_text())
    link.click()
    chips = visitor.page.locator("tbody .chip").all_inner_texts()
    assert chips == ["critical"] * number


def test_filters_stand_in_the_address_and_in_the_form(visitor: Visitor) -> None:
    visitor.open("/findings")
    page = visitor.page
    page.get_by_label("high", exact=True).check()
    page.get_by_label("Check").select_option("nsg-ssh-open")
    page.get_by_role("button", name="Show").click()
    assert "severity=high" in page.url
    assert "check=nsg-ssh-open" in page.url
    assert page.get_by_label("high", exact=True).is_checked()
    assert set(page.locator("tbody .chip").all_inner_texts()) == {"high"}
    assert set(page.locator("tbody th .code").all_inner_texts()) == {"nsg-ssh-open"}


def test_text_finds_a_resource(visitor: Visitor) -> None:
    visitor.open("/findings?state=any")
    visitor.page.get_by_label("Resource or title").fill("VM-EVERY-PORT")
    visitor.page.get_by_role("button", name="Show").click()
    resources = visitor.page.locator("tbody td:nth-child(3)").all_inner_texts()
    assert resources
    assert all(one.startswith("vm-every-port") for one in resources)


def test_pages_of_the_list_hold_every_finding_once(visitor: Visitor, stage: Stage) -> None:
    visitor.open("/findings?state=any&limit=40")
    found = []
    while True:
        links = visitor.page.locator("tbody th a")
        assert links.count() <= 40
        found += [one.get_attribute("href") for one in links.all()]
        following = visitor.page.locator("a[rel=next]")
        if not following.count():
            break
        with visitor.page.expect_navigation():
            following.click()
    assert sorted(str(one) for one in found) == sorted(
        f"/findings/{one.fingerprint}" for one in stage.findings
    )


def test_finding_shows_its_way_in_and_who_opened_it(visitor: Visitor, stage: Stage) -> None:
    visitor.open(finding_path(stage))
    assert visitor.page.locator(".picture svg[role=img]").count() == 1
    assert "allow-ssh-migration" in visitor.page.locator(".picture").inner_text()
    assert "@contoso.example" in visitor.page.locator(".life").inner_text()


def test_picture_has_its_colours_under_the_policy(visitor: Visitor, stage: Stage) -> None:
    visitor.open(finding_path(stage))
    colour = "one => getComputedStyle(one).fill"
    assert visitor.page.locator(".pp-soft-exposed").first.evaluate(colour) == "rgb(253, 236, 236)"


def test_unread_parts_are_named(visitor: Visitor) -> None:
    visitor.open("/")
    visitor.page.locator("#coverage-title ~ dl a.warn").click()
    assert "nsg-locked-away" in visitor.page.locator("#unread ~ ul").inner_text()


def test_posture_of_what_was_not_read_whole_is_never_met(visitor: Visitor) -> None:
    visitor.open("/posture")
    assert visitor.page.locator(".notice.warning").count() == 1
    assert visitor.page.locator(".number.good").count() == 0


def test_posture_leads_from_the_estate_to_the_proofs_of_a_machine(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open("/posture")
    page.locator("tbody th a").first.click()
    assert "subscription=" in page.url
    page.locator("tbody th a").first.click()
    assert "network=" in page.url
    name = page.locator("tbody th a").first.inner_text()
    page.locator("tbody th a").first.click()
    assert page.locator("h1").inner_text() == name
    assert page.locator("section.panel table").count() == 4
    assert visitor.violations() == []


def test_number_of_posture_leads_to_as_many_machines(visitor: Visitor) -> None:
    visitor.open("/posture")
    link = visitor.page.locator(".number.bad a", has_text="not met").first
    number = int(link.inner_text().split()[0])
    with visitor.page.expect_navigation():
        link.click()
    rows = visitor.page.locator("tbody tr")
    assert rows.count() == min(number, 50)
    assert set(rows.locator("td:nth-child(2)").all_inner_texts()) == {"not met"}


def test_filters_of_posture_stand_in_the_address_and_in_the_form(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open("/posture")
    page.get_by_label("not known", exact=True).check()
    page.get_by_label("Requirement").select_option("own-identity")
    page.get_by_label("Show").select_option("machines")
    page.get_by_role("button", name="Show").click()
    for part in ("answer=unknown", "requirement=own-identity", "level=machines"):
        assert part in page.url
    assert page.get_by_label("not known", exact=True).is_checked()
    assert set(page.locator("tbody td .standing").all_inner_texts()) == {"not known"}


def test_posture_is_paged(visitor: Visitor) -> None:
    visitor.open("/posture?level=machines&limit=30")
    found = []
    while True:
        links = visitor.page.locator("tbody th a")
        found += [one.get_attribute("href") for one in links.all()]
        following = visitor.page.locator("a[rel=next]")
        if not following.count():
            break
        with visitor.page.expect_navigation():
            following.click()
    assert len(found) == len(set(found)) > 30


def test_finding_behind_a_proof_is_one_click_away(visitor: Visitor) -> None:
    visitor.open("/posture?level=machines&requirement=no-direct-ssh&answer=not-met")
    visitor.page.locator("tbody th a").first.click()
    name = visitor.page.locator("h1").inner_text()
    visitor.page.locator("td a", has_text="findings").first.click()
    resources = visitor.page.locator("tbody td:nth-child(3)").all_inner_texts()
    assert any(one.startswith(name) for one in resources)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("query", ["level=machines", "requirement=no-direct-ssh"])
def test_axe_has_no_serious_objection_to_lists_of_posture(
    browser: Browser, url: str, query: str, scheme: Literal["light", "dark"]
) -> None:
    with visiting(browser, url, scheme=scheme) as visitor:
        visitor.open(f"/posture?{query}")
        assert visitor.violations() == []


def test_sessions_are_filtered_and_paged(visitor: Visitor) -> None:
    visitor.open("/sessions")
    page = visitor.page
    assert page.locator("tbody").first.locator("tr").count() == 50
    with page.expect_navigation():
        page.locator("a[rel=next]").click()
    assert page.locator("tbody").first.locator("tr").count() == 20
    page.get_by_label("Outcome").select_option("login-failed")
    page.get_by_role("button", name="Show").click()
    assert set(page.locator("tbody").first.locator(".state").all_inner_texts()) == {"login failed"}


def test_keyboard_reaches_the_content_first(visitor: Visitor) -> None:
    visitor.open("/findings")
    visitor.page.keyboard.press("Tab")
    assert visitor.page.evaluate("document.activeElement.textContent") == "Skip to the content"
    visitor.page.keyboard.press("Enter")
    assert visitor.page.evaluate("document.activeElement.id") == "main"


def test_page_works_the_same_without_scripts(browser: Browser, url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{url}/findings")
    page.get_by_label("low", exact=True).check()
    page.get_by_role("button", name="Show").click()
    chips = page.locator("tbody .chip").all_inner_texts()
    context.close()
    assert set(chips) == {"low"}


def test_print_leaves_navigation_and_filters_away(visitor: Visitor) -> None:
    visitor.open("/findings")
    visitor.page.emulate_media(media="print")
    assert not visitor.page.locator(".filters").is_visible()
    assert not visitor.page.locator(".top nav").is_visible()
    assert visitor.page.locator("tbody tr").first.is_visible()


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/findings?severity=worst", 400, "severity is one of"),
        ("/findings?colour=red", 400, "nothing is called"),
        ("/findings?after=critical.x", 400, "go on from"),
        ("/findings/0123", 404, "No finding has such an id."),
        ("/findings/" + "f" * 64, 404, "No finding of this id is recorded."),
        ("/sweeps/yesterday", 404, "No sweep"),
        ("/posture?answer=maybe", 400, "answer is one of"),
        ("/posture/machine?id=/subscriptions/x/vm", 404, "No sweep has kept"),
        ("/elsewhere", 404, "There is no page at this address."),
    ],
)
def test_fault_is_told_in_words(
    browser: Browser, url: str, path: str, status: int, says: str
) -> None:
    with visiting(browser, url) as visitor:
        assert visitor.open(path) == status
        assert says.lower() in visitor.page.locator("main").inner_text().lower()
        assert visitor.violations() == []


def test_hostile_names_are_shown_and_do_nothing(visitor: Visitor, stage: Stage) -> None:
    clock = stage.world.runtime.clock
    hostile = hostile_finding(stage.findings[0])
    home = hostile.resource.subscription
    record(stage.stores, hostile, clock.now())
    stage.stores.exemptions.put(hostile_exemption(home, clock.now()))
    now = clock.now()
    stage.stores.sessions.add([hostile_session(a_session(home, now, 1), now)])
    paths = ["/findings?q=script", f"/findings/{hostile.fingerprint}", "/exemptions"]
    for path in [*paths, "/sessions?user=" + SCRIPT.replace("/", "%2F")]:
        assert visitor.open(path) == 200
        assert visitor.page.title() != "owned"
        text = visitor.page.locator("main").inner_text()
        assert SCRIPT[:12] in text
        assert BACKWARDS not in text
        assert "\\u202e" in text
        assert ENDLESS not in text.replace("\n", "") or path == paths[1]
        assert visitor.page.locator("main script").count() == 0
        width = visitor.page.evaluate("document.documentElement.scrollWidth")
        assert width <= 1280


def test_answer_carries_every_security_header(url: str) -> None:
    headers = requests.get(f"{url}/", timeout=10).headers
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    )
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_page_holds_no_script_and_no_inline_style(url: str) -> None:
    text = requests.get(f"{url}/", timeout=10).text
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", text)


def test_old_sweep_makes_pages_say_so(stage: Stage, url: str, browser: Browser) -> None:
    """Sweeps came every six hours; the newest is pushed into the past by a clock that is ahead."""
    from shared.adapters.clock import SystemClock

    now = SystemClock.now

    with pytest.MonkeyPatch.context() as patch, visiting(browser, url) as visitor:
        patch.setattr(SystemClock, "now", lambda self: now(self).replace(year=now(self).year + 1))
        visitor.open("/")
        assert "What you see is" in visitor.page.locator(".notice.warning").inner_text()
        assert visitor.violations() == []
    assert sweep_id(now(SystemClock())) > stage.world.sweeps()[0].id


def test_empty_storage_says_that_nothing_is_known(
    stage: Stage, browser: Browser, tmp_path: Path
) -> None:
    from tests.azurite import running_azurite

    with running_azurite() as azurite:
        empty = replace(stage.world, storage=azurite.connection_string)
        answers = {path: _asked(empty.settings, path) for path in PAGES}
    assert {path: status for path, (status, _) in answers.items()} == dict.fromkeys(PAGES, 200)
    assert "Nothing is known yet" in answers["/"][1]
    assert "Nothing is exempt" in answers["/exemptions"][1]
    assert "No sweep yet" in answers["/sweeps"][1]
    (tmp_path / "empty.html").write_text(answers["/"][1], encoding="utf-8")
    with visiting(browser, "") as visitor:
        visitor.page.goto((tmp_path / "empty.html").as_uri())
        assert visitor.page.locator(".empty h2").inner_text() == "Nothing is known yet"


def test_storage_that_is_gone_is_told(stage: Stage) -> None:
    gone = re.sub(r"(TableEndpoint=http://127.0.0.1):\d+", r"\1:9", stage.world.storage)
    settings = replace(stage.world, storage=gone).settings
    status, text = _asked(settings, "/findings")
    assert (status, "Storage does not answer" in text) == (503, True)
    status, text = _asked(settings, "/api/ready")
    assert (status, json.loads(text)["storage"]) == (503, "not reachable")


def test_settings_that_are_wrong_are_not_told_to_strangers(stage: Stage) -> None:
    status, text = _asked({**stage.world.settings, "PORTCULLIS_CLOUD": "mars-s3cret"}, "/")
    assert (status, "not valid" in text, "mars" in text) == (503, True, False)


def _asked(settings: dict[str, str], path: str) -> tuple[int, str]:
    """Ask an app with other settings than those of the host that runs."""
    from tests.dashboard_asking import ask

    answer = ask(settings, path)
    return answer.status, answer.text
