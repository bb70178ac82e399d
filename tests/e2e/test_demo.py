"""The demo as its reader sees it: what it prints is the story of the sample estate."""

import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import IO, Any, Final

import pytest
import requests

from simulator.estate import Chapter, Door, one_change, one_opening, sample_estate

pytestmark = pytest.mark.slow

COMMAND: Final = Path(sys.executable).with_name("portcullis")
SECONDS: Final = 240
STAYS_UP: Final = "Ctrl-C ends it.\n"
ESTATE: Final = sample_estate().with_service_tags()

TRANSLATIONS: Final = {
    "load-balancer-nat-rule": "NAT rule",
    "load-balancer-rule": "load balancer rule",
    "firewall-dnat": "DNAT collection",
    "application-gateway": "application gateway",
}

Row = tuple[str, str, str, str]
"""Severity, resource, finding and way in, as a table shows them."""


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "COLUMNS"}


def tables_of(output: str) -> list[list[Row]]:
    """Read the tables of an output: the rows below each line of headings, cut at the headings."""
    tables: list[list[Row]] = []
    starts: list[int] = []
    for line in output.splitlines():
        if line.startswith("Severity"):
            names = ("Severity", "Resource", "Finding", "Way in", "Why")
            starts = [line.index(name) for name in names]
            tables.append([])
        elif not line:
            starts = []
        elif starts:
            a, b, c, d = (line[start:end].strip() for start, end in pairwise(starts))
            tables[-1].append((a, b, c, d))
    return tables


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo that stays up, and all that it printed before."""

    process: subprocess.Popen[str]
    output: str

    @property
    def folder(self) -> Path:
        found = re.search(r"^Settings, logs   (.+)$", self.output, re.MULTILINE)
        assert found is not None
        return Path(found[1])

    @property
    def addresses(self) -> set[str]:
        return set(re.findall(r"http://127\.0\.0\.1:\d+", self.output))

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another command in the demo's folder."""
        return subprocess.run(
            [str(COMMAND), *arguments],
            cwd=self.folder,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )


def read_until(stream: IO[str], last: str) -> str:
    lines = []
    for line in stream:
        lines.append(line)
        if line == last:
            return "".join(lines)
    raise AssertionError(f"the demo ended: {lines}")


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    process = subprocess.Popen(
        [str(COMMAND), "demo"], env=environment(), stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield Demo(process, read_until(process.stdout, STAYS_UP))
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(SECONDS)


def story() -> Counter[tuple[str, str, str]]:
    """Give severity, resource and way in of every finding that a correct reader makes."""
    reachable = [
        (str(door.outcome.severity), name_of(told), dialled(door))
        for told in ESTATE.story
        for door in told.doors
        if door.outcome.severity is not None
    ]
    public = [
        ("medium", name_of(told), ", ".join(own_addresses(told)))
        for told in ESTATE.story
        if told.vm_id in ESTATE.public_ip_vms
    ]
    groups = [
        (str(told.severity), told.name, "")
        for told in ESTATE.nsg_stories
        if told.severity is not None and told.outcome.reach is not None
    ]
    others = [
        (str(one.severity), "/".join(one.resource_id.split("/")[8::2]), "")
        for one in ESTATE.objections
    ]
    return Counter([*reachable, *public, *groups, *others])


def name_of(told: Chapter) -> str:
    """Give a machine's name as tables have it; an instance goes by its scale set and number."""
    *_, collection, name = told.vm_id.split("/")
    scale_set = told.vm_id.split("/")[-3]
    within = "/virtualMachineScaleSets/" in told.vm_id and collection == "virtualMachines"
    return f"{scale_set}/{name}" if within else name


def dialled(door: Door) -> str:
    """Give what a client dials, and by whose translation."""
    name = door.id.rpartition("/")[2]
    if door.address is None:
        host = f"{name}, no address now, port {door.front_port}"
    else:
        address = f"[{door.address}]" if ":" in door.address else door.address
        host = f"{address}:{door.front_port}"
    kind = TRANSLATIONS.get(str(door.kind))
    return f"{host} ({kind} {name})" if kind else host


def own_addresses(told: Chapter) -> Iterator[str]:
    for door in told.doors:
        if str(door.kind) not in TRANSLATIONS:
            yield door.address or f"{door.id.rpartition('/')[2]}, no address now"


def test_findings_are_the_story_line_by_line(demo: Demo) -> None:
    shown = tables_of(demo.output)[0]
    assert Counter((severity, name, first_port(door)) for severity, name, _, door in shown) == (
        story()
    )


def first_port(door: str) -> str:
    """Cut a range of dialled ports to its first, which is what the story names."""
    return re.sub(r"(:\d+)-\d+", r"\1", door)


def test_findings_stand_the_worst_first(demo: Demo) -> None:
    order = ["critical", "high", "medium", "low", "info"]
    ranks = [order.index(row[0]) for row in tables_of(demo.output)[0]]
    assert ranks == sorted(ranks)


def test_summary_counts_what_the_table_shows(demo: Demo) -> None:
    counts = Counter(severity for severity, _, _ in story().elements())
    parts = ", ".join(f"{counts[each]} {each}" for each in ("critical", "high", "medium", "low"))
    assert f"{story().total()} findings: {parts}, {counts['info']} info." in demo.output


def test_one_change_closes_its_machine_and_its_group(demo: Demo) -> None:
    change = one_change()
    assert [row[:2] for row in tables_of(demo.output)[1]] == [
        ("critical", change.vm),
        ("high", change.nsg_id.rpartition("/")[2]),
    ]
    assert change.says in demo.output


def test_opening_is_told_by_event_with_who_did_it(demo: Demo) -> None:
    change = one_opening()
    assert [row[:2] for row in tables_of(demo.output)[2]] == [
        ("critical", change.vm),
        ("high", change.nsg_id.rpartition("/")[2]),
    ]
    assert change.says in demo.output
    assert re.search(rf"Told after \d+\.\d s\. Opened by {change.by} with Azure CLI:", demo.output)
    group = change.nsg_id.rpartition("/")[2]
    assert cards(demo)[-2][1] == [
        f"  CRITICAL: {change.vm} can be reached over SSH (port 22) from the internet",
        f"  HIGH: {group} lets the internet through to SSH (port 22)",
    ]


def cards(demo: Demo) -> list[tuple[str, list[str]]]:
    """Give, for each time that cards are shown, where they are and how they begin."""
    told = re.findall(r"^Teams: \d+ cards? at (\S+)\n((?:  .+\n)+)", demo.output, re.MULTILINE)
    return [(url, lines.splitlines()) for url, lines in told]


def test_cards_that_arrived_are_told_at_each_step(demo: Demo) -> None:
    told = cards(demo)
    (url,) = {url for url, _ in told}
    assert len(told) == 4
    arrived = requests.get(url, timeout=SECONDS).json()["messages"]
    assert len(arrived) == sum(len(lines) for _, lines in told)


def test_sessions_through_bastion_are_read_and_their_attack_is_told(demo: Demo) -> None:
    people = ["dana@larkspur.example", "sam@larkspur.example", "kim@larkspur.example"]
    assert [demo.output.count(person) for person in people] == [1, 1, 1]
    assert "Azure Bastion has logged 9 sessions." in demo.output
    (headline,) = cards(demo)[-1][1]
    assert headline.strip() == "2 signals in Bastion sessions"
    failed = demo.command("sessions", "--failed", "--format", "json")
    sessions = json.loads(failed.stdout)["sessions"]
    assert [one["user_name"] for one in sessions] == ["root"] * 6


def test_recorded_findings_are_shown_with_their_history(demo: Demo) -> None:
    resolved = demo.command("findings", "--state", "resolved", "--format", "json")
    worst = json.loads(resolved.stdout)["findings"][0]
    assert worst["resource"] == one_change().vm_id
    history = demo.command("history", worst["fingerprint"][:12])
    steps = history.stdout.splitlines()[-2:]
    assert [step.split()[2:4] for step in steps] == [["resolved", "open"], ["open", "new"]]


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        pytest.param(["--severity", "critical"], lambda f: f["severity"] == "critical", id="worst"),
        pytest.param(["--check", "vm-public-ip"], lambda f: f["check"] == "vm-public-ip", id="one"),
        pytest.param(
            ["--subscription", ESTATE.subscriptions[4]["subscriptionId"]],
            lambda f: ESTATE.subscriptions[4]["subscriptionId"] in f["resource"],
            id="subscription",
        ),
    ],
)
def test_recorded_findings_can_be_narrowed(
    demo: Demo, options: Sequence[str], kept: Callable[[Mapping[str, Any]], bool]
) -> None:
    everything = json.loads(demo.command("findings", "--format", "json").stdout)["findings"]
    narrowed = json.loads(demo.command("findings", "--format", "json", *options).stdout)
    assert narrowed["findings"] == [each for each in everything if kept(each)] != []


