"""The service tag list in the form in which Azure gives it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.rows.envelope import Part


def service_tag_list(prefixes: Mapping[str, Sequence[str]]) -> Part:
    """Return a list of service tags with these prefixes by tag name (`Storage.WestEurope`)."""
    return {
        "name": "Public",
        "cloud": "Public",
        "changeNumber": "417",
        "values": [_tag(name, listed) for name, listed in prefixes.items()],
    }


def _tag(name: str, prefixes: Sequence[str]) -> Part:
    service, _, region = name.partition(".")
    return {
        "id": name,
        "name": name,
        "properties": {
            "changeNumber": "12",
            "region": region.lower(),
            "platform": "Azure",
            "systemService": "" if service == "AzureCloud" else f"Azure{service}",
            "addressPrefixes": list(prefixes),
        },
    }
