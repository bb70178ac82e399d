from __future__ import annotations

import json

from shared.exposure.verification import Difference, Matter, Unasked, Verification
from shared.network.ids import ResourceId
from shared.rendering.verify_text import (
    differences_table,
    verification_document,
    verification_text,
)
from tests.rows import instance_id, resource_id

VM = ResourceId(resource_id("vm", "vm-1"))
DIFFERENCE = Difference(Matter.FLOW, "nic-1/ipconfig1 port 22", "Deny", "Allow")
UNASKED = Unasked("effective rules of nic-1", "AuthorizationFailed: no")


def test_agreement_says_how_much_was_compared() -> None:
    assert verification_text(Verification(VM, 7, 1, 5)) == (
        "vm-1: Azure's account and ours agree (7 rules, 1 set of sources, 5 flows compared)",
    )


def test_differences_are_counted_and_stand_in_a_table() -> None:
    found = Verification(VM, 7, 1, 5, (DIFFERENCE,))
    (line,) = verification_text(found)
    assert line.startswith("vm-1: 1 difference between Azure's account and ours (7 rules, ")
    assert differences_table(found).rows == (("flow", "nic-1/ipconfig1 port 22", "Deny", "Allow"),)


def test_what_could_not_be_asked_is_no_agreement() -> None:
    assert verification_text(Verification(VM, 0, 0, 0, (), (UNASKED,))) == (
        "vm-1: nothing could be compared",
        "Not asked: effective rules of nic-1: AuthorizationFailed: no",
    )


def test_instance_is_called_by_its_set() -> None:
    (line,) = verification_text(Verification(ResourceId(instance_id()), 0, 0, 0))
    assert line == "vmss-1/0: nothing could be compared"


def test_names_of_others_are_shown_without_control_characters() -> None:
    odd = Difference(Matter.RULE, "rule \x1b[2J", "nothing", "Allow\u202e")
    found = Verification(VM, 1, 0, 0, (odd,), (Unasked("nic\n2", "no"),))
    shown = [*verification_text(found), *differences_table(found).rows[0]]
    assert all(line.isprintable() for line in shown)


def test_document_holds_everything() -> None:
    found = Verification(VM, 7, 1, 5, (DIFFERENCE,), (UNASKED,))
    assert json.loads(json.dumps(verification_document(found))) == {
        "schema": "portcullis/verify/1",
        "vm": VM.text,
        "agrees": False,
        "complete": False,
        "compared": {"rules": 7, "sources": 1, "flows": 5},
        "differences": [
            {
                "what": "flow",
                "where": "nic-1/ipconfig1 port 22",
                "ours": "Deny",
                "azure": "Allow",
            }
        ],
        "unasked": [{"what": "effective rules of nic-1", "reason": "AuthorizationFailed: no"}],
    }
