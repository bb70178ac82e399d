"""HTTP functions over the wire, through the local Functions host."""

import http.client
import json

import pytest
import requests

from tests.conftest import ServeApp

ECHO = """
import json
@app.route(route="echo/{name}/{*rest}")
def echo(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(json.dumps({
        "method": req.method, "url": req.url, "route": dict(req.route_params),
        "params": dict(req.params), "many": req.headers.get("x-many"),
        "body": req.get_body().decode(),
    }), mimetype="application/json")
"""


def test_request_reaches_the_function_whole(serve_app: ServeApp) -> None:
    app = serve_app(ECHO)
    answer = requests.put(
        f"{app.url}/api/echo/a%20b/c/d?x=1&y=%C3%A9&x=2&empty=", data="h\u00e9".encode(), timeout=10
    )
    assert answer.json() == {
        "method": "PUT",
        "url": f"{app.url}/api/echo/a%20b/c/d?x=1&y=%C3%A9&x=2&empty=",
        "route": {"name": "a b", "rest": "c/d"},
        "params": {"x": "1,2", "y": "\u00e9"},
        "many": None,
        "body": "h\u00e9",
    }


def test_repeated_request_headers_are_joined(serve_app: ServeApp) -> None:
    app = serve_app(ECHO)
    connection = http.client.HTTPConnection("127.0.0.1", app.host.port, timeout=10)
    connection.putrequest("GET", "/api/echo/n/")
    connection.putheader("X-Many", "one")
    connection.putheader("x-many", "two")
    connection.endheaders()
    assert json.loads(connection.getresponse().read())["many"] == "one,two"
    connection.close()


def test_chunked_body_is_put_together(serve_app: ServeApp) -> None:
    app = serve_app(ECHO)
    answer = requests.post(f"{app.url}/api/echo/n/", data=iter([b"one ", b"two"]), timeout=10)
    assert answer.json()["body"] == "one two"


def test_connection_is_kept_for_the_next_request(serve_app: ServeApp) -> None:
    app = serve_app(ECHO)
    connection = http.client.HTTPConnection("127.0.0.1", app.host.port, timeout=10)
    connection.request("GET", "/api/echo/first/")
    connection.getresponse().read()
    socket = connection.sock
    connection.request("GET", "/api/echo/second/")
    assert json.loads(connection.getresponse().read())["route"]["name"] == "second"
    assert connection.sock is socket
    connection.close()


def test_response_carries_status_headers_cookies_and_bytes(serve_app: ServeApp) -> None:
    app = serve_app("""
        @app.route(route="full")
        def full(req: func.HttpRequest) -> func.HttpResponse:
            answer = func.HttpResponse(b"\\x00\\xff", status_code=418, mimetype="image/x-tea")
            answer.headers["X-Leaf"] = "green"
            answer.headers.add("Set-Cookie", "a=1; Path=/; HttpOnly")
            answer.headers.add("Set-Cookie", "b=2; SameSite=Lax")
            return answer
    """)
    answer = requests.get(f"{app.url}/api/full", timeout=10)
    assert (answer.status_code, answer.content) == (418, b"\x00\xff")
    assert (answer.headers["Content-Type"], answer.headers["X-Leaf"]) == ("image/x-tea", "green")
    assert answer.raw.headers.getlist("Set-Cookie") == [
        "a=1; HttpOnly; Path=/",
        "b=2; SameSite=Lax",
    ]


def test_returned_text_is_answered_as_text(serve_app: ServeApp) -> None:
    app = serve_app("""
        @app.route(route="text")
        async def text(req: func.HttpRequest) -> str:
            return "plain"
    """)
    assert requests.get(f"{app.url}/api/text", timeout=10).text == "plain"


def test_head_is_answered_without_body(serve_app: ServeApp) -> None:
    app = serve_app(ECHO)
    answer = requests.head(f"{app.url}/api/echo/n/", timeout=10)
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["Content-Length"]) > 0


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('raise RuntimeError("no")', id="raises"),
        pytest.param("return None", id="returns-nothing"),
    ],
)
def test_function_without_answer_gives_500(serve_app: ServeApp, body: str) -> None:
    app = serve_app(f"""
        @app.route(route="broken")
        def broken(req: func.HttpRequest) -> func.HttpResponse:
            {body}
    """)
    answer = requests.get(f"{app.url}/api/broken", timeout=10)
    assert (answer.status_code, answer.text) == (500, "")


