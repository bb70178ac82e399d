"""Tokens in forms: a POST counts only when its form was given to the same person lately.

Source: OWASP, "Cross-Site Request Forgery Prevention Cheat Sheet", signed tokens bound to who is
signed in, and fetch metadata.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

FIELD: Final = "form_token"
VALID_FOR: Final = timedelta(hours=2)
_TRUSTED_SITES: Final = frozenset({"same-origin", ""})


def form_token(key: bytes, person: str, purpose: str, now: datetime) -> str:
    """Give the token of a form for one person and one purpose: when it ends, and a signature."""
    return _signed(key, person, purpose, int((now + VALID_FOR).timestamp()))


def is_valid(token: str, key: bytes, person: str, purpose: str, now: datetime) -> bool:
    """Tell whether a token is of this person and purpose, and has not ended."""
    ends = token.partition(".")[0]
    if not (ends.isascii() and ends.isdigit() and len(ends) <= len("9999999999")):
        return False
    expected = _signed(key, person, purpose, int(ends))
    is_ours = hmac.compare_digest(token.encode("utf-8", "replace"), expected.encode())
    return is_ours and now.timestamp() < int(ends)


def is_from_here(headers: Mapping[str, str]) -> bool:
    """Tell whether the browser says that a page of ours sent the form; older ones say nothing."""
    return headers.get("sec-fetch-site", "") in _TRUSTED_SITES


def _signed(key: bytes, person: str, purpose: str, ends: int) -> str:
    message = "\n".join((str(ends), person, purpose)).encode("utf-8", "surrogatepass")
    return f"{ends}.{hmac.new(key, message, hashlib.sha256).hexdigest()}"
