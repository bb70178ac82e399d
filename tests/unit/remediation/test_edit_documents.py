"""Edits as data, there and back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.remediation.document_reading import InvalidDocumentError
from shared.remediation.edit import Edit
from shared.remediation.edit_documents import edit_document, edit_from
from shared.remediation.wording import step_text
from tests.unit.remediation.edits import EDITS


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: type(edit).__name__)
def test_edit_is_read_back_from_its_document(edit: Edit) -> None:
    assert edit_from(json.loads(json.dumps(edit_document(edit)))) == edit


def test_added_rule_is_written_as_azure_writes_rules() -> None:
    document = edit_document(EDITS[4])
    assert {name: document[name] for name in ("priority", "access", "direction", "protocol")} == {
        "priority": 199,
        "access": "Deny",
        "direction": "Inbound",
        "protocol": "Tcp",
    }
    assert document["sources"] == ["203.0.113.0/24"]
    assert document["destination_ports"] == ["22", "80-81"]


@pytest.mark.parametrize(
    ("number", "changed", "member"),
    [
        pytest.param(0, {"edit": "paint-rule"}, "edit", id="unknown-edit"),
        pytest.param(0, {"rule": None}, "rule", id="missing-text"),
        pytest.param(2, {"priority": "101"}, "priority", id="text-for-a-number"),
        pytest.param(2, {"priority": True}, "priority", id="truth-for-a-number"),
        pytest.param(1, {"sources": "203.0.113.0/24"}, "sources", id="text-for-a-list"),
        pytest.param(1, {"sources": [7]}, "sources", id="number-in-a-list"),
    ],
)
def test_broken_document_is_refused(number: int, changed: dict[str, Any], member: str) -> None:
    with pytest.raises(InvalidDocumentError) as refused:
        edit_from({**edit_document(EDITS[number]), **changed})
    assert refused.value.member == member


def test_steps_are_sentences() -> None:
    assert [step_text(edit) for edit in EDITS] == [
        "Remove rule allow-ssh from network security group nsg-subnet.",
        "Leave rule allow-ssh of network security group nsg-subnet only 203.0.113.0/24.",
        "Give rule allow-ssh of network security group nsg-subnet priority 101.",
        (
            "Add rule portcullis-deny-internet-22 with priority 199 to network security group"
            " nsg-subnet: deny TCP to port 22 from the internet."
        ),
        (
            "Add rule portcullis-deny-ipv4-22 with priority 199 to network security group"
            " nsg-subnet: deny TCP to port 22, 80-81 from 203.0.113.0/24."
        ),
        (
            "Take public IP address pip-1 off ipconfig1 of network interface nic-1;"
            " the address is kept."
        ),
        "Let ipconfig1 of network interface nic-1 give up NAT rule nat-ssh.",
        "Remove inbound NAT rule nat-ssh from load balancer lb-1.",
        "Remove DNAT rule dnat-ssh from fw-1.",
    ]
