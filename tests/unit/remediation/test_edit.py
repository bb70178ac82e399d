"""Edits: what they write, what they lock, and those that cannot be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from shared.network.security_rule import Access, Direction
from shared.packetset.addresses import NO_ADDRESSES, AddressSet
from shared.packetset.protocols import Protocol
from shared.remediation.edit import (
    AddRule,
    Edit,
    InvalidEditError,
    MoveRule,
    NarrowRule,
    deny_rule,
)
from tests.unit.remediation.edits import DENY, EDITS, GROUP, SSH


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: type(edit).__name__)
def test_what_is_written_lies_in_what_is_locked(edit: Edit) -> None:
    assert edit.target == edit.subject or edit.target.key.startswith(f"{edit.subject.key}/")


@pytest.mark.parametrize(
    ("edit", "collection"),
    [(EDITS[0], "securityRules"), (EDITS[3], "securityRules"), (EDITS[7], "inboundNatRules")],
)
def test_children_are_written_by_their_own_ids(edit: Edit, collection: str) -> None:
    assert edit.target.parent(collection) == edit.subject


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: MoveRule(GROUP, "a", 99), id="priority-too-low"),
        pytest.param(lambda: MoveRule(GROUP, "a", 4097), id="priority-too-high"),
        pytest.param(lambda: NarrowRule(GROUP, "a", NO_ADDRESSES), id="no-source"),
        pytest.param(
            lambda: NarrowRule(GROUP, "a", AddressSet.of(["10.0.0.0/8", "fd00::/8"])),
            id="both-families",
        ),
        pytest.param(lambda: deny_rule("a", 100, NO_ADDRESSES, SSH), id="deny-of-nobody"),
        pytest.param(lambda: AddRule(GROUP, replace(DENY, priority=50)), id="deny-too-low"),
        pytest.param(lambda: AddRule(GROUP, replace(DENY, name="deny-ssh")), id="foreign-name"),
        pytest.param(
            lambda: AddRule(GROUP, replace(DENY, name="portcullis-" + "a" * 80)), id="long-name"
        ),
        pytest.param(
            lambda: AddRule(GROUP, replace(DENY, name="portcullis-deny ssh")), id="odd-letter"
        ),
        pytest.param(
            lambda: AddRule(GROUP, replace(DENY, access=Access.ALLOW)), id="allow-instead"
        ),
        pytest.param(
            lambda: AddRule(GROUP, replace(DENY, direction=Direction.OUTBOUND)), id="outbound"
        ),
        pytest.param(lambda: AddRule(GROUP, replace(DENY, protocol=Protocol.ANY)), id="protocol"),
    ],
)
def test_edit_that_cannot_be_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(InvalidEditError):
        make()
