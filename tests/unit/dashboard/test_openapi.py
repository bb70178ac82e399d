"""The description of the API: written down as it is served, whole, and true of the routes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from dashboard.api import ADDRESSES
from dashboard.openapi import document
from dashboard.openapi_schemas import SCHEMAS

ROOT = Path(__file__).resolve().parents[3]


def test_document_is_the_one_in_the_docs() -> None:
    written = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    assert written == json.loads(json.dumps(document()))


def test_every_address_is_described() -> None:
    described = set(json.loads(json.dumps(document()))["paths"])
    assert described == {*ADDRESSES, "/api/health", "/api/ready"}


def test_every_schema_is_one_and_is_used() -> None:
    text = json.dumps(document())
    for name, schema in SCHEMAS.items():
        Draft202012Validator.check_schema(schema)
        assert f'"#/components/schemas/{name}"' in text


def test_every_operation_has_its_own_name_and_problems() -> None:
    paths: dict[str, Any] = json.loads(json.dumps(document()))["paths"]
    operations = [path["get"] for path in paths.values()]
    assert len({one["operationId"] for one in operations}) == len(operations)
    guarded = [one for one in operations if one.get("security") != []]
    assert all({"200", "400", "401", "403", "503"} <= set(one["responses"]) for one in guarded)
