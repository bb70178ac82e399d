from __future__ import annotations

import pytest
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ServiceRequestError

from shared.adapters.storage_account import connecting, place, told_plainly
from shared.usecases.interfaces import StoreConflictError, StoreError

URL = "https://ana:secret@shop.table.core.windows.net/?sv=1&sig=secret"


def refused(status: int, code: str) -> HttpResponseError:
    error = HttpResponseError("signature=secret")
    error.status_code = status
    error.error_code = code  # type: ignore[attr-defined]
    return error


def told(error: Exception) -> str:
    with pytest.raises(StoreError) as caught, told_plainly(URL, "writing the table findings"):
        raise error
    return str(caught.value)


@pytest.mark.parametrize(
    ("status", "code", "parts"),
    [
        (
            403,
            "AuthorizationFailure",
            ["403 AuthorizationFailure", "Storage Table Data Contributor"],
        ),
        (401, "InvalidAuthenticationInfo", ["401", "sign in again"]),
        (404, "TableNotFound", ["404 TableNotFound", "account's name"]),
        (503, "ServerBusy", ["503 ServerBusy", "tried again later"]),
        (400, "PropertyValueTooLarge", ["refused with 400 PropertyValueTooLarge"]),
    ],
)
def test_refusal_says_what_where_and_what_to_do(status: int, code: str, parts: list[str]) -> None:
    text = told(refused(status, code))
    assert text.startswith("writing the table findings at https://shop.table.core.windows.net: ")
    assert all(part in text for part in parts)
    assert "secret" not in text


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (409, "EntityAlreadyExists"),
        (412, "UpdateConditionNotSatisfied"),
        (404, "ResourceNotFound"),
        (404, "EntityNotFound"),
    ],
)
def test_other_writer_is_a_conflict(status: int, code: str) -> None:
    with pytest.raises(StoreConflictError), told_plainly(URL, "writing the table findings"):
        raise refused(status, code)


def test_account_without_answer_is_named() -> None:
    text = told(ServiceRequestError("signature=secret"))
    assert "https://shop.table.core.windows.net: no answer (ServiceRequestError)" in text
    assert "secret" not in text


def test_credential_without_token_is_told_to_sign_in() -> None:
    text = told(ClientAuthenticationError("secret"))
    assert "sign in again" in text
    assert "secret" not in text


def test_code_that_is_no_word_is_left_out() -> None:
    assert told(refused(400, "sig=secret")).endswith("refused with 400")


def test_other_faults_pass_through() -> None:
    with pytest.raises(KeyError), told_plainly(URL, "writing the table findings"):
        raise KeyError


def test_unreadable_connection_string_is_not_repeated() -> None:
    with pytest.raises(StoreError, match="cannot be read") as caught, connecting():
        raise ValueError("AccountKey=secret")
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_place_of_an_emulator_keeps_port_and_account() -> None:
    assert (
        place("http://127.0.0.1:10002/devstoreaccount1/")
        == "http://127.0.0.1:10002/devstoreaccount1"
    )
