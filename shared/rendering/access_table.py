"""Who could open machines through Bastion, as a table and as a JSON object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from shared.exposure.documents import JsonObject
from shared.findings.access import MachineAccess, Opener, Permitted
from shared.network.authorization import PrincipalType
from shared.rendering.posture_words import name_of
from shared.rendering.text_table import TextTable
from shared.rendering.visible_text import visible

SCHEMA: Final = "portcullis/access/1"
_KINDS: Final = {
    PrincipalType.GROUP: "group",
    PrincipalType.FOREIGN_GROUP: "group of another tenant",
}


def access_table(found: Sequence[MachineAccess]) -> TextTable:
    """Give a row for each machine and each one who could open it; a machine has one at least."""
    rows = tuple(row for one in found for row in _rows(one))
    return TextTable(("VM", "Who", "Through", "By"), rows, leading=2)


def access_document(found: Sequence[MachineAccess], observed_at: datetime) -> JsonObject:
    """Give the same as plain JSON data, with every role and scope."""
    return {
        "schema": SCHEMA,
        "observed_at": observed_at.isoformat().replace("+00:00", "Z"),
        "machines": [
            {
                "vm": one.machine.text,
                "bastions": [host.text for host in one.bastions],
                "known": not one.doubt,
                "doubt": one.doubt or None,
                "openers": [_opener(opener) for opener in one.openers],
            }
            for one in found
        ],
    }


def _rows(one: MachineAccess) -> Iterator[tuple[str, ...]]:
    machine = visible(name_of(one.machine))
    hosts = visible(", ".join(host.name for host in one.bastions))
    if one.doubt:
        yield machine, "not known", hosts, visible(one.doubt)
    elif not one.bastions:
        yield machine, "nobody", "", "no Bastion serves it"
    elif not one.openers:
        yield machine, "nobody but owners", hosts, "nobody holds all the roles that it takes"
    for opener in one.openers:
        kind = _KINDS.get(opener.kind, "user")
        who = f"{kind} {visible(opener.principal)}"
        yield machine, who, visible(opener.bastion.name), visible("; ".join(_roles(opener)))


def _roles(opener: Opener) -> Iterator[str]:
    """Give each role with its scope once, in the order of what they are needed for."""
    grants = dict.fromkeys(
        grant for permitted in opener.permissions for grant in permitted.grants[:1]
    )
    for grant in grants:
        yield f"{grant.role} on {grant.scope.rpartition('/')[2] or 'everything'}"


def _opener(opener: Opener) -> JsonObject:
    return {
        "principal": opener.principal,
        "kind": opener.kind.value,
        "bastion": opener.bastion.text,
        "permissions": [_permitted(permitted) for permitted in opener.permissions],
    }


def _permitted(permitted: Permitted) -> JsonObject:
    return {
        "may": permitted.may,
        "resource": permitted.resource.text,
        "grants": [{"role": grant.role, "scope": grant.scope} for grant in permitted.grants],
    }
