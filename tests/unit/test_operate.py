"""The queries of `docs/operate`: what they name in the log is what the app writes there."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Final

import pytest

from shared import telemetry
from shared.usecases import interfaces
from tests.bicep import INFRA, Each, literals, template
from tests.loaded_app import FUNCTIONS

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = ROOT / "docs" / "operate"
QUERIES: Final = sorted(FOLDER.glob("*.kql"))
RUNBOOK: Final = (FOLDER / "README.md").read_text(encoding="utf-8")
EVENTS: Final = {
    kind.NAME: {"invocation", *(field.name for field in fields(kind))} for kind in telemetry.EVENTS
}
READING: Final = re.compile(
    r'^\| where Message startswith "event=(?P<event>[^" ]+) "\n\| parse-kv Message as'
    r" \((?P<columns>[^)]*)\) with \((?P<form>.*)\)$",
    re.MULTILINE,
)
COLUMN: Final = re.compile(r"\[?'?(\w+)'?\]?: (\w+)")
FORM: Final = r"""pair_delimiter=' ', kv_delimiter='=', quote='"', escape='\\'"""
OF_THE_HOST: Final = {"cost-drivers"}
"""Queries over what Azure Functions itself logs."""

every_query = pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)


def readings(path: Path) -> list[re.Match[str]]:
    return list(READING.finditer(path.read_text(encoding="utf-8")))


def alerts() -> dict[str, str]:
    """Give the text of each alert rule by its name."""
    rules = template(INFRA / "modules" / "alerts.bicep").variables["rules"].value
    assert isinstance(rules, list)
    named = [rule for rule in rules if isinstance(rule, Mapping)]
    return {str(rule["name"]): " ".join(literals(rule["query"])) for rule in named}


@every_query
def test_query_says_first_what_it_answers(path: Path) -> None:
    assert re.match(r"// .+[?.]", path.read_text(encoding="utf-8"))


@every_query
def test_query_reads_events_in_the_one_way_there_is(path: Path) -> None:
    named = path.read_text(encoding="utf-8").count("event=")
    assert len(readings(path)) == named
    assert bool(named) != (path.stem in OF_THE_HOST)
    assert {reading["form"] for reading in readings(path)} <= {FORM}


@every_query
def test_query_names_events_and_fields_that_the_app_writes(path: Path) -> None:
    for reading in readings(path):
        columns = {name for name, _ in COLUMN.findall(reading["columns"])}
        assert columns <= EVENTS[reading["event"]]


def test_line_of_an_event_is_what_the_queries_look_for() -> None:
    line = telemetry.line_of(telemetry.SubscriptionsVanished("s1", "a,b"))
    assert line == 'event=subscriptions.vanished sweep=s1 subscriptions="a,b"'


def test_functions_that_are_asked_for_by_their_beginning_are_those_of_poison_queues() -> None:
    names = {each.get_function_name() for each in FUNCTIONS}
    (word,) = re.findall(r'startswith "(\w+_)"', (FOLDER / "poison-messages.kql").read_text())
    poisoned = {
        each.get_function_name()
        for each in FUNCTIONS
        if str(getattr(each.get_trigger(), "queue_name", "")).endswith("-poison")
    }
    assert {name for name in names if str(name).startswith(word)} == poisoned


def test_error_that_is_asked_for_is_one_of_ours() -> None:
    (error,) = re.findall(r'error == "(\w+)"', (FOLDER / "throttling.kql").read_text())
    assert issubclass(getattr(interfaces, error), interfaces.PortcullisError)


@every_query
def test_runbook_tells_of_every_query(path: Path) -> None:
    assert f"({path.name})" in RUNBOOK


def test_runbook_has_a_chapter_for_every_alert() -> None:
    titles = re.findall(r"^### ([\w-]+)$", RUNBOOK, re.MULTILINE)
    assert titles == list(alerts())


def test_every_alert_asks_the_query_of_its_name() -> None:
    for name, query in alerts().items():
        assert f"loadTextContent('../../docs/operate/{name}.kql')" in query


def test_hours_of_the_late_sweep_stand_in_the_query() -> None:
    replaced = re.findall(r"'(late_after = \d+h)'", alerts()["sweep-late"])
    assert (FOLDER / "sweep-late.kql").read_text(encoding="utf-8").count(replaced[0]) == 1


def test_hours_of_the_late_sweep_are_those_of_the_template() -> None:
    hours = template(INFRA / "main.bicep").parameters["sweepLateAfterHours"].value
    assert f"late_after = {hours}h" in (FOLDER / "sweep-late.kql").read_text(encoding="utf-8")


def test_alert_rules_are_made_for_every_rule() -> None:
    rule = template(INFRA / "modules" / "alerts.bicep").resources["alerts"]
    assert isinstance(rule.value, Each)
    assert "for rule in rules" in (INFRA / "modules" / "alerts.bicep").read_text()


def test_sampling_drops_no_line_of_the_log() -> None:
    logging = json.loads((ROOT / "host.json").read_text(encoding="utf-8"))["logging"]
    kept = logging["applicationInsights"]["samplingSettings"]["excludedTypes"].split(";")
    assert {"Request", "Trace"} <= set(kept)


def test_workbook_has_a_panel_for_every_question() -> None:
    text = (INFRA / "modules" / "workbook.bicep").read_text(encoding="utf-8")
    shown = re.findall(r"docs/operate/([\w-]+)\.kql", text)
    assert sorted(shown) == [path.stem for path in QUERIES if path.stem != "sweep-late"]
