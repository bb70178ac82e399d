import json
from pathlib import Path
from typing import Any

import pytest

from shared.adapters.tag_file import TagFileError, read_service_tags
from shared.packetset.addresses import AddressSet


def published(*values: tuple[str, list[Any]], change_number: object = 42) -> dict[str, Any]:
    """Give a list as the downloadable file has it."""
    return {
        "changeNumber": change_number,
        "cloud": "Public",
        "values": [
            {
                "name": name,
                "id": name,
                "properties": {
                    "changeNumber": 1,
                    "region": "",
                    "systemService": "AzureStorage",
                    "addressPrefixes": prefixes,
                },
            }
            for name, prefixes in values
        ],
    }


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "tags.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_tags_are_found_in_any_case(tmp_path: Path) -> None:
    listed = published(("Storage.WestEurope", ["20.38.108.0/23", "2603:1020::/40"]))
    table = read_service_tags(written(tmp_path, json.dumps(listed)))
    assert table.resolve("storage.westeurope") == AddressSet.of(
        ["20.38.108.0/23", "2603:1020::/40"]
    )


def test_tag_without_prefixes_stays_unresolved(tmp_path: Path) -> None:
    table = read_service_tags(written(tmp_path, json.dumps(published(("Empty", [])))))
    assert table.resolve("empty") is None


def test_tag_that_comes_twice_holds_both(tmp_path: Path) -> None:
    listed = published(("Sql", ["20.1.0.0/16"]), ("SQL", ["20.2.0.0/16"]))
    table = read_service_tags(written(tmp_path, json.dumps(listed)))
    assert table.resolve("sql") == AddressSet.of(["20.1.0.0/16", "20.2.0.0/16"])


@pytest.mark.parametrize("change_number", [86, "86"])
def test_change_number_is_that_of_the_file_and_of_the_answer(
    tmp_path: Path, change_number: object
) -> None:
    listed = published(("Sql", []), change_number=change_number)
    assert read_service_tags(written(tmp_path, json.dumps(listed))).change_number == "86"


def test_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    text = b"\xef\xbb\xbf" + json.dumps(published(("Sql", ["20.1.0.0/16"]))).encode()
    assert read_service_tags(written(tmp_path, text)).resolve("sql") is not None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param('{\n"values": [\n}', ":3: not JSON", id="not-json"),
        pytest.param(b"\xff\xfe\x00", ": not JSON", id="not-text"),
        pytest.param("[]", ": not a list of service tags: ", id="not-an-object"),
        pytest.param('{"changeNumber": 1}', "missing required field `values`", id="no-values"),
        pytest.param(json.dumps(published()), "`values` is empty", id="empty"),
        pytest.param(
            json.dumps(published(("Sql", [1]))), "properties.addressPrefixes", id="not-a-prefix"
        ),
        pytest.param(
            json.dumps(published(("Sql", ["20.1.0.0/16", "20.2.0.0/33"])), indent=0),
            ":14: service tag 'Sql': not an address, prefix or range: '20.2.0.0/33'",
            id="impossible-prefix",
        ),
        pytest.param(
            json.dumps(published(("Sql", ["ä"])), ensure_ascii=False),
            ": service tag 'Sql': not an address",
            id="prefix-spelt-in-another-way",
        ),
    ],
)
def test_file_that_is_no_list_is_refused_with_its_place(
    tmp_path: Path, text: str | bytes, message: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(TagFileError) as refused:
        read_service_tags(path)
    assert str(refused.value).startswith(f"{path}:")
    assert message in str(refused.value)


def test_file_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(TagFileError, match=r"nowhere\.json: cannot be read: No such file"):
        read_service_tags(tmp_path / "nowhere.json")
