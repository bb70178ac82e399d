"""The page on deployment, and the files for tools, against what is there."""

from __future__ import annotations

import json
import re
import shlex
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

import pytest

import dev
from tests.bicep import INFRA, TEMPLATES, template

ROOT: Final = Path(__file__).resolve().parents[2]
PAGE: Final = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
ROW: Final = re.compile(r"^\| `([^`]+)` \|(.*)", re.MULTILINE)
PARAMETERS: Final = json.loads((INFRA / "main.parameters.json").read_text())["parameters"]
STORAGE: Final = template(INFRA / "modules" / "storage.bicep")
DEPLOYED: Final = {"dashboard", "function_app.py", "functions", "host.json", "requirements.txt"}
OF_TOOLS: Final = [
    *(ROOT / ".vscode").glob("*.json"),
    ROOT / ".devcontainer" / "devcontainer.json",
    *INFRA.rglob("*.json"),
]


def rows_below(title: str) -> dict[str, str]:
    """Give the tables of a chapter: what their rows begin with, and the rest."""
    chapter = re.split(r"^#{2,3} ", PAGE.split(f"### {title}\n")[1], flags=re.MULTILINE)[0]
    return dict(ROW.findall(chapter))


def ignored(name: str) -> bool:
    lines = (ROOT / ".funcignore").read_text(encoding="utf-8").splitlines()
    return any(fnmatchcase(name, line) for line in lines if line and line[0] != "#")


def test_page_explains_every_parameter_with_its_default() -> None:
    declared = template(INFRA / "main.bicep").parameters
    explained = rows_below("Parameters")
    assert list(explained) == list(declared)
    for name, one in declared.items():
        assert not isinstance(one.value, int) or f"| {one.value} |" in explained[name]


def test_page_names_what_sets_parameters_with_azd() -> None:
    passed = {
        name: parameter["value"].strip("${}")
        for name, parameter in PARAMETERS.items()
        if isinstance(parameter["value"], str) and "AZURE_" not in parameter["value"]
    }
    told = rows_below("With azd")
    for parameter, name in passed.items():
        assert parameter in told.get(name, "") or f"azd env set {name} " in PAGE


def test_page_tells_of_every_table_and_queue() -> None:
    told = rows_below("Tables and queues")
    tables, queues = (STORAGE.variables[name].value for name in ("tableNames", "queueNames"))
    assert isinstance(tables, list)
    assert isinstance(queues, list)
    working = {str(name) for name in queues if not str(name).endswith("-poison")}
    assert set(told) == {*map(str, tables), *working}


def test_page_names_templates_that_are_there() -> None:
    named = set(re.findall(r"`?(?:infra/)?([\w-]+\.bicep)", PAGE))
    assert named == {path.name for path in TEMPLATES if path.parent == INFRA}


def test_package_holds_what_runs_and_nothing_else() -> None:
    kept = {path.name for path in ROOT.iterdir() if not ignored(path.name)}
    assert kept - {"shared"} == DEPLOYED


@pytest.mark.parametrize("path", OF_TOOLS, ids=lambda path: path.name)
def test_file_for_a_tool_is_json(path: Path) -> None:
    assert json.loads(path.read_text(encoding="utf-8"))


def test_debugger_starts_tasks_that_are_there() -> None:
    tasks = json.loads((ROOT / ".vscode" / "tasks.json").read_text())["tasks"]
    launches = json.loads((ROOT / ".vscode" / "launch.json").read_text())["configurations"]
    labels = {task["label"] for task in tasks}
    assert {one["preLaunchTask"] for one in launches if "preLaunchTask" in one} <= labels
    assert {needed for task in tasks for needed in task.get("dependsOn", [])} <= labels


@pytest.mark.parametrize(
    "path",
    [ROOT / ".pre-commit-config.yaml", ROOT / ".vscode" / "tasks.json", ROOT / "CONTRIBUTING.md"],
    ids=lambda path: path.name,
)
def test_developer_command_that_is_run_exists(path: Path) -> None:
    written = re.findall(r"python dev\.py ([a-z-]+(?: --[a-z]+)?)", path.read_text())
    assert written
    assert all(dev.parser().parse_args(shlex.split(words)).run for words in written)


def test_hooks_fetch_nothing() -> None:
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert re.findall(r"repo: (\S+)", hooks) == ["local"]
    assert set(re.findall(r"language: (\S+)", hooks)) == {"system"}


def test_azd_runs_scripts_and_a_template_that_are_there() -> None:
    project = (ROOT / "azure.yaml").read_text(encoding="utf-8")
    scripts = re.findall(r"run: (\S+)", project)
    assert scripts == ["infra/connect.sh", "infra/connect.ps1"]
    assert all((ROOT / script).is_file() for script in scripts)
    (module,) = re.findall(r"module: (\S+)", project)
    assert (INFRA / f"{module}.bicep").is_file()


def test_service_of_azd_is_the_one_that_the_site_is_tagged_with() -> None:
    project = (ROOT / "azure.yaml").read_text(encoding="utf-8")
    (service,) = re.findall(r"^services:\n  (\w+):", project, re.MULTILINE)
    assert f"'azd-service-name': '{service}'" in (INFRA / "modules" / "app.bicep").read_text()
