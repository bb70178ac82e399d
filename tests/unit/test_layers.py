"""What import-linter cannot see: that its contracts name every package, and single SDK modules."""

from __future__ import annotations

import ast
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
CONTRACTS = PYPROJECT["tool"]["importlinter"]["contracts"]
LAYERS = [
    [name.strip(" ()") for name in layer.split("|")]
    for contract in CONTRACTS
    if contract["type"] == "layers"
    for layer in contract["layers"]
]
SHARED = {
    f"shared.{path.stem}"
    for path in (ROOT / "shared").iterdir()
    if (any(path.glob("*.py")) or path.suffix == ".py") and path.stem != "__init__"
}
PURE = {name for layer in LAYERS[LAYERS.index(["shared.usecases"]) + 1 :] for name in layer}

TOP_LEVEL_OF_TRIGGERS = {"azure", "dashboard", "functions", "shared"}
SDK_OF_TRIGGERS = {"azure.functions"}
SDK_OF_THE_LOCAL_HOST = {
    "azure.core",
    "azure.data.tables",
    "azure.functions",
    "azure.storage.blob",
    "azure.storage.queue",
}


def modules_imported_by(path: str) -> set[str]:
    """Return the dotted names that a file imports, wherever in the file that stands."""
    names: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        match node:
            case ast.Import(names=aliases):
                names.update(alias.name for alias in aliases)
            case ast.ImportFrom(module=str(module), names=aliases, level=0):
                # `from azure import functions` imports a module too.
                dotted = (f"{module}.{alias.name}" for alias in aliases)
                names.update(dotted if module == "azure" else [module])
    return names


def foreign_modules(path: str) -> set[str]:
    """Return the imported names outside the standard library."""
    return {
        name
        for name in modules_imported_by(path)
        if name.partition(".")[0] not in sys.stdlib_module_names
    }


def is_within(name: str, allowed: set[str]) -> bool:
    """Tell whether a dotted name is one of those allowed or lies below it."""
    return any(name == each or name.startswith(f"{each}.") for each in allowed)


def files_of(*places: str) -> list[str]:
    return [
        path.relative_to(ROOT).as_posix()
        for place in places
        for path in (sorted((ROOT / place).rglob("*.py")) or [ROOT / place])
    ]


def test_every_package_of_shared_stands_in_a_layer() -> None:
    layered = {name for layer in LAYERS for name in layer}
    assert SHARED - layered == set()


def test_every_top_level_package_is_read_by_import_linter() -> None:
    packages = {path.parent.name for path in ROOT.glob("[!.]*/__init__.py")}
    read = set(PYPROJECT["tool"]["importlinter"]["root_packages"])
    assert packages - {"benchmarks", "tests"} == read


def test_pure_core_is_every_layer_below_the_use_cases() -> None:
    pure_contract = next(
        each for each in CONTRACTS if "logging" in each.get("forbidden_modules", ())
    )
    assert set(pure_contract["source_modules"]) == SHARED & PURE


def test_coverage_measures_the_whole_pure_core() -> None:
    measured = PYPROJECT["tool"]["coverage"]["run"]["source"]
    assert {source.replace("/", ".") for source in measured} == SHARED & PURE


@pytest.mark.parametrize("path", files_of("function_app.py", "functions"))
def test_trigger_imports_no_sdk_but_azure_functions(path: str) -> None:
    imported = foreign_modules(path)
    assert {name.partition(".")[0] for name in imported} <= TOP_LEVEL_OF_TRIGGERS
    sdk = {name for name in imported if is_within(name, {"azure"})}
    assert {name for name in sdk if not is_within(name, SDK_OF_TRIGGERS)} == set()


@pytest.mark.parametrize("path", files_of("functions_host"))
def test_local_host_imports_only_what_azures_own_host_would_bring(path: str) -> None:
    allowed = SDK_OF_THE_LOCAL_HOST | {"functions_host"}
    assert {name for name in foreign_modules(path) if not is_within(name, allowed)} == set()
