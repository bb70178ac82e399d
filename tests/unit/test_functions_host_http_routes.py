"""Route templates. Rules: Microsoft Learn, "Routing in ASP.NET Core", route templates."""

import pytest

from functions_host.http_routes import InvalidRoute, RouteTemplate

GUID = "0f8fad5b-d9cb-469f-a165-70867728950e"


@pytest.mark.parametrize(
    ("route", "path", "parameters"),
    [
        pytest.param("vms", "/api/vms", {}, id="literal"),
        pytest.param("vms", "/API/VMs/", {}, id="any-case"),
        pytest.param("vms", "/api/vms/1", None, id="too-long"),
        pytest.param("vms", "/vms", None, id="no-prefix"),
        pytest.param("vms/{id}", "/api/vms/a%20b", {"id": "a b"}, id="decoded"),
        pytest.param("vms/{id}", "/api/vms/a%2Fb", {"id": "a%2Fb"}, id="encoded-slash"),
        pytest.param("vms/{id}", "/api/vms", None, id="too-short"),
        pytest.param("vms/{id?}", "/api/vms", {}, id="optional-absent"),
        pytest.param("vms/{id?}", "/api/vms/1", {"id": "1"}, id="optional-given"),
        pytest.param("vms/{id:int}", "/api/vms/-12", {"id": "-12"}, id="int"),
        pytest.param("vms/{id:int}", "/api/vms/12a", None, id="not-int"),
        pytest.param("vms/{id:int?}", "/api/vms", {}, id="optional-int"),
        pytest.param("vms/{id:guid}", f"/api/vms/{GUID}", {"id": GUID}, id="guid"),
        pytest.param("vms/{id:guid}", "/api/vms/1", None, id="not-guid"),
        pytest.param("vms/{id:alpha}", "/api/vms/ab", {"id": "ab"}, id="alpha"),
        pytest.param("vms/{id:bool}", "/api/vms/TRUE", {"id": "TRUE"}, id="bool"),
        pytest.param("{*rest}", "/api/a/b%20c", {"rest": "a/b c"}, id="rest"),
        pytest.param("{**rest}", "/api", {"rest": ""}, id="empty-rest"),
        pytest.param("/{*rest}", "/api/a", {"rest": "a"}, id="leading-slash"),
        pytest.param("a/{x}/{*rest}", "/api/a/1/2/3", {"x": "1", "rest": "2/3"}, id="mixed"),
    ],
)
def test_template_matches(route: str, path: str, parameters: dict[str, str] | None) -> None:
    assert RouteTemplate.parse("api", route).match(path) == parameters


@pytest.mark.parametrize(
    ("first", "second"),
    [("a/b", "a/{x}"), ("a/{x:int}", "a/{x}"), ("a/{x}", "a/{*rest}"), ("a", "{*rest}")],
)
def test_more_specific_template_comes_first(first: str, second: str) -> None:
    assert RouteTemplate.parse("", first).precedence < RouteTemplate.parse("", second).precedence


@pytest.mark.parametrize(
    ("route", "fault"),
    [
        ("{*rest}/more", "catch-all"),
        ("{id:regex}", "regex"),
        ("file-{name}.txt", "segment"),
        ("{id", "segment"),
    ],
)
def test_template_outside_the_grammar_is_refused(route: str, fault: str) -> None:
    with pytest.raises(InvalidRoute, match=fault):
        RouteTemplate.parse("api", route)