def test_method_outside_the_route_gives_404(serve_app: ServeApp) -> None:
    app = serve_app("""
        @app.route(route="only", methods=["POST"])
        def only(req: func.HttpRequest) -> str:
            return "posted"
    """)
    assert requests.get(f"{app.url}/api/only", timeout=10).status_code == 404
    assert requests.post(f"{app.url}/api/only", timeout=10).text == "posted"


def test_route_prefix_comes_from_host_json(serve_app: ServeApp) -> None:
    app = serve_app(ECHO, host_json={"extensions": {"http": {"routePrefix": "v2/x"}}})
    assert requests.get(f"{app.url}/v2/x/echo/n/", timeout=10).status_code == 200
    assert requests.get(f"{app.url}/api/echo/n/", timeout=10).status_code == 404


def test_function_asks_for_its_context(serve_app: ServeApp) -> None:
    app = serve_app("""
        @app.function_name("named")
        @app.route(route="who")
        def who(req: func.HttpRequest, context: func.Context) -> str:
            assert context.thread_local_storage.invocation_id == context.invocation_id
            return f"{context.function_name} {len(context.invocation_id)}"
    """)
    assert requests.get(f"{app.url}/api/who", timeout=10).text == "named 36"


def test_asgi_app_is_served_under_the_empty_prefix(serve_app: ServeApp) -> None:
    app = serve_app(
        """
        async def pages(scope, receive, send):
            if scope["type"] == "lifespan":
                await receive()
                await send({"type": "lifespan.startup.complete"})
                await receive()
                return
            start = {"type": "http.response.start", "status": 203,
                     "headers": [(b"content-type", b"text/html"), (b"x-page", b"yes")]}
            await send(start)
            text = f"{scope['method']} {scope['path']} {scope['query_string'].decode()}"
            await send({"type": "http.response.body", "body": text.encode()})
        app = func.AsgiFunctionApp(pages, func.AuthLevel.ANONYMOUS)
        """,
        host_json={"extensions": {"http": {"routePrefix": ""}}},
    )
    answer = requests.get(f"{app.url}/findings/one?page=2", timeout=10)
    assert (answer.status_code, answer.headers["X-Page"]) == (203, "yes")
    assert answer.text == "GET /findings/one page=2"
    assert requests.get(f"{app.url}/admin/host/status", timeout=10).json()["state"] == "Running"


def test_started_asgi_app_is_told_to_shut_down(serve_app: ServeApp) -> None:
    app = serve_app("""
        async def pages(scope, receive, send):
            if scope["type"] == "lifespan":
                for step in ("startup", "shutdown"):
                    SEEN.put((await receive())["type"])
                    await send({"type": f"lifespan.{step}.complete"})
                return
            await send({"type": "http.response.start", "status": 200,
                        "headers": [(b"content-type", b"text/plain")]})
            await send({"type": "http.response.body", "body": b""})
        app = func.AsgiFunctionApp(pages, func.AuthLevel.ANONYMOUS)
    """)
    assert requests.get(f"{app.url}/api/", timeout=10).status_code == 200
    assert app.host.stop()
    assert [app.next_seen(), app.next_seen()] == ["lifespan.startup", "lifespan.shutdown"]


def test_foreign_host_name_is_refused(serve_app: ServeApp) -> None:
    app = serve_app(ECHO)
    answer = requests.get(f"{app.url}/api/echo/n/", headers={"Host": "rebound.example"}, timeout=10)
    assert answer.status_code == 403


def test_disabled_function_has_no_route(serve_app: ServeApp) -> None:
    app = serve_app(ECHO, settings={"AzureWebJobs.echo.Disabled": "true"})
    assert requests.get(f"{app.url}/api/echo/n/", timeout=10).status_code == 404
