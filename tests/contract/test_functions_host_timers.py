"""Timer triggers and runs by hand, through the local Functions host."""

from datetime import UTC, datetime, timedelta

import pytest
import requests

from functions_host import HostError
from tests.conftest import ServeApp

TICK = """
@app.timer_trigger(arg_name="timer", schedule="%TICK%", run_on_startup=False)
def tick(timer: func.TimerRequest):
    SEEN.put((timer.past_due, timer.schedule_status))
"""
NEVER_SOON = "0 0 0 29 2 *"
OTHERS = """
@app.queue_trigger(arg_name="message", queue_name="q", connection="Storage")
def on_queue(message: func.QueueMessage):
    SEEN.put((message.get_body().decode(), message.dequeue_count))

@app.event_grid_trigger(arg_name="event")
def on_event(event: func.EventGridEvent):
    SEEN.put(event.id)

@app.route(route="page")
def on_request(req: func.HttpRequest) -> str:
    SEEN.put(req.get_body().decode())
    return "done"
"""
UNREACHED = {
    "AzureWebJobs.on_queue.Disabled": "1",
    "Storage": "UseDevelopmentStorage=true",
}


def test_timer_runs_on_its_schedule(serve_app: ServeApp) -> None:
    app = serve_app(TICK, settings={"TICK": "* * * * * *"})
    past_due, status = app.next_seen()
    assert past_due is False
    _, later = app.next_seen()
    assert datetime.fromisoformat(status["Next"]) <= datetime.fromisoformat(later["Next"])
    assert datetime.fromisoformat(later["Last"]) > datetime.now(UTC) - timedelta(minutes=1)


def test_timer_runs_on_startup_when_asked(serve_app: ServeApp) -> None:
    app = serve_app(
        TICK.replace("run_on_startup=False", "run_on_startup=True"), settings={"TICK": NEVER_SOON}
    )
    assert app.next_seen()[0] is False


def test_timer_runs_by_hand(serve_app: ServeApp) -> None:
    app = serve_app(TICK, settings={"TICK": NEVER_SOON})
    answer = requests.post(f"{app.url}/admin/functions/TICK", json={"input": "now"}, timeout=10)
    assert (answer.status_code, answer.text) == (202, "")
    assert app.next_seen() == (False, {})


@pytest.mark.parametrize(
    ("function", "given", "seen"),
    [
        ("on_queue", "text", ("text", 1)),
        ("on_event", '{"id": "e1", "data": {}}', "e1"),
        ("on_request", "a body", "a body"),
    ],
)
def test_other_functions_run_by_hand_with_the_input(
    serve_app: ServeApp, function: str, given: str, seen: object
) -> None:
    app = serve_app(OTHERS, settings=UNREACHED)
    answer = requests.post(
        f"{app.url}/admin/functions/{function}", json={"input": given}, timeout=10
    )
    assert answer.status_code == 202
    assert app.next_seen() == seen


@pytest.mark.parametrize(
    ("function", "body", "status"),
    [
        pytest.param("tick", "", 400, id="no-body"),
        pytest.param("tick", "null", 400, id="null"),
        pytest.param("absent", '{"input": ""}', 404, id="unknown"),
        pytest.param("absent", "", 400, id="unknown-without-body"),
    ],
)
def test_run_by_hand_is_refused(serve_app: ServeApp, function: str, body: str, status: int) -> None:
    app = serve_app(TICK, settings={"TICK": NEVER_SOON})
    answer = requests.post(f"{app.url}/admin/functions/{function}", data=body, timeout=10)
    assert answer.status_code == status


def test_failed_run_leaves_the_timer_ticking(serve_app: ServeApp) -> None:
    app = serve_app("""
        @app.timer_trigger(arg_name="timer", schedule="* * * * * *")
        async def tick(timer: func.TimerRequest, context: func.Context):
            SEEN.put(context.invocation_id)
            raise RuntimeError("again")
    """)
    assert app.next_seen() != app.next_seen()


@pytest.mark.parametrize(
    ("schedule", "fault"),
    [
        ("* * * * *", "six fields"),
        ("61 * * * * *", "second: '61'"),
        ("0 0 0 31 2 *", "no day of the calendar"),
    ],
)
def test_schedule_that_cannot_be_kept_stops_the_start(
    serve_app: ServeApp, schedule: str, fault: str
) -> None:
    with pytest.raises(HostError, match=fault):
        serve_app(TICK, settings={"TICK": schedule})


def test_root_lists_functions_and_triggers(serve_app: ServeApp) -> None:
    app = serve_app(OTHERS, settings=UNREACHED)
    document = requests.get(app.url, timeout=10).json()
    assert document["state"] == "Running"
    assert {one["name"]: one["trigger"] for one in document["functions"]} == {
        "on_queue": "queueTrigger",
        "on_event": "eventGridTrigger",
        "on_request": "httpTrigger",
    }


def test_function_page_shows_its_bindings(serve_app: ServeApp) -> None:
    app = serve_app(OTHERS, settings=UNREACHED)
    page = requests.get(f"{app.url}/admin/functions/on_queue", timeout=10).json()
    assert page["config"]["bindings"] == [
        {
            "type": "queueTrigger",
            "name": "message",
            "direction": "in",
            "queueName": "q",
            "connection": "Storage",
        }
    ]
    assert requests.get(f"{app.url}/admin/functions/absent", timeout=10).status_code == 404


def test_host_status_is_running(serve_app: ServeApp) -> None:
    app = serve_app(OTHERS, settings=UNREACHED)
    status = requests.get(f"{app.url}/admin/host/status", timeout=10).json()
    assert (status["state"], len(status["id"])) == ("Running", 32)
    assert status["processUptime"] >= 0
