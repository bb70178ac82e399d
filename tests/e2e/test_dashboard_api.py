"""The JSON API through the local Functions host: as described, page by page, with problems."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from dashboard.openapi import document
from tests.e2e.dashboard_browser import Stage, running_stage, shown_finding

pytestmark = pytest.mark.slow
DESCRIBED: dict[str, Any] = json.loads(json.dumps(document()))


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with running_stage(tmp_path_factory.mktemp("api")) as running:
        yield running


@pytest.fixture(scope="module")
def url(stage: Stage) -> Iterator[str]:
    with stage.world.host() as host:
        yield host.url


def get(url: str, path: str) -> requests.Response:
    return requests.get(f"{url}{path}", timeout=20)


def checked(response: requests.Response, described: str) -> dict[str, Any]:
    """Give an answer's JSON once it is what the description says of that address and status."""
    answers = DESCRIBED["paths"][described]["get"]["responses"][str(response.status_code)]
    ((media_type, content),) = answers["content"].items()
    assert response.headers["Content-Type"].split(";")[0] == media_type
    registry: Registry[Any] = Registry().with_resource(
        "openapi", DRAFT202012.create_resource(DESCRIBED)
    )
    reference = {"$ref": f"openapi{content['schema']['$ref']}"}
    found: dict[str, Any] = response.json()
    Draft202012Validator(reference, registry=registry).validate(found)
    return found


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/findings",
        "/api/v1/sweeps",
        "/api/v1/posture",
        "/api/v1/sessions",
        "/api/v1/exemptions",
        "/api/v1/plans",
        "/api/v1/openapi.json",
        "/api/health",
        "/api/ready",
    ],
)
def test_answer_is_as_described(url: str, path: str) -> None:
    assert checked(get(url, path), path)


def test_one_of_each_is_as_described(url: str, stage: Stage) -> None:
    fingerprint = shown_finding(stage.findings).fingerprint
    of_one = "/api/v1/findings/{fingerprint}"
    found = checked(get(url, f"/api/v1/findings/{fingerprint}"), of_one)
    assert found["evidence"]["exposures"][0]["verdict"] == "exposed"
    history = checked(get(url, found["history"]), f"{of_one}/history")
    assert history["history"][-1]["before"] is None
    (sweep, *_) = checked(get(url, "/api/v1/sweeps"), "/api/v1/sweeps")["sweeps"]
    one = checked(get(url, f"/api/v1/sweeps/{sweep['id']}"), "/api/v1/sweeps/{sweep}")
    assert one == sweep
    assert one["unread_count"] == len(one["unread"]) == 2


def test_next_leads_through_the_whole_list(url: str, stage: Stage) -> None:
    path: str | None = "/api/v1/findings?state=any&limit=31"
    found: list[str] = []
    while path is not None:
        part = checked(get(url, path), "/api/v1/findings")
        assert len(part["findings"]) <= 31
        found += [one["fingerprint"] for one in part["findings"]]
        path = part["next"]
    assert sorted(found) == sorted(one.fingerprint for one in stage.findings)


def test_next_of_sessions_keeps_the_filter(url: str) -> None:
    first = checked(get(url, "/api/v1/sessions?outcome=connected&limit=50"), "/api/v1/sessions")
    rest = checked(get(url, first["next"]), "/api/v1/sessions")
    assert len(first["sessions"]) == 50
    assert {one["outcome"] for one in rest["sessions"]} == {"connected"}
    assert rest["next"] is None


def test_posture_goes_from_the_estate_down_to_the_proofs_of_a_machine(url: str) -> None:
    posture = "/api/v1/posture"
    estate = checked(get(url, posture), posture)
    assert (estate["level"], estate["place"]["id"], estate["machines"]) == (
        "subscriptions",
        None,
        [],
    )
    machines = sum(one["machines"] for one in estate["subscriptions"])
    assert machines == estate["place"]["machines"] > 0
    home = max(estate["subscriptions"], key=lambda one: one["machines"])
    below = checked(get(url, f"{posture}?subscription={home['id'].split('/')[-1]}"), posture)
    assert below["place"] == {name: home[name] for name in below["place"]}
    network = checked(get(url, f"{posture}?network={below['networks'][0]['id']}"), posture)
    assert len(network["machines"]) == min(50, below["networks"][0]["machines"])
    shown = network["machines"][0]
    machine = checked(get(url, f"{posture}/machine?id={shown['vm']}"), f"{posture}/machine")
    assert machine == {**shown, "observed_at": home["observed_at"], "sweep": home["sweep"]}