@pytest.mark.parametrize("beginning", ["", "z", "0123456789"])
def test_history_of_an_unknown_finding_is_refused(demo: Demo, beginning: str) -> None:
    ended = demo.command("history", beginning)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)


def test_beginning_of_several_ids_lists_them(demo: Demo) -> None:
    shown = json.loads(demo.command("findings", "--format", "json").stdout)["findings"]
    first, count = Counter(one["fingerprint"][0] for one in shown).most_common(1)[0]
    ended = demo.command("history", first)
    assert ended.returncode == 2
    assert ended.stderr.count(" (") >= count


def test_sweep_of_the_command_line_finds_nothing_new(demo: Demo) -> None:
    before = json.loads(demo.command("findings", "--format", "json").stdout)
    ended = demo.command("sweep")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "5 subscriptions in 1 shard" in ended.stdout
    assert json.loads(demo.command("findings", "--format", "json").stdout) == before


def test_sweep_can_be_left_to_the_app(demo: Demo) -> None:
    ended = demo.command("sweep", "--queue")
    assert re.fullmatch(
        r"Sweep \S+: 5 subscriptions in 1 shard, on the queue portcullis-shards\.\n", ended.stdout
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_ends_the_demo_and_every_part(number: signal.Signals) -> None:
    with subprocess.Popen(
        [str(COMMAND), "demo"], env=environment(), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        output = read_until(process.stdout, STAYS_UP)
        process.send_signal(number)
        assert process.wait(SECONDS) == 0
    running = Demo(process, output)
    assert not running.folder.exists()
    assert [url for url in running.addresses if answers(url)] == []


def answers(url: str) -> bool:
    try:
        requests.get(url, timeout=SECONDS)
    except requests.ConnectionError:
        return False
    return True


def test_once_ends_by_itself() -> None:
    ended = subprocess.run(
        [str(COMMAND), "demo", "--once"],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.endswith("Everything is stopped.\n")
    assert STAYS_UP not in ended.stdout


def test_missing_node_is_told_in_one_line(tmp_path: Path) -> None:
    ended = subprocess.run(
        [str(COMMAND), "demo"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert re.fullmatch(r"portcullis: Node\.js is missing.*\n", ended.stderr)


def test_dashboard_is_open_at_its_address(demo: Demo) -> None:
    found = re.search(r"^Dashboard        (http://127\.0\.0\.1:\d+/)$", demo.output, re.MULTILINE)
    assert found is not None
    answer = requests.get(found[1], timeout=60)
    assert answer.status_code == 200
    assert "Reachable VMs now" in answer.text
