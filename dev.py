#!/usr/bin/env python3
"""Set up, show, test and tidy this checkout of Portcullis, with the standard library alone.

Everything is installed into the checkout (`.venv`, `node_modules`) and nothing anywhere else.
Every command works from any current directory, and without a network once all is installed.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

MINIMUM_PYTHON = (3, 11)
MINIMUM_NODE = 20

EXIT_FAILED = 1
EXIT_MACHINE_LACKS = 2
EXIT_INTERRUPTED = 130

CHROMIUM_COMMANDS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
LOCKED_EXTRAS = {
    "requirements-dev.txt": ("--extra", "dev"),
    "requirements-cli.txt": ("--extra", "cli"),
    "requirements.txt": (),
}
MADE_HERE = (
    ".coverage",
    ".hypothesis",
    ".import_linter_cache",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".venv",
    "build",
    "node_modules",
    "portcullis.egg-info",
)


class MachineLacksError(Exception):
    """The machine misses something that only its owner can install; one line for each thing."""


class StepFailedError(Exception):
    """A command ended with an error; the message holds what it printed."""


class Checkout(NamedTuple):
    """The folder that holds this project, and where its tools lie within."""

    root: Path

    @property
    def environment(self) -> Path:
        """The virtual environment."""
        return self.root / ".venv"

    def tool(self, name: str) -> str:
        """Return the path of a command of the virtual environment, on any operating system."""
        if os.name == "nt":
            return str(self.environment / "Scripts" / f"{name}.exe")
        return str(self.environment / "bin" / name)


class Installation(NamedTuple):
    """One thing that `setup` makes.

    It is current while its stamp repeats the digest of the place and of the files that decide it.
    """

    title: str
    product: Path
    stamp: Path
    decided_by: tuple[Path, ...]
    command: tuple[str, ...]

    def digest(self) -> str:
        """Return what the stamp says when the product is current; a moved checkout changes it."""
        digest = hashlib.sha256(str(self.product).encode())
        for path in self.decided_by:
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def is_current(self) -> bool:
        """Tell whether nothing needs to be done."""
        return (
            self.product.exists()
            and self.stamp.is_file()
            and self.stamp.read_text(encoding="ascii") == self.digest()
        )

    def make(self, root: Path) -> None:
        """Run the command, and stamp the product once that has succeeded."""
        self.stamp.unlink(missing_ok=True)
        run_quietly(self.command, root)
        self.stamp.write_text(self.digest(), encoding="ascii")


class Step(NamedTuple):
    """One check of `test`: its name, and the command that fails when the check does not hold."""

    name: str
    command: tuple[str, ...]


def run_quietly(command: tuple[str, ...], root: Path) -> None:
    """Run a command in the checkout and keep what it prints to itself.

    Raises:
        StepFailedError: the command is missing or ended with an error; holds what it printed.
    """
    try:
        completed = subprocess.run(
            command,
            cwd=root,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
    except OSError as error:
        message = f"{command[0]}: {error.strerror}"
        raise StepFailedError(message) from error
    if completed.returncode:
        message = f"{' '.join(command)}\n{completed.stdout}"
        raise StepFailedError(message)


def node_major_version(node: str) -> int:
    """Return the major version of a Node.js command, 0 if it does not run."""
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = answer.stdout.strip().removeprefix("v").partition(".")[0]
    return int(major) if major.isdigit() else 0


def missing_for_setup(checkout: Checkout) -> tuple[str, ...]:
    """Return one line for each thing that setup needs and this machine lacks."""
    lines = []
    node = shutil.which("node")
    if node is None:
        lines.append(f"Node.js {MINIMUM_NODE} or later is missing: install it from nodejs.org.")
    elif node_major_version(node) < MINIMUM_NODE:
        lines.append(f"Node.js {MINIMUM_NODE} or later is needed; {node} is older.")
    if shutil.which("npm") is None:
        lines.append("npm is missing: it comes with Node.js, or as the package npm.")
    if not Path(checkout.tool("python")).exists() and not can_make_environments():
        lines.append("Python's venv module is incomplete: install the package python3-venv.")
    return tuple(lines)


def can_make_environments() -> bool:
    """Tell whether this Python can make a virtual environment; Debian packs the parts apart."""
    command = [sys.executable, "-c", "import ensurepip, venv"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def has_chromium() -> bool:
    """Tell whether a browser is there to draw the cards with."""
    return any(shutil.which(name) for name in CHROMIUM_COMMANDS)


def installations(checkout: Checkout) -> tuple[Installation, ...]:
    """Return what setup makes, in the order in which it must be made."""
    root, environment, python = checkout.root, checkout.environment, checkout.tool("python")
    pip = (python, "-m", "pip", "--disable-pip-version-check", "install")
    return (
        Installation(
            title="virtual environment in .venv",
            product=Path(python),
            stamp=environment / "made-in-place.stamp",
            decided_by=(),
            command=(sys.executable, "-m", "venv", "--clear", str(environment)),
        ),
        Installation(
            title="Python packages of requirements-dev.txt",
            product=Path(python),
            stamp=environment / "requirements.stamp",
            decided_by=(root / "requirements-dev.txt",),
            command=(*pip, "--requirement", "requirements-dev.txt"),
        ),
        Installation(
            title="the portcullis command",
            product=Path(checkout.tool("portcullis")),
            stamp=environment / "project.stamp",
            decided_by=(root / "pyproject.toml",),
            command=(*pip, "--no-deps", "--no-build-isolation", "--editable", "."),
        ),
        Installation(
            title="npm packages of package-lock.json",
            product=root / "node_modules",
            stamp=root / "node_modules" / "lock.stamp",
            decided_by=(root / "package-lock.json", root / ".npmrc"),
            command=(shutil.which("npm") or "npm", "ci"),
        ),
    )


def set_up(checkout: Checkout) -> None:
    """Install what is missing or outdated, saying so in one line each.

    Raises:
        MachineLacksError: the machine has no Node.js, npm or complete Python.
        StepFailedError: an installer failed, for instance because there is no network.
    """
    lacking = missing_for_setup(checkout)
    if lacking:
        raise MachineLacksError("\n".join(lacking))
    for installation in installations(checkout):
        if not installation.is_current():
            say(f"Installing: {installation.title}")
            installation.make(checkout.root)
    if not has_chromium():
        say("Note: no Chromium on this machine; the pictures of cards, and their tests, need it.")


def checks(checkout: Checkout, *, fast: bool) -> tuple[Step, ...]:
    """Return the checks in order; the tests come last, so that their closing line does too."""
    everything = ("--cov", "--cov-report=term-missing:skip-covered")
    chosen = ("-m", "not slow") if fast else everything
    side_by_side = ("--numprocesses=auto", "--dist=loadfile")
    return (
        Step("format", (checkout.tool("ruff"), "format", "--check", ".")),
        Step("lint", (checkout.tool("ruff"), "check", ".")),
        Step("types", (checkout.tool("mypy"),)),
        Step("layers", (checkout.tool("lint-imports"), "--no-logo")),
        Step("tests", (checkout.tool("pytest"), *side_by_side, *chosen)),
    )


def test(checkout: Checkout, *, fast: bool) -> int:
    """Run every check, also after a failed one, and name those that failed at the end."""
    set_up(checkout)
    failed = []
    for step in checks(checkout, fast=fast):
        say(f"\n=== {step.name}: {Path(step.command[0]).stem} {' '.join(step.command[1:])}")
        if subprocess.run(step.command, cwd=checkout.root, check=False).returncode:
            failed.append(step.name)
    if failed:
        complain(f"Failed: {', '.join(failed)}")
    return EXIT_FAILED if failed else 0


def demo(checkout: Checkout, *, once: bool) -> int:
    """Hand over to `portcullis demo`."""
    set_up(checkout)
    os.chdir(checkout.root)
    command = [checkout.tool("portcullis"), "demo", *(["--once"] if once else [])]
    if os.name != "nt":
        os.execv(command[0], command)  # noqa: S606 - signals then reach the demo itself
    return subprocess.run(command, check=False).returncode


def tidy(checkout: Checkout) -> int:
    """Format the code, and mend what the linter can mend by itself."""
    set_up(checkout)
    ruff = checkout.tool("ruff")
    for arguments in (("check", "--fix-only", "--quiet", "."), ("format", ".")):
        subprocess.run([ruff, *arguments], cwd=checkout.root, check=True)
    return 0


def lock(checkout: Checkout, *, upgrade: bool) -> int:
    """Write the lock files anew from pyproject.toml and package.json.

    The development lock comes first and holds every package; the smaller ones repeat its versions.
    """
    set_up(checkout)
    renewal = ("--upgrade",) if upgrade else ()
    for name, extra in LOCKED_EXTRAS.items():
        say(f"Locking: {name}")
        same = () if name == "requirements-dev.txt" else ("--constraint", "requirements-dev.txt")
        compile_lock = (checkout.tool("uv"), "pip", "compile", "pyproject.toml")
        run_quietly((*compile_lock, *extra, *same, *renewal, "--output-file", name), checkout.root)
    say("Locking: package-lock.json")
    npm = shutil.which("npm") or "npm"
    run_quietly((npm, "update" if upgrade else "install", "--package-lock-only"), checkout.root)
    set_up(checkout)
    return 0


def clean(checkout: Checkout) -> int:
    """Remove everything that setup and the tools made in this checkout."""
    for name in MADE_HERE:
        path = checkout.root / name
        if path.is_dir():
            say(f"Removing: {name}")
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    return 0


def say(line: str) -> None:
    """Print a line at once, so that it stands before what a child process prints."""
    print(line, flush=True)


def complain(lines: str) -> None:
    """Print to standard error."""
    print(lines, file=sys.stderr, flush=True)


def setup(checkout: Checkout) -> int:
    """Install, and say where the command is."""
    set_up(checkout)
    say(f"Ready: {checkout.tool('portcullis')}")
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the command line; the parsed `run` takes the checkout and the flags."""
    top = argparse.ArgumentParser(
        prog="dev.py",
        description="Set up, show, test and tidy this checkout of Portcullis.",
        epilog="Exit status: 0 done; 1 a check or an installer failed; "
        "2 wrong usage, or the machine lacks what the message names.",
    )
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[..., int], summary: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=summary, description=summary)
        added.set_defaults(run=run)
        return added

    command("setup", setup, "install what is missing into .venv and node_modules, and nowhere else")
    command("demo", demo, "set up, then run the whole product on this machine").add_argument(
        "--once", action="store_true", help="end after the last change instead of staying up"
    )
    command("test", test, "set up, then run every check that CI runs").add_argument(
        "--fast", action="store_true", help="leave out the slow tests and the coverage of the core"
    )
    command("format", tidy, "format the code, and mend what the linter can mend by itself")
    command("lock", lock, "write the lock files anew after a change of pins").add_argument(
        "--upgrade", action="store_true", help="take the newest versions that the pins allow"
    )
    command("clean", clean, "remove what setup and the tools made in this checkout")
    return top


def main() -> int:
    """Run one command of this script, and return its exit status."""
    if sys.version_info[:2] < MINIMUM_PYTHON:
        needed = ".".join(map(str, MINIMUM_PYTHON))
        complain(f"Portcullis needs Python {needed} or later; this is {sys.version.split()[0]}.")
        return EXIT_MACHINE_LACKS
    flags = vars(parser().parse_args())
    run = flags.pop("run")
    try:
        return int(run(Checkout(Path(__file__).resolve().parent), **flags))
    except MachineLacksError as error:
        complain(str(error))
        return EXIT_MACHINE_LACKS
    except StepFailedError as error:
        complain(f"Failed: {error}")
        return EXIT_FAILED
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
