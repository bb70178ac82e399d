"""HTTP requests and responses as plain values, between the server and those who answer."""

import json
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlsplit

JSON_TYPE: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came in; `target` is the path and query as the client wrote them."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def path(self) -> str:
        """Give the path, still percent-encoded."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """Give the query values by name, several of one name joined with commas."""
        pairs = parse_qsl(urlsplit(self.target).query, keep_blank_values=True)
        return _joined(tuple(pairs))

    def lower_case_headers(self) -> dict[str, str]:
        """Give the headers by lower-case name, several of one name joined with commas."""
        return _joined(tuple((name.lower(), value) for name, value in self.headers))

    def header(self, name: str) -> str:
        """Give one header, whatever the case of its name; empty when it is absent."""
        return self.lower_case_headers().get(name.lower(), "")


@dataclass(frozen=True, slots=True)
class Response:
    """One answer; the server adds the length."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @classmethod
    def json(cls, document: object, status: int = 200) -> "Response":
        """Answer with a JSON document."""
        return cls(status, (("Content-Type", JSON_TYPE),), json.dumps(document).encode())

    @classmethod
    def text(cls, text: str, status: int = 200) -> "Response":
        """Answer with plain text."""
        return cls(status, (("Content-Type", "text/plain; charset=utf-8"),), text.encode())


def _joined(pairs: tuple[tuple[str, str], ...]) -> dict[str, str]:
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return {name: ",".join(several) for name, several in values.items()}
