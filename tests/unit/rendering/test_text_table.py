import pytest

from shared.rendering.text_table import TextTable, laid_out

TABLE = TextTable(
    ("Severity", "Resource", "Finding", "Why"),
    (
        ("high", "vm-1", "SSH from the internet", "nsg-1: allow-ssh (100)"),
        ("low", "vm-long-name", "public IP address", ""),
    ),
    leading=3,
)


def text_of(table: TextTable, width: int | None = None) -> list[str]:
    return ["".join(pieces).rstrip() for pieces in laid_out(table, width)]


def test_table_without_a_width_has_a_line_for_each_row() -> None:
    assert text_of(TABLE) == [
        "Severity  Resource      Finding                Why",
        "high      vm-1          SSH from the internet  nsg-1: allow-ssh (100)",
        "low       vm-long-name  public IP address",
    ]


def test_table_that_is_a_little_too_wide_wraps_between_words() -> None:
    assert text_of(TABLE, 60) == [
        "Severity  Resource      Finding           Why",
        "high      vm-1          SSH from the      nsg-1: allow-ssh",
        "                        internet          (100)",
        "low       vm-long-name  public IP",
        "                        address",
    ]


def test_table_without_room_for_columns_has_a_paragraph_for_each_row() -> None:
    assert text_of(TABLE, 45) == [
        "Severity  Resource      Finding",
        "high      vm-1          SSH from the internet",
        "    Why: nsg-1: allow-ssh (100)",
        "low       vm-long-name  public IP address",
    ]


def test_words_that_do_not_fit_make_paragraphs_too() -> None:
    table = TextTable(("Resource", "Why"), (("vm-long-name", "nsg-long-name"),))
    assert text_of(table, 20) == ["Resource", "vm-long-name", "    Why:", "        nsg-long-name"]


def test_details_that_do_not_fit_together_stand_below_each_other() -> None:
    row = ("vm-1", "20.1.2.3:22 and a second address", "a rule of many words that goes on")
    table = TextTable(("Resource", "Way in", "Why"), (row,))
    assert text_of(table, 40) == [
        "Resource",
        "vm-1",
        "    Way in: 20.1.2.3:22 and a second",
        "        address",
        "    Why: a rule of many words that goes",
        "        on",
    ]


def test_endless_word_is_broken_in_columns() -> None:
    table = TextTable(("Name", "Why"), (("x" * 45, "short"),))
    assert text_of(table, 40) == ["Name" + " " * 31 + "Why", f"{'x' * 33}  short", "x" * 12]


def test_empty_table_has_its_headings() -> None:
    assert text_of(TextTable(("One", "Two"), ()), 80) == ["One  Two"]


def test_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="one cell for each heading"):
        TextTable(("One", "Two"), (("alone",),))
