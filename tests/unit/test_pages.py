"""The function behind the dashboard's pages, when the dashboard itself fails."""

from __future__ import annotations

import asyncio
import logging
from types import SimpleNamespace

import azure.functions as func
import pytest

from functions import pages


class Broken:
    """A dashboard with a defect."""

    async def handle_async(self, *_: object) -> func.HttpResponse:
        message = "s3cret detail"
        raise RuntimeError(message)


def test_defect_is_logged_and_answered_without_detail(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(pages, "_dashboard", Broken)
    request = func.HttpRequest("GET", "http://127.0.0.1/", body=b"")
    context = SimpleNamespace(function_name="pages", invocation_id="invocation-7")
    with caplog.at_level(logging.ERROR):
        answer = asyncio.run(pages.pages(request, context))
    assert (answer.status_code, answer.mimetype) == (500, "text/html")
    assert b"invocation-7" in answer.get_body()
    assert b"s3cret" not in answer.get_body()
    assert "RuntimeError" in caplog.text
    assert "s3cret" not in caplog.text
