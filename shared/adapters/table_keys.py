"""Keys of table rows: what they are made of, and how they sort.

Source of the rules for keys: Microsoft Learn, "Understanding the Table service data model",
characters disallowed in key fields; keys take 1 KiB, which is 512 characters of UTF-16.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from shared.findings.finding import Fingerprint, Transition

FINDINGS_TABLE: Final = "findings"
KEY_CHARACTERS: Final = 512
WATERMARK: Final = "watermark"
FINDINGS: Final = "finding|"
EVENTS: Final = "event|"
SHARDS: Final = "shard|"
SWEEPS: Final = "sweep"
PARTIAL_SWEEPS: Final = "partial sweep"

_FORBIDDEN: Final = re.compile(r"[/\\#?%=\x00-\x1f\x7f-\x9f]")
_ESCAPED: Final = re.compile(r"=([0-9a-f]{2})")
_COMPLEMENT: Final = str.maketrans("0123456789", "9876543210")


def key(text: str) -> str:
    """Encode a text as a key; equal keys only for equal texts.

    What may not stand in a key, and the equals sign, become `=` and two hexadecimal digits.

    Raises:
        ValueError: the key would be longer than `KEY_CHARACTERS`.
    """
    encoded = _FORBIDDEN.sub(lambda found: f"={ord(found[0]):02x}", text)
    if len(encoded) > KEY_CHARACTERS:
        raise ValueError(f"a key may have {KEY_CHARACTERS} characters: {text[:80]!r} has more")
    return encoded


def text_of(key: str) -> str:
    """Give the text that `key` encoded."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), key)


def within(partition: str, prefix: str) -> tuple[str, Mapping[str, str]]:
    """Give the filter, and its parameters, for the rows of a partition whose key has a prefix."""
    after = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    return (
        "PartitionKey eq @partition and RowKey ge @first and RowKey lt @after",
        {"partition": partition, "first": prefix, "after": after},
    )


def newest_first(text: str) -> str:
    """Complement the digits of a time's text, so that later times sort before earlier ones."""
    return text.translate(_COMPLEMENT)


def finding_key(fingerprint: Fingerprint) -> str:
    """Give the row key of a finding."""
    return f"{FINDINGS}{fingerprint}"


def event_key(transition: Transition) -> str:
    """Give the row key of a step in the outbox: by time, the same for the same step."""
    return key(f"{EVENTS}{_stamp(transition.at)}|{transition.key}")


def history_key(transition: Transition) -> str:
    """Give the row key of a step in its finding's history: newest first."""
    return key(f"{newest_first(_stamp(transition.at))}|{transition.key}")


def shard_key(number: int) -> str:
    """Give the row key of a shard, in the order of their numbers."""
    return f"{SHARDS}{number:06}"


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