@pytest.mark.parametrize("answer", ["met", "not-met", "unknown"])
def test_next_of_posture_leads_through_every_machine_that_fits(url: str, answer: str) -> None:
    posture = "/api/v1/posture"
    wanted = f"level=machines&requirement=own-identity&answer={answer}"
    path: str | None = f"{posture}?{wanted}&limit=7"
    found: list[str] = []
    while path is not None:
        part = checked(get(url, path), posture)
        stand = {one["requirements"]["own-identity"]["standing"] for one in part["machines"]}
        assert stand <= {answer}
        found += [one["vm"] for one in part["machines"]]
        path = part["next"]
    counted = part["place"]["requirements"]["own-identity"][answer]
    assert (len(found), len(set(found))) == (counted, counted)


@pytest.mark.parametrize(
    ("path", "described", "status"),
    [
        ("/api/v1/posture?answer=maybe", "/api/v1/posture", 400),
        ("/api/v1/posture?level=machines&after=x", "/api/v1/posture", 400),
        (
            f"/api/v1/posture?subscription={'0' * 8}-0000-0000-0000-{'0' * 12}",
            "/api/v1/posture",
            404,
        ),
        ("/api/v1/posture/machine", "/api/v1/posture/machine", 400),
        ("/api/v1/posture/machine?id=/subscriptions/x/vm", "/api/v1/posture/machine", 404),
        ("/api/v1/findings?state=closed", "/api/v1/findings", 400),
        ("/api/v1/findings?limit=0", "/api/v1/findings", 400),
        ("/api/v1/findings?after=low.%25", "/api/v1/findings", 400),
        ("/api/v1/sessions?day=never", "/api/v1/sessions", 400),
        ("/api/v1/plans?state=lost", "/api/v1/plans", 400),
        (f"/api/v1/findings/{'0' * 64}", "/api/v1/findings/{fingerprint}", 404),
        ("/api/v1/plans/00000000", "/api/v1/plans/{plan}", 404),
    ],
)
def test_fault_is_a_problem(url: str, path: str, described: str, status: int) -> None:
    problem = checked(get(url, path), described)
    assert problem["status"] == status
    assert problem["instance"] == urlsplit(path).path
    assert problem["detail"]


def test_address_that_is_not_there_is_a_problem_too(url: str) -> None:
    answer = get(url, "/api/v2/findings")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_method_that_is_not_taken_is_a_problem(url: str) -> None:
    answer = requests.post(f"{url}/api/v1/findings", timeout=20)
    assert (answer.status_code, answer.json()["status"]) == (405, 405)


def test_row_that_cannot_be_read_is_a_problem_without_detail(stage: Stage, url: str) -> None:
    from azure.data.tables import TableServiceClient

    bad = {"PartitionKey": "subscriptions", "RowKey": "0", "form": 1, "observed_at": "no time"}
    service = TableServiceClient.from_connection_string(stage.world.storage)
    table = service.get_table_client("posture")
    table.upsert_entity(bad)
    try:
        answer = get(url, "/api/v1/posture")
    finally:
        table.delete_entity(bad)
    assert (answer.status_code, answer.json()["title"]) == (503, "Storage does not answer")
    assert not re.search(r"Traceback|\.py|site-packages", answer.text)


def test_timer_counts_what_changed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    from functions import pages

    before = stage.stores.tallies.kept()
    for name, value in stage.world.settings.items():
        monkeypatch.setenv(name, value)
    context = SimpleNamespace(function_name="count_findings", invocation_id="1")
    pages.count_findings(SimpleNamespace(past_due=False), context)
    after = stage.stores.tallies.kept()
    assert before.at is not None
    assert after.at is not None
    assert after.at > before.at
    assert after.counted == before.counted
