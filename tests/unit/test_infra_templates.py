"""The templates by themselves: they parse, and whatever they name is there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.bicep import (
    INFRA,
    TEMPLATES,
    Declaration,
    Each,
    Expression,
    Template,
    calls,
    faults,
    literals,
    nodes,
    template,
    text,
    used_names,
)

FUNCTIONS: Final = frozenset(
    [
        "contains",
        "empty",
        "environment",
        "filter",
        "guid",
        "items",
        "join",
        "last",
        "loadJsonContent",
        "loadTextContent",
        "managementGroup",
        "map",
        "replace",
        "resourceGroup",
        "split",
        "startsWith",
        "string",
        "subscription",
        "subscriptionResourceId",
        "take",
        "tenant",
        "toLower",
        "toObject",
        "union",
        "uniqueString",
    ]
)
DECORATORS: Final = frozenset(
    ["allowed", "description", "maxLength", "maxValue", "minLength", "minValue", "secure"]
)
OUTPUT: Final = re.compile(r"\b(\w+)!?\.outputs\.(\w+)")


def named(path: Path) -> str:
    return str(path.relative_to(INFRA))


every_template = pytest.mark.parametrize("path", TEMPLATES, ids=named)


def modules() -> Iterator[tuple[Template, Declaration, Template]]:
    """Give each use of a module: who uses it, how, and what it is."""
    for path in TEMPLATES:
        user = template(path)
        for use in user.modules.values():
            yield user, use, template((path.parent / use.type_).resolve())


def deployed_to(user: Template, use: Declaration) -> str:
    """Give the kind of scope that a module is deployed to."""
    scope = use.body.get("scope", Expression(f"{user.scope}()"))
    assert isinstance(scope, Expression)
    is_group = scope.text in user.resources
    return "resourceGroup" if is_group else scope.text.partition("(")[0]


every_use = pytest.mark.parametrize(
    ("user", "use", "used"),
    [pytest.param(*each, id=f"{each[0].path.stem}-{each[1].name}") for each in modules()],
)


@every_template
def test_template_is_bicep(path: Path) -> None:
    assert list(faults(template(path).root)) == []


def test_parser_sees_a_file_that_is_wrong(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.bicep"
    wrong.write_text("param name string\nresource site 'A.B/c@1' = {\n  name name\n}\n")
    assert len(list(faults(template(wrong).root))) == 1


@every_template
def test_every_name_is_declared(path: Path) -> None:
    file = template(path)
    assert set(used_names(file.root)) <= file.declared


@every_template
def test_every_parameter_variable_and_existing_resource_is_used(path: Path) -> None:
    file = template(path)
    used = set(used_names(file.root))
    existing = {name for name, one in file.resources.items() if one.is_existing}
    assert {*file.parameters, *file.variables, *existing} <= used


@every_template
def test_every_function_is_one_of_bicep(path: Path) -> None:
    called = {name for name, _ in calls(template(path).root)}
    assert called <= FUNCTIONS | DECORATORS


@every_template
def test_every_parameter_and_output_is_described(path: Path) -> None:
    file = template(path)
    silent = [
        one.name
        for one in (*file.parameters.values(), *file.outputs.values())
        if not one.decorators.get("description")
    ]
    assert silent == []


@every_template
def test_every_file_that_is_loaded_is_there(path: Path) -> None:
    loaded = [
        str(arguments[0])
        for function, arguments in calls(template(path).root)
        if function in {"loadTextContent", "loadJsonContent"}
    ]
    assert [name for name in loaded if not (path.parent / name).is_file()] == []


def test_every_module_is_used() -> None:
    assert {used.path for _, _, used in modules()} == set((INFRA / "modules").glob("*.bicep"))


@every_use
def test_module_takes_what_it_is_given_and_gets_what_it_needs(
    user: Template, use: Declaration, used: Template
) -> None:
    assert user
    given = use.body.get("params", {})
    assert isinstance(given, Mapping)
    needed = {name for name, one in used.parameters.items() if one.value is None}
    assert needed <= set(given) <= set(used.parameters)


@every_use
def test_module_is_deployed_to_the_scope_that_it_is_for(
    user: Template, use: Declaration, used: Template
) -> None:
    assert deployed_to(user, use) == used.scope


@every_template
def test_every_output_of_a_module_that_is_used_is_there(path: Path) -> None:
    file = template(path)
    for module, output in OUTPUT.findall(path.read_text(encoding="utf-8")):
        used = template((path.parent / file.modules[module].type_).resolve())
        assert output in used.outputs


@every_template
def test_no_output_holds_a_secret(path: Path) -> None:
    file = template(path)
    secrets = {name for name, one in file.parameters.items() if "secure" in one.decorators}
    for output in file.outputs.values():
        shown = " ".join(literals(output.value))
        assert not secrets & set(re.findall(r"\w+", shown))
        assert not re.search(r"list\w*\(|keys\b|connectionstring|password|\.value\b", shown.lower())


@every_template
def test_no_key_is_listed(path: Path) -> None:
    assert not [name for name, _ in calls(template(path).root) if name.startswith("list")]


@every_template
def test_no_secret_has_a_default(path: Path) -> None:
    secrets = [one for one in template(path).parameters.values() if "secure" in one.decorators]
    assert all(one.value in {None, ""} for one in secrets)


@every_template
def test_names_of_a_template_are_its_own(path: Path) -> None:
    kinds = ("parameter", "variable", "resource", "module")
    names = [
        text(node.named_children[0])
        for node in nodes(template(path).root)
        if node.type in {f"{kind}_declaration" for kind in kinds}
    ]
    assert len(names) == len(set(names))


def test_loops_are_told_from_single_resources() -> None:
    storage = template(INFRA / "modules" / "storage.bicep").resources
    assert isinstance(storage["queue"].value, Each)
    assert not isinstance(storage["account"].value, Each)
