"""The documents, against the product: what they name exists, and what they print is printed."""

from __future__ import annotations

import importlib
import json
import re
import shlex
from collections.abc import Iterator
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

import pytest
import typer

import dev
from cli.main import app, main
from shared.adapters.graph_query import ESTATE, SUBSCRIPTIONS
from shared.checks import CHECKS
from shared.checks.result import Severity
from shared.config import Setting
from shared.exposure.exposure import ReturnPath
from shared.exposure.front_door import FrontDoorKind
from shared.exposure.internet import Reach
from shared.exposure.layers import LayerKind
from shared.findings.finding import FindingState
from simulator.estate import sample_estate

ROOT: Final = Path(__file__).resolve().parents[2]
DOCS: Final = ROOT / "docs"
DECISIONS: Final = DOCS / "decisions"
PAGES: Final = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]
OWN_PAGES: Final = ["README.md", "docs/guide.md", "docs/verdict.md", "docs/architecture.md"]

LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
FENCE: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE: Final = re.compile(r"`([^`\n]+)`")
TITLE: Final = re.compile(r"^#+ (.+)$", re.MULTILINE)


class Console(NamedTuple):
    """One command in a document, with what it is said to print."""

    page: str
    command: str
    printed: str


def every(pattern: re.Pattern[str] | str, pages: list[Path] = PAGES) -> Iterator[tuple[str, str]]:
    """Give what matches, with the name of its page."""
    for page in pages:
        for found in re.findall(pattern, page.read_text(encoding="utf-8")):
            yield str(page.relative_to(ROOT)), found


def without_fences(text: str) -> str:
    return FENCE.sub("", text)


def code_of(page: Path) -> Iterator[str]:
    """Give lines of code blocks, but not what commands print, and the code between words."""
    text = page.read_text(encoding="utf-8")
    for language, block in FENCE.findall(text):
        lines = [] if language == "text" else block.splitlines()
        typed = [line for line in lines if line.startswith("$ ")]
        yield from typed or lines
    yield from CODE.findall(without_fences(text))


def written_commands(name: str) -> list[tuple[str, list[str]]]:
    """Give the words after a command's name, up to the end of that command."""
    pattern = re.compile(rf"(?:^|[ /]){re.escape(name)} ([^|;&>]+)")
    return [
        (str(page.relative_to(ROOT)), match[1].split())
        for page in PAGES
        for line in code_of(page)
        for match in pattern.finditer(line)
    ]


def consoles() -> list[Console]:
    found = []
    for page in PAGES:
        for language, block in FENCE.findall(page.read_text(encoding="utf-8")):
            if language == "console":
                command, _, printed = block.partition("\n")
                found.append(Console(page.name, command.removeprefix("$ "), printed))
    return found


