"""Names that other people chose do nothing, whatever a finding is written as."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest

from shared.findings.finding import FindingRecord
from shared.rendering.estate_report import EstateReport
from shared.rendering.findings_table import findings_csv, findings_table
from shared.rendering.ocsf import ocsf_lines
from shared.rendering.report_html import report_html
from shared.rendering.sarif import sarif_lines
from shared.rendering.scan_markdown import markdown_table
from shared.rendering.text_table import laid_out
from tests.golden.card_samples import exposure, rule, vm_id
from tests.golden.report.samples import record, recorded

HOSTILE = [
    pytest.param("<script>alert(1)</script>", id="script"),
    pytest.param('"><img src=x onerror=alert(1)>', id="attribute"),
    pytest.param("</style></title></svg><script>x</script>", id="end-tags"),
    pytest.param("{{ 7*7 }}{% raw %}", id="template"),
    pytest.param("**b** [c](https://evil.example) | `d` # e", id="markdown"),
    pytest.param("\u202egpj.exe\u2066x\u200b", id="right-to-left"),
    pytest.param("\x1b[2J\x1b]0;owned\x07\x9b31m", id="terminal"),
    pytest.param("=HYPERLINK(1);=cmd|'/c calc'!A0", id="formula"),
    pytest.param("\t@SUM(1)\r\n+1", id="control-before-formula"),
    pytest.param("x" * 10_240, id="ten-kilobytes"),
]
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
OWN = {"\n"}


def named(name: str) -> FindingRecord:
    """Give a finding in which everything that people may name is named so."""
    trace = [rule("nic-nsg", name, name, 100)]
    door = {"kind": name, "id": f"/x/{name}", "address": name, "port": 22}
    evidence = {
        "exposures": [exposure(trace=trace, front_door=door, private_ip=name, vm=f"/{name}")]
    }
    return record(title=name, resource=vm_id(name), evidence=evidence)


def report_of(name: str) -> EstateReport:
    return replace(recorded(), records=(named(name),))


def unseen(text: str) -> set[str]:
    return {one for one in text if unicodedata.category(one) in UNSEEN} - OWN


class Elements(HTMLParser):
    """Collects the elements of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[tuple[str, tuple[str, ...]]] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add((tag, tuple(name for name, _ in attrs)))


HARMLESS = Elements(report_html(report_of("vm-1"))).found


@pytest.mark.parametrize("name", HOSTILE)
def test_page_has_no_other_elements_than_with_a_harmless_name(name: str) -> None:
    page = report_html(report_of(name))
    assert Elements(page).found <= HARMLESS | {("title", ())}
    assert page.isascii()
    assert unseen(unescape(page)) == set()


@pytest.mark.parametrize("name", HOSTILE)
def test_sarif_is_ascii_and_says_what_was_named(name: str) -> None:
    text = "\n".join(sarif_lines(report_of(name)))
    (result,) = json.loads(text)["runs"][0]["results"]
    assert text.isascii()
    assert unseen(result["message"]["text"]) == set()
    assert "](" not in result["message"]["text"]
    assert len(result["message"]["text"]) <= 1_000


@pytest.mark.parametrize("name", HOSTILE)
def test_ocsf_is_one_ascii_line(name: str) -> None:
    line, *_ = ocsf_lines(report_of(name))
    assert line.isascii()
    assert "\n" not in line
    assert unseen(json.loads(line)["message"]) == set()


@pytest.mark.parametrize("name", HOSTILE)
def test_no_cell_of_csv_is_a_formula(name: str) -> None:
    text = findings_csv([named(name)])
    (_, *rows) = csv.reader(io.StringIO(text))
    assert len(rows) == 1
    cells = [part for cell in rows[0] for part in cell.split(";")]
    assert [cell for cell in cells if re.match(r"\s*[=+\-@\t\r]", cell)] == []
    assert unseen(text) == set()


@pytest.mark.parametrize("name", HOSTILE)
def test_markdown_row_has_as_many_cells_as_headings(name: str) -> None:
    headings, _, row = markdown_table(findings_table([named(name)]))
    bars = re.compile(r"(?<!\\)\|")
    assert len(bars.findall(row)) == len(bars.findall(headings))
    assert not re.search(r"(?<!\\)[<`*\[\]]", row)
    assert unseen(row) == set()


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("width", [None, 80])
def test_table_shows_every_character(name: str, width: int | None) -> None:
    lines = ["".join(pieces) for pieces in laid_out(findings_table([named(name)]), width)]
    assert set().union(*map(unseen, lines)) == set()
