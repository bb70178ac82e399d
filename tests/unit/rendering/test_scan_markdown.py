from datetime import UTC, datetime

from shared.rendering.scan_markdown import scan_markdown
from shared.rendering.text_table import TextTable

AT = datetime(2026, 3, 1, tzinfo=UTC)


def test_page_without_findings_has_no_table() -> None:
    page = scan_markdown(AT, ["No findings."], TextTable(("One",), ()))
    assert page == "# Portcullis scan of 2026-03-01 00:00 UTC\n\n- No findings.\n"


def test_names_cannot_become_markup() -> None:
    table = TextTable(("One",), (("a|b <img> [x](https://evil.example) `c`",),))
    row = scan_markdown(AT, [], table).splitlines()[-1]
    assert row == (r"| a\|b \<img\> \[x\]\(https\:\/\/evil\.example\) \`c\` |")


def test_indented_lines_of_the_summary_are_a_list_in_the_list() -> None:
    page = scan_markdown(AT, ["Not read: 1", "  /a"], TextTable(("One",), ()))
    assert page.splitlines()[2:] == ["- Not read: 1", "  - /a"]