def anchors(page: Path) -> set[str]:
    """Give the anchors of a page's titles, as the common code hosts make them."""
    titles = TITLE.findall(without_fences(page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def cells(page: Path, column: int) -> list[str]:
    """Give the code in one column of a page's tables."""
    rows = [line.split("|") for line in page.read_text(encoding="utf-8").splitlines()]
    return [code for row in rows if len(row) > column + 1 for code in CODE.findall(row[column])]


@pytest.fixture(scope="session")
def sample_snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documents")
    rows = "".join(f"{json.dumps(resource)}\n" for resource in sample_estate().resources)
    (folder / "larkspur.jsonl").write_text(rows, encoding="utf-8")
    return folder


@pytest.mark.parametrize(("page", "link"), sorted(set(every(LINK))))
def test_link_leads_somewhere(page: str, link: str) -> None:
    if link.startswith("https://"):
        return
    path, _, anchor = link.partition("#")
    target = (ROOT / page).parent / path if path else ROOT / page
    assert target.exists()
    assert not anchor or anchor in anchors(target)


@pytest.mark.parametrize(("page", "words"), written_commands("portcullis"))
def test_written_command_exists_with_its_options(page: str, words: list[str]) -> None:
    group = typer.main.get_command(app)
    commands = getattr(group, "commands")  # noqa: B009 - Typer's type hides what its group has
    chosen = group if words[0].startswith("-") else commands.get(words[0])
    assert chosen is not None, page
    chosen = getattr(chosen, "commands", {}).get("".join(words[1:2]), chosen)
    options = {"--help", *(option for one in chosen.params for option in one.opts)}
    assert {word for word in words if word.startswith("--")} <= options


@pytest.mark.parametrize("page", [*OWN_PAGES, "CHANGELOG.md", "docs/commands.md"])
def test_option_written_by_itself_exists(page: str) -> None:
    ours = getattr(typer.main.get_command(app), "commands")  # noqa: B009 - as above
    known = {option for one in ours.values() for each in one.params for option in each.opts}
    known |= set(re.findall(r'"(--[a-z]+)"', (ROOT / "dev.py").read_text(encoding="utf-8")))
    written = (code.split()[0] for code in CODE.findall("\n".join(code_and_words(page))))
    assert {word for word in written if word.startswith("--")} <= {*known, "--help"}


@pytest.mark.parametrize(("page", "words"), written_commands("dev.py"))
def test_written_developer_command_parses(page: str, words: list[str]) -> None:
    assert page
    assert dev.parser().parse_args(words).run


@pytest.mark.parametrize(("page", "words"), written_commands("python -m"))
def test_written_module_exists(page: str, words: list[str]) -> None:
    base = ROOT.joinpath(*words[0].split("."))
    assert base.with_suffix(".py").exists() or (base / "__main__.py").exists(), page


@pytest.mark.parametrize(("page", "name"), sorted(set(every(r"\bPORTCULLIS_[A-Z][A-Z_]+"))))
def test_written_setting_exists(page: str, name: str) -> None:
    assert name in set(Setting), page


@pytest.mark.parametrize("page", OWN_PAGES)
def test_written_check_or_machine_exists(page: str) -> None:
    known = {check.id for check in CHECKS}
    known |= {str(resource["name"]) for resource in sample_estate().resources}
    known |= set(LayerKind) | set(FrontDoorKind)
    named = chain.from_iterable(CODE.findall(line) for line in code_and_words(page))
    assert {one for one in named if re.fullmatch(r"(vm|nsg|pip|bastion)-[a-z-]+", one)} <= known


def code_and_words(page: str) -> list[str]:
    return without_fences((ROOT / page).read_text(encoding="utf-8")).splitlines()


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", DOCS / "guide.md"], ids=lambda page: page.name
)
def test_every_check_has_a_row(page: Path) -> None:
    assert {check.id for check in CHECKS} <= set(cells(page, 1))


@pytest.mark.parametrize("page", OWN_PAGES)
def test_written_path_exists(page: str) -> None:
    paths = re.findall(
        r"`((?:shared|cli|functions|functions_host|simulator|tests|docs)/[\w/.*]*)`",
        (ROOT / page).read_text(encoding="utf-8"),
    )
    assert [path for path in paths if not list(ROOT.glob(path.rstrip("/")))] == []


@pytest.mark.parametrize("console", consoles(), ids=lambda console: console.command)
def test_printed_output_is_what_the_command_prints(
    console: Console,
    sample_snapshot: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(sample_snapshot)
    monkeypatch.delenv("COLUMNS", raising=False)
    for setting in Setting:
        monkeypatch.delenv(setting, raising=False)
    words = shlex.split(console.command)
    while "=" in words[0]:
        monkeypatch.setenv(*words.pop(0).split("=", 1))
    main(words[1:])
    printed = capsys.readouterr().out.splitlines()
    assert parts_in_order(console.printed.splitlines(), printed) == []


def parts_in_order(expected: list[str], printed: list[str]) -> list[str]:
    """Give the expected lines that do not follow in the output; `...` skips any number of them."""
    rest, skips = list(printed), False
    for number, line in enumerate(expected):
        if line == "...":
            skips = True
            continue
        if skips and line in rest:
            rest = rest[rest.index(line) :]
        if not rest or rest[0] != line:
            return expected[number:]
        rest, skips = rest[1:], False
    return []


def test_output_that_differs_is_noticed() -> None:
    assert parts_in_order(["a", "...", "d"], ["a", "b", "c", "d"]) == []
    assert parts_in_order(["a", "c"], ["a", "b", "c"]) == ["c"]
    assert parts_in_order(["...", "b", "..."], ["a"]) == ["b", "..."]


def test_readme_lets_az_send_every_query_of_a_live_scan() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (named,) = re.findall(r"^for query in (.+); do$", readme, re.MULTILINE)
    assert named.split() == [query.name for query in (SUBSCRIPTIONS, *ESTATE)]


def decision_pages() -> list[Path]:
    return sorted(page for page in DECISIONS.glob("*.md") if page.name != "README.md")


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [page.name[:4] for page in decision_pages()]
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]


def test_every_decision_is_in_the_list() -> None:
    listed = re.findall(r"\]\((\d{4}-[a-z0-9-]+\.md)\)", (DECISIONS / "README.md").read_text())
    assert listed == [page.name for page in decision_pages()]


@pytest.mark.parametrize("page", decision_pages(), ids=lambda page: page.name[:4])
def test_decision_has_context_choice_and_cost(page: Path) -> None:
    first, *sections = TITLE.findall(page.read_text(encoding="utf-8"))
    assert first.startswith(f"{page.name[:4]} ")
    assert sections == ["Context", "Choice", "Cost"]


def glossary_names() -> list[str]:
    return cells(DOCS / "glossary.md", 3)


@pytest.mark.parametrize("name", glossary_names())
def test_glossary_names_what_the_code_has(name: str) -> None:
    holder: object = importlib.import_module(".".join(module_parts(name)))
    for part in name.split(".")[len(module_parts(name)) :]:
        fields = getattr(holder, "__dataclass_fields__", {})
        assert part in fields or hasattr(holder, part)
        holder = getattr(holder, part, fields.get(part))


def module_parts(name: str) -> list[str]:
    """Give the parts of a dotted name that are packages and modules."""
    parts = name.split(".")
    count = max(n for n in range(1, len(parts) + 1) if is_module(parts[:n]))
    return parts[:count]


def is_module(parts: list[str]) -> bool:
    path = ROOT.joinpath(*parts)
    return path.is_dir() or path.with_suffix(".py").is_file()


@pytest.mark.parametrize("vocabulary", [Reach, Severity, FindingState, ReturnPath])
def test_glossary_lists_every_value(vocabulary: type[StrEnum]) -> None:
    assert {value.value for value in vocabulary} <= set(cells(DOCS / "glossary.md", 2))


@pytest.mark.parametrize("vocabulary", [Reach, LayerKind, FrontDoorKind])
def test_verdict_page_has_a_row_for_every_value(vocabulary: type[StrEnum]) -> None:
    rows = {*cells(DOCS / "verdict.md", 1), *cells(DOCS / "verdict.md", 3)}
    assert {value.value for value in vocabulary} <= rows


def test_verdict_page_explains_every_reason() -> None:
    judging = (ROOT / "shared/exposure").glob("*.py")
    ways_in = [path.read_text(encoding="utf-8") for path in judging if "bastion" not in path.name]
    codes = {code for text in ways_in for code in re.findall(r'Reason\(\s*"([a-z0-9-]+)"', text)}
    assert codes
    assert codes <= set(cells(DOCS / "verdict.md", 1))
