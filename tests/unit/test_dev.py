"""`dev.py` seen from outside: a copy of it runs in a small checkout whose tools only tell of it."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dev

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = ("setup", "demo", "test", "format", "lock", "clean")
PIP_INSTALL = "python -m pip --disable-pip-version-check install"
TOOLS = ("ruff", "mypy", "lint-imports", "pytest", "uv", "portcullis")
DECIDING_FILES = ("requirements-dev.txt", "pyproject.toml", "package-lock.json", ".npmrc")


def write_command(path: Path, *lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(("#!/bin/sh", *lines, "")))
    path.chmod(0o755)


def run(
    checkout: dev.Checkout, *arguments: str, path: str = os.environ["PATH"]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(checkout.root / "dev.py"), *arguments],
        cwd=checkout.root.parent,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def checkout(tmp_path: Path) -> dev.Checkout:
    """Return a checkout in which everything is installed; a tool prints how it was called."""
    made = dev.Checkout(tmp_path / "a checkout")
    for tool in TOOLS:
        write_command(Path(made.tool(tool)), f'echo "{tool} $@ in $(pwd)"')
    write_command(Path(made.tool("python")), 'echo "python $@" >> calls.txt')
    shutil.copy(ROOT / "dev.py", made.root)
    for name in DECIDING_FILES:
        (made.root / name).write_text(name)
    for installation in dev.installations(made):
        installation.stamp.parent.mkdir(exist_ok=True)
        installation.stamp.write_text(installation.digest())
    return made


@pytest.fixture
def commands(tmp_path: Path) -> Path:
    """Return a folder to serve as the whole PATH; node is recent, npm and sh are there."""
    folder = tmp_path / "commands"
    write_command(folder / "node", "echo v20.1.0")
    write_command(folder / "npm", 'echo "npm $@" >> calls.txt')
    (folder / "sh").symlink_to("/bin/sh")
    return folder


def calls(checkout: dev.Checkout) -> list[str]:
    return (checkout.root / "calls.txt").read_text().splitlines()


def test_help_names_every_command(checkout: dev.Checkout) -> None:
    shown = run(checkout, "--help").stdout
    assert all(f"\n    {command} " in shown for command in COMMANDS)


def test_no_command_is_wrong_usage(checkout: dev.Checkout) -> None:
    assert run(checkout).returncode == 2


def test_old_python_still_reads_the_script() -> None:
    assert ast.parse((ROOT / "dev.py").read_text(), feature_version=(3, 7))


def test_old_python_is_told_plainly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 4, "final", 0))
    status = dev.main()
    assert (status, capsys.readouterr().err.split(";")[0]) == (
        2,
        "Portcullis needs Python 3.11 or later",
    )


def test_setup_with_everything_current_runs_nothing(checkout: dev.Checkout) -> None:
    done = run(checkout, "setup")
    assert done.returncode == 0
    assert not (checkout.root / "calls.txt").exists()
    assert done.stdout.splitlines()[-1] == f"Ready: {checkout.tool('portcullis')}"


@pytest.mark.parametrize(
    ("changed", "said", "called"),
    [
        (
            "requirements-dev.txt",
            "Python packages of requirements-dev.txt",
            f"{PIP_INSTALL} --requirement requirements-dev.txt",
        ),
        (
            "pyproject.toml",
            "the portcullis command",
            f"{PIP_INSTALL} --no-deps --no-build-isolation --editable .",
        ),
        ("package-lock.json", "npm packages of package-lock.json", "npm ci"),
    ],
)
def test_setup_after_a_change_installs_what_the_file_decides(
    checkout: dev.Checkout, commands: Path, changed: str, said: str, called: str
) -> None:
    (checkout.root / changed).write_text("changed")
    first = run(checkout, "setup", path=str(commands))
    second = run(checkout, "setup", path=str(commands))
    assert f"Installing: {said}" in first.stdout
    assert "Installing" not in second.stdout
    assert calls(checkout) == [called]


def test_setup_in_a_moved_checkout_makes_the_environment_anew(
    checkout: dev.Checkout, tmp_path: Path
) -> None:
    moved = dev.Checkout(checkout.root.rename(tmp_path / "elsewhere"))
    assert [each.is_current() for each in dev.installations(moved)] == [False] * 4


def test_setup_with_a_failing_installer_shows_its_words_and_tries_again(
    checkout: dev.Checkout, commands: Path
) -> None:
    (checkout.root / "package-lock.json").write_text("changed")
    write_command(commands / "npm", "echo no network", "exit 7")
    first = run(checkout, "setup", path=str(commands))
    second = run(checkout, "setup", path=str(commands))
    assert (first.returncode, second.returncode) == (1, 1)
    assert "no network" in first.stderr


def test_setup_without_node_names_all_that_is_missing(checkout: dev.Checkout) -> None:
    done = run(checkout, "setup", path="")
    assert done.returncode == 2
    assert [line.split(" is missing")[0] for line in done.stderr.splitlines()] == [
        "Node.js 20 or later",
        "npm",
    ]


def test_setup_with_an_old_node_says_so(checkout: dev.Checkout, commands: Path) -> None:
    write_command(commands / "node", "echo v18.19.0")
    done = run(checkout, "setup", path=str(commands))
    assert (done.returncode, done.stderr) == (
        2,
        f"Node.js 20 or later is needed; {commands / 'node'} is older.\n",
    )


@pytest.mark.parametrize(("browser", "noted"), [("chromium", False), ("other", True)])
def test_setup_without_chromium_notes_it_and_succeeds(
    checkout: dev.Checkout, commands: Path, browser: str, *, noted: bool
) -> None:
    write_command(commands / browser)
    done = run(checkout, "setup", path=str(commands))
    assert (done.returncode, "no Chromium" in done.stdout) == (0, noted)


def test_test_runs_every_check_in_the_checkout_and_the_tests_last(checkout: dev.Checkout) -> None:
    done = run(checkout, "test")
    ran = [line for line in done.stdout.splitlines() if line.endswith(f" in {checkout.root}")]
    assert done.returncode == 0
    assert [line.split()[0] for line in ran] == ["ruff", "ruff", "mypy", "lint-imports", "pytest"]
    assert done.stdout.splitlines()[-1] == ran[-1]
    assert "--cov" in ran[-1]


def test_test_fast_leaves_out_slow_tests_and_coverage(checkout: dev.Checkout) -> None:
    tests = run(checkout, "test", "--fast").stdout.splitlines()[-1]
    assert tests.endswith(f" -m not slow in {checkout.root}")
    assert "--cov" not in tests


def test_test_with_failing_checks_runs_the_others_and_names_the_failed(
    checkout: dev.Checkout,
) -> None:
    write_command(Path(checkout.tool("mypy")), "exit 1")
    write_command(Path(checkout.tool("pytest")), "exit 5")
    done = run(checkout, "test")
    assert (done.returncode, done.stderr) == (1, "Failed: types, tests\n")
    assert "lint-imports --no-logo in" in done.stdout


@pytest.mark.parametrize("flags", [(), ("--once",)])
def test_demo_hands_its_flags_to_portcullis(checkout: dev.Checkout, flags: tuple[str, ...]) -> None:
    expected = " ".join(("portcullis demo", *flags, "in", str(checkout.root)))
    assert run(checkout, "demo", *flags).stdout.splitlines()[-1] == expected


def test_demo_ends_with_the_status_of_portcullis(checkout: dev.Checkout) -> None:
    write_command(Path(checkout.tool("portcullis")), "exit 3")
    assert run(checkout, "demo").returncode == 3


def test_clean_removes_what_was_made_and_nothing_else(checkout: dev.Checkout) -> None:
    (checkout.root / ".coverage").touch()
    assert run(checkout, "clean").returncode == 0
    assert {path.name for path in checkout.root.iterdir()} == {"dev.py", *DECIDING_FILES}


def pins(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text().splitlines()
    return dict(line.split(" ;")[0].split("==") for line in lines)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-cli.txt"])
def test_smaller_lock_repeats_versions_of_the_development_lock(name: str) -> None:
    assert pins(name).items() <= pins("requirements-dev.txt").items()


def test_deployed_lock_leaves_out_the_worker_and_the_command_line() -> None:
    deployed = pins("requirements.txt").keys()
    assert "azure-functions" in deployed
    assert not deployed & {"azure-functions-worker", "typer", "rich", "pytest", "duckdb"}


@pytest.mark.parametrize(
    "name", ["requirements.txt", "requirements-cli.txt", "requirements-dev.txt"]
)
def test_python_lock_names_no_download_address(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert "--" not in text


def test_npm_lock_names_no_download_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"].values()
    assert packages
    assert not [package for package in packages if "resolved" in package]


def test_npm_packages_are_pinned_exactly() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert package["devDependencies"] == {
        name: locked[f"node_modules/{name}"]["version"] for name in package["devDependencies"]
    }
