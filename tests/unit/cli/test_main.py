import json
import re
from pathlib import Path

import pytest

from cli.main import app
from tests.unit.cli.conftest import Run

COMMANDS_PAGE = Path(__file__).parents[3] / "docs" / "commands.md"


def names() -> list[str]:
    import typer.main

    return sorted(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


def test_command_without_arguments_shows_its_help(run: Run) -> None:
    ended = run()
    assert (ended.status, ended.err) == (2, "")
    assert ended.out.startswith("Usage: portcullis [OPTIONS] COMMAND")


def test_version_is_that_of_the_package(run: Run) -> None:
    assert re.fullmatch(r"portcullis \d+\.\d+\.\d+\n", run("--version").out)


def test_unknown_command_is_one_line(run: Run) -> None:
    ended = run("surprise\x1b[2J")
    assert (ended.status, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert "\x1b" not in ended.err


@pytest.mark.parametrize("arguments", [[], *([name] for name in names())])
def test_page_of_commands_repeats_the_help(run: Run, arguments: list[str]) -> None:
    help_text = run(*arguments, "--help").out
    assert f"```\n$ portcullis {' '.join([*arguments, '--help'])}\n{help_text}```\n" in (
        COMMANDS_PAGE.read_text()
    )


def test_settings_that_contradict_are_one_line_with_all_faults(
    run: Run, estate: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTCULLIS_CLOUD", "moon")
    monkeypatch.setenv("PORTCULLIS_MANAGEMENT_PORTS", "99999")
    ended = run("scan", "--snapshot", estate)
    assert (ended.status, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert "PORTCULLIS_CLOUD" in ended.err
    assert "PORTCULLIS_MANAGEMENT_PORTS" in ended.err


def test_settings_file_adds_to_the_environment(run: Run, estate: str) -> None:
    values = {"PORTCULLIS_MANAGEMENT_PORTS": "22,3389"}
    Path("local.settings.json").write_text(json.dumps({"Values": values}))
    ended = run("scan", "--snapshot", estate, "--format", "json")
    assert {one["port"] for one in json.loads(ended.out)["exposures"]} == {22, 3389}


def test_environment_wins_over_the_settings_file(
    run: Run, estate: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTCULLIS_MANAGEMENT_PORTS", "22")
    values = {"PORTCULLIS_MANAGEMENT_PORTS": "22,3389"}
    Path("local.settings.json").write_text(json.dumps({"Values": values}))
    ended = run("scan", "--snapshot", estate, "--format", "json")
    assert {one["port"] for one in json.loads(ended.out)["exposures"]} == {22}


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        pytest.param(b'{\n"Values": }', "local.settings.json: line 2: ", id="not-json"),
        pytest.param(b"[]", 'needs an object "Values"', id="no-object"),
        pytest.param(b'{"Values": {"A": 1}}', "members are texts", id="not-text"),
        pytest.param(b"\xff\xfe", "cannot be read", id="not-utf-8"),
    ],
)
def test_broken_settings_file_is_one_line(
    run: Run, estate: str, content: bytes, fault: str
) -> None:
    Path("local.settings.json").write_bytes(content)
    ended = run("scan", "--snapshot", estate)
    assert (ended.status, ended.err.count("\n")) == (2, 1)
    assert fault in ended.err


def test_storage_that_nobody_named_is_one_line(run: Run) -> None:
    ended = run("findings")
    assert (ended.status, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert "AzureWebJobsStorage" in ended.err


def test_interrupt_ends_with_130(run: Run, estate: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cli.scan.read_estate", interrupted)
    assert run("scan", "--snapshot", estate).status == 130
